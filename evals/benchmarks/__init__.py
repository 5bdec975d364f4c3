"""Benchmarks: what things take and what each piece is worth, each with a committed result.

answering        how long indexing, getting ready and answering take
setup            how long a fresh clone takes to set up
accents          share of the words of unaccented questions that are restored
ablation         recall of the search without each of its pieces
golden           digests of all answers in quoting mode, to see what a change changes
index            what an index costs by its size, up to a million chunks
embedding-speed  the sentence model in PyTorch, ONNX Runtime and OpenVINO: passages a second, and recall
retrieval-speed  how long a search takes, at the pool and at 100,000 chunks
peers            the product beside LangChain, LlamaIndex, Haystack and Chroma
ranking          learns the weights of rag.ranking
support-weights  learns the weights of rag.support
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from evals.benchmarks.ablation import ablation_tables, measure_ablation
from evals.benchmarks.accents import measure_accents
from evals.benchmarks.answering import measure_answering
from evals.benchmarks.choices import Choices
from evals.benchmarks.embedding_speed import measure_embedding_speed
from evals.benchmarks.golden import measure_golden
from evals.benchmarks.index_size import measure_index
from evals.benchmarks.peers import measure_peers
from evals.benchmarks.ranking_weights import learn_ranking_weights
from evals.benchmarks.retrieval_speed import measure_retrieval_speed
from evals.benchmarks.sets import RESPONSES, data_folder
from evals.benchmarks.setup import measure_setup
from evals.benchmarks.support_weights import learn_support_weights
from evals.provenance import commit
from evals.report.index_size import index_plot, index_table
from evals.report.peers import peers_plot, peers_tables
from evals.results import FOLDER
from evals.settings import EvalSettings
from index import HoidapError

Figures = dict[str, Any]

BENCHMARKS: Mapping[str, Callable[[Choices], Figures]] = {
    "answering": lambda _: measure_answering(),
    "setup": lambda _: measure_setup(),
    "accents": lambda choices: measure_accents(data_folder(choices.path), choices.progress),
    "ablation": lambda choices: measure_ablation(data_folder(choices.path), choices.split, choices.progress),
    "golden": lambda choices: measure_golden(data_folder(choices.path), choices.progress),
    "index": lambda choices: measure_index(data_folder(choices.path), choices.progress),
    "embedding-speed": lambda choices: measure_embedding_speed(data_folder(choices.path), progress=choices.progress),
    "retrieval-speed": lambda choices: measure_retrieval_speed(data_folder(choices.path), progress=choices.progress),
    "peers": lambda choices: measure_peers(data_folder(choices.path), EvalSettings(), choices.progress),
    "ranking": lambda choices: learn_ranking_weights(data_folder(choices.path), choices.progress),
    "support-weights": lambda choices: learn_support_weights(_responses(choices.path)),
}
TABLES: Mapping[str, Callable[[Figures], str]] = {
    "ablation": ablation_tables,
    "index": index_table,
    "peers": peers_tables,
}
"""Figures as Markdown, for the benchmarks whose figures make tables."""
PLOTS: Mapping[str, Callable[[Figures], str]] = {"index": index_plot, "peers": peers_plot}
"""Figures as SVG, for the benchmarks whose figures make a plot."""

__all__ = ["BENCHMARKS", "PLOTS", "TABLES", "Choices", "run_benchmark"]


def run_benchmark(name: str, choices: Choices | None = None, folder: Path = FOLDER) -> tuple[Path, Figures]:
    """Run a benchmark and write its figures to ``bench-<name>-<commit>.json``, with its table and plot beside it.

    Args:
        name: One of ``BENCHMARKS``.
        choices: Which data to measure on.
        folder: Where the result goes, by default from the folder that the command runs in.

    Returns:
        The result file and the figures.

    Raises:
        HoidapError: There is no such benchmark, or its data is missing.
    """
    if name not in BENCHMARKS:
        raise HoidapError(f"no benchmark {name!r}; there are: {', '.join(sorted(BENCHMARKS))}")
    made_by = commit()
    figures = {"benchmark": name, "commit": made_by, **BENCHMARKS[name](choices or Choices())}
    path = folder / f"bench-{name}-{made_by}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if name in TABLES:
        path.with_suffix(".md").write_text(TABLES[name](figures), encoding="utf-8")
    if name in PLOTS:
        path.with_suffix(".svg").write_text(PLOTS[name](figures) + "\n", encoding="utf-8")
    return path, figures


def _responses(path: Path | None) -> Path:
    return path if path is not None and path.is_file() else data_folder(path) / RESPONSES
