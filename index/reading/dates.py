"""Dates as Vietnamese pages write them: day before month, in figures or words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_MONTH_WORDS = {
    "một": 1, "giêng": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7,
    "tám": 8, "chín": 9, "mười": 10, "mười một": 11, "mười hai": 12, "chạp": 12,
}  # fmt: skip
_ISO = re.compile(r"(?<![\d/.-])(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})(?!\d)")
_FIGURES = re.compile(
    r"(?<![\d/.-])(?P<day>\d{1,2}) ?([-/.]) ?(?P<month>\d{1,2}) ?\2 ?(?P<year>\d{4}|\d{2})(?![\d/-]|\.\d)"
)
_WORDS = re.compile(
    r"(?:\bngày )?(?<!\d)(?P<day>\d{1,2}) tháng (?P<month>\d{1,2}|mười một|mười hai|[^\W\d]+)"
    r"(?:,? năm|,)? (?P<year>\d{4})(?!\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date and the half-open range ``[start, end)`` of characters that write it."""

    day: date
    start: int
    end: int
    short_year: bool = False


def find_dates(line: str) -> Iterator[DateMention]:
    """Yields the dates that a line writes, in order of the forms ISO, figures, words.

    Impossible dates (31/02/2024) are passed over. Two-figure years are of this century and marked
    ``short_year``, for "8-10-12" is more often a list of numbers than a date.

    Example:
        >>> [mention.day.isoformat() for mention in find_dates("Thứ Ba, 14/05/2024 08:15")]
        ['2024-05-14']
    """
    for pattern in (_ISO, _FIGURES, _WORDS):
        for match in pattern.finditer(line):
            month = match["month"].casefold()
            number = int(month) if month.isdigit() else _MONTH_WORDS.get(month, 0)
            short = len(match["year"]) == 2
            year = int(match["year"]) + (2000 if short else 0)
            if not _FIRST_YEAR <= year <= _LAST_YEAR:
                continue
            try:
                day = date(year, number, int(match["day"]))
            except ValueError:
                continue
            yield DateMention(day, match.start(), match.end(), short)
