"""How long a search takes beside the embedding of its question, at the pool and at 100,000 chunks."""

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.benchmarks.choices import Progress
from evals.benchmarks.machine import describe_machine
from evals.benchmarks.many_chunks import build_many_chunks
from evals.benchmarks.recorder import Recorder
from evals.benchmarks.sets import pool_suites
from evals.metrics.latency import quantiles
from evals.perturb import Perturbation, perturb
from evals.suite_index import open_suite_index
from index import Index
from rag import Settings
from rag.follow_ups import prepare_query
from rag.search import retrieve

MANY = 100_000
_KINDS: tuple[Perturbation, ...] = ("none", "unaccented", "typo")
_WARM_UP = 10


def measure_retrieval_speed(
    data: Path, chunks: int = MANY, questions: int = 100, progress: Progress | None = None
) -> dict[str, Any]:
    """Milliseconds of one question embedding, and of a search without it and of its steps.

    Args:
        data: Folder of the question sets.
        chunks: Size of the large index, which is made for the occasion.
        questions: How many tune questions to ask in each way of typing.
        progress: Called with (steps done, steps in all) of building each index.
    """
    suite = pool_suites(data)[0]
    settings = Settings(cross_encoder="")
    cases = [case for case in suite.cases if case.split == "tune" and case.answerable][:questions]
    asked = [prepare_query(text).standalone for kind in _KINDS for case in cases if (text := perturb(case, kind))]
    with tempfile.TemporaryDirectory() as folder, open_suite_index(suite.articles, settings, progress) as pool:
        known = Recorder(pool.embedder)
        sizes = {"pool": _timed_at(pool.folder, settings, known, asked)}
        started = time.perf_counter()
        build_many_chunks(Path(folder), pool, chunks, settings, progress)
        built = time.perf_counter() - started
        sizes["many"] = {"seconds_to_build": round(built, 1), **_timed_at(Path(folder), settings, known, asked)}
    return {
        "machine": describe_machine(),
        "questions": len(asked),
        "typed": list(_KINDS),
        "many_is": "the pool's sentences dealt out again in new orders, with its vectors moved by noise",
        **sizes,
    }


def _timed_at(folder: Path, settings: Settings, known: Recorder, asked: Sequence[str]) -> dict[str, Any]:
    with Index.open(folder, settings, known) as index:
        meant = {question: index.interpret(question) for question in asked}
        steps: Mapping[str, Callable[[str], object]] = {
            "embedding": lambda question: known.model.embed_query(meant[question].meant),
            "retrieval_without_embedding": lambda question: retrieve(index, question, settings.passages),
            "interpretation": index.interpret,
            "searches": lambda question: index.search(meant[question]),
        }
        return {"chunks": index.store.counts()[1], **_milliseconds(steps, asked)}


def _milliseconds(steps: Mapping[str, Callable[[str], object]], asked: Sequence[str]) -> dict[str, Any]:
    """p50 and p95 of every step, taken in turns so that whatever slows the machine down slows them all."""
    seconds: dict[str, list[float]] = {name: [] for name in steps}
    first = asked[-_WARM_UP:]
    for question in [*first, *asked]:
        for name, step in steps.items():
            started = time.perf_counter()
            step(question)
            seconds[name].append(time.perf_counter() - started)
    return {
        name: {which: round(1000 * value, 2) for which, value in quantiles(values[len(first) :]).items()}
        for name, values in seconds.items()
    }
