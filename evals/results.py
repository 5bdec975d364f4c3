"""Result files: a run as JSON, read back as it was, with or without the texts it was made on."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from evals.errors import ResultError
from evals.types import Interval, Ranked, Row, Run

FORMAT = 1
FOLDER = Path("evals/results")
"""Where runs go by default, from the folder that the command runs in."""


def result_name(run: Run) -> str:
    """File name of a run: suite, commit, stage, and what else sets it apart from other runs of the commit.

    The twelve digits of the commit stand without "-dirty": the file itself says so.
    """
    parts = [run.suite, run.commit.removesuffix("-dirty"), run.stage]
    if run.stage == "answers":
        parts.append(run.fingerprints.get("llm", ""))
    if run.system != "hoidap":
        parts.append(run.system)
    if run.split != "all":
        parts.append(run.split)
    if run.perturb != "none":
        parts.append(run.perturb)
    if run.limit is not None:
        parts.append(f"limit{run.limit}")
    return "-".join(re.sub(r"[^\w.]+", "-", part) for part in parts if part) + ".json"


def write_run(run: Run, path: Path) -> None:
    """Write a run under a temporary name and rename it.

    Raises:
        ResultError: The file cannot be written.
    """
    text = json.dumps({"format": FORMAT, **asdict(run)}, ensure_ascii=False, indent=1)
    temporary = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text + "\n", encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise ResultError(f"{path}: cannot be written ({error.strerror})") from error


def read_run(path: Path) -> Run:
    """Read what ``write_run`` wrote.

    Raises:
        ResultError: There is no such file, or it is no result of this format.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data.pop("format") != FORMAT:
            raise ResultError(f"{path}: a result file of another format; run the evaluation again")
        return Run(
            **{
                **data,
                "metrics": _intervals(data["metrics"]),
                "slices": {name: _intervals(figures) for name, figures in data["slices"].items()},
                "rows": tuple(row_from(row) for row in data["rows"]),
            }
        )
    except OSError as error:
        raise ResultError(f"{path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ResultError(f"{path}: not a result of hoidap eval run ({error!r})") from error


def row_from(data: Mapping[str, Any]) -> Row:
    """A row from its JSON form, ``dataclasses.asdict``."""
    ranking = tuple(Ranked(**ranked) for ranked in data["ranking"])
    return Row(**{**data, "slices": tuple(data["slices"]), "ranking": ranking})


def without_texts(run: Run) -> Run:
    """The run without questions, answers and quotes, for sets whose texts may not be passed on.

    Figures, ids and digests stay, so it can still be compared.
    """
    return replace(run, rows=tuple(_without_texts(row) for row in run.rows))


def _without_texts(row: Row) -> Row:
    answer = {"refused": row.answer["refused"]} if row.answer else None
    return replace(row, question=None, asked=None, answer=answer)


def _intervals(figures: Mapping[str, Mapping[str, Any]]) -> dict[str, Interval]:
    return {name: Interval(**interval) for name, interval in figures.items()}
