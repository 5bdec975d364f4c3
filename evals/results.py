"""Result files: a run as JSON, read back as it was, with or without the texts it was made on."""

import json
import os
import re
from dataclasses import asdict, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from evals.errors import ResultError, SuiteError
from evals.jsonl import parse, read_text
from evals.types import Row, Run

FORMAT = 1
_RUN, _ROW = TypeAdapter(Run), TypeAdapter(Row)
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
        data = parse(read_text(path))
        if data["format"] != FORMAT:
            raise ResultError(f"{path}: a result file of another format; run the evaluation again")
        return _RUN.validate_python(data)
    except SuiteError as error:
        raise ResultError(str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ResultError(f"{path}: not a result of hoidap eval run ({where}: {first['msg']})") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ResultError(f"{path}: not a result of hoidap eval run ({error!r})") from error


def row_from(line: str) -> Row:
    """A row from its JSON form, ``dataclasses.asdict``.

    Raises:
        ValueError: It is none.
    """
    return _ROW.validate_python(parse(line))


def without_texts(run: Run) -> Run:
    """The run without questions, answers and quotes, for sets whose texts may not be passed on.

    Figures, ids and digests stay, so it can still be compared.
    """
    return replace(run, rows=tuple(_without_texts(row) for row in run.rows))


def _without_texts(row: Row) -> Row:
    answer = {"refused": row.answer["refused"]} if row.answer else None
    return replace(row, question=None, asked=None, answer=answer)
