"""Abbreviations of public life: expanded for matching, suggested where they have several meanings.

The table is ``abbreviations.txt``; expansions are for comparing texts and never shown. A short form that could be
an ordinary syllable ("ca", "tu", "ban") is never expanded.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain

from index.vietnamese.alternatives import Alternatives
from index.vietnamese.folding import fold
from index.vietnamese.spelling import is_syllable
from index.vietnamese.syllables import WORD, Word, forms, words

Forms = tuple[tuple[str, str], ...]

# Written in parts: "GD&ĐT", "LĐ-TB&XH", "NN & PTNT", "U.B.N.D"; in lower case only with "&", which words never join.
_JOINED = re.compile(r"(?<![^\W_])[A-ZĐƯ]{1,10}(?:(?: ?& ?| ?[-–] ?|\. ?|,)[A-ZĐƯ]{1,9}(?![^\W_]))+")
_JOINED_LOWER_CASE = re.compile(r"(?<![^\W_])(?:[a-zđư]{2,4}[-,])?[a-zđư]{2,4}(?:&[a-zđư]{2,4})+(?![^\W_])")
_PART = re.compile(r"[A-ZĐƯa-zđư]+")
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_MOST_PARTS = 6  # more than any entry of the table has
_LEAST_INITIALS = 4  # "T.P" and "N.T.M" are more often somebody's initials
_LEAST_LETTERS = 3  # shorter ones count only as the table writes them


@dataclass(frozen=True, slots=True)
class _Table:
    """The entries by what is looked up.

    Attributes:
        as_written: Words of the only meaning, by the short form as the table writes it, without punctuation.
        any_case: The same for three letters and more, folded.
        ambiguous: Long forms of a short form with several meanings or that is also a syllable.
    """

    as_written: dict[str, Forms]
    any_case: dict[str, Forms]
    ambiguous: dict[str, tuple[str, ...]]


def matching_words(text: str) -> Iterator[Word]:
    """The words of NFC ``text``, each clear abbreviation replaced by the words of its long form.

    Every word of a long form stands where the abbreviation stands.

    >>> [word.exact for word in matching_words("UBND xã")] == [word.exact for word in words("Uỷ ban nhân dân xã")]
    True
    >>> [(word.folded, word.start, word.end) for word in matching_words("Sở GD&ĐT")][:2]
    [('so', 0, 2), ('giao', 3, 8)]
    """
    position = 0
    for start, end, long_form in _joined_abbreviations(text):
        yield from _single_words(text, position, start)
        yield from (Word(exact, folded, start, end) for exact, folded in long_form)
        position = end
    yield from _single_words(text, position, len(text))


def matching_forms(text: str) -> Iterator[tuple[str, str]]:
    """The exact and folded forms of ``matching_words``, three times as fast, for where no offset is needed."""
    position = 0
    for start, end, long_form in _joined_abbreviations(text):
        yield from chain.from_iterable(map(_expanded, WORD.findall(text, position, start)))
        yield from long_form
        position = end
    yield from chain.from_iterable(map(_expanded, WORD.findall(text, position)))


def possible_expansions(text: str) -> list[Alternatives]:
    """What the abbreviations in capitals that have several meanings, or spell a syllable, may stand for.

    Where all is in capitals, as in a headline, one that spells a syllable ("CA") is taken for the syllable.

    >>> [found.names for found in possible_expansions("BTV Huyện ủy họp")]
    [('ban thường vụ', 'biên tập viên')]
    """
    all_capitals = text.isupper()
    ambiguous = _table().ambiguous
    return [
        Alternatives(match.start(), match.end(), ambiguous[match.group()])
        for match in WORD.finditer(text)
        if match.group() in ambiguous and not (all_capitals and is_syllable(match.group()))
    ]


def _single_words(text: str, start: int, end: int) -> Iterator[Word]:
    for match in WORD.finditer(text, start, end):
        for exact, folded in _expanded(match.group()):
            yield Word(exact, folded, match.start(), match.end())


@lru_cache(maxsize=200_000)
def _expanded(raw: str) -> Forms:
    """The forms of one word: those of its long form if it is a clear abbreviation."""
    return _long_form(raw) or (forms(raw),)


def _long_form(short: str) -> Forms | None:
    table = _table()
    if short in table.as_written:
        return table.as_written[short]
    if len(short) < _LEAST_LETTERS or is_syllable(short):
        return None
    return table.any_case.get(fold(short))


def _joined_abbreviations(text: str) -> Iterator[tuple[int, int, Forms]]:
    """Where abbreviations written in parts stand, the longest first, with their long forms."""
    found = list(_JOINED.finditer(text))
    if "&" in text:
        found = sorted([*found, *_JOINED_LOWER_CASE.finditer(text)], key=re.Match.start)
    for match in found:
        parts = [part.span() for part in _PART.finditer(text, *match.span())]
        first = 0
        while first < len(parts) - 1:
            for last in range(min(first + _MOST_PARTS, len(parts)) - 1, first, -1):
                start, end = parts[first][0], parts[last][1]
                long_form = _joined_long_form(text[start:end], all(b - a == 1 for a, b in parts[first : last + 1]))
                if long_form is not None:
                    yield start, end, long_form
                    first = last
                    break
            first += 1


def _joined_long_form(written: str, is_initials: bool) -> Forms | None:
    table = _table()
    if written in table.as_written:  # "T.Ư"
        return table.as_written[written]
    letters = _NOT_LETTERS.sub("", written)
    if is_initials and len(letters) < _LEAST_INITIALS:
        return None
    return table.any_case.get(fold(letters))


@cache
def _table() -> _Table:
    as_written: dict[str, Forms] = {}
    any_case: dict[str, Forms] = {}
    ambiguous: dict[str, tuple[str, ...]] = {}
    for line in files("index.vietnamese").joinpath("abbreviations.txt").read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        shorts, _, longs = line.partition(": ")
        meanings = tuple(longs.split(" | "))
        for short in shorts.split():
            letters = _NOT_LETTERS.sub("", short)
            long_form = tuple((word.exact, word.folded) for word in words(meanings[0]))
            if short != letters:  # "T.Ư" is clear where "TƯ" may be the syllable
                as_written[short] = long_form
            if len(meanings) > 1 or is_syllable(letters):
                ambiguous[letters] = meanings
                continue
            as_written[letters] = long_form
            if len(letters) >= _LEAST_LETTERS:
                any_case[fold(letters)] = long_form
    for letters in ambiguous:  # "HDH" may be HĐH, which has two meanings
        any_case.pop(fold(letters), None)
    return _Table(as_written, any_case, ambiguous)
