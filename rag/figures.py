"""The numbers and dates of a text with the words that they count, and whether another text states them too."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.vietnamese import DateMention, Word, find_dates, find_quantities, fold, matching_words, syllable_key
from index.vietnamese.lexicon import DIGITS, TEN
from rag.matching import long_content_words

# A number belongs to the words beside it: so many on either side are compared.
_NEIGHBOURS = 3
# Behind a count in one word; "một", "năm" and "tư" are more often an article, a year and a title.
_SMALL = {
    syllable_key(word): str(value) for word, value in {**DIGITS, TEN: 10}.items() if word not in ("không", "một", "năm")
}
# The exponent of "m2" and "km²" is no number of its own.
_SQUARED = re.compile(r"(?<=m)[23²³](?!\w)")
_PERCENT = (syllable_key("phần"), syllable_key("trăm"))


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that a text states.

    Attributes:
        token: Its value in plain digits.
        unit: The word right behind that says what is counted, "%" for a percentage; None without one.
        before: Words before it.
        behind: Words behind it.
        spelled: Whether it is a single word such as "ba", which is not always a number.
    """

    token: str
    unit: str | None
    before: frozenset[str]
    behind: frozenset[str]
    spelled: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """What a text states in numbers and dates."""

    numbers: tuple[Figure, ...]
    dates: tuple[DateMention, ...]


def read_figures(text: str) -> Figures:
    """The numbers of ``text`` outside its dates, and its dates.

    >>> found = read_figures("Ngày 3/5/2024, xã chi 2.350 tỷ đồng cho hai mươi ba trường.")
    >>> [figure.token for figure in found.numbers], [date.token for date in found.dates]
    (['2350000000000', '23'], ['2024-05-03'])
    """
    text = _SQUARED.sub(" ", text)
    dates = find_dates(text)
    quantities = [(q.start, q.end, q.token) for q in find_quantities(text)]
    # Of "quý 2/2024" the mention keeps the year alone; the quarter is compared as a number.
    taken = [(date.start, date.end) for date in dates if not _is_quarter(text[date.start : date.end])]
    taken += [(start, end) for start, end, _ in quantities]
    found = list(matching_words(text))
    free = [word for word in found if not any(start <= word.start < end for start, end in taken)]
    codes = [(word.start, word.end, word.exact) for word in free if word.exact[0].isdecimal()]
    naming = {word.start for word in long_content_words(text)}
    numbers = [_figure(text, found, naming, *number) for number in sorted([*quantities, *codes])]
    spelled = [
        _figure(text, found, naming, word.start, word.end, _SMALL[word.exact], spelled=True)
        for word in free
        if word.exact in _SMALL and (text[word.start].islower() or word is found[0])
    ]
    return Figures((*numbers, *(figure for figure in spelled if figure.unit is not None)), tuple(dates))


def figures_agree(text: str, quotes: Iterable[str]) -> bool:
    """Whether every number and date of ``text`` stands in a quote, beside what it counts here.

    A number with a unit needs the unit beside it there, one without needs a word it stands beside here. A date may
    say less than the quote does ("năm 2024" for "3/5/2024"), never more.
    """
    stated, quoted = read_figures(text), [read_figures(quote) for quote in quotes]
    numbers = [figure for figures in quoted for figure in figures.numbers]
    dates = [date for figures in quoted for date in figures.dates]
    return all(_number_stands(figure, numbers, dates) for figure in stated.numbers) and all(
        _date_stands(date, numbers, dates) for date in stated.dates
    )


def _figure(
    text: str, found: Sequence[Word], naming: set[int], start: int, end: int, token: str, spelled: bool = False
) -> Figure:
    before = [word.exact for word in found if word.end <= start][-_NEIGHBOURS:]
    following = [word for word in found if word.start >= end][:_NEIGHBOURS]
    behind = [word.exact for word in following]
    unit = None
    if text[end:].lstrip().startswith("%") or tuple(behind[:2]) == _PERCENT:
        unit = "%"
        behind.append(unit)
    elif following and _counts_the_number(text, end, following[0], naming):
        unit = behind[0]
    return Figure(token, unit, frozenset(before), frozenset(behind), spelled)


def _counts_the_number(text: str, end: int, word: Word, naming: set[int]) -> bool:
    return word.start in naming and text[word.start].islower() and text[end : word.start] == " "


def _is_quarter(mention: str) -> bool:
    return fold(mention).startswith("quy")


def _number_stands(figure: Figure, numbers: Sequence[Figure], dates: Sequence[DateMention]) -> bool:
    if figure.spelled:  # "ba" may be a father: only another count of the same thing speaks against it
        return any(other.token == figure.token for other in numbers) or all(o.unit != figure.unit for o in numbers)
    if figure.unit is None and any(date.year is not None and str(date.year) == figure.token for date in dates):
        return True
    return any(other.token == figure.token and _same_place(figure, other) for other in numbers)


def _same_place(figure: Figure, other: Figure) -> bool:
    around = other.before | other.behind
    if figure.unit is not None and (figure.unit in around or other.unit is not None):
        return figure.unit in around
    beside = figure.before | figure.behind
    return not beside or bool(beside & around)


def _date_stands(date: DateMention, numbers: Sequence[Figure], dates: Sequence[DateMention]) -> bool:
    if any(_says_at_least(other, date) for other in dates):
        return True
    is_year = date.month is None and date.day is None
    return is_year and any(other.token == str(date.year) for other in numbers)


def _says_at_least(date: DateMention, less: DateMention) -> bool:
    parts = ((date.year, less.year), (date.month, less.month), (date.day, less.day))
    return all(wanted is None or had == wanted for had, wanted in parts)
