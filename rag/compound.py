"""Compound questions answered part by part: a question that needs two articles is two questions."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from rag.question_parts import parts_of
from rag.reader import Reading, ReadSentence
from rag.refusal import is_worth_answering
from rag.types import Passage


@dataclass(frozen=True, slots=True)
class Compound:
    """What answers the parts of a question.

    Attributes:
        passages: Those of all answered parts, numbered through.
        parts: Each answered part, as it was searched for, with what was read of it.
        probability: That the articles answer the least likely one of these.
        unanswered: The other parts, as they were searched for.
    """

    passages: tuple[Passage, ...]
    parts: Mapping[str, Reading]
    probability: float
    unanswered: tuple[str, ...]

    @property
    def sentences(self) -> list[ReadSentence]:
        """The sentences of all parts: the best of each, then the second best of each, and so on."""
        return list(_in_turn(reading.sentences for reading in self.parts.values()))


def compound(question: str, read: Callable[[str], Reading], count: int) -> Compound | None:
    """What answers a compound question; None where it is better answered as one.

    That is where it asks one thing, where the articles hardly answer any part, and where they hardly answer some part
    but likely the whole.

    Args:
        question: With accents.
        read: Searches for a question and reads what is found.
        count: Most passages.
    """
    found = {part: read(part) for part in parts_of(question)}
    answered = {part: reading for part, reading in found.items() if is_worth_answering(reading.probability)}
    if not answered or (len(answered) < len(found) and is_worth_answering(read(question).probability)):
        return None
    passages, parts = _numbered(answered, max(count, len(answered)))
    probability = min(reading.probability for reading in answered.values())
    return Compound(passages, parts, probability, tuple(part for part in found if part not in answered))


def _numbered(parts: Mapping[str, Reading], count: int) -> tuple[tuple[Passage, ...], dict[str, Reading]]:
    """The passages of the best sentences of all parts under new numbers, and the sentences that stand in them."""
    best = _in_turn(reading.sentences for reading in parts.values())
    chunks = list(dict.fromkeys(one.passage.chunk.id for one in best))
    numbers = {chunk: number for number, chunk in enumerate(chunks[:count], 1)}

    def renumbered(sentences: Sequence[ReadSentence]) -> list[ReadSentence]:
        return [
            replace(one, passage=replace(one.passage, number=numbers[one.passage.chunk.id]))
            for one in sentences
            if one.passage.chunk.id in numbers
        ]

    readings = {
        part: replace(reading, sentences=renumbered(reading.sentences), quotes=renumbered(reading.quotes))
        for part, reading in parts.items()
    }
    passages = {one.passage.number: one.passage for reading in readings.values() for one in reading.sentences}
    return tuple(passages[number] for number in sorted(passages)), readings


def _in_turn(parts: Iterable[Sequence[ReadSentence]]) -> Iterator[ReadSentence]:
    return (one for group in zip_longest(*parts) for one in group if one is not None)
