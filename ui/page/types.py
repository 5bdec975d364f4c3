"""Questions and what has come of them so far: what a conversation on the page shows, and what is kept of it.

A turn holds what a reader sees and nothing heavier: an article stands in it by its id and byline, its text is read
from the index when the reader opens it. So a turn is small, and what is stored is what was shown.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from index import Article
from rag import Answer, Citation, Event, Passage, Retrieved, Sentence

Rating = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Source:
    """An article as it is named on the page, with the others that hold nearly the same words."""

    article_id: str
    title: str
    byline: str
    also_in: tuple["Source", ...] = ()


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reader thinks of an answer: a thumb, and for one that points down a reason and a few words."""

    rating: Rating
    reason: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and the answer as far as it has come.

    Attributes:
        question: The question as asked.
        articles_searched: How many articles were searched.
        standalone: The question as it was searched for, once that is known.
        sources: The articles found, once each, best first; None while searching.
        sentences: The sentences shown so far.
        text: The finished answer as text; "" until then.
        refused: Whether the articles do not answer the question.
        quoting: Whether the answer quotes the articles, without a language model.
        notice: What the reader should know of how the answer came about, such as a model that failed; or "".
        finished: Whether the answer is whole.
        problem: One line that says what went wrong, or "".
        stopped: Whether the reader stopped it.
        suggestions: Questions that may come next and that the articles answer.
        feedback: What the reader thinks of it, if that was said.
        rating_down: Whether the form that asks what is wrong is open.
        stored: The turn's number in the database, once it is there.
    """

    question: str
    articles_searched: int
    standalone: str = ""
    sources: tuple[Source, ...] | None = None
    sentences: tuple[Sentence, ...] = ()
    text: str = ""
    refused: bool = False
    quoting: bool = False
    notice: str = ""
    finished: bool = False
    problem: str = ""
    stopped: bool = False
    suggestions: tuple[str, ...] = ()
    feedback: Feedback | None = None
    rating_down: bool = False
    stored: int | None = None

    @property
    def running(self) -> bool:
        """Whether more may come."""
        return not (self.finished or self.problem or self.stopped)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation shown so far, once, by number."""
        shown = {citation.number: citation for sentence in self.sentences for citation in sentence.citations}
        return tuple(shown[number] for number in sorted(shown))

    def title_of(self, article_id: str) -> str:
        """The title of a source, or "" for an article that is none."""
        return next((source.title for source in self.sources or () if source.article_id == article_id), "")

    def after(self, event: Event) -> "Turn":
        """The turn once ``event`` has come."""
        if isinstance(event, Retrieved):
            return replace(self, standalone=event.standalone, sources=_sources(event.passages))
        if isinstance(event, Sentence):
            return replace(self, sentences=(*self.sentences, event))
        return self._finished(event.answer)

    def _finished(self, answer: Answer) -> "Turn":
        return replace(
            self,
            standalone=answer.standalone,
            sources=_sources(answer.passages),
            sentences=answer.sentences,
            text=answer.text,
            refused=answer.refused,
            quoting=answer.mode == "extractive",
            notice=answer.notice,
            finished=True,
        )

    def messages(self) -> Iterator[dict[str, str]]:
        """A finished turn as the messages that ``Assistant.stream`` takes; nothing before that."""
        if self.finished:
            yield {"role": "user", "content": self.question}
            yield {"role": "assistant", "content": self.text}


def source_of(article: Article) -> Source:
    """The article as it is named on the page."""
    published = f"{article.published:%d/%m/%Y}" if article.published else ""
    parts = (article.source, published, article.author)
    return Source(article.id, article.title, " · ".join(part for part in parts if part))


def _sources(passages: tuple[Passage, ...]) -> tuple[Source, ...]:
    found: dict[str, Source] = {}
    for passage in passages:
        source = found.get(passage.article.id) or source_of(passage.article)
        also_in = {other.article_id: other for other in (*source.also_in, *map(source_of, passage.also_in))}
        found[source.article_id] = replace(source, also_in=tuple(also_in.values()))
    return tuple(found.values())
