"""Compound questions answered part by part: a question that needs two articles is two questions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from index import Filters
from index.index import Index
from rag.answerability import WORTH_ANSWERING, answerability
from rag.evidence import RankedSentence, rank_sentences
from rag.parts import parts_of
from rag.retriever import retrieve
from rag.types import Passage


@dataclass(frozen=True, slots=True)
class Compound:
    """What answers the parts of a question.

    Attributes:
        passages: Those of all answered parts, numbered through.
        parts: Each answered part, as it was searched for, with its sentences, best first.
        confidence: How likely the articles answer the least likely one of these.
        unanswered: The other parts, as they were searched for.
    """

    passages: tuple[Passage, ...]
    parts: Mapping[str, Sequence[RankedSentence]]
    confidence: float
    unanswered: tuple[str, ...]

    @property
    def ranked(self) -> list[RankedSentence]:
        """The sentences of all parts: the best of each, then the second best of each, and so on."""
        return list(_in_turn(self.parts.values()))


def compound(index: Index, question: str, filters: Filters | None, count: int) -> Compound | None:
    """What answers a compound question; None where it is better answered as one.

    That is where it asks one thing, where the articles hardly answer any part, and where they hardly answer some part
    but likely the whole.

    Args:
        index: The articles.
        question: With accents.
        filters: Which articles may be drawn on.
        count: Most passages.
    """

    def look_for(text: str) -> tuple[list[RankedSentence], float]:
        interpretation = index.interpret(text)
        ranked = rank_sentences(index, interpretation, retrieve(index, interpretation, count, filters))
        return ranked, answerability(index, interpretation, ranked)

    found = {part: look_for(part) for part in parts_of(question)}
    answered = {part: ranked for part, (ranked, confidence) in found.items() if confidence >= WORTH_ANSWERING}
    if not answered or (len(answered) < len(found) and look_for(question)[1] >= WORTH_ANSWERING):
        return None
    passages, parts = _numbered(answered, max(count, len(answered)))
    confidence = min(found[part][1] for part in answered)
    return Compound(passages, parts, confidence, tuple(part for part in found if part not in answered))


def _numbered(
    parts: Mapping[str, Sequence[RankedSentence]], count: int
) -> tuple[tuple[Passage, ...], dict[str, list[RankedSentence]]]:
    """The passages of the best sentences of all parts under new numbers, and the sentences that stand in them."""
    chunks = list(dict.fromkeys(one.passage.chunk.id for one in _in_turn(parts.values())))
    numbers = {chunk: number for number, chunk in enumerate(chunks[:count], 1)}
    renumbered = {
        part: [
            replace(one, passage=replace(one.passage, number=numbers[one.passage.chunk.id]))
            for one in ranked
            if one.passage.chunk.id in numbers
        ]
        for part, ranked in parts.items()
    }
    passages = {one.passage.number: one.passage for ranked in renumbered.values() for one in ranked}
    return tuple(passages[number] for number in sorted(passages)), renumbered


def _in_turn(parts: Iterable[Sequence[RankedSentence]]) -> Iterator[RankedSentence]:
    return (one for group in zip_longest(*parts) for one in group if one is not None)
