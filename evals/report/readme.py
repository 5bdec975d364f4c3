"""The README's table of results: made from committed runs, so that it cannot say anything else."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

from evals.errors import ResultError
from evals.report.markdown import table
from evals.results import read_run
from evals.types import Run

_PLACE = re.compile(r"(<!-- results -->\n).*?(<!-- /results -->)", re.DOTALL)
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


def update_readme_table(readme: Path, results: Path, write: bool = True) -> bool:
    """Put the table of the runs in ``results`` between ``<!-- results -->`` and ``<!-- /results -->``.

    Args:
        readme: The file.
        results: Folder of committed runs.
        write: Whether to change the file, or only to say whether it should be.

    Returns:
        Whether the file said something else.

    Raises:
        ResultError: The file has no such place, or a run cannot be read.
    """
    text = readme.read_text(encoding="utf-8")
    if not _PLACE.search(text):
        raise ResultError(f"{readme.name}: no line <!-- results --> with <!-- /results --> after it")
    found = results_table(committed_runs(results))
    updated = _PLACE.sub(lambda place: f"{place[1]}{found}\n{place[2]}", text, count=1)
    if write and updated != text:
        readme.write_text(updated, encoding="utf-8")
    return updated != text


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
