"""Offices that people hold: a deputy, former or acting chairman is not the chairman."""

import re
from collections.abc import Collection, Sequence

from index.vietnamese import syllable_key


def _any_of(phrases: str) -> str:
    return "|".join(" ".join(map(syllable_key, phrase.split())) for phrase in phrases.split(","))


# Words right before the name of an office make another office of it.
_QUALIFIERS = _any_of("phó,nguyên,cựu,quyền,tổng,trợ lý,thư ký")
# What the names of offices end or begin with: "trưởng" is that of "trưởng phòng" and "trưởng trạm".
_NAMES = _any_of(
    "chủ tịch,bí thư,giám đốc,chủ nhiệm,biên tập,thủ tướng,tổng thống,bộ trưởng,cục trưởng,hiệu trưởng,viện trưởng,"
    "đội trưởng,tổ trưởng,trưởng"
)
_OFFICE = re.compile(rf"(?<= )((?:(?:{_QUALIFIERS}) )*)({_NAMES})(?= )")


Office = tuple[str, str]
"""The qualifiers right before the name of an office, "" without any, and the name, as words for matching."""


def offices(tokens: Sequence[str]) -> frozenset[Office]:
    """The offices named in a text.

    Args:
        tokens: Accented forms of the text's words, as ``matching_forms`` gives them.
    """
    found = _OFFICE.finditer(f" {' '.join(tokens)} ")
    return frozenset((office[1].strip(), office[2]) for office in found)


def only_another_office(asked: Collection[Office], tokens: Sequence[str]) -> bool:
    """Whether a text names an office that is asked for, but always with other qualifiers.

    Args:
        asked: The ``offices`` of the question.
        tokens: The words of the text.

    >>> asked, deputy = (["giám", "đốc", "sở"], ["phó", "giám", "đốc", "sở"])
    >>> only_another_office(offices([syllable_key(word) for word in asked]), [syllable_key(word) for word in deputy])
    True
    """
    found = offices(tokens) if asked else frozenset()
    names = {name for _, name in found}
    return any(name in names and (qualifiers, name) not in found for qualifiers, name in asked)
