"""Passages in the order in which they answer, under the numbers by which the answer cites them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

from rag.reader import Reading, ReadSentence
from rag.types import Passage


def numbered(
    readings: Mapping[str, Reading], count: int, others: Sequence[Passage] = ()
) -> tuple[tuple[Passage, ...], dict[str, Reading]]:
    """The passages of some readings by their best sentences, and the readings with the sentences that stand in them.

    Args:
        readings: Of one question, or of each part of it.
        count: Most passages.
        others: Passages that follow, if no sentence of theirs was read.
    """
    best = [*(one.passage for one in in_turn(reading.sentences for reading in readings.values())), *others]
    chunks = list(dict.fromkeys(passage.chunk.id for passage in best))[:count]
    numbers = {chunk: number for number, chunk in enumerate(chunks, 1)}

    def renumbered(sentences: Sequence[ReadSentence]) -> list[ReadSentence]:
        return [
            replace(one, passage=replace(one.passage, number=numbers[one.passage.chunk.id]))
            for one in sentences
            if one.passage.chunk.id in numbers
        ]

    passages = {passage.chunk.id: passage for passage in reversed(best)}
    return tuple(replace(passages[chunk], number=numbers[chunk]) for chunk in chunks), {
        part: replace(reading, sentences=renumbered(reading.sentences), quotes=renumbered(reading.quotes))
        for part, reading in readings.items()
    }


def in_turn(parts: Iterable[Sequence[ReadSentence]]) -> Iterator[ReadSentence]:
    """The best sentence of each part, then the second best of each, and so on."""
    return (one for group in zip_longest(*parts) for one in group if one is not None)
