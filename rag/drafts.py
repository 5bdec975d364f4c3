"""A model's draft, as it streams in, cut into sentences and the markers it wrote."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from index.vietnamese import fold, nfc, split_sentences
from rag.matching import long_content_words, long_words

# "[1]", "[1, 2]"; "[2024]" is a year and stays in the text.
_MARKER = re.compile(r"\s*\[\s*(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\s*\]")
# Markers behind the full stop belong to the sentence that it ends.
_BEHIND = re.compile(rf"([.!?…]+[\"'”’»)]*)((?:{_MARKER.pattern})+)(\s|$)")
_UNFINISHED = re.compile(r"\[[\d\s,;]*")
# What models add around a sentence: the number or bullet of a list item, bold type, a marker cut off at the end.
_DECORATION = re.compile(r"^(?:\d{1,2}[.)]|[-*•])\s+|\*\*|\s*\[\d*$")
_NOT_FOUND = "khong tim thay"


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """One sentence of a draft.

    Attributes:
        text: Its words, markers removed.
        hints: Passage numbers the model wrote; a hint of where it looked, never evidence.
    """

    text: str
    hints: frozenset[int]


class DraftSplitter:
    """Collects streamed text and yields each sentence once the next one has begun.

    Markers arrive in pieces ("[", "1]") and behind the full stop; waiting for the next sentence's first word
    puts both right.
    """

    def __init__(self) -> None:
        self._pending = ""

    def feed(self, text: str) -> Iterator[DraftSentence]:
        """Take a piece of the draft; yield the sentences it completes."""
        self._pending = _BEHIND.sub(r"\2\1\4", self._pending + text)
        starts = [span.start for span in split_sentences(self._pending)]
        if starts and _UNFINISHED.fullmatch(self._pending, starts[-1]):
            starts.pop()
        for start, end in pairwise(starts):
            yield from _sentence(self._pending[start:end])
        if len(starts) > 1:
            self._pending = self._pending[starts[-1] :]

    def finish(self) -> Iterator[DraftSentence]:
        """Yield what is left when the draft has ended."""
        rest, self._pending = self._pending, ""
        for span in split_sentences(rest):
            yield from _sentence(rest[span.start : span.end])


def says_not_found(sentence: str) -> bool:
    """Whether the sentence only says that the passages hold no answer."""
    return fold(sentence).strip(" .:!\"'").startswith(_NOT_FOUND)


def carries(sentence: str, answer: str) -> bool:
    """Whether a sentence says an answer: half of its words that name something, and all of its numbers.

    >>> carries("Xã có 12 thôn.", "12 thôn"), carries("Xã có nhiều thôn.", "12 thôn")
    (True, False)
    """
    said = {word.folded for word in long_words(sentence)}
    wanted = [word.folded for word in long_content_words(answer) or long_words(answer)]
    present = [word in said for word in wanted]
    numbers = all(there for word, there in zip(wanted, present, strict=True) if word[0].isdecimal())
    return bool(wanted) and numbers and 2 * sum(present) >= len(present)


def repeats(sentence: str, question: str) -> bool:
    """Whether a sentence adds no word that names something to the question.

    >>> repeats("Xã có bao nhiêu hộ nghèo.", "Xã có bao nhiêu hộ nghèo?")
    True
    """
    asked = {word.folded for word in long_content_words(question)}
    return all(word.folded in asked for word in long_content_words(sentence))


def _sentence(text: str) -> Iterator[DraftSentence]:
    hints = frozenset(int(number) for match in _MARKER.finditer(text) for number in re.findall(r"\d+", match[1]))
    bare = _DECORATION.sub("", " ".join(nfc(_MARKER.sub("", text)).split()))
    if any(character.isalnum() for character in bare):
        yield DraftSentence(bare, hints)
