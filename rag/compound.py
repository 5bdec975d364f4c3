"""Compound questions answered part by part: a question that needs two articles is two questions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rag.numbering import in_turn, numbered
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
        return list(in_turn(reading.sentences for reading in self.parts.values()))


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
    passages, parts = numbered(answered, max(count, len(answered)))
    probability = min(reading.probability for reading in answered.values())
    return Compound(passages, parts, probability, tuple(part for part in found if part not in answered))
