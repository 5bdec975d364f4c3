"""The same model in PyTorch, ONNX Runtime and OpenVINO, side by side: passages a second, and what becomes of recall.

Engines take turns batch by batch, so that whatever slows the machine down slows them all. Recall is of the tune
questions of viquad2_dev and xquad_vi over the pool of ``evals.benchmarks.sets``, by sentence vectors alone and by the
whole search.
"""

import tempfile
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from evals.baselines.onnx_e5 import OnnxE5
from evals.baselines.openvino_int8 import openvino_int8_e5
from evals.benchmarks.ablation import METRICS
from evals.benchmarks.choices import Progress
from evals.benchmarks.machine import describe_machine
from evals.benchmarks.sets import pool_suites
from evals.benchmarks.variants import VARIANTS, WHOLE
from evals.bootstrap import paired_difference
from evals.gold import by_name, targets_of
from evals.metrics.latency import quantiles
from evals.metrics.ranking import DEPTH
from evals.scoring import retrieval_metrics
from evals.types import Suite
from index import Article, Index, IndexSettings
from index.models.e5 import bundled_e5, bundled_name
from index.models.embedding import Embedder, SentenceModel, Vectors, like_length
from index.models.embedding import Progress as EmbeddingProgress
from index.models.openvino_e5 import OpenVinoE5, openvino_e5
from rag import Settings
from rag.follow_ups import prepare_query

TORCH = "torch"
"""In bfloat16 where the processor computes it, as the product does without OpenVINO."""
OPENVINO = "OpenVINO"
INT8 = "OpenVINO int8"
REFERENCE = "torch float32"
_PACKAGES = ("torch", "openvino", "nncf", "onnxruntime")
_DENSE = "sentence vectors alone"
_VARIANTS = [variant for variant in VARIANTS if variant.name in (WHOLE, _DENSE)]


class Mixed:
    """Questions by one engine, passages by another: an index that was made before OpenVINO was installed.

    Args:
        questions: Embeds questions.
        passages: Embeds passages.
    """

    def __init__(self, questions: Embedder, passages: Embedder) -> None:
        self._questions, self._passages = questions, passages
        self.fingerprint, self.dimensions = passages.fingerprint, passages.dimensions

    def fits(self, text: str) -> bool:
        """As the engine of the passages."""
        return self._passages.fits(text)

    def embed_passages(self, texts: Sequence[str], progress: EmbeddingProgress | None = None) -> Vectors:
        """As the engine of the passages."""
        return self._passages.embed_passages(texts, progress)

    def embed_query(self, text: str) -> Vectors:
        """As the engine of the questions."""
        return self._questions.embed_query(text)


