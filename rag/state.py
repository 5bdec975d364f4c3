"""What is known of one answer on its way through the pipeline."""

from dataclasses import dataclass, field

from rag.analysis import AnalysedQuestion
from rag.compound import Compound
from rag.reader import Reading
from rag.types import Evidence, Passage, Query


@dataclass(slots=True)
class State:
    """What is known of an answer on its way; every step fills in its own part.

    Attributes:
        started: On the clock ``time.perf_counter``.
        query: The question cleaned, a follow-up made standalone.
        question: What it means, analysed.
        compound: Its parts with what answers them; None for a question that asks one thing.
        passages: What was found.
        retrieved: When they were, on the same clock.
        reading: What the reader makes of them.
        evidence: What the model is given.
        failure: Why it failed, if it did.
    """

    started: float
    query: Query
    question: AnalysedQuestion
    compound: Compound | None = None
    passages: tuple[Passage, ...] = ()
    retrieved: float = 0.0
    reading: Reading = field(default_factory=lambda: Reading((), (), 0.0))
    evidence: tuple[Evidence, ...] = ()
    failure: str = ""
