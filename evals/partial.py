"""Rows of an unfinished run, kept line by line so that an interruption loses one question at most."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from evals.errors import ResultError
from evals.results import row_from
from evals.types import Row


class PartialRows:
    """A file whose first line says which run the rows belong to.

    Rows of another run (other questions, code or settings) are thrown away: they must not be mixed.

    Args:
        path: The file; made on the first row.
        key: Whatever decides what a row holds.

    Raises:
        ResultError: The file is there and cannot be read.
    """

    def __init__(self, path: Path, key: Mapping[str, object]) -> None:
        self._path = path
        self._head = json.dumps(key, ensure_ascii=False, sort_keys=True)
        self.rows: dict[str, Row] = {}
        try:
            lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
        except (OSError, UnicodeDecodeError) as error:
            raise ResultError(f"{path}: cannot be read; delete it to start again") from error
        if lines[:1] == [self._head]:
            try:
                self.rows = {row.id: row for row in map(row_from, lines[1:-1])}  # behind the last line feed it is torn
            except ValueError as error:
                raise ResultError(f"{path}: cannot be read; delete it to start again") from error
        self._started = False

    def add(self, row: Row) -> None:
        """Keep one more row.

        Raises:
            ResultError: The disk is full or the folder cannot be written.
        """
        try:
            if not self._started:
                self._rewrite()
            with self._path.open("a", encoding="utf-8") as file:
                file.write(_line(row))
        except OSError as error:
            raise ResultError(f"{self._path}: cannot be written ({error.strerror})") from error
        self.rows[row.id] = row

    def _rewrite(self) -> None:
        """Whole lines only, of this run only."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        kept = "".join(_line(row) for row in self.rows.values())
        self._path.write_text(f"{self._head}\n{kept}", encoding="utf-8")
        self._started = True


def _line(row: Row) -> str:
    return json.dumps(asdict(row), ensure_ascii=False) + "\n"
