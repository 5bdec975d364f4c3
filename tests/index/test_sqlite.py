"""What SQLite does not do by itself."""

import sqlite3
from pathlib import Path

import pytest

from index import IndexBusy
from index.sqlite import Database


def test_switching_to_a_log_waits_for_another_process_that_switches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(tmp_path / "x.sqlite3")
    real, busy = database.rows, [IndexBusy("bận")] * 3

    def rows(query: str, *parameters: object) -> list[object]:
        if busy:
            raise busy.pop()
        return real(query, *parameters)

    monkeypatch.setattr(database, "rows", rows)
    database.log_ahead()
    assert real("PRAGMA journal_mode") == [("wal",)]
    monkeypatch.setattr("index.sqlite._BUSY_SECONDS", 0.1)
    monkeypatch.setattr("index.sqlite._SWITCHES", 3)
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
