"""Dates as Vietnamese writes them, day before month: 3/5/2024, 3.5.2024, ngày 3 tháng 5 năm 2024, 3 tháng Năm, 2024.

What is a date and what is not:

- Day, month and year in digits are one with any of "/", "-", "." between; the year has four digits, or two behind
  "ngày".
- Day and month alone need a word before them ("ngày 3/5", "sáng 3-5", "mùng 3.5"). Bare, they count only with a stroke
  and a day above 12 ("30/4"), because "2/9" or "12/63 tỉnh" may be a share; "24/7" never is a date.
- "3 tháng 5" is a length of time unless "ngày", "mùng" or "đến" stands before or a year behind; "3 tháng một lần" is
  one behind "đến", too. "3 tháng năm 2024" are three months, "3 tháng Năm 2024" is a day.
- A year alone needs "năm" or a period's name before it: "năm 2024", "giai đoạn 2021-2025".

Date lines of pages follow looser rules: letters may touch the digits and any year may have two.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from index.vietnamese.lexicon import MONTHS, any_of

_FIRST_YEAR, _LAST_YEAR = 1000, 2199
_PUBLISHED_YEARS = range(1900, 2101)
_LOOK_BACK = 24  # characters before the digits that may hold "ngày mùng", "năm học" or "giai đoạn"

_SIGN = r"[/.\-–]"
_MONTH_NAMES = any_of(MONTHS.keys() - {"năm"}).replace(" ", r"\s+")
_MONTH = rf"\d{{1,2}}|(?-i:Năm)|năm(?!\s+\d{{4}})|{_MONTH_NAMES}"
_ISO = r"(?P<iso_year>\d{4})(?P<iso_sign>[/.\-])(?P<iso_month>\d{1,2})(?P=iso_sign)(?P<iso_day>\d{1,2})"
_FIGURES = rf"(?P<day>\d{{1,2}})\ ?(?P<sign>{_SIGN})\ ?(?P<month>\d{{1,2}})\ ?(?P=sign)\ ?(?P<year>\d{{4}}|\d{{2}})"
_SAID = (
    rf"(?P<said_day>\d{{1,2}})\s+th[áa]ng\s+(?P<said_month>{_MONTH})(?![^\W\d_])"
    rf"(?:(?:,?\s+n[ăa]m\s+|,?\s+|\ ?{_SIGN}\ ?)(?P<said_year>\d{{4}})(?!\d))?"
)
_MENTION = re.compile(
    rf"""(?<![^\W_])(?<!\d[.,/])(?:{_ISO} | {_FIGURES} | {_SAID}
      | (?P<only_month>\d{{1,2}})(?:\ ?{_SIGN}\ ?|\s+n[ăa]m\s+)(?P<month_year>\d{{4}})
      | (?P<first_year>\d{{4}})\ ?[-–]\ ?(?P<last_year>\d{{4}})
      | (?P<short_day>\d{{1,2}})\ ?(?P<short_sign>{_SIGN})\ ?(?P<short_month>\d{{1,2}})(?!\s+th[áa]ng)
      | (?P<alone>\d{{4}}|\d{{1,2}})
    )(?:(?=T\d\d:)|(?![^\W_])(?!\ ?/\ ?\d)(?![.,\-–]\d))""",
    re.VERBOSE | re.IGNORECASE,
)
_ON_PAGES = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?<![\d/.-]){_ISO}(?!\d)",
        rf"(?<![\d/.-]){_FIGURES}(?![\d/-]|\.\d)",
        rf"(?:\bngày )?(?<!\d){_SAID}(?!\d)",
    )
)
_DAY = r"(?:(?<!mỗi )(?<!moi )(?<!hàng )(?<!hằng )(?<!hang )ng[àa]y|h[ôo]m|s[áa]ng|tr[ưu]a|chi[ềe]u|t[ốo]i|đ[êe]m|dem)"
_DAY_BEFORE = re.compile(rf"(?<![^\W_])(?:{_DAY}(?:\s+(?:nay|qua|mai))?\s+)?(?:m[ùuồo]ng\s+|\()?$", re.IGNORECASE)
_RANGE_BEFORE = re.compile(r"(?<![^\W_])ng[àa]y\s+\d{1,2}\s?[-–,]\s?$", re.IGNORECASE)
_UNTIL_BEFORE = re.compile(r"(?<![^\W_])(?:đ[ếe]n|den|v[àa])\s+$", re.IGNORECASE)
_MONTH_BEFORE = re.compile(r"(?<![^\W_])th[áa]ng\s+$", re.IGNORECASE)
_QUARTER_BEFORE = re.compile(r"(?<![^\W_])(?:qu[ýy]|qu[íi])\s+$", re.IGNORECASE)
_YEAR_BEFORE = re.compile(
    r"(?<![^\W_])(?:n[ăa]m(?:\s+h[ọo]c)?|giai\s+[đd]o[ạa]n|nhi[ệe]m\s+k[ỳìyi]|ni[êe]n\s+kh(?:óa|oá|oa))\s+$",
    re.IGNORECASE,
)
_ROMAN_QUARTER = re.compile(r"(?<![^\W_])qu[ýíyi]\s+(?:I{1,3}|IV)\ ?[/\-–]\ ?(?P<year>\d{4})(?!\w)", re.IGNORECASE)
_ALWAYS = (24, 7)  # "24/7", round the clock
_BARE_YEAR = re.compile(r"(?<![^\W_])(?<!\d[.,/])(?:19|20)\d\d(?=\s*(?:[)?!;:]|[.,](?!\d)|$))")


@dataclass(frozen=True, slots=True)
class DateMention:
    """A day, month or year that a text names.

    Attributes:
        start: First character, the word before included: "ngày", "mùng", "tháng", "năm", "quý".
        end: One past the last character.
        year: None where the text leaves it out; so are the next two.
        month: 1 to 12.
        day: 1 to 31.
        short_year: Whether the text leaves the century out: "8-10-12" is more often a list of numbers.
    """

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    short_year: bool = False

    @property
    def date(self) -> date | None:
        """The day of the calendar; None where a part is left out."""
        return date(self.year, self.month, self.day) if self.year and self.month and self.day else None

    @property
    def token(self) -> str:
        """One spelling for each date: "2024-05-03", "2024-05", "05-03", "2024" or "05"."""
        year = None if self.year is None else f"{self.year:04}"
        return "-".join(part for part in (year, _two_digits(self.month), _two_digits(self.day)) if part)

    @property
    def tokens(self) -> tuple[str, ...]:
        """``token`` and the ones a vaguer mention of the same date has.

        >>> DateMention(0, 8, 2024, 5, 3).tokens
        ('2024-05-03', '05-03', '2024-05')
        """
        if self.day is None or self.year is None:
            return (self.token,)
        return (self.token, f"{self.month:02}-{self.day:02}", f"{self.year:04}-{self.month:02}")


def find_dates(text: str) -> list[DateMention]:
    """The dates that NFC ``text`` names, with accents or without, in order. Impossible ones (31/2) are none.

    >>> [date.token for date in find_dates("Ngày 3 tháng 5 năm 2024, sáng 4/5, tháng 6/2024; số 26-CV/HU, 12/63 tỉnh")]
    ['2024-05-03', '05-04', '2024-06']
    """
    return sorted(_mentions(text), key=lambda mention: mention.start)


def full_dates(line: str) -> Iterator[DateMention]:
    """The days that a line above or below an article writes in full, ISO first, then in figures, then in words.

    Of the words before them only "ngày" before one in words belongs to the mention.

    >>> [found.date.isoformat() for found in full_dates("Thứ Ba, 14/05/2024 08:15")]
    ['2024-05-14']
    """
    for pattern in _ON_PAGES:
        for match in pattern.finditer(line):
            for found in _full(match):
                if found.year in _PUBLISHED_YEARS:
                    yield found


def mentioned_years(text: str) -> frozenset[int]:
    """The years of all dates, and years standing alone where a clause ends.

    >>> sorted(mentioned_years("Từ 3/5/2023, giai đoạn 2021-2025, PAPI 2022?"))
    [2021, 2022, 2023, 2025]
    """
    dated = {mention.year for mention in _mentions(text) if mention.year is not None}
    return frozenset(dated | {int(match.group()) for match in _BARE_YEAR.finditer(text)})


def _mentions(text: str) -> Iterator[DateMention]:
    for match in _MENTION.finditer(text):
        yield from _read(text, match)
    for match in _ROMAN_QUARTER.finditer(text):
        yield from _valid(match.start(), match.end(), match["year"])


def _read(text: str, match: re.Match[str]) -> Iterator[DateMention]:
    start, end = match.span()
    before = text[max(0, start - _LOOK_BACK) : start]
    parts = match.groupdict()
    day_start = _day_start(before, start)
    shown_from = start if day_start is None else day_start
    if parts["alone"]:
        yield from _alone(before, start, end, parts["alone"])
    elif parts["iso_year"]:
        yield from _valid(start, end, parts["iso_year"], parts["iso_month"], parts["iso_day"])
    elif parts["day"]:
        if len(parts["year"]) == 4:
            yield from _valid(shown_from, end, parts["year"], parts["month"], parts["day"])
        elif day_start is not None:
            yield from _valid(shown_from, end, f"20{parts['year']}", parts["month"], parts["day"])
    elif parts["said_day"]:
        counted = parts["said_month"].isdecimal()
        if parts["said_year"] or day_start is not None or (counted and _UNTIL_BEFORE.search(before)):
            yield from _valid(shown_from, end, parts["said_year"], parts["said_month"], parts["said_day"])
    elif parts["only_month"]:
        if found := _MONTH_BEFORE.search(before):
            yield from _valid(start - len(found.group()), end, parts["month_year"], parts["only_month"])
        elif found := _QUARTER_BEFORE.search(before):
            yield from _valid(start - len(found.group()), end, parts["month_year"])
    elif parts["first_year"]:
        if found := _YEAR_BEFORE.search(before):
            yield from _valid(start - len(found.group()), match.end("first_year"), parts["first_year"])
            yield from _valid(match.start("last_year"), end, parts["last_year"])
    elif day_start is not None or _is_bare_day(match):
        yield from _valid(shown_from, end, None, parts["short_month"], parts["short_day"])


def _full(match: re.Match[str]) -> Iterator[DateMention]:
    """The day of a match that has all its parts."""
    parts = match.groupdict()
    for name in ("iso_", "", "said_"):
        if year := parts.get(f"{name}year"):
            short = len(year) == 2
            yield from _valid(
                *match.span(), f"20{year}" if short else year, parts[f"{name}month"], parts[f"{name}day"], short
            )


def _alone(before: str, start: int, end: int, digits: str) -> Iterator[DateMention]:
    if len(digits) == 4:
        if found := _YEAR_BEFORE.search(before):
            yield from _valid(start - len(found.group()), end, digits)
    elif found := _MONTH_BEFORE.search(before):
        yield from _valid(start - len(found.group()), end, None, digits)


def _day_start(before: str, start: int) -> int | None:
    """Where the day begins, "ngày" or "mùng" included; None without a word that announces a day."""
    found = _DAY_BEFORE.search(before)
    if found is None or found.group() in ("", "("):
        return start if _RANGE_BEFORE.search(before) else None
    return start if found.group().endswith("(") else start - len(found.group())


def _is_bare_day(match: re.Match[str]) -> bool:
    day, month = int(match["short_day"]), int(match["short_month"])
    return match["short_sign"] == "/" and day > 12 and (day, month) != _ALWAYS


def _valid(
    start: int, end: int, year: str | None, month: str | None = None, day: str | None = None, short_year: bool = False
) -> Iterator[DateMention]:
    """The mention if the calendar has it; 29 February is possible where no year is given."""
    a_year, a_day = (None if part is None else int(part) for part in (year, day))
    a_month = None if month is None else int(month) if month.isdecimal() else MONTHS[" ".join(month.lower().split())]
    if a_year is not None and not _FIRST_YEAR <= a_year <= _LAST_YEAR:
        return
    if a_month is not None and not 1 <= a_month <= 12:
        return
    if a_day is not None and a_month is not None and not 1 <= a_day <= calendar.monthrange(a_year or 2000, a_month)[1]:
        return
    yield DateMention(start, end, a_year, a_month, a_day, short_year)


def _two_digits(part: int | None) -> str | None:
    return None if part is None else f"{part:02}"
