"""The product beside what others keep their passages in: the same chunks, the same vectors, the same steps."""

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evals.baselines.peers.environment import PeerUnavailable, peer_packages, peer_python, run_steps
from evals.benchmarks.choices import Progress
from evals.benchmarks.machine import describe_machine
from evals.benchmarks.peer_figures import AskedCases, Lines, compared, costs_of
from evals.benchmarks.peer_inputs import Inputs, PeerInputs
from evals.benchmarks.sets import pool_suites
from evals.provenance import articles_digest, cases_digest
from evals.settings import EvalSettings
from evals.suite_index import open_suite_index
from index.models.embedders import open_embedder
from index.models.embedding import Vectors
from rag import Settings

OURS = "hoidap"
DEFAULT = "sentence-transformers"
EMBEDDED = 2_000
# Each line a process. At the pool what follows an addition or a removal opens the store anew, to see whether it was
# kept; with many chunks opening takes some peers minutes.
PROCESSES: Mapping[str, Sequence[Sequence[str]]] = {
    "pool": (("index",), ("open", "ask", "add"), ("open", "seen", "remove"), ("open", "seen")),
    "many": (("index",), ("open", "sample", "add", "seen", "remove")),
}
MOST_SECONDS = 600
"""A process is ended when one of its steps takes longer."""


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
    asked = AskedCases(suite, "report")
    product = Settings(cross_encoder="", cache=settings.cache, embedding_model=settings.embedding_model)
    peers: dict[str, _Measured] = {}
    with tempfile.TemporaryDirectory() as name, open_suite_index(suite.articles, product) as index:
        inputs = PeerInputs(suite.articles, asked.questions, index, product)
        sizes = {
            "pool": inputs.write(Path(name) / "pool"),
            "many": inputs.write(Path(name) / "many", settings.peer_chunks),
        }
        report(1, total)
        for done, peer in enumerate(settings.peers, 2):
            peers[peer] = _measure(peer, sizes, settings.cache)
            report(done, total)
        embedding = _embedding_rates(inputs.passages(EMBEDDED), product)
        fingerprint = index.fingerprint
    report(total, total)
    recalls = {peer: asked.recalls(measured.sizes.get("pool", {})) for peer, measured in peers.items()}
    return {
        "machine": describe_machine(),
        "suite": suite.name,
        "split": "report",
        "questions": len(asked.cases),
        "fingerprints": {
            "articles": articles_digest(suite.articles),
            "questions": cases_digest(asked.cases),
            "index": fingerprint,
        },
        "embedding": embedding,
        "sizes": {size: _size(one) for size, one in sizes.items()},
        "peers": {
            peer: {
                "packages": peer_packages(peer),
                **{
                    size: costs_of(lines, sizes[size].chunks, embedding[OURS if peer == OURS else DEFAULT])
                    for size, lines in measured.sizes.items()
                },
                "recall": compared(recalls[peer], recalls.get(OURS, {})),
                "problems": measured.problems,
            }
            for peer, measured in peers.items()
        },
    }


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
