"""The product beside what others keep their passages in: the same chunks, the same vectors, the same steps."""

import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evals.baselines.peers.environment import PeerUnavailable, peer_python, run_steps
from evals.benchmarks.choices import Progress
from evals.benchmarks.machine import describe_machine
from evals.benchmarks.peer_inputs import Inputs, PeerInputs
from evals.benchmarks.sets import pool_suites
from evals.bootstrap import paired_difference
from evals.gold import by_name, targets_of
from evals.metrics.latency import quantiles
from evals.perturb import Perturbation, perturb
from evals.provenance import articles_digest, cases_digest
from evals.scoring import retrieval_metrics
from evals.settings import EvalSettings
from evals.suite_index import open_suite_index
from evals.types import Case, Suite
from index import Chunk
from index.embedding import Vectors, open_embedder
from rag import Passage, Settings
from rag.query import prepare_query

OURS = "hoidap"
DEFAULT = "sentence-transformers"
TYPED: Mapping[str, Perturbation] = {"accented": "none", "unaccented": "unaccented"}
METRICS = ("recall@1", "recall@5")
EMBEDDED = 2_000
# Each line a process. At the pool what follows an addition or a removal opens the store anew, to see whether it was
# kept; with many chunks opening takes some peers minutes.
PROCESSES: Mapping[str, Sequence[Sequence[str]]] = {
    "pool": (("index",), ("open", "ask", "add"), ("open", "seen", "remove"), ("open", "seen")),
    "many": (("index",), ("open", "sample", "add", "seen", "remove")),
}
MOST_SECONDS = 600
"""A process is ended when one of its steps takes longer."""

Lines = Mapping[str, Sequence[Mapping[str, Any]]]
"""What each step printed, a line for each process that did it."""
Recalls = dict[str, dict[str, list[float]]]
"""Each question's recall by way of typing and metric."""


@dataclass(frozen=True, slots=True)
class _Measured:
    """What one peer's processes printed by size, and in a line what kept others from printing."""

    sizes: dict[str, Lines] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def measure_peers(data: Path, settings: EvalSettings, progress: Progress | None = None) -> dict[str, Any]:
    """What indexing, opening, asking, adding and removing take with each peer, and what is found.

    Recall is on the answerable report questions of viquad2_dev over the pool of ``evals.benchmarks.sets``; times are
    at the pool and at ``settings.peer_chunks`` chunks. Vectors are given; embedding is timed apart.

    Args:
        data: Folder of the question sets.
        settings: Which peers, how many chunks, which sentence model.
        progress: Called with (steps done, steps in all).
    """
    report = progress or (lambda done, total: None)
    total = 2 + len(settings.peers)
    report(0, total)
    suite = pool_suites(data)[0]
    cases = [case for case in suite.cases if case.split == "report" and case.answerable]
    asked = {typed: [_asked(case, kind) for case in cases] for typed, kind in TYPED.items()}
    questions = [question for both in zip(*asked.values(), strict=True) for question in both]
    product = Settings(cross_encoder="", cache=settings.cache, embedding_model=settings.embedding_model)
    peers: dict[str, _Measured] = {}
    with tempfile.TemporaryDirectory() as name, open_suite_index(suite.articles, product) as index:
        inputs = PeerInputs(suite.articles, questions, index, product)
        sizes = {
            "pool": inputs.write(Path(name) / "pool"),
            "many": inputs.write(Path(name) / "many", settings.peer_chunks),
        }
        report(1, total)
        for done, peer in enumerate(settings.peers, 1):
            peers[peer] = _measure(peer, sizes, settings.cache)
            report(1 + done, total)
        embedding = _embedding_rates(inputs.passages(EMBEDDED), product)
        fingerprint = index.fingerprint
    report(total, total)
    recalls = {
        peer: _recalls(found, suite, cases, asked)
        for peer, measured in peers.items()
        if (found := _answers(measured.sizes.get("pool", {}), questions))
    }
    return {
        "machine": describe_machine(),
        "suite": suite.name,
        "split": "report",
        "questions": len(cases),
        "fingerprints": {
            "articles": articles_digest(suite.articles),
            "questions": cases_digest(cases),
            "index": fingerprint,
        },
        "embedding": embedding,
        "sizes": {size: _size(one) for size, one in sizes.items()},
        "peers": {
            peer: {
                **{
                    size: _costs(lines, sizes[size].chunks, embedding[OURS if peer == OURS else DEFAULT])
                    for size, lines in measured.sizes.items()
                },
                **({"recall": _compared(recalls[peer], recalls.get(OURS))} if peer in recalls else {}),
                "problems": measured.problems,
            }
            for peer, measured in peers.items()
        },
    }


def _asked(case: Case, kind: Perturbation) -> str:
    return prepare_query(perturb(case, kind) or case.question).standalone


def _size(inputs: Inputs) -> dict[str, Any]:
    return {
        "articles": inputs.articles,
        "chunks": inputs.chunks,
        "chunks_of_added_articles": list(inputs.added_chunks),
        "seconds_to_cut_articles": inputs.cutting_seconds,
    }


