"""The reader: what it is given and what it decides. Rules or a network may stand behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from index import Span
from rag.analysis import AnalysedQuestion, AnalysedText
from rag.types import Passage


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """A sentence of a passage that may answer.

    Attributes:
        passage: Where it stands.
        span: Its place in the article's text.
        score: How well it answers; only differences mean something.
        answer: The words in it that answer, as a span of the article's text; None where the reader points at none.
    """

    passage: Passage
    span: Span
    score: float
    answer: Span | None = None

    @property
    def text(self) -> str:
        """Its words."""
        return self.passage.article.text[self.span.start : self.span.end]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader makes of the passages of a question.

    Attributes:
        sentences: Every sentence that may answer, best first.
        quotes: Those to show as the answer where no model words it, in the order of showing.
        probability: That the passages answer the question, in [0, 1].
    """

    sentences: Sequence[ReadSentence]
    quotes: Sequence[ReadSentence]
    probability: float


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of an answer beside what should bear it out.

    Attributes:
        text: The sentence, or the whole of a short answer.
        quotes: Sentences of the articles that carry most of it.
        context: The passages that these stand in, and the titles.
        question: What was asked; its words are no news and prove nothing. "" when nothing was.
    """

    text: str
    quotes: Sequence[AnalysedText]
    context: Sequence[AnalysedText]
    question: str = ""


class Reader(Protocol):
    """Reads passages for a question, and claims beside their sources. Safe to share between threads."""

    @property
    def fingerprint(self) -> str:
        """Names what decides: rules or weights."""
        ...

    def read(self, question: AnalysedQuestion, passages: Sequence[Passage]) -> Reading:
        """Which sentences answer, where in them, and how likely the question is answered at all.

        Args:
            question: As it was searched for.
            passages: What was found, best first.
        """
        ...

    def supports(self, claims: Sequence[Claim]) -> list[float]:
        """Probability that its sources bear each claim out, in [0, 1]."""
        ...
