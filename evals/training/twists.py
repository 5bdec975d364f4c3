"""Questions and claims made false by one detail: number, year, name, place, office, unit, or a negation.

They teach the reader what the checks of old rules knew: that a text on the year 2022 does not answer for 2023, and
that a deputy chairman is no chairman.
"""

import random
import re
from collections.abc import Callable, Sequence

_NUMBER = re.compile(r"\d[\d.,/]*\d|\d")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_NAME = re.compile(r"(?<![.?!\"“”] )(?<!^)\b[A-ZĐÀ-Ỹ][\wÀ-ỹ]*(?: [A-ZĐÀ-Ỹ][\wÀ-ỹ]*)+")
_EXCHANGED = (
    ("phó chủ tịch", "chủ tịch"),
    ("phó giám đốc", "giám đốc"),
    ("phó bí thư", "bí thư"),
    ("phó trưởng", "trưởng"),
    ("chủ tịch", "bí thư", "phó chủ tịch"),
    ("giám đốc", "phó giám đốc", "chủ tịch"),
    ("hiệu trưởng", "phó hiệu trưởng", "giám đốc"),
    ("trưởng phòng", "phó trưởng phòng", "giám đốc"),
    ("xã", "huyện", "thị trấn", "phường"),
    ("huyện", "xã", "tỉnh", "thành phố"),
    ("tỉnh", "huyện", "trung ương"),
    ("tăng", "giảm"),
    ("giảm", "tăng"),
    ("cao nhất", "thấp nhất"),
    ("thấp nhất", "cao nhất"),
    ("nhiều nhất", "ít nhất"),
    ("lớn nhất", "nhỏ nhất"),
    ("đầu tiên", "cuối cùng"),
    ("trước", "sau"),
    ("sau", "trước"),
    ("trên", "dưới"),
    ("hơn", "kém"),
    ("tất cả", "một số"),
    ("bắt đầu", "kết thúc"),
    ("nam", "nữ"),
    ("triệu", "tỷ", "nghìn"),
    ("tỷ đồng", "triệu đồng"),
    ("tháng", "tuần", "quý"),
    ("ngày", "tuần"),
    ("km", "m"),
    ("ha", "m2"),
)
_WORDS = [(re.compile(rf"\b{re.escape(first)}\b", re.IGNORECASE), others) for first, *others in _EXCHANGED]
_VERB = re.compile(r"\b(đã|được|sẽ|có|phải|là)\b")


def twisted_question(question: str, passage: str, elsewhere: str, draw: random.Random) -> str | None:
    """The question with one detail that ``passage`` does not bear out; None where it has none to exchange.

    Args:
        question: One that the passage answers.
        passage: The passage.
        elsewhere: Another text, where names and numbers may come from.
        draw: Source of the choices.
    """
    changed = _first(
        draw,
        [
            lambda: _other_year(question, passage, draw),
            lambda: _other_match(_NUMBER, question, elsewhere, passage, draw),
            lambda: _other_match(_NAME, question, elsewhere, passage, draw),
            lambda: _other_word(question, draw),
        ],
    )
    return changed if changed and changed != question else None


def false_claim(claim: str, source: str, draw: random.Random) -> str | None:
    """A true claim with one detail wrong, taken from its own source where that has another one of the kind."""
    changed = _first(
        draw,
        [
            lambda: _other_match(_NUMBER, claim, source, "", draw) or _other_digits(claim, draw),
            lambda: _other_match(_NAME, claim, source, "", draw),
            lambda: _other_word(claim, draw),
            lambda: _negated(claim, draw),
        ],
    )
    return changed if changed and changed != claim else None


def _first(draw: random.Random, ways: Sequence[Callable[[], str | None]]) -> str | None:
    """What the first way that works makes, in an order drawn anew."""
    return next((made for way in draw.sample(ways, len(ways)) if (made := way())), None)


def _other_year(question: str, passage: str, draw: random.Random) -> str | None:
    found = draw.choice(list(_YEAR.finditer(question)) or [None])
    if found is None:
        return None
    years = [str(int(found[0]) + step) for step in (-3, -2, -1, 1, 2, 3)]
    return _with(question, found, draw.choice([year for year in years if year not in passage] or [None]))


def _other_match(kind: re.Pattern[str], text: str, donor: str, but_not: str, draw: random.Random) -> str | None:
    """One match exchanged for another of the donor that stands neither in the text nor in ``but_not``."""
    found = draw.choice(list(kind.finditer(text)) or [None])
    if found is None:
        return None
    alike = [one for one in kind.findall(donor) if one not in text and one not in but_not and one not in found[0]]
    if kind is _NUMBER:  # a year is exchanged for a year, a percentage for one with a decimal point, and so on
        alike = [one for one in alike if _shape(one) == _shape(found[0])] or alike
    return _with(text, found, draw.choice(alike or [None]))


def _shape(number: str) -> str:
    return re.sub(r"\d+", "0", number) + ("y" if _YEAR.fullmatch(number) else "")


def _other_digits(text: str, draw: random.Random) -> str | None:
    found = draw.choice(list(_NUMBER.finditer(text)) or [None])
    if found is None:
        return None
    at = draw.choice([at for at, character in enumerate(found[0]) if character.isdecimal()])
    digit = draw.choice([one for one in "123456789" if one != found[0][at]])
    return _with(text, found, found[0][:at] + digit + found[0][at + 1 :])


def _other_word(text: str, draw: random.Random) -> str | None:
    possible = [(found, others) for form, others in _WORDS for found in form.finditer(text)]
    if not possible:
        return None
    found, others = draw.choice(possible)
    other = draw.choice(others)
    return _with(text, found, other.capitalize() if found[0][0].isupper() else other)


def _negated(text: str, draw: random.Random) -> str | None:
    if denied := list(re.finditer(r"\b(?:không|chưa) (?!chỉ\b)", text)):
        return _with(text, draw.choice(denied), "")
    found = draw.choice(list(_VERB.finditer(text)) or [None])
    if found is None:
        return None
    negated = {"đã": "chưa", "là": "không phải là"}.get(found[0], f"không {found[0]}")
    return _with(text, found, negated)


def _with(text: str, found: re.Match[str], other: str | None) -> str | None:
    return None if other is None else text[: found.start()] + other + text[found.end() :]
