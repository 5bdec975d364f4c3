"""The steps of one answer as they are taken, for whoever wants to watch: a trace, or LangChain's tracers."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["chain", "retriever"]


@dataclass(frozen=True, slots=True)
class ModelCall:
    """One request to the language model.

    Attributes:
        model: Its name.
        messages: What it was sent: role and content of each message.
        reply: What it said, as far as it was listened to.
        complete: Whether it ended of itself; false where it failed or was cut off.
    """

    model: str
    messages: tuple[tuple[str, str], ...]
    reply: str
    complete: bool


@dataclass(slots=True)
class Step:
    """One step, with what it came to. Subclasses tell others of it.

    Attributes:
        name: What is done.
        started: On the clock ``time.perf_counter``.
        seconds: How long it took; what is streamed to a step counts with the wait for it.
        result: What it came to.
        steps: Those within.
        calls: Of the model, made in this step.
    """

    name: str = "hoidap"
    started: float = field(default_factory=time.perf_counter)
    seconds: float = 0.0
    result: Any = None
    steps: "list[Step]" = field(default_factory=list)
    calls: list[ModelCall] = field(default_factory=list)

    @contextmanager
    def step(self, name: str, inputs: Any = None, kind: Kind = "chain") -> Iterator["Step"]:
        """Take a step within this one, which ends with the block. The block sets ``result``."""
        step = self.begin(name, inputs, kind)
        self.steps.append(step)
        try:
            yield step
        except Exception as error:
            step.fail(error)
            raise
        finally:
            step.seconds = time.perf_counter() - step.started
        step.end()

    def begin(self, name: str, inputs: Any, kind: Kind) -> "Step":
        """A step within this one. What it is given, and its kind, are for those who are told of it."""
        return Step(name)

    def end(self) -> None:
        """The step is done."""

    def fail(self, error: Exception) -> None:
        """The step has failed."""

    @property
    def callbacks(self) -> Any:
        """LangChain callbacks for what runs inside this step; None where nobody watches."""
        return None
