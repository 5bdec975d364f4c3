"""What an index costs by its size: building, disk, memory, opening, searching, adding and removing an article.

Up to the size of the pool the articles are real, with their own vectors; beyond, their sentences are dealt out again in
new orders with vectors moved by noise (``many_chunks``). Embedding is left out: it costs the same for every chunk.
"""

import multiprocessing
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from evals.benchmarks.choices import Progress
from evals.benchmarks.machine import describe_machine
from evals.benchmarks.many_chunks import build_many_chunks
from evals.benchmarks.sets import pool_suites
from evals.metrics.latency import quantiles
from evals.settings import EvalSettings
from evals.suite_index import open_suite_index
from index import Article, Index, Interpretation
from index.models.embedding import Progress as EmbeddingProgress
from index.models.embedding import Vectors
from index.search.arrays import Rows
from index.search.dense import Dense
from index.search.searchers import Searchers
from index.store.store import Store
from rag import Settings
from rag.search import retrieve

_QUESTIONS = 200
_CHANGES = 20
_RECALLED = 10


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question with its vector, made before anything is timed."""

    question: Interpretation
    vector: Vectors


def measure_index(data: Path, progress: Progress | None = None) -> dict[str, Any]:
    """Costs of an index at each size of ``EvalSettings.bench_sizes``, each measured in processes of its own.

    Args:
        data: Folder of the question sets.
        progress: Called with (sizes done, sizes in all).
    """
    sizes = EvalSettings().bench_sizes
    suite = pool_suites(data)[0]
    settings = Settings(cross_encoder="")
    measured: list[dict[str, Any]] = []
    with open_suite_index(suite.articles, settings) as pool:
        cases = [case for case in suite.cases if case.split == "tune" and case.answerable][:_QUESTIONS]
        meant = [pool.interpret(case.question) for case in cases]
        asked = [_Asked(question, pool.embedder.embed_query(question.meant)) for question in meant]
        source = pool.folder
    for done, chunks in enumerate(sizes):
        if progress is not None:
            progress(done, len(sizes))
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "index"
            built = _apart(_build, folder, source, chunks, settings)
            used = _apart(_use, folder, settings, asked)
            measured.append({"chunks": chunks, **built, **used})
    if progress is not None:
        progress(len(sizes), len(sizes))
    return {
        "machine": describe_machine(),
        "questions": len(asked),
        "without": "the embedding of passages and questions",
        "beyond_the_pool": "its sentences dealt out again in new orders, with its vectors moved by noise",
        "sizes": measured,
    }


def _apart(step: Callable[..., dict[str, Any]], *arguments: object) -> dict[str, Any]:
    """A step in a process of its own, so that its peak memory is its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as executor:
        return executor.submit(step, *arguments).result()


def _build(folder: Path, source: Path, chunks: int, settings: Settings) -> dict[str, Any]:
    memory = _Memory()
    with Index.open(source, settings) as pool:
        started = time.perf_counter()
        build_many_chunks(folder, pool, chunks, settings)
        seconds = time.perf_counter() - started
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return {
        "build_seconds": round(seconds, 2),
        "build_peak_mib": memory.stop(),
        "bytes_per_chunk": round(size / chunks),
    }


def _use(folder: Path, settings: Settings, asked: Sequence[_Asked]) -> dict[str, Any]:
    settings = settings.model_copy(update={"cache": folder.parent / "cache"})  # what is made up stays out of the user's
    with closing(Store.open(folder)) as store:
        given = _GivenVectors(store.meta()["embedding"], asked)
    memory = _Memory()
    opening: list[float] = []
    for _ in range(3):
        started = time.perf_counter()
        index = Index.open(folder, settings, given)
        index.search(asked[0].question)
        opening.append(time.perf_counter() - started)
        index.close()
    with Index.open(folder, settings, given) as index:
        searching = [_seconds(partial(index.search, one.question)) for one in asked]
        ranking = [_seconds(partial(retrieve, index, one.question, settings.passages)) for one in asked]
        peak = memory.stop()
        recall = _dense_recall(index, asked)
        adding, removing = _changes(index, asked)
    return {
        "open_ms": _in_milliseconds(opening),
        "search_ms": _in_milliseconds(searching),
        "retrieve_ms": _in_milliseconds(ranking),
        "peak_mib": peak,
        "dense_recall": recall,
        "add_ms": _in_milliseconds(adding),
        "remove_ms": _in_milliseconds(removing),
    }


