"""JSON lines with their line numbers."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evals.errors import SuiteError


def read_text(path: Path) -> str:
    """A UTF-8 file, with or without BOM.

    Raises:
        SuiteError: It is not there, not readable or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SuiteError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SuiteError(f"{path.name}: not UTF-8 (byte {error.start})") from error


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a file with their numbers, from 1; blank lines are passed over.

    Raises:
        SuiteError: The file cannot be read.
    """
    # Split at line feeds only: str.splitlines would also cut at U+2028 inside a JSON string.
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if line.strip():
            yield number, line


def read_objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a .jsonl file with their line numbers.

    Raises:
        SuiteError: A line is not a JSON object, or the file cannot be read.
    """
    for number, line in numbered_lines(path):
        yield number, parse_object(line, f"{path.name}:{number}")


def parse_object(line: str, where: str) -> dict[str, Any]:
    """One JSON object.

    Raises:
        SuiteError: It is malformed or another kind of value; the message begins with ``where``.
    """
    try:
        value = json.loads(line)
    except ValueError as error:
        raise SuiteError(f"{where}: malformed JSON ({error})") from error
    if not isinstance(value, dict):
        raise SuiteError(f"{where}: expected a JSON object, found {type(value).__name__}")
    return value
