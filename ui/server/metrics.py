"""``/metrics``: what the server counts, for Prometheus."""

from collections.abc import Callable, Iterable, Mapping

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from rag import Answer
from ui.server.health import Health
from ui.server.paths import METRICS

# From a quote found at once to the last of a long line in front of a model on two cores.
_SECONDS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0)


class Metrics:
    """The counters of one server, in a registry of their own so that several servers fit in a process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        GCCollector(registry=self._registry)
        self._questions = Counter(
            "hoidap_questions", "Questions by door and by what became of them.", ["door", "outcome"],
            registry=self._registry,
        )  # fmt: skip
        self._sentences = Counter(
            "hoidap_sentences", "Sentences of answers: verified, unverified, or dropped before they were shown.",
            ["verdict"], registry=self._registry,
        )  # fmt: skip
        self._fallbacks = Counter(
            "hoidap_model_failures", "Answers that had to do without the language model they asked.",
            registry=self._registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "hoidap_answer_seconds", "Seconds until a step of an answer was done: waiting in line, then from the "
            "start of the answering until passages, the first sentence and the whole answer were there.",
            ["mode", "step"], buckets=_SECONDS, registry=self._registry,
        )  # fmt: skip
        self._questions_now = Gauge(
            "hoidap_questions_now", "Questions being answered or waiting.", ["lane", "state"], registry=self._registry
        )

    def watch(self, lane: str, running: Callable[[], int], waiting: Callable[[], int]) -> None:
        """Report how many questions a lane holds."""
        self._questions_now.labels(lane, "running").set_function(running)
        self._questions_now.labels(lane, "waiting").set_function(waiting)

    def watch_health(self, check: Callable[[], Health]) -> None:
        """Report the state of index and model, looked up at each scrape."""
        self._registry.register(_HealthCollector(check))

    def count(self, door: str, outcome: str) -> None:
        """A question has ended."""
        self._questions.labels(door, outcome).inc()

    def count_answer(self, answer: Answer, waited: float) -> None:
        """An answer is whole. ``waited``: seconds in line."""
        for sentence in answer.sentences:
            self._sentences.labels("verified" if sentence.verified else "unverified").inc()
        self._sentences.labels("dropped").inc(answer.dropped)
        self._fallbacks.inc(answer.model_failed)
        steps: Mapping[str, float] = {"waiting": waited, **answer.timings}
        for step, seconds in steps.items():
            self._seconds.labels(answer.mode, step).observe(seconds)

    def exposition(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self._registry)

    def route(self) -> Route:
        """``/metrics``."""

        def scrape(request: Request) -> Response:  # blocks, so Starlette runs it in a thread
            return Response(self.exposition(), media_type=CONTENT_TYPE_LATEST)

        return Route(METRICS, scrape)


class _HealthCollector(Collector):
    """Gauges that are read where they are, not kept up to date."""

    def __init__(self, check: Callable[[], Health]) -> None:
        self._check = check

    def collect(self) -> Iterable[Metric]:
        """What a scrape is told. A figure that is not known is left out."""
        health = self._check()
        for name, help_, value in (
            ("hoidap_ready", "Whether questions can be answered.", health.ready),
            ("hoidap_index_generation", "Number of changes made to the index so far.", health.generation),
            ("hoidap_articles", "Articles in the index.", health.articles),
            ("hoidap_chunks", "Chunks in the index.", health.chunks),
            ("hoidap_model_reachable", "Whether the language model can be reached.", health.model_reachable),
        ):
            if value is not None:
                yield GaugeMetricFamily(name, help_, value=value)
