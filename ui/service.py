"""The one way in which every front asks: in line, under a number of its own, counted and logged.

The page, Gradio's API, MCP and the OpenAI protocol all call ``Service.ask``, so limits, metrics and logs cannot
differ between them.
"""

import logging
import secrets
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Literal

from index import Filters, HoidapError
from rag import Answer, Assistant, Event, Finished
from rag.follow_ups import prepare_query
from rag.types import History
from ui.server.logs import LOGGER
from ui.server.metrics import Metrics
from ui.server.queue import FairQueue
from ui.settings import PageSettings

Door = Literal["page", "api", "mcp", "openai"]

_LOOK_SECONDS = 0.25  # how soon a question that waits notices that nobody wants it any more

_log = logging.getLogger(LOGGER)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Comes before the events of an answer while others are answered. ``place``: which in line, from 1."""

    place: int


class Service:
    """Takes questions from all doors.

    Args:
        settings: How many at a time, how many may wait, and whether questions are logged.
        metrics: Where they are counted.

    Attributes:
        capacity: Most questions it holds at a time.
        closing: Whether it is ending.
    """

    def __init__(self, settings: PageSettings, metrics: Metrics) -> None:
        self._metrics = metrics
        self._log_questions = settings.log_questions
        self._lanes = {
            "quoting": FairQueue(settings.quoting, settings.waiting, settings.waiting_each),
            "model": FairQueue(settings.answering, settings.waiting, settings.waiting_each),
        }
        self.closing = False
        self.capacity = settings.quoting + settings.answering + 2 * settings.waiting
        for name, lane in self._lanes.items():
            metrics.watch(name, lambda lane=lane: lane.running, lambda lane=lane: lane.waiting)  # type: ignore[misc]

    def ask(
        self,
        assistant: Assistant,
        question: str,
        history: History = (),
        filters: Filters | None = None,
        *,
        door: Door,
        owner: str,
        stopped: threading.Event | None = None,
    ) -> "Asked":
        """Put a question in line; its ``events`` have to be read, to the end or until closed.

        Args:
            assistant: What answers.
            question: As of ``Assistant.stream``.
            history: As of ``Assistant.stream``.
            filters: As of ``Assistant.stream``.
            door: Where the question came in.
            owner: Whose it is, for a fair share.
            stopped: Ends the answer when set.

        Raises:
            QuestionError: The question is empty or too long.
            TooBusy: Too many are waiting.
            ShuttingDown: The server is ending.
        """
        asked = Asked(assistant, question, history, filters, door, stopped or threading.Event(), self._metrics)
        if self._log_questions:
            asked.facts["question"] = question
        try:
            prepare_query(question, history)  # one that cannot be asked need not wait to be told so
            asked.take_place(self._lanes["quoting" if assistant.quotes_only else "model"], owner)
        except HoidapError as error:
            asked.ended("rejected", error)
            raise
        return asked

    def answer(
        self, assistant: Assistant, question: str, history: History, *, door: Door, owner: str
    ) -> dict[str, Any]:
        """The whole answer as JSON-ready data, with the number it is logged under.

        Raises:
            HoidapError: As of ``ask``, or the answering failed.
        """
        asked = self.ask(assistant, question, history, door=door, owner=owner)
        answers = [event.answer for event in asked.events() if isinstance(event, Finished)]
        return {"request_id": asked.id, **answers[-1].to_dict()}

    @property
    def has_line(self) -> bool:
        """Whether somebody waits; what can be left out should be, then."""
        return any(lane.waiting for lane in self._lanes.values())

    def close(self, seconds: float) -> bool:
        """Take no more questions and let those being answered finish; whether all did within the time."""
        self.closing = True
        deadline = time.monotonic() + seconds
        for lane in self._lanes.values():
            lane.close()
        return all(lane.wait_until_empty(max(0.0, deadline - time.monotonic())) for lane in self._lanes.values())


class Asked:
    """One question that was let in.

    Attributes:
        id: What it is logged under; unguessable.
        facts: What its log line holds.
    """

    def __init__(
        self, assistant: Assistant, question: str, history: History, filters: Filters | None, door: Door,
        stopped: threading.Event, metrics: Metrics,
    ) -> None:  # fmt: skip
        self.id = secrets.token_hex(12)
        self.facts: dict[str, Any] = {"request_id": self.id, "door": door}
        self._assistant = assistant
        self._question = (question, history, filters)
        self._door = door
        self._stopped = stopped
        self._metrics = metrics
        self._asked_at = time.monotonic()

    def take_place(self, lane: FairQueue, owner: str) -> None:
        """Get in line."""
        self._lane, self._place = lane, lane.enter(owner)

    def stop(self) -> None:
        """Give up, from any thread: nothing more is said, and the model is told to stop."""
        self._stopped.set()

    def events(self) -> Generator[Waiting | Event]:
        """``Waiting`` while others come first, then the events of ``Assistant.stream``; ends early once stopped.

        Raises:
            ShuttingDown: The server is ending and the turn had not come.
            HoidapError: The answering failed.
        """
        outcome = "stopped"
        failure: Exception | None = None
        answer: Answer | None = None
        try:
            yield from self._in_line()
            if self._stopped.is_set():
                return
            self.facts["waited"] = round(time.monotonic() - self._asked_at, 4)
            with closing(self._assistant.stream(*self._question, stopped=self._stopped)) as events:  # type: ignore[type-var]
                for event in events:
                    if self._stopped.is_set():
                        return
                    if isinstance(event, Finished):
                        answer = event.answer
                        outcome = "refused" if answer.refused else "answered"
                    yield event
        except HoidapError as error:
            outcome, failure = "failed", error
            raise
        except Exception as error:
            outcome, failure = "broken", error
            raise
        finally:
            self._lane.leave(self._place)
            self.ended(outcome, failure, answer)

    def ended(self, outcome: str, failure: Exception | None = None, answer: Answer | None = None) -> None:
        """Count and log what became of the question."""
        self._metrics.count(self._door, outcome)
        facts = self.facts | {"outcome": outcome, "seconds": round(time.monotonic() - self._asked_at, 4)}
        if answer is not None:
            self._metrics.count_answer(answer, self.facts["waited"])
            facts |= _facts(answer)
        if isinstance(failure, HoidapError):
            facts["problem"] = type(failure).__name__  # its words may repeat the question
        _log.log(
            logging.ERROR if outcome == "broken" else logging.INFO,
            "question", extra=facts, exc_info=failure if outcome == "broken" else None,
        )  # fmt: skip

    def _in_line(self) -> Iterator[Waiting]:
        place = None
        while not self._stopped.is_set():
            now = self._lane.wait(self._place, _LOOK_SECONDS, place)
            if now == 0:
                return
            if now != place:
                place = now
                yield Waiting(place)


def _facts(answer: Answer) -> dict[str, Any]:
    return {
        "mode": answer.mode,
        "sentences": len(answer.sentences),
        "verified": sum(sentence.verified for sentence in answer.sentences),
        "dropped": answer.dropped,
        "citations": len(answer.citations),
        "confidence": round(answer.confidence, 4),
        "model_failed": answer.model_failed,
        "timings": dict(answer.timings),
        "index": answer.fingerprints["index"],
    }
