"""Questions and what has come of them so far: the state behind a conversation on the page."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from threading import Lock
from typing import ClassVar

from index import Article
from rag import Answer, Citation, Event, Passage, Retrieved, Sentence


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and the answer as far as it has come.

    Attributes:
        question: The question as asked.
        articles_searched: How many articles the index held.
        passages: What was retrieved; None while searching.
        sentences: The sentences shown so far.
        answer: The finished answer; None until then.
        problem: One line that says what went wrong, or "".
        stopped: Whether the reader stopped it.
    """

    question: str
    articles_searched: int
    passages: tuple[Passage, ...] | None = None
    sentences: tuple[Sentence, ...] = ()
    answer: Answer | None = None
    problem: str = ""
    stopped: bool = False

    @property
    def running(self) -> bool:
        """Whether more may come."""
        return self.answer is None and not self.problem and not self.stopped

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation shown so far, once, by number."""
        shown = {citation.number: citation for sentence in self.sentences for citation in sentence.citations}
        return tuple(shown[number] for number in sorted(shown))

    @property
    def sources(self) -> tuple[Article, ...]:
        """The articles of the passages, once each, best first."""
        return tuple({passage.article.id: passage.article for passage in self.passages or ()}.values())

    def after(self, event: Event) -> "Turn":
        """The turn once ``event`` has come."""
        if isinstance(event, Retrieved):
            return replace(self, passages=event.passages)
        if isinstance(event, Sentence):
            return replace(self, sentences=(*self.sentences, event))
        return replace(self, passages=event.answer.passages, sentences=event.answer.sentences, answer=event.answer)

    def messages(self) -> Iterator[dict[str, str]]:
        """A finished turn as the messages that ``Assistant.stream`` takes; nothing before that."""
        if self.answer is not None:
            yield {"role": "user", "content": self.question}
            yield {"role": "assistant", "content": self.answer.text}


class Conversation:
    """The turns of one session, shared by the handlers that answer, stop and clear.

    One question is answered at a time. Stopping only says so here: a turn that was stopped or cleared takes no more
    events, and whoever was answering it gives up at the next one. Gradio's own ``cancels`` waits for the running
    step of a generator, which is seconds with a language model, and fails when the event has just ended.
    """

    _changing: ClassVar = Lock()

    def __init__(self) -> None:
        self.turns: tuple[Turn, ...] = ()

    @property
    def running(self) -> bool:
        """Whether a question is being answered."""
        return bool(self.turns) and self.turns[-1].running

    def history(self) -> list[dict[str, str]]:
        """The finished turns as messages."""
        return [message for turn in self.turns for message in turn.messages()]

    def begin(self, turn: Turn) -> bool:
        """Add a turn, unless another is still running; whether it was added."""
        with self._changing:
            if self.running:
                return False
            self.turns = (*self.turns, turn)
            return True

    def replace(self, turn: Turn, later: Turn) -> bool:
        """Put ``later`` in the place of the running ``turn``; whether that was still there."""
        with self._changing:
            if not self.turns or self.turns[-1] is not turn:
                return False
            self.turns = (*self.turns[:-1], later)
            return True

    def end(self, problem: str = "") -> None:
        """Let nothing run: a last turn that does is now stopped, or failed with ``problem``."""
        with self._changing:
            if self.running:
                self.turns = (*self.turns[:-1], replace(self.turns[-1], problem=problem, stopped=not problem))

    def clear(self) -> None:
        """Forget every turn."""
        with self._changing:
            self.turns = ()
