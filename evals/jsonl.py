"""JSON lines with their line numbers."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evals.errors import SuiteError

MAX_BYTES = 500 * 1000 * 1000
"""The largest file read: it is held in memory, several times over. The research sets have up to 50 MB."""


def read_text(path: Path) -> str:
    """A UTF-8 file, with or without BOM.

    Raises:
        SuiteError: It is not there, no file, not readable, too large or not UTF-8.
    """
    try:
        information = path.stat()
        if not stat.S_ISREG(information.st_mode) or information.st_size > MAX_BYTES:
            raise SuiteError(f"{path}: not a file, or over {MAX_BYTES // 1_000_000} MB")
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


def parse(text: str) -> Any:
    """A JSON value whose texts can be written and hashed.

    Raises:
        ValueError: It is malformed, nested deeper than Python reads, or holds half a character.
    """
    try:
        value = json.loads(text)
        if "\\u" in text:  # "\\ud800" alone is accepted by json and by nothing behind it
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return value


def parse_object(line: str, where: str) -> dict[str, Any]:
    """One JSON object.

    Raises:
        SuiteError: It is malformed or another kind of value; the message begins with ``where``.
    """
    try:
        value = parse(line)
    except ValueError as error:
        raise SuiteError(f"{where}: malformed JSON ({error})") from error
    if not isinstance(value, dict):
        raise SuiteError(f"{where}: expected a JSON object, found {type(value).__name__}")
    return value