def _embedding_rates(passages: Sequence[str], settings: Settings) -> dict[str, Any]:
    """Passages a second, as the peers embed them by default and as the product does."""
    from evals.baselines.default_embedding import open_default_embedding  # loads torch

    ways: dict[str, Callable[[Sequence[str]], Vectors]] = {
        OURS: open_embedder(settings).embed_passages,
        DEFAULT: open_default_embedding(settings),
    }
    rates: dict[str, Any] = {"passages": len(passages)}
    for name, embed in ways.items():
        embed(passages[:1])
        started = time.perf_counter()
        embed(passages)
        seconds = time.perf_counter() - started
        rates[name] = {"seconds": round(seconds, 2), "passages_per_second": round(len(passages) / seconds, 2)}
    return rates


def _measure(peer: str, sizes: Mapping[str, Inputs], cache: Path) -> _Measured:
    measured = _Measured()
    try:
        python = peer_python(peer, cache)
        for size, inputs in sizes.items():
            lines: dict[str, list[Mapping[str, Any]]] = {}
            measured.sizes[size] = lines
            with tempfile.TemporaryDirectory() as store:
                for steps in PROCESSES[size]:
                    printed = run_steps(peer, python, Path(store) / "store", inputs.folder, steps, MOST_SECONDS)
                    for line in printed:
                        lines.setdefault(line["step"], []).append(line)
                    if len(printed) < len(steps):
                        late = f"{steps[len(printed)]} was not done after {MOST_SECONDS} s"
                        measured.problems.append(f"{peer}, {inputs.chunks:,} chunks: {late}")
                        break
    except PeerUnavailable as error:
        measured.problems.append(str(error))
    return measured


def _costs(lines: Lines, chunks: int, embedding: Mapping[str, float]) -> dict[str, Any]:
    """Seconds and bytes of one size; what was not done is left out."""
    costs: dict[str, Any] = {}
    if "index" in lines:
        (index,) = lines["index"]
        costs |= {"index_seconds": _rounded(index["seconds"]), "index_peak_bytes": index["peak_bytes"]}
        costs["index_and_embed_seconds"] = _rounded(index["seconds"] + chunks / embedding["passages_per_second"])
    if "open" in lines:
        costs["open_seconds"] = _rounded(statistics.median(line["seconds"] for line in lines["open"]))
        costs["peak_bytes"] = max(line["peak_bytes"] for name in lines if name != "index" for line in lines[name])
    asked = [*lines.get("ask", ()), *lines.get("sample", ())]
    if asked:
        seconds = asked[0]["seconds"]
        costs["asked"] = len(seconds)
        costs["question_seconds"] = {name: _rounded(value) for name, value in quantiles(seconds).items()}
    for name, verb in (("add", "added"), ("remove", "removed")):
        if lines.get(name, [{}])[0].get("seconds"):
            line = lines[name][0]
            costs[verb] = len(line["seconds"])
            costs[f"{name}_seconds"] = _rounded(statistics.median(line["seconds"]))
            costs[f"{name}_and_answer_seconds"] = _rounded(statistics.median(line["seconds_to_answer"]))
    if len(lines.get("seen", ())) == 2:  # in processes that had opened the store anew
        after_adding, after_removing = (line["seen"] for line in lines["seen"])
        costs["additions_kept"] = all(after_adding[: costs["added"]])
        costs["removals_kept"] = not any(after_removing[: costs.get("removed")])
    return costs


def _rounded(seconds: float) -> float:
    return round(seconds, 5)


def _answers(lines: Lines, questions: Sequence[str]) -> dict[str, list[tuple[str, int, int]]]:
    """The places found for each question; empty unless all were asked."""
    texts = list(dict.fromkeys(questions))
    found = lines["ask"][0]["found"] if "ask" in lines else []
    return dict(zip(texts, found, strict=True)) if len(found) == len(texts) else {}


def _recalls(
    found: Mapping[str, Sequence[tuple[str, int, int]]],
    suite: Suite,
    cases: Sequence[Case],
    asked: Mapping[str, Sequence[str]],
) -> Recalls:
    articles = {article.id: article for article in suite.articles}
    named = by_name(suite.articles)
    recalls: Recalls = {typed: {metric: [] for metric in METRICS} for typed in asked}
    for typed, questions in asked.items():
        for case, question in zip(cases, questions, strict=True):
            passages = [
                Passage(number, Chunk(number, name, start, end), articles[name], 0.0)
                for number, (name, start, end) in enumerate(found[question], 1)
            ]
            metrics = retrieval_metrics(passages, targets_of(case, named))
            for metric in METRICS:
                recalls[typed][metric].append(metrics[metric])
    return recalls


def _compared(recalls: Recalls, ours: Recalls | None) -> dict[str, Any]:
    """Per cent, and points by which the product is ahead with their paired 95 % interval."""
    figures: dict[str, Any] = {}
    for typed, by_metric in recalls.items():
        for metric, values in by_metric.items():
            figure = {"value": _percent(statistics.fmean(values))}
            if ours is not None and ours is not recalls:
                ahead = paired_difference(values, ours[typed][metric])
                figure |= {name: _percent(getattr(ahead, name)) for name in ("low", "high")}
                figure["hoidap_ahead"] = _percent(ahead.value)
            figures.setdefault(typed, {})[metric] = figure
    return figures


def _percent(share: float) -> float:
    return round(100 * share, 2)
