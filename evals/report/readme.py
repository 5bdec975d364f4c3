"""The README's tables of results: made from committed runs, so that they cannot say anything else."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from evals.errors import ResultError
from evals.report.index_size import index_table
from evals.report.markdown import table
from evals.report.peers import peers_summary
from evals.results import read_run
from evals.types import Run

SECTIONS: Mapping[str, Callable[[dict[str, Any]], str]] = {"index": index_table, "peers": peers_summary}
"""Benchmarks that the README shows, and what makes a table of their figures."""

_METRICS = ("recall@1", "recall@5")
_HEAD = ("system", "suite", "questions", "recall@1 / @5, accented", "recall@1 / @5, typed without accents", "commit")


def committed_runs(folder: Path) -> list[Run]:
    """The runs in a folder of results, by file name. Other JSON files (benchmarks, checks) are passed over.

    Raises:
        ResultError: A run cannot be read.
    """
    return [read_run(path) for path in sorted(folder.glob("*.json")) if _is_run(path)]


def results_table(runs: Iterable[Run]) -> str:
    """Recall at 1 and 5 in per cent as Markdown: a line for each suite, half, system and commit.

    Only whole retrieval runs of clean commits are shown, typed as in the suite or without accents.
    """
    lines: dict[tuple[str, ...], dict[str, Run]] = {}
    for run in runs:
        clean = run.commit != "unknown" and not run.commit.endswith("-dirty")
        if clean and run.stage == "retrieval" and run.limit is None and run.perturb in ("none", "unaccented"):
            key = (run.suite, run.split, run.fingerprints.get("articles", ""), run.system, run.commit)
            lines.setdefault(key, {})[run.perturb] = run
    order = sorted(lines, key=lambda key: (*key[:3], key[3] != "hoidap", *key[3:]))
    return table(_HEAD, [_line(key, lines[key]) for key in order])


def benchmark_section(results: Path, name: str) -> str:
    """The committed results of a benchmark as Markdown, each with its plot; empty where there is none.

    Args:
        results: Folder of committed results.
        name: One of ``SECTIONS``.
    """
    shown: list[str] = []
    for path in sorted(results.glob(f"bench-{name}-*.json")):
        figures = json.loads(path.read_text(encoding="utf-8"))
        plot = f"![The same on logarithmic axes](evals/results/{path.stem}.svg)"
        shown.append(f"Commit {figures['commit']}:\n\n{SECTIONS[name](figures).strip()}\n\n{plot}")
    return "\n\n".join(shown)


def update_readme_table(readme: Path, results: Path, write: bool = True) -> bool:
    """Bring what stands between ``<!-- NAME -->`` and ``<!-- /NAME -->`` up to date: "results" and ``SECTIONS``.

    Args:
        readme: The file; a benchmark that it has no markers for is not shown.
        results: Folder of committed runs and benchmarks.
        write: Whether to change the file, or only to say whether it should be.

    Returns:
        Whether the file said something else.

    Raises:
        ResultError: The file has no place for the results, or a result cannot be read.
    """
    text = readme.read_text(encoding="utf-8")
    updated = _placed(text, "results", results_table(committed_runs(results)))
    if updated is None:
        raise ResultError(f"{readme.name}: no line <!-- results --> with <!-- /results --> after it")
    for name in SECTIONS:
        updated = _placed(updated, name, benchmark_section(results, name)) or updated
    if write and updated != text:
        readme.write_text(updated, encoding="utf-8")
    return updated != text


def _placed(text: str, name: str, content: str) -> str | None:
    """The text with new content at the place of that name; None where it has no such place."""
    place = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    if not place.search(text):
        return None
    content = f"{content}\n" if content else ""
    return place.sub(lambda found: f"{found[1]}{content}{found[2]}", text, count=1)


def _line(key: tuple[str, ...], runs: dict[str, Run]) -> tuple[str, ...]:
    suite, split, _, system, commit = key
    questions = max(run.metrics["recall@1"].count if "recall@1" in run.metrics else 0 for run in runs.values())
    shown = suite if split == "all" else f"{suite} ({split})"
    return (system, shown, str(questions), _cell(runs.get("none")), _cell(runs.get("unaccented")), commit)


def _cell(run: Run | None) -> str:
    if run is None or any(name not in run.metrics for name in _METRICS):
        return ""
    return " / ".join(f"{100 * run.metrics[name].value:.1f}" for name in _METRICS)


def _is_run(path: Path) -> bool:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ResultError(f"{path}: not a result file ({error})") from error
    return isinstance(data, dict) and {"suite", "stage", "rows"} <= data.keys()
