"""Accents and tone marks taken off, apart, or to their other place."""

import re
import unicodedata

from index.vietnamese import nfc

TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")  # huyền, sắc, ngã, hỏi, nặng
# The two placements differ only where the syllable ends in oa, oe or uy; in "quy" the u belongs to the consonant.
_TWO_PLACES = re.compile(r"(?:oa|oe|(?<!q)uy)$")
_SYLLABLE = re.compile(r"[^\W\d_]+")


def unaccented(text: str) -> str:
    """The text without accents, case kept.

    >>> unaccented("Đổi mới ở Cam Lộ")
    'Doi moi o Cam Lo'
    """
    bare = "".join(mark for mark in unicodedata.normalize("NFD", text) if not unicodedata.combining(mark))
    return bare.replace("đ", "d").replace("Đ", "D")


def decomposed(text: str) -> str:
    """The text with every mark as a combining character of its own (NFD)."""
    return unicodedata.normalize("NFD", text)


def other_tone_placement(text: str) -> str:
    """NFC text with each movable tone mark on the other vowel.

    >>> other_tone_placement("Hòa Thuỷ quý hoán")
    'Hoà Thủy quý hoán'
    """
    return _SYLLABLE.sub(lambda found: _moved(found.group()), text)


def tone_of(syllable: str) -> str:
    """The combining tone mark of a syllable, or an empty string."""
    return next((mark for mark in unicodedata.normalize("NFD", syllable) if mark in TONES), "")


def with_tone(syllable: str, tone: str) -> str:
    """The syllable with another tone mark (or none) where its own one stands."""
    decomposed_syllable = unicodedata.normalize("NFD", syllable)
    return nfc("".join(tone if mark in TONES else mark for mark in decomposed_syllable))


def toneless(syllable: str) -> str:
    """The syllable without its tone mark; â, ơ, đ and the like stay.

    >>> toneless("trước")
    'trươc'
    """
    return with_tone(syllable, "")


def _moved(syllable: str) -> str:
    tone, letters = tone_of(syllable), toneless(syllable)
    if not tone or not _TWO_PLACES.search(letters.lower()):
        return syllable
    on_last = nfc(letters + tone)
    return nfc(letters[:-1] + tone + letters[-1]) if nfc(syllable) == on_last else on_last
