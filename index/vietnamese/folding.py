"""Forms of Vietnamese text for matching: what differs only by typing habit becomes equal.

Folded forms are never shown. ``fold`` keeps the length of NFC text, so an offset found in the folded text
is an offset in the original.
"""

import re
import unicodedata
from functools import lru_cache

TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")  # huyền, sắc, ngã, hỏi, nặng
_I_FOR_Y_AFTER = frozenset("hklmstv")  # kỹ/kĩ, lý/lí, mỹ/mĩ, hy/hi … are spelling variants; "quy", "thuy" are not

# An open rime with the tone on its second letter; "quý" and "quà" have no other place for it.
_OPEN_RIME = re.compile(r"(?<!q)(?:(o)([àáảãạèéẻẽẹ])|(u)([ỳýỷỹỵ]))(?!\w)", re.IGNORECASE)


_LOOKALIKES = {0xD0: "Đ", 0xF0: "đ"}


class _FoldTable(dict[int, str]):
    """Translation table for ``str.translate``, filled as characters are met."""

    def __missing__(self, code_point: int) -> str:
        character = chr(code_point)
        base = unicodedata.normalize("NFD", character)[0].lower()
        folded = "d" if character in "đĐ" else base if len(base) == 1 else character
        self[code_point] = folded
        return folded


_FOLD = _FoldTable()


def nfc(text: str) -> str:
    """The form in which every text is stored and compared: marks composed (NFC), Icelandic Ð and ð as Đ and đ.

    Old keyboards and fonts put the Icelandic letters for the Vietnamese ones, which look alike. They are replaced in
    any text: an Icelandic name among Vietnamese articles is rarer, and found all the same, for questions are read so,
    too. Each character stays one, so that offsets hold.

    >>> nfc("Ðại hội ðoàn")
    'Đại hội đoàn'
    """
    return unicodedata.normalize("NFC", text).translate(_LOOKALIKES)


def fold(text: str) -> str:
    """Lower-case without accents, đ as d, one character for each character of ``text``.

    >>> fold("Đổi mới ở Cam Lộ")
    'doi moi o cam lo'
    """
    return text.translate(_FOLD)


def has_accents(text: str) -> bool:
    """Whether any letter carries a Vietnamese accent (đ counts).

    >>> has_accents("cải cách"), has_accents("cai cach")
    (True, False)
    """
    return fold(text) != text.lower()


def usual_tone_placement(text: str) -> str:
    """NFC ``text`` with the tone of open "oa", "oe" and "uy" where most newspapers put it: hòa, hòe, thủy.

    Sentence models take "hoà" and "hòa" for different words.

    >>> usual_tone_placement("Xã Hoà Hiệp, Thuỷ Khê, quý, hoàn, HOÀ")
    'Xã Hòa Hiệp, Thủy Khê, quý, hoàn, HÒA'
    """
    return _OPEN_RIME.sub(_tone_forward, text)


def _tone_forward(match: re.Match[str]) -> str:
    first, second = filter(None, match.groups())
    decomposed = unicodedata.normalize("NFD", second)
    return nfc(first + decomposed[1:]) + decomposed[0]


@lru_cache(maxsize=200_000)
def syllable_key(syllable: str) -> str:
    """Accented form of one syllable that ignores case, tone placement and i/y variants.

    The tone mark moves behind the letters, so the old and the new placement give the same key.

    >>> syllable_key("Hoà") == syllable_key("hòa"), syllable_key("kỹ") == syllable_key("kĩ")
    (True, True)
    >>> syllable_key("hoa") == syllable_key("hòa")
    False
    """
    decomposed = unicodedata.normalize("NFD", syllable.lower())
    tone = "".join(mark for mark in decomposed if mark in TONES)
    letters = unicodedata.normalize("NFC", "".join(mark for mark in decomposed if mark not in TONES))
    if letters.endswith("y") and (letters[:-1] in _I_FOR_Y_AFTER or letters == "quy"):
        letters = letters[:-1] + "i"
    return letters + tone
