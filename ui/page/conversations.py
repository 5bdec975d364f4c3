"""Conversations, feedback and preferences in a small SQLite database of the page's own.

Everything in it belongs to an owner: the name of a user who logged in, or the random name a browser was given. An
owner sees and changes only what is his. Texts are kept as JSON; the columns beside them are what is searched and
sorted by.
"""

import json
import secrets
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from index import Filters, HoidapError
from index.vietnamese import fold
from ui.page.filters import filters_json, stored_filters
from ui.page.types import Feedback, Turn

_TITLE_CHARACTERS = 80
_LISTED = 200  # the newest conversations shown; older ones are found by searching
_BUSY_SECONDS = 10
_TURN = TypeAdapter(Turn)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, changed TEXT NOT NULL,
    filters TEXT NOT NULL DEFAULT '', deleted INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS conversations_owner ON conversations (owner, changed);
CREATE TABLE IF NOT EXISTS turns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    body TEXT NOT NULL, words TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS turns_conversation ON turns (conversation_id);
CREATE TABLE IF NOT EXISTS feedback (
    turn_id INTEGER PRIMARY KEY, given TEXT NOT NULL, history TEXT NOT NULL, body TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS preferences (owner TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation as the list shows it."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Rated:
    """An answer somebody gave feedback on, with what was said before it. ``turn.feedback`` is set."""

    turn: Turn
    history: tuple[Mapping[str, str], ...]
    given: datetime


class Conversations:
    """The database at ``path``, made when it is not there. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with _translated(path):
            self._connection = sqlite3.connect(
                path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._connection.executescript(f"PRAGMA foreign_keys = ON; PRAGMA journal_mode = WAL; {_SCHEMA}")
            self._connection.execute("DELETE FROM conversations WHERE deleted")

    def close(self) -> None:
        """Release the database."""
        with self._lock:
            self._connection.close()

    def listed(self, owner: str, words: str = "") -> list[Listed]:
        """The owner's conversations, last changed first; only those that hold ``words``, with or without accents."""
        found = self._run(
            "SELECT id, title FROM conversations AS c WHERE owner = :owner AND NOT deleted AND"
            " (:words = '' OR EXISTS (SELECT 1 FROM turns WHERE conversation_id = c.id AND instr(words, :words))"
            " OR instr(:titles, char(10) || id || char(10))) ORDER BY changed DESC, id LIMIT :most",
            owner=owner, words=fold(words.strip()), most=_LISTED, titles=self._named(owner, words),
        )  # fmt: skip
        return [Listed(id_, title) for id_, title in found]

    def turns(self, owner: str, conversation_id: str) -> tuple[Turn, ...]:
        """The turns of a conversation, in order; none when it is not the owner's."""
        rows = self._run(
            "SELECT t.id, t.body FROM turns AS t JOIN conversations AS c ON c.id = conversation_id"
            " WHERE c.id = :id AND owner = :owner AND NOT deleted ORDER BY t.id",
            id=conversation_id, owner=owner,
        )  # fmt: skip
        return tuple(replace(_TURN.validate_json(body), stored=number) for number, body in rows)

    def begin(self, owner: str, title: str) -> str:
        """A new conversation's id."""
        conversation_id = secrets.token_hex(8)
        self._run(
            "INSERT INTO conversations (id, owner, title, changed) VALUES (:id, :owner, :title, :now)",
            id=conversation_id, owner=owner, title=_one_line(title), now=_now(),
        )  # fmt: skip
        return conversation_id

    def add(self, owner: str, conversation_id: str, turn: Turn) -> int | None:
        """Store a turn at the end; its number, or None when the conversation is not (or no longer) there."""
        with self._transaction():
            if not self._change(owner, conversation_id, "changed = :now", now=_now()):
                return None
            self._run(
                "INSERT INTO turns (conversation_id, body, words) VALUES (:id, :body, :words)",
                id=conversation_id, body=_TURN.dump_json(turn).decode(), words=fold(f"{turn.question}\n{turn.text}"),
            )  # fmt: skip
            return int(self._run("SELECT last_insert_rowid()")[0][0])

    def take_back(self, owner: str, turn: Turn) -> None:
        """Remove a stored turn that is to be asked again."""
        if self._owns(owner, turn):
            self._run("DELETE FROM turns WHERE id = :turn", turn=turn.stored)

    def keep(self, owner: str, turn: Turn) -> None:
        """Store what has been added to a stored turn: its suggestions or its feedback."""
        if self._owns(owner, turn):
            body = _TURN.dump_json(turn).decode()
            self._run("UPDATE turns SET body = :body WHERE id = :turn", body=body, turn=turn.stored)

    def rename(self, owner: str, conversation_id: str, title: str) -> bool:
        """Give a conversation another title; whether it was there."""
        title = _one_line(title)
        return bool(title) and self._change(owner, conversation_id, "title = :title", title=title)

    def delete(self, owner: str, conversation_id: str) -> bool:
        """Take a conversation off the list; whether it was there. The one deleted before it is gone for good."""
        with self._transaction():
            self._run("DELETE FROM conversations WHERE owner = :owner AND deleted", owner=owner)
            return self._change(owner, conversation_id, "deleted = 1")

    def restore(self, owner: str, conversation_id: str) -> bool:
        """Put the conversation that was deleted last back; whether it was there."""
        sql = "UPDATE conversations SET deleted = 0 WHERE id = :id AND owner = :owner AND deleted RETURNING id"
        return bool(self._run(sql, id=conversation_id, owner=owner))

    def filters(self, owner: str, conversation_id: str) -> Filters:
        """Which articles a conversation draws on."""
        sql = "SELECT filters FROM conversations WHERE id = :id AND owner = :owner"
        rows = self._run(sql, id=conversation_id, owner=owner)
        return stored_filters(rows[0][0]) if rows else Filters()

    def set_filters(self, owner: str, conversation_id: str, filters: Filters) -> None:
        """Keep which articles a conversation draws on."""
        self._change(owner, conversation_id, "filters = :filters", filters=filters_json(filters))

    def rate(self, owner: str, turn: Turn, history: tuple[Mapping[str, str], ...], feedback: Feedback | None) -> None:
        """Keep, change or (None) take back what the owner thinks of an answer, with the answer and its evidence.

        Feedback stays when its conversation is deleted: it is what the answers are measured by.
        """
        rated = replace(turn, feedback=feedback, rating_down=False)
        with self._transaction():
            if not self._owns(owner, turn):
                return
            self.keep(owner, rated)
            self._run("DELETE FROM feedback WHERE turn_id = :turn", turn=turn.stored)
            if feedback is not None:
                self._run(
                    "INSERT INTO feedback VALUES (:turn, :now, :history, :body)",
                    turn=turn.stored, now=_now(), body=_TURN.dump_json(rated).decode(),
                    history=json.dumps(history, ensure_ascii=False),
                )  # fmt: skip

    def feedback(self) -> Iterator[Rated]:
        """All feedback of all owners, oldest first."""
        for number, given, history, body in self._run("SELECT * FROM feedback ORDER BY given, turn_id"):
            turn = replace(_TURN.validate_json(body), stored=number)
            yield Rated(turn, tuple(json.loads(history)), datetime.fromisoformat(given))

    def preferences(self, owner: str) -> dict[str, Any]:
        """What the owner set, by name."""
        rows = self._run("SELECT body FROM preferences WHERE owner = :owner", owner=owner)
        return dict(json.loads(rows[0][0])) if rows else {}

    def set_preferences(self, owner: str, preferences: Mapping[str, Any]) -> None:
        """Keep what the owner set."""
        body = json.dumps(preferences, ensure_ascii=False)
        self._run("INSERT OR REPLACE INTO preferences VALUES (:owner, :body)", owner=owner, body=body)

    def _owns(self, owner: str, turn: Turn) -> bool:
        sql = (
            "SELECT 1 FROM turns AS t JOIN conversations AS c ON c.id = conversation_id"
            " WHERE t.id = :turn AND owner = :owner"
        )
        return bool(self._run(sql, turn=turn.stored, owner=owner))

    def _named(self, owner: str, words: str) -> str:
        """Ids of the conversations whose title holds ``words``, a line each: SQLite cannot fold Vietnamese."""
        wanted = fold(words.strip())
        rows = self._run("SELECT id, title FROM conversations WHERE owner = :owner", owner=owner) if wanted else []
        return "\n" + "".join(f"{id_}\n" for id_, title in rows if wanted in fold(title))

    def _change(self, owner: str, conversation_id: str, assignment: str, **values: object) -> bool:
        sql = f"UPDATE conversations SET {assignment} WHERE id = :id AND owner = :owner AND NOT deleted RETURNING id"  # noqa: S608
        return bool(self._run(sql, id=conversation_id, owner=owner, **values))

    def _run(self, sql: str, **values: object) -> list[Any]:
        with self._lock, _translated(self._path):
            return self._connection.execute(sql, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            self._run("BEGIN IMMEDIATE")
            try:
                yield
                self._run("COMMIT")
            except BaseException:
                self._run("ROLLBACK")
                raise


def _one_line(title: str) -> str:
    words = " ".join(title.split())
    return words if len(words) <= _TITLE_CHARACTERS else words[: _TITLE_CHARACTERS - 1].rstrip() + "…"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Database failures become one line for the user."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise HoidapError(
            f"Không đọc hoặc ghi được lịch sử trò chuyện {path} ({error}). Hãy kiểm tra quyền ghi và đĩa."
        ) from error
    except sqlite3.ProgrammingError:
        raise  # a closed database: the caller's mistake
    except sqlite3.DatabaseError as error:
        raise HoidapError(
            f"Tệp lịch sử trò chuyện {path} bị hỏng ({error}). Hãy chuyển tệp đó đi nơi khác rồi mở lại trang."
        ) from error
