"""Whether streamed text is an answer at all: in Vietnamese, and not going round in circles."""

import re
import unicodedata

from index.vietnamese import has_accents

# What is judged at a time: some nine Vietnamese words, of which hardly any nine carry no accent.
_JUDGED_CHARACTERS = 40
# A name in another script may be quoted; a window of letters with more than this share of them is no Vietnamese.
_MOST_FOREIGN_LETTERS = 0.3
_FEWEST_WORDS_TO_JUDGE = 4
# A phrase of this many words or more said twice in a row is a loop; a shorter one only when said four times, for a
# sentence may well end in the long name that the next one begins with.
_PHRASE_WORDS = 8
_SHORT_PHRASE_TIMES = 4
_WORD = re.compile(r"[^\W\d]+|\d[\d.,:/]*")


class FluentText:
    """Lets the sound part of a stream through.

    Nothing passes before the beginning has been judged, so that a foreign answer can be asked for again without
    the reader having seen it. Later on the text ends where it turns to another script or to a loop.

    Attributes:
        ended: Whether the rest of the stream is of no use.
    """

    def __init__(self) -> None:
        self.ended = False
        self._held = ""
        self._passed = ""

    def feed(self, text: str) -> str:
        """Take a piece of the stream; give what may be passed on."""
        if self.ended:
            return ""
        if goes_in_circles(self._passed + self._held + text):
            sound = self._judged()
            self.ended = True
            return sound
        self._held += text
        if not self._passed and len(self._held) < _JUDGED_CHARACTERS:
            return ""
        return self._judged()

    def finish(self) -> str:
        """Give what is left when the stream has ended."""
        return "" if self.ended else self._judged()

    def _judged(self) -> str:
        held, self._held = self._held, ""
        recent = (self._passed + held)[-_JUDGED_CHARACTERS:]
        self.ended = _in_another_script(recent) if self._passed else not is_vietnamese(held)
        if self.ended:
            return ""
        self._passed += held
        return held


def is_vietnamese(text: str) -> bool:
    """Whether a line of text has words and may be Vietnamese; too short a one is taken as it is.

    >>> is_vietnamese("Thư viện mở cửa"), is_vietnamese("M-Score"), is_vietnamese("The library is open")
    (True, True, False)
    >>> is_vietnamese("图书馆每月服务"), is_vietnamese("[1].")
    (False, False)
    """
    words = [word for word in _WORD.findall(text) if word.isalpha()]
    if _in_another_script(text) or not any(character.isalnum() for character in re.sub(r"\[\d*\]?", "", text)):
        return False
    return len(words) < _FEWEST_WORDS_TO_JUDGE or has_accents(text)


def goes_in_circles(text: str) -> bool:
    """Whether the text ends in a phrase that it has just said.

    >>> goes_in_circles("Huyện đạt tám. " * 4), goes_in_circles("đến thư viện Bến Đá. Thư viện Bến Đá mở cửa")
    (True, False)
    """
    words = _WORD.findall(text)
    return any(
        _repeated(words, length, 2 if length >= _PHRASE_WORDS else _SHORT_PHRASE_TIMES)
        for length in range(1, len(words) // 2 + 1)
    )


def _repeated(words: list[str], length: int, times: int) -> bool:
    tail = words[-length * times :]
    return len(tail) == length * times and tail == tail[:length] * times


def _in_another_script(text: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    foreign = [letter for letter in letters if not unicodedata.name(letter, "").startswith("LATIN")]
    return len(foreign) > _MOST_FOREIGN_LETTERS * len(letters)
