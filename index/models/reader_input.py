"""What the reader's network reads: a question (or a claim) beside a text, as tokens whose sentences are known."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.types import Span

if TYPE_CHECKING:
    from tokenizers import Tokenizer

WINDOW = 384
"""Most tokens of a question and a text together."""
_SECOND = 1  # the tokenizer's number of the second text of a pair


@dataclass(frozen=True, slots=True)
class ReaderInput:
    """A pair as tokens.

    Attributes:
        ids: Token ids, special ones included.
        offsets: Characters of the text that each token stands for; None for tokens of the question, of the head and
            for special ones.
        sentences: Range of tokens of each sentence, ``ids[first:end]``; None for one that the window cuts off.
    """

    ids: Sequence[int]
    offsets: Sequence[Span | None]
    sentences: Sequence[tuple[int, int] | None]

    def tokens_of(self, span: Span) -> tuple[int, int] | None:
        """First and last token of some characters of the text; None where the window cuts them off."""
        within = [
            at
            for at, one in enumerate(self.offsets)
            if one is not None and one.end > span.start and one.start < span.end
        ]
        if not within or self.offsets[within[-1]].end < span.end:  # type: ignore[union-attr]
            return None
        return within[0], within[-1]


def reader_input(
    tokenizer: "Tokenizer", question: str, head: str, text: str, sentences: Sequence[Span], window: int
) -> ReaderInput:
    """A question beside a text under its head.

    Args:
        tokenizer: Of the sentence model, without truncation and padding.
        question: Or a claim.
        head: What the text stands under, such as the title of its article; it is read but holds no answer.
        text: The passage.
        sentences: Spans of its sentences, in order.
        window: Most tokens; the end of the text is cut off.
    """
    prefix = f"{head.rstrip('. ')}. " if head.strip() else ""
    encoded = tokenizer.encode(question, prefix + text)
    ids, offsets = encoded.ids, encoded.offsets
    if len(ids) > window:
        ids = [*ids[: window - 1], ids[-1]]
        offsets = [*offsets[: window - 1], (0, 0)]
    starts = [span.start for span in sentences]
    spans: list[Span | None] = []
    ranges: list[tuple[int, int] | None] = [None] * len(sentences)
    for at, (start, end) in enumerate(offsets):
        if encoded.sequence_ids[at] != _SECOND or end <= max(start, len(prefix)):
            spans.append(None)
            continue
        # A token may begin with the space before its word: its last character tells where it belongs.
        spans.append(Span(max(0, start - len(prefix)), end - len(prefix)))
        number = bisect_right(starts, end - len(prefix) - 1) - 1
        if number >= 0:
            first = ranges[number]
            ranges[number] = (at, at + 1) if first is None else (first[0], at + 1)
    return ReaderInput(ids, spans, ranges)


def reader_inputs(
    tokenizer: "Tokenizer", question: str, head: str, text: str, sentences: Sequence[Span], window: int
) -> Iterator[tuple[int, ReaderInput]]:
    """A question beside a text that may be longer than the window, in as many pairs as it takes.

    Args:
        tokenizer: As of ``reader_input``.
        question: Or a claim; of one that would fill the window the beginning is read.
        head: What the text stands under; the same holds.
        text: The passage.
        sentences: Spans of its sentences, in order.
        window: Most tokens of a pair.

    Yields:
        Number of the first sentence that the pair reads for, and the pair; its spans are those of ``text`` from the
        beginning of that sentence on. A sentence longer than the window is read as far as it fits.
    """
    question, head = _beginning(tokenizer, question, window // 3), _beginning(tokenizer, head, window // 6)
    first = 0
    while first < len(sentences):
        begin = sentences[first].start
        rest = [Span(one.start - begin, one.end - begin) for one in sentences[first:]]
        pair = reader_input(tokenizer, question, head, text[begin:], rest, window)
        whole = max((at + 1 for at, span in enumerate(rest) if pair.tokens_of(span) is not None), default=1)
        ranges = [tokens if at < whole else None for at, tokens in enumerate(pair.sentences)]
        yield first, replace(pair, sentences=ranges)
        first += whole


def _beginning(tokenizer: "Tokenizer", text: str, most: int) -> str:
    """As much of a text as its first ``most`` tokens stand for."""
    offsets = tokenizer.encode(text, add_special_tokens=False).offsets
    return text if len(offsets) <= most else text[: offsets[most - 1][1]]
