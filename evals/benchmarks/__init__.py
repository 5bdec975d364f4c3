"""Benchmarks: how long things take, each with a committed result."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from evals.benchmarks.answering import measure_answering
from evals.benchmarks.setup import measure_setup
from evals.provenance import commit
from index import HoidapError

BENCHMARKS: dict[str, Callable[[], dict[str, Any]]] = {"answering": measure_answering, "setup": measure_setup}

_RESULTS = Path(__file__).parents[1] / "results"


def run_benchmark(name: str) -> tuple[Path, dict[str, Any]]:
    """Run a benchmark and write its figures to ``evals/results/bench-<name>-<commit>.json``.

    Raises:
        HoidapError: There is no such benchmark.
    """
    if name not in BENCHMARKS:
        raise HoidapError(f"no benchmark {name!r}; there are: {', '.join(sorted(BENCHMARKS))}")
    made_by = commit()
    figures = {"benchmark": name, "commit": made_by, **BENCHMARKS[name]()}
    path = _RESULTS / f"bench-{name}-{made_by}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path, figures