def measure_embedding_speed(data: Path, passages: int = 400, progress: Progress | None = None) -> dict[str, Any]:
    """Speed of every engine, its cosines to float32, and recall of those faster than PyTorch.

    Args:
        data: Folder of the question sets.
        passages: How many to time, spread evenly over the pool.
        progress: Called with (steps done, steps in all).
    """
    suites = pool_suites(data)
    cache = IndexSettings().cache
    torch = SentenceModel(str(bundled_e5(cache)), bundled_name())
    openvino, int8 = OpenVinoE5(openvino_e5(cache)), OpenVinoE5(openvino_int8_e5(cache))
    engines: dict[str, Embedder] = {
        REFERENCE: SentenceModel(str(bundled_e5(cache)), bundled_name(), float32=True),
        TORCH: torch,
        "ONNX Runtime int8": OnnxE5(cache),
        OPENVINO: openvino,
        INT8: int8,
    }
    texts = [article.text for article in suites[0].articles]
    questions = [case.question for case in suites[0].cases if case.answerable and case.split == "tune"][:100]
    speed = compare_speed(engines, texts[:: max(1, len(texts) // passages)][:passages], questions, progress)
    return {
        "machine": {**describe_machine(), **{name: version(name) for name in _PACKAGES}},
        "passages": passages,
        "engines": speed,
        "recall": compare_recall(suites, {TORCH: torch, OPENVINO: openvino, INT8: int8}, progress),
    }


def compare_speed(
    engines: Mapping[str, Embedder], texts: Sequence[str], questions: Sequence[str], progress: Progress | None
) -> dict[str, Any]:
    """Passages a second, milliseconds of a question, and cosines to the vectors of ``REFERENCE``."""
    batches = [[texts[at] for at in batch] for batch in like_length(texts)]
    seconds = dict.fromkeys(engines, 0.0)
    vectors: dict[str, list[Vectors]] = {name: [] for name in engines}
    for done, batch in enumerate([batches[len(batches) // 2], *batches]):
        for name, engine in engines.items():
            started = time.perf_counter()
            made = engine.embed_passages(batch)
            if done:  # the first batch only warms up
                seconds[name] += time.perf_counter() - started
                vectors[name].append(made)
        if progress is not None:
            progress(done, len(batches))
    waited: dict[str, list[float]] = {name: [] for name in engines}
    for question in questions:
        for name, engine in engines.items():
            started = time.perf_counter()
            engine.embed_query(question)
            waited[name].append(time.perf_counter() - started)
    exact = np.concatenate(vectors[REFERENCE])
    cosines = {name: (np.concatenate(made) * exact).sum(axis=1) for name, made in vectors.items()}
    return {
        name: {
            "passages_per_second": round(len(texts) / seconds[name], 1),
            "question_ms": {key: round(1000 * value, 1) for key, value in quantiles(waited[name]).items()},
            "cosine_mean": round(float(cosines[name].mean()), 5),
            "cosine_lowest": round(float(cosines[name].min()), 5),
        }
        for name in engines
    }


def compare_recall(
    suites: Sequence[Suite], engines: Mapping[str, Embedder], progress: Progress | None
) -> dict[str, Any]:
    """Recall in per cent by suite, engine and search, with the paired difference from PyTorch and its 95 % interval."""
    articles = suites[0].articles
    found: dict[str, Found] = {}
    with tempfile.TemporaryDirectory() as temporary:
        for number, (name, engine) in enumerate(engines.items()):
            _build(Path(temporary, str(number)), articles, engine, progress)
            found[name] = _asked(Path(temporary, str(number)), suites, engine)
        over_torch = Mixed(engines[OPENVINO], engines[TORCH])
        found[f"{OPENVINO} over passages of {TORCH}"] = _asked(
            Path(temporary, str(list(engines).index(TORCH))), suites, over_torch
        )
    return {
        suite.name: {
            "questions": len(found[TORCH][suite.name][_DENSE]),
            **{engine: _compared(values[suite.name], found[TORCH][suite.name]) for engine, values in found.items()},
        }
        for suite in suites
    }


def _settings(folder: Path) -> Settings:
    """A cache of its own for each engine: the product's would hand out vectors that the other one made."""
    return Settings(cross_encoder="", cache=folder / "cache")


def _build(folder: Path, articles: Sequence[Article], embedder: Embedder, progress: Progress | None) -> None:
    with Index.open_or_create(folder / "index", _settings(folder), embedder) as index:
        done = 0

        def step(count: int) -> None:
            nonlocal done
            done += count
            if progress is not None:
                progress(min(done, len(articles)), len(articles))

        index.add(articles, step)


Found = dict[str, dict[str, list[Mapping[str, float]]]]
"""Metrics of each question by suite and search."""


def _asked(folder: Path, suites: Sequence[Suite], embedder: Embedder) -> Found:
    found: Found = {}
    with Index.open(folder / "index", _settings(folder), embedder) as index:
        for suite in suites:
            named = by_name(suite.articles)
            rows = found[suite.name] = {variant.name: [] for variant in _VARIANTS}
            for case in suite.cases:
                if not case.answerable or case.split != "tune":
                    continue
                question = prepare_query(case.question, case.history).standalone
                for variant in _VARIANTS:
                    meant = variant.interpret(index, question)
                    passages = variant.rank(index, meant, index.search(meant), DEPTH)
                    rows[variant.name].append(retrieval_metrics(passages, targets_of(case, named)))
    return found


def _compared(
    ours: Mapping[str, Sequence[Mapping[str, float]]], torchs: Mapping[str, Sequence[Mapping[str, float]]]
) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for variant, rows in ours.items():
        for metric in METRICS:
            values, before = [row[metric] for row in rows], [row[metric] for row in torchs[variant]]
            change = paired_difference(before, values)
            figures[f"{variant}, {metric}"] = {
                "value": round(100 * sum(values) / len(values), 2),
                "change": round(100 * change.value, 2),
                "low": round(100 * change.low, 2),
                "high": round(100 * change.high, 2),
            }
    return figures
