"""Abbreviations that a text explains itself: "Ủy ban nhân dân (UBND)", "UBND (Ủy ban nhân dân)"."""

import re
from collections.abc import Sequence

from index.vietnamese.folding import fold

_SHORT = r"[A-ZĐƯ](?:[&.\-]?[A-ZĐƯ]){1,9}"
_QUOTES = "[\"'“”‘’]?"
_CALLED = r"(?:(?:sau đây )?(?:gọi|viết) tắt(?: là|:)? )?"
_LONG_FIRST = re.compile(rf"[^\W\d_]{_QUOTES} ?\({_CALLED}{_QUOTES}({_SHORT}){_QUOTES}\)")
_SHORT_FIRST = re.compile(rf"(?<![^\W_])({_SHORT}) ?\(([^()\n]{{5,100}})\)")
_LONGEST = 120  # characters of a long form; "Trung tâm Phục vụ hành chính công" has 33
_CLAUSE_END = re.compile(r"[.;:!?()\n]")
_WORD = re.compile(r"[^\W\d_]+")
_CONNECTIVES = frozenset("va cua cac cho ve trong nhung o tai voi theo den".split())
_MOST_SKIPPED = 2


def learn_abbreviations(text: str) -> list[tuple[str, str]]:
    """Pairs of short and long form that NFC ``text`` defines in brackets, in order.

    The initials of consecutive words spell the short form, accents aside (Đ as D, Ư also as W); at most two
    connectives ("và", "của", "các" …) inside may be passed over. Anything looser is not learnt.

    >>> learn_abbreviations("Công tác cải cách hành chính (gọi tắt là CCHC) của Ủy ban nhân dân (UBND) xã")
    [('CCHC', 'cải cách hành chính'), ('UBND', 'Ủy ban nhân dân')]
    >>> learn_abbreviations("chỉ số hiệu quả quản trị và hành chính công cấp tỉnh (PAPI)")
    []
    """
    found: dict[int, tuple[str, str]] = {}
    for match in _LONG_FIRST.finditer(text):
        end = match.start() + 1
        clause = _CLAUSE_END.split(text[max(0, end - _LONGEST) : end])[-1]
        if long_form := _spelled(clause, match[1], whole=False):
            found[match.start(1)] = match[1], long_form
    for match in _SHORT_FIRST.finditer(text):
        if long_form := _spelled(match[2], match[1], whole=True):
            found[match.start(1)] = match[1], long_form
    return [found[start] for start in sorted(found)]


def _spelled(text: str, short: str, *, whole: bool) -> str | None:
    """The words at the end of ``text`` (all of it if ``whole``) whose initials are the letters of ``short``."""
    words = list(_WORD.finditer(text))
    letters = fold("".join(_WORD.findall(short))).replace("w", "u")
    folded = [fold(word.group()) for word in words]
    first = _first_word(folded, letters, len(words), len(letters), _MOST_SKIPPED)
    if first is None or (whole and first > 0):
        return None
    return text[words[first].start() : words[-1].end()]


def _first_word(words: Sequence[str], letters: str, word: int, letter: int, skips: int) -> int | None:
    """Index of the word with the first letter when ``words[:word]`` end on ``letters[:letter]``."""
    if letter == 0:
        return word
    if word == 0:
        return None
    if words[word - 1][0] == letters[letter - 1]:
        first = _first_word(words, letters, word - 1, letter - 1, skips)
        if first is not None:
            return first
    inside = letter < len(letters)
    if skips and inside and words[word - 1] in _CONNECTIVES:
        return _first_word(words, letters, word - 1, letter, skips - 1)
    return None
