"""The vocabulary of answering: from a question to a checked, cited answer."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from index import Article, Chunk, Filters, Interpretation, Span

Mode = Literal["llm", "extractive"]


@dataclass(frozen=True, slots=True)
class Query:
    """A question made ready for searching.

    Attributes:
        text: The question as asked, NFC, trimmed.
        standalone: The question with what a follow-up leaves out put back in.
    """

    text: str
    standalone: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrieved chunk under the number the answer cites it by (1, 2, …).

    Attributes:
        number: Its place among the passages, from 1.
        chunk: The chunk.
        article: Its article.
        score: How well it fits the question; only the order means something.
        also_in: Other articles that hold nearly the same words.
    """

    number: int
    chunk: Chunk
    article: Article
    score: float
    also_in: tuple[Article, ...] = ()

    @property
    def text(self) -> str:
        """The chunk's words."""
        return self.article.text[self.chunk.start : self.chunk.end]

    def to_dict(self) -> dict[str, Any]:
        """The passage with its words as JSON-ready data: what search rows and traces have in common."""
        return {
            "number": self.number,
            "article_id": self.article.id,
            "title": self.article.title,
            "start": self.chunk.start,
            "end": self.chunk.end,
            "text": self.text,
            "score": round(self.score, 4),
        }


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sentences of a passage that may support an answer, as spans of its article's text."""

    passage: Passage
    sentences: tuple[Span, ...]

    def quotes(self) -> tuple[str, ...]:
        """The words of each sentence."""
        text = self.passage.article.text
        return tuple(text[span.start : span.end] for span in self.sentences)


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact words that support a sentence: ``article.text[start:end] == quote``, always.

    Attributes:
        number: The citation's number in the answer, from 1, in order of first use.
        article_id: The cited article.
        start: First character of the quote in the article's text.
        end: One past its last character.
        quote: The words themselves.
        support: How much of the sentence the quote carries, in [0, 1].
        answer: The words within the quote that answer the question, as a span of the article's text; None where the
            reader points at none.
    """

    number: int
    article_id: str
    start: int
    end: int
    quote: str
    support: float
    answer: Span | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer, emitted once it is checked and never taken back.

    Attributes:
        text: The sentence, without markers.
        citations: What supports it; empty when it is not verified.
        verified: Whether its words, numbers and dates were found in the articles.
    """

    text: str
    citations: tuple[Citation, ...]
    verified: bool

    @property
    def marked_text(self) -> str:
        """The sentence with its ``[n]`` markers behind it, as it stands in ``Answer.text``."""
        markers = "".join(f"[{number}]" for number in sorted(citation.number for citation in self.citations))
        return f"{self.text} {markers}".rstrip()


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished answer. On refusal ``citations`` is empty and ``passages`` holds the nearest articles.

    Attributes:
        text: What the reader sees, with ``[n]`` markers after cited sentences.
        sentences: Its sentences, in order.
        citations: Every citation, numbered from 1 in order of first use.
        passages: What was retrieved, best first.
        refused: Whether the articles do not answer the question.
        mode: "llm" when a language model worded it, "extractive" when it quotes the articles.
        timings: Seconds from the question: "retrieval", "first" (first sentence shown), "total".
        fingerprints: What made the answer: index, sentence model, reader, language model, prompt.
        standalone: The question as it was searched for: a follow-up with what it leaves out put back.
        confidence: How likely the articles answer the question, in [0, 1].
        notice: What the reader should know of how the answer came about: that a model failed, or that a part of the
            question is not answered; or empty.
        dropped: Number of drafted sentences that were not shown, because nothing supports them.
        unanswered: Parts of a compound question that the articles do not answer.
        model_failed: Whether the model failed and the articles are quoted in its place.
    """

    text: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    passages: tuple[Passage, ...]
    refused: bool
    mode: Mode
    timings: Mapping[str, float] = field(hash=False)
    fingerprints: Mapping[str, str] = field(hash=False)
    standalone: str
    confidence: float
    notice: str
    dropped: int
    unanswered: tuple[str, ...] = ()
    model_failed: bool = False

    @property
    def short(self) -> str:
        """The words of the first citation that answer the question, such as a name or a number; "" without any."""
        found = next((one for one in self.citations if one.answer is not None), None)
        if found is None or found.answer is None:
            return ""
        return " ".join(found.quote[found.answer.start - found.start : found.answer.end - found.start].split())

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON-ready data: the form of ``hoidap ask --json``, the API and evaluation rows."""
        return {
            "text": self.text,
            "short": self.short,
            "refused": self.refused,
            "mode": self.mode,
            "sentences": [
                {"text": s.text, "verified": s.verified, "citations": [c.number for c in s.citations]}
                for s in self.sentences
            ],
            "citations": [asdict(citation) for citation in self.citations],
            "passages": [
                {
                    "number": passage.number,
                    "article_id": passage.article.id,
                    "title": passage.article.title,
                    "published": passage.article.published.isoformat() if passage.article.published else None,
                    "score": round(passage.score, 4),
                    "also_in": [article.id for article in passage.also_in],
                }
                for passage in self.passages
            ],
            "timings": dict(self.timings),
            "fingerprints": dict(self.fingerprints),
            "standalone": self.standalone,
            "confidence": round(self.confidence, 4),
            "notice": self.notice,
            "dropped": self.dropped,
            "unanswered": list(self.unanswered),
            "model_failed": self.model_failed,
        }


@dataclass(frozen=True, slots=True)
class Retrieved:
    """First event of a streamed answer: the passages it will draw on, and the question as it was searched for."""

    passages: tuple[Passage, ...]
    standalone: str


@dataclass(frozen=True, slots=True)
class Finished:
    """Last event of a streamed answer."""

    answer: Answer


Event = Retrieved | Sentence | Finished
Message = Mapping[str, Any]
History = Sequence[Message]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of the pipeline.

    Attributes:
        question: As typed.
        history: Earlier turns.
        filters: Which articles may be drawn on.
        stopped: When set, the model is told to stop at once.
    """

    question: str
    history: History = ()
    filters: Filters | None = None
    stopped: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search finds.

    Attributes:
        question: As it was searched for.
        passages: The best ones, best first.
    """

    question: Interpretation
    passages: tuple[Passage, ...]

    def highlights(self, passage: Passage) -> list[Span]:
        """Where words of the question stand in a passage, as spans of its own text."""
        from rag.search_highlights import highlights

        return highlights(self.question, passage.text)

    def rows(self) -> list[dict[str, Any]]:
        """The passages as JSON-ready data: the form of ``hoidap search --json``, the API and the MCP tool."""
        return [
            {
                **passage.to_dict(),
                "source": passage.article.source,
                "published": passage.article.published.isoformat() if passage.article.published else None,
                "url": passage.article.url,
                "highlights": [
                    [passage.chunk.start + span.start, passage.chunk.start + span.end]
                    for span in self.highlights(passage)
                ],
                "also_in": [article.id for article in passage.also_in],
            }
            for passage in self.passages
        ]
