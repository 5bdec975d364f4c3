"""Offices that people hold: a deputy, former or acting chairman is not the chairman."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from index.vietnamese import syllable_key
from index.vietnamese.lexicon import BODIES, PARTY_COMMITTEES, TITLE_QUALIFIERS, TITLES, UNITS, any_of


def _key(phrase: str) -> str:
    return " ".join(map(syllable_key, phrase.split()))


def _any_of(phrases: Iterable[str]) -> str:
    return any_of(map(_key, phrases))


# Body and level tell what people preside over, and where; where a text leaves one out, it may be any.
_OFFICE = re.compile(
    rf"(?<= )(?P<qualifiers>(?:(?:{_any_of(TITLE_QUALIFIERS)}) ){{0,4}})(?P<name>{_any_of(TITLES)})(?= )"
    rf"(?: (?P<body>{_any_of(BODIES)})(?= ))?(?: (?P<level>{_any_of(UNITS)})(?= ))?"
)
_OF_COMMITTEE = {_key(unit): _key(committee) for unit, committee in PARTY_COMMITTEES.items()}


@dataclass(frozen=True, slots=True)
class Office:
    """An office as a text names it, in words for matching; "" for what it leaves out.

    Attributes:
        qualifiers: What stands right before its name, such as "phó".
        name: "chủ tịch", "bí thư" …
        body: What it presides over.
        level: Of the administration.
    """

    qualifiers: str
    name: str
    body: str = ""
    level: str = ""

    def may_be(self, other: "Office") -> bool:
        """Whether nothing in the two names tells them apart."""
        return (self.qualifiers, self.name) == (other.qualifiers, other.name) and all(
            not mine or not theirs or mine == theirs
            for mine, theirs in ((self.body, other.body), (self.level, other.level))
        )


def offices(tokens: Sequence[str]) -> frozenset[Office]:
    """The offices named in a text.

    Args:
        tokens: Accented forms of the text's words, as ``matching_forms`` gives them.
    """
    found = set()
    for office in _OFFICE.finditer(f" {' '.join(tokens)} "):
        body = office["body"] or ""
        of_body = next((level for level, committee in _OF_COMMITTEE.items() if committee == body), "")
        found.add(Office(office["qualifiers"].strip(), office["name"], body, office["level"] or of_body))
    return frozenset(found)


def only_another_office(asked: Collection[Office], tokens: Sequence[str]) -> bool:
    """Whether a text names an office that is asked for, but always a deputy's, another body's or another level's.

    Args:
        asked: The ``offices`` of the question.
        tokens: The words of the text.

    >>> asked, deputy = (["giám", "đốc", "sở"], ["phó", "giám", "đốc", "sở"])
    >>> only_another_office(offices([syllable_key(word) for word in asked]), [syllable_key(word) for word in deputy])
    True
    """
    found = offices(tokens) if asked else frozenset()
    return any(
        any(one.name == office.name for one in found) and not any(office.may_be(one) for one in found)
        for office in asked
    )