class _GivenVectors:
    """An embedder without a model: questions have the vectors they were given, and so do passages, the first one.

    Args:
        fingerprint: Of the model that made the index.
        asked: At least one.
    """

    def __init__(self, fingerprint: str, asked: Sequence[_Asked]) -> None:
        self.fingerprint = fingerprint
        self.dimensions = len(asked[0].vector)
        self._vectors = {one.question.meant: one.vector for one in asked}
        self._passage = asked[0].vector

    def fits(self, text: str) -> bool:
        """Always."""
        return True

    def embed_passages(self, texts: Sequence[str], progress: EmbeddingProgress | None = None) -> Vectors:
        """The same vector for every passage."""
        return np.tile(self._passage, (len(texts), 1))

    def embed_query(self, text: str) -> Vectors:
        """The vector that the question was given."""
        return self._vectors[text]


def _changes(index: Index, asked: Sequence[_Asked]) -> tuple[list[float], list[float]]:
    """Seconds to add an article, on the disk and found, and seconds to remove one, found no more."""
    adding: list[float] = []
    removing: list[float] = []
    for number in range(_CHANGES):
        text = f"Bài thử số {number}. Người dân thôn Thử {number} họp bàn việc làm đường."
        article = Article(f"{number:012x}", f"Bài thử số {number}", None, None, None, None, text)

        def add(article: Article = article) -> None:
            index.add([article])
            index.save_searchers()
            index.search(asked[0].question)

        def remove(article: Article = article) -> None:
            index.remove(article.id)
            index.search(asked[0].question)

        adding.append(_seconds(add))
        removing.append(_seconds(remove))
    return adding, removing


def _dense_recall(index: Index, asked: Sequence[_Asked]) -> float:
    """Share of the ten nearest chunks, by an exact search, that the search finds among its ten nearest."""
    with closing(Store.open(index.folder)) as store:
        segments = Searchers.open(index.folder, store).segments
    searched = [(segment.ids, segment.dense) for segment in segments]
    exact = [(segment.ids, Dense(segment.dense.vectors)) for segment in segments]
    found = [len(_nearest(searched, one.vector) & _nearest(exact, one.vector)) for one in asked]
    return round(sum(found) / sum(len(_nearest(exact, one.vector)) for one in asked), 4)


def _nearest(segments: Sequence[tuple[Rows, Dense]], vector: Vectors) -> set[int]:
    scored: list[tuple[float, int]] = []
    for ids, dense in segments:
        rows = dense.nearest(vector, _RECALLED)
        scored += zip(dense.scores(vector, rows).tolist(), ids[rows].tolist(), strict=True)
    return {chunk_id for _, chunk_id in sorted(scored)[-_RECALLED:]}


def _seconds(step: Callable[[], object]) -> float:
    started = time.perf_counter()
    step()
    return time.perf_counter() - started


def _in_milliseconds(seconds: Sequence[float]) -> dict[str, float]:
    return {name: round(1000 * value, 2) for name, value in quantiles(seconds).items()}


class _Memory:
    """The most memory of its own that this process holds, looked at ten times a second, without mapped files."""

    def __init__(self) -> None:
        self.peak_mib = 0
        self._done = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while not self._done.wait(0.1):
            self._look()

    def _look(self) -> None:
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        (line,) = (line for line in status.splitlines() if line.startswith("RssAnon"))
        self.peak_mib = max(self.peak_mib, round(int(line.split()[1]) / 1024))

    def stop(self) -> int:
        """Stop looking; the peak in MiB."""
        self._done.set()
        self._look()
        return self.peak_mib
