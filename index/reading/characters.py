"""Characters: one normal form for every text, so that offsets and comparisons can be trusted."""

import re
import unicodedata

from index.vietnamese.folding import nfc

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")
_AROUND_LINE_ENDS = re.compile(r" ?\n ?")
_MANY_LINE_ENDS = re.compile(r"\n{3,}")

# Control, format (zero width, bidi, soft hyphen, BOM) and lone surrogate characters are never read by anyone.
_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs"})
# Combining grapheme joiner and the variation selectors are marks by category, but just as invisible.
_UNSEEN_MARKS = frozenset({0x034F, *range(0xFE00, 0xFE10)})
# Word's and PDF's Symbol-font bullets live in the private use area.
_PRIVATE_BULLETS = {0xF0B7: "•", 0xF0A7: "•", 0xF02D: "-", 0xF0D8: "•"}


def normalise(text: str) -> str:
    r"""Returns the text in the form every article is stored in.

    NFC with Đ for the Icelandic Ð; every kind of white space one plain space; lines stripped; unseen characters
    gone; at most one blank line in a row; no white space at either end. Normalising twice changes nothing. Text in
    the encoding of an old font, where Ð stands for another letter ("mÐt" is "mét"), has to be decoded before.

    Example:
        >>> normalise("Hoa\u0300 Hie\u0323\u0302p\u00a0 \u200b\r\n\r\n\r\n xã ")
        'Hoà Hiệp\n\nxã'
    """
    text = _LINE_ENDS.sub("\n", text)
    text = text.translate(_replacements(text))
    text = nfc(_with_few_marks(text))
    text = _AROUND_LINE_ENDS.sub("\n", _SPACES.sub(" ", text))
    return _MANY_LINE_ENDS.sub("\n\n", text).strip()


def one_line(value: object) -> str:
    """A field's value in normal form on one line."""
    return " ".join(normalise(str(value)).split())


def _with_few_marks(text: str) -> str:
    """At most 30 marks on a letter, as in Unicode's stream-safe format: sorting them takes quadratic time."""
    marks = "".join(sorted(character for character in set(text) if unicodedata.combining(character)))
    return re.sub(f"([{marks}]{{30}})[{marks}]+", r"\1", text) if marks else text


def _replacements(text: str) -> dict[int, str | None]:
    # A text has a few hundred distinct characters: looking up those is 50 times faster than every one.
    table: dict[int, str | None] = {}
    for character in set(text):
        code = ord(character)
        if code in _PRIVATE_BULLETS:
            table[code] = _PRIVATE_BULLETS[code]
        elif character not in "\n\t\x1f" and (
            unicodedata.category(character) in _UNSEEN_CATEGORIES or code in _UNSEEN_MARKS
        ):
            table[code] = None
    return table
