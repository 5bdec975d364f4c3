"""Words typed in Telex with the keyboard not set to Vietnamese: "truowcs" was meant to be "trước"."""

import re

from index.vietnamese.folding import nfc
from index.vietnamese.spelling import is_syllable

_PARTS = re.compile(r"(dd|gi(?=[aeouy])|qu|[bcdđghklmnpqrstvx]*)([aeiouy][a-z]*)")
_TONES = {"f": "\u0300", "s": "\u0301", "x": "\u0303", "r": "\u0309", "j": "\u0323"}
_DOUBLED = {"a": "â", "e": "ê", "o": "ô"}
_HORNED = {"a": "ă", "o": "ơ", "u": "ư"}
_VOWELS = "aăâeêioôơuưy"
_MARKED = "ăâêôơư"
_LONGEST = 12  # "nghieengx" has nine keys; no word needs more than a few beyond


def from_telex(word: str) -> str | None:
    """The syllable that the keys ``word`` stand for.

    Returns:
        None where the keys change nothing or what comes out is no Vietnamese syllable.

    >>> from_telex("truowcs"), from_telex("DDoongf"), from_telex("tieesng")
    ('trước', 'Đồng', 'tiếng')
    >>> from_telex("windows"), from_telex("xa")
    (None, None)
    """
    parts = _PARTS.fullmatch(word.lower()) if len(word) <= _LONGEST and word.isascii() else None
    if parts is None:
        return None
    onset, keys = parts.groups()
    onset = onset.replace("dd", "đ")
    typed = _typed(onset, keys)
    if typed is None:
        return None
    onset, rime, tone = typed
    for letters in (rime, rime.replace("ươ", "uơ")):  # "thuowr" is "thuở", "truowcs" is "trước"
        syllable = onset + _with_tone(letters, tone)
        if syllable != word.lower() and is_syllable(syllable):
            return syllable.upper() if word.isupper() else syllable.capitalize() if word[0].isupper() else syllable
    return None


def _typed(onset: str, keys: str) -> tuple[str, str, str] | None:
    """Onset, rime and tone that ``keys`` leave behind; None where a key has nothing to act on."""
    rime, tone = "", ""
    for key in keys:
        if key in _TONES:
            if tone:
                return None
            tone = _TONES[key]
        elif key == "w":
            changed = _horned(rime)
            if changed is None:
                return None
            rime = changed
        elif key == "d" and onset == "d":  # "dongdf": the stroke typed behind the word
            onset = "đ"
        elif key in _DOUBLED and key in rime:
            rime = rime.replace(key, _DOUBLED[key], 1)
        else:
            rime += key
    return onset, rime, tone


def _horned(rime: str) -> str | None:
    if "uo" in rime:
        return rime.replace("uo", "ươ")
    place = max(rime.rfind(letter) for letter in _HORNED)
    return None if place < 0 else rime[:place] + _HORNED[rime[place]] + rime[place + 1 :]


def _with_tone(rime: str, tone: str) -> str:
    """The tone on its vowel: a marked one, else the last before a consonant, else the first or the middle one."""
    vowels = len(rime) - len(rime.lstrip(_VOWELS))
    marked = max(rime.rfind(letter) for letter in _MARKED)
    if marked >= 0:
        place = marked
    elif vowels < len(rime):
        place = vowels - 1
    else:
        place = 1 if vowels == 3 else 0
    return nfc(rime[: place + 1] + tone + rime[place + 1 :])
