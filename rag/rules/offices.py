"""Offices that people hold: a deputy, former or acting chairman is not the chairman."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

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
# What they preside over, and for which level of the administration; where a text leaves one out, it may be any.
_BODIES = _any_of(
    "ủy ban nhân dân,hội đồng nhân dân,ủy ban bầu cử,ủy ban mặt trận tổ quốc,mặt trận tổ quốc,đảng ủy,huyện ủy,tỉnh ủy,"
    "thành ủy,thị ủy,quận ủy,hội nông dân,hội phụ nữ,hội liên hiệp phụ nữ,hội cựu chiến binh,đoàn thanh niên"
)
_LEVELS = _any_of("xã,phường,thị trấn,huyện,quận,thị xã,thành phố,tỉnh")
_OFFICE = re.compile(
    rf"(?<= )(?P<qualifiers>(?:(?:{_QUALIFIERS}) ){{0,4}})(?P<name>{_NAMES})(?= )(?: (?P<body>{_BODIES})(?= ))?"
    rf"(?: (?P<level>{_LEVELS})(?= ))?"
)
_OF_COMMITTEE = {
    syllable_key(level): f"{syllable_key(level)} {syllable_key('ủy')}" for level in ("huyện", "tỉnh", "quận")
}


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
