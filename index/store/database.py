"""SQLite as the store uses it: how a file is opened, and what its failures say to the user."""

import os
import sqlite3
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.errors import IndexBusy, IndexDamaged

DAMAGED = "bị hỏng. Hãy chạy: hoidap check --repair"
"""How a line about damage ends."""
MAX_PARAMETERS = 500
"""Of one statement; older SQLite takes 999."""
_BUSY_SECONDS = 10
_SWITCHES = 100
_CACHE_KIB = 65_536
# The second where a damaged name stands in SQLite's own message.
SQLITE_ERRORS = (sqlite3.DatabaseError, UnicodeDecodeError)
# What the system and not the content of a file is to blame for.
_REFUSED = ("FULL", "IOERR", "READONLY", "CANTOPEN", "PERM", "AUTH", "NOLFS", "NOMEM")


def connect(path: Path) -> sqlite3.Connection:
    """A connection to a store, which can be read even where nothing can be written."""
    with translated():
        try:
            return _configured(str(path))
        except sqlite3.OperationalError:
            if os.access(path.parent, os.W_OK) or _has_log(path):
                raise
            # Where nothing can be written no log can be made either; then nobody changes the file while it is read.
            return _configured(f"{path.absolute().as_uri()}?mode=ro&immutable=1")


def _configured(name: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        name, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False, uri=name.startswith("file:")
    )
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _has_log(path: Path) -> bool:
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


class Database:
    """One connection, on which threads take turns; failures become one line for the user."""

    def __init__(self, path: Path) -> None:
        self.connection = connect(path)
        self._lock = threading.RLock()

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self.connection.close()

    def rows(self, query: str, *parameters: object) -> list[Any]:
        """All rows of a query."""
        with self._lock, translated():
            return self.connection.execute(query, parameters).fetchall()

    def rows_in(self, select: str, values: Collection[Any]) -> list[Any]:
        """All rows of ``select_in``."""
        with self._lock, translated():
            return list(select_in(self.connection, select, values))

    def log_ahead(self) -> None:
        """``log_ahead`` on this connection."""
        with self._lock, translated():
            log_ahead(self.connection)

    @contextmanager
    def transaction(self, begin: str = "BEGIN IMMEDIATE") -> Iterator[sqlite3.Connection]:
        """All of the block is written, or nothing; what it reads is of one moment."""
        with self._lock, translated():
            self.connection.execute(begin)
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:  # a full disk has already rolled it back
                    self.connection.execute("ROLLBACK")
                raise


def log_ahead(connection: sqlite3.Connection) -> None:
    """Have changes written to a log first, so that readers and a writer do not wait for one another.

    SQLite refuses at once where two processes switch at the same moment, without waiting as it does elsewhere.
    """
    for left in reversed(range(_SWITCHES)):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if not (left and is_busy(error)):
                raise
            threading.Event().wait(_BUSY_SECONDS / _SWITCHES)


def select_in(connection: sqlite3.Connection, select: str, values: Collection[Any]) -> Iterator[Any]:
    """The rows of a query ending in a column whose value is one of some."""
    keys = sorted(values)
    for start in range(0, len(keys), MAX_PARAMETERS):
        group = keys[start : start + MAX_PARAMETERS]
        yield from connection.execute(f"{select} IN ({', '.join('?' * len(group))})", group)


@contextmanager
def translated() -> Iterator[None]:
    """Database failures become one line for the user."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise  # a closed store: the caller's mistake
    except SQLITE_ERRORS as error:
        if is_busy(error):
            raise IndexBusy("Một tiến trình khác đang ghi vào chỉ mục. Hãy đợi nó xong rồi thử lại.") from error
        reason = " ".join(str(error).split())
        if not is_damage(error):
            raise IndexDamaged(f"Không đọc hoặc ghi được chỉ mục ({reason}). Hãy kiểm tra quyền ghi và đĩa.") from error
        raise IndexDamaged(f"Tệp chỉ mục ({reason}) {DAMAGED}") from error


def is_busy(error: Exception) -> bool:
    """Whether another process stands in the way."""
    return _name(error).startswith(("BUSY", "LOCKED"))


def is_damage(error: Exception) -> bool:
    """Whether the content of the file is to blame, and neither another process nor the system."""
    return not is_busy(error) and not _name(error).startswith(_REFUSED)


def _name(error: Exception) -> str:
    """SQLite's name for an error; empty where Python could not decode a text."""
    return str(getattr(error, "sqlite_errorname", "")).removeprefix("SQLITE_")
