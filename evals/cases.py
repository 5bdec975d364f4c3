"""Questions files: one JSON object a line, checked key by key."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evals.errors import SuiteError
from evals.jsonl import numbered_lines, parse_object
from evals.types import Case, Gold, Split

_REQUIRED = ("id", "question", "answerable", "gold")
_OPTIONAL = ("history", "answers", "slices")
_ROLES = ("user", "assistant")


def read_cases(path: Path, split: Split | None = None) -> tuple[dict[str, Case], list[str]]:
    """The cases of a questions file by where they stand, and one line for each line that is none.

    Args:
        path: A .jsonl file.
        split: The half that its cases belong to.

    Raises:
        SuiteError: The file cannot be read.

    Returns:
        Cases keyed "file:line" and problems that begin with it.
    """
    cases: dict[str, Case] = {}
    problems: list[str] = []
    for number, line in numbered_lines(path):
        where = f"{path.name}:{number}"
        try:
            cases[where] = _case(parse_object(line, where), split, where)
        except SuiteError as error:
            problems.append(str(error))
    return cases, problems


def _case(row: Mapping[str, Any], split: Split | None, where: str) -> Case:
    missing = [key for key in _REQUIRED if key not in row]
    unknown = [key for key in row if key not in (*_REQUIRED, *_OPTIONAL)]
    if missing or unknown:
        found = [f'missing key "{key}"' for key in missing] + [f'unknown key "{key}"' for key in unknown]
        raise SuiteError(f"{where}: {', '.join(found)}")
    if not isinstance(row["answerable"], bool):
        raise SuiteError(f'{where}: "answerable" must be true or false')
    case = Case(
        id=_text(row, "id", where),
        question=_text(row, "question", where),
        history=tuple(_turn(turn, where) for turn in _list(row, "history", where)),
        answerable=row["answerable"],
        gold=tuple(_gold(gold, where) for gold in _list(row, "gold", where)),
        answers=_texts(row, "answers", where),
        slices=_texts(row, "slices", where),
        split=split,
    )
    if case.answerable and not case.gold:
        raise SuiteError(f'{where}: answerable, but "gold" is empty')
    if case.gold and not case.answerable:
        raise SuiteError(f'{where}: not answerable, but "gold" names {case.gold[0].article}')
    return case


def _text(row: Mapping[str, Any], key: str, where: str) -> str:
    value = row.get(key)
    if not isinstance(value, str):
        raise SuiteError(f'{where}: "{key}" must be a string')
    if not value.strip():
        raise SuiteError(f'{where}: "{key}" is empty')
    return value


def _list(row: Mapping[str, Any], key: str, where: str) -> list[Any]:
    value = row.get(key, [])
    if not isinstance(value, list):
        raise SuiteError(f'{where}: "{key}" must be a list')
    return value


def _texts(row: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    values = _list(row, key, where)
    if not all(isinstance(value, str) and value.strip() for value in values):
        raise SuiteError(f'{where}: "{key}" must hold non-empty strings')
    return tuple(values)


def _turn(turn: object, where: str) -> Mapping[str, str]:
    if not isinstance(turn, dict) or not {"role", "content"} <= turn.keys():
        raise SuiteError(f'{where}: a turn of "history" needs "role" and "content"')
    if turn["role"] not in _ROLES:
        raise SuiteError(f'{where}: unknown role {turn["role"]!r} in "history", expected user or assistant')
    return {"role": turn["role"], "content": _text(turn, "content", where)}


def _gold(gold: object, where: str) -> Gold:
    if not isinstance(gold, dict) or not {"article", "quote"} <= gold.keys():
        raise SuiteError(f'{where}: an entry of "gold" needs "article" and "quote" (null for the whole article)')
    quote = None if gold["quote"] is None else _text(gold, "quote", where)
    return Gold(_text(gold, "article", where), quote)
