"""What SQLite does not do by itself."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from index import IndexBusy
from index.store.database import Database


def test_switching_to_a_log_waits_for_another_process_that_switches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(tmp_path / "x.sqlite3")
    monkeypatch.setattr(database, "connection", _Refusing(database.connection, 3))
    database.log_ahead()
    assert database.rows("PRAGMA journal_mode") == [("wal",)]
    monkeypatch.setattr("index.store.database._BUSY_SECONDS", 0.1)
    monkeypatch.setattr("index.store.database._SWITCHES", 3)
    with sqlite3.connect(tmp_path / "y.sqlite3", isolation_level=None) as other:
        other.execute("CREATE TABLE t (x)")
        second = Database(tmp_path / "y.sqlite3")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(IndexBusy):
            second.log_ahead()
        other.execute("ROLLBACK")
        second.log_ahead()
        second.close()
    database.close()


class _Refusing:
    """A connection that is told some times that the file is busy, as SQLite does without waiting."""

    def __init__(self, connection: sqlite3.Connection, times: int) -> None:
        self._connection = connection
        self._times = times
        self.close = connection.close

    def execute(self, *arguments: Any) -> sqlite3.Cursor:
        if self._times:
            self._times -= 1
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorname = "SQLITE_BUSY"
            raise error
        return self._connection.execute(*arguments)
