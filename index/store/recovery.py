"""What can still be read of a store that SQLite finds damaged, row by row, in a new store.

Nothing is judged here: rows are copied as they are, and ``index.store.row_checks`` then tells good ones from bad
ones. SQLite's own recovery is part of its command line only.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from index.disk import flush
from index.store.database import SQLITE_ERRORS, connect, is_busy, translated
from index.store.rows import ARTICLE_COLUMNS, INTO_ARTICLES, article_row
from index.store.schema import facts_checksum
from index.store.sound_rows import ReadAgain, is_sound
from index.store.store import FILE_NAME, Store

_COPIED = {
    "articles": ("id", "title", "source", "author", "published", "url", "text", "path", "spans", "checksum"),
    "chunks": ("article_id", "start", '"end"'),
    "vectors": ("vector", "checksum"),
    "removed": (),
}
_HIGHEST_ROW = 2**40
_FILE_FORMAT, _CHANGE_COUNTER, _PAGES, _VALID_FOR = slice(18, 20), slice(24, 28), slice(28, 32), slice(92, 96)
_PAGE_BYTES = 4096


@dataclass(frozen=True, slots=True)
class LostArticle:
    """An article that the damaged store names somewhere but does not hold any more; empty what is unknown."""

    id: str
    title: str
    path: str


def salvage(damaged: Path, folder: Path, read_again: ReadAgain) -> list[LostArticle]:
    """Copy all readable rows into a new store.

    Args:
        damaged: The file of the damaged store.
        folder: Where the new store is made, beside the old one.
        read_again: Gives an article from its file.

    Returns:
        The articles that are gone: neither readable nor in the files they were read from.

    Raises:
        IndexBusy: Another process has the store open.
        IndexDamaged: The new store cannot be written.
    """
    Store.create(folder, {}).close()
    fresh = folder / FILE_NAME
    lost: list[LostArticle] = []
    with closing(connect(fresh)) as target, translated():
        target.execute("PRAGMA foreign_keys = OFF")
        target.execute("UPDATE meta SET value = '' WHERE key = 'checksum'")  # until the facts are known
        for open_source in (_opened, _with_fresh_first_page):
            target.execute("BEGIN IMMEDIATE")
            with closing(open_source(damaged, fresh)) as source:
                source.text_factory = lambda raw: raw.decode(errors="replace")
                for table, columns in _COPIED.items():
                    names = ("rowid", *columns)
                    marks = ", ".join("?" * len(names))
                    insert = f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608
                    target.executemany(insert, _readable(source, table, names))
                _copy_facts(source, target)
                lost = [
                    article for article in _named_only(source, target) if not _put_back(target, article, read_again)
                ]
            if any(map(is_sound, target.execute(f"SELECT {ARTICLE_COLUMNS} FROM articles"))):  # noqa: S608
                target.execute("COMMIT")
                break
            target.execute("ROLLBACK")
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return lost


def take_over(new: Path, old: Path) -> Path:
    """Put a store in the place of a damaged one, whose file is kept under the name that is returned."""
    name = f"{old.name}.damaged-{date.today():%Y-%m-%d}"
    kept = old.with_name(name)
    number = 1
    while kept.exists():
        number += 1
        kept = old.with_name(f"{name}-{number}")
    kept.hardlink_to(old)
    log = old.with_name(f"{old.name}-wal")
    if log.exists():
        log.rename(kept.with_name(f"{kept.name}-wal"))
    old.with_name(f"{old.name}-shm").unlink(missing_ok=True)
    new.replace(old)
    if os.name == "posix":
        flush(old.parent)
    return kept


def _opened(damaged: Path, fresh: Path) -> sqlite3.Connection:
    """The damaged store, with its log taken in."""
    connection = sqlite3.connect(damaged, timeout=1, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = DELETE")  # impossible while others have it open
    except SQLITE_ERRORS as error:
        if is_busy(error):
            connection.close()
            raise
    return connection


def _with_fresh_first_page(damaged: Path, fresh: Path) -> sqlite3.Connection:
    """A copy with the first page of a fresh store, which says where each table begins: always at the same place."""
    copy = fresh.with_name("with-fresh-first-page")
    shutil.copyfile(damaged, copy)
    with copy.open("r+b") as file, fresh.open("rb") as made:
        page = bytearray(made.read(_PAGE_BYTES))
        page[_CHANGE_COUNTER], page[_PAGES], page[_VALID_FOR] = b"\0\0\0\2", b"\0\0\0\0", b"\0\0\0\1"
        page[_FILE_FORMAT] = b"\1\1"  # without a log
        file.write(page)
    return sqlite3.connect(copy, isolation_level=None)


def _readable(connection: sqlite3.Connection, table: str, columns: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    """Rows with their numbers first, ascending. What cannot be read is passed over to the next row that can."""
    query = f"SELECT {', '.join(columns)} FROM {table} NOT INDEXED WHERE rowid >= ? ORDER BY rowid"  # noqa: S608

    def is_readable(start: int) -> bool:
        try:
            connection.execute(f"{query} LIMIT 1", (start,)).fetchall()
        except SQLITE_ERRORS:
            return False
        return True

    start = 0
    while start < _HIGHEST_ROW:
        try:
            for row in connection.execute(query, (start,)):
                if row[0] >= start:
                    start = row[0] + 1
                    yield row
        except SQLITE_ERRORS:
            start = _first_readable(start + 1, is_readable)
        else:
            return


def _first_readable(start: int, is_readable: Callable[[int], bool]) -> int:
    """The first row number from which reading goes on, if it does not at all of the smaller ones."""
    step = 1
    while not is_readable(start + step - 1):
        step *= 2
        if start + step > _HIGHEST_ROW:
            return _HIGHEST_ROW
    low, high = start + step // 2, start + step - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if is_readable(middle) else (middle + 1, high)
    return high


def _copy_facts(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """The facts about the index, under the new store's id: search files made from the old one do not fit."""
    with suppress(*SQLITE_ERRORS):  # then the facts are made anew
        facts = {str(key): str(value) for key, value in source.execute("SELECT key, value FROM meta")}
        whole = facts.get("checksum") == facts_checksum(facts)
        facts["id"] = str(target.execute("SELECT value FROM meta WHERE key = 'id'").fetchone()[0])
        facts["checksum"] = facts_checksum(facts) if whole else ""
        target.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", facts.items())


def _named_only(source: sqlite3.Connection, target: sqlite3.Connection) -> Iterator[LostArticle]:
    """Articles that stand in the old store's indexes but are not among the rows that could be read."""
    held = {row[0] for row in target.execute("SELECT rowid FROM articles")}
    paths = _indexed(source, "articles_path", "rowid, path")
    titles = _indexed(source, "articles_filters", "rowid, id, title")
    for number in sorted((paths.keys() | titles.keys()) - held):
        id_, title = titles.get(number, ("", ""))
        yield LostArticle(id_, title, *paths.get(number, ("",)))


def _indexed(source: sqlite3.Connection, index: str, columns: str) -> dict[int, tuple[str, ...]]:
    """What an index alone says of each row, as far as it can be read."""
    found: dict[int, tuple[str, ...]] = {}
    with suppress(*SQLITE_ERRORS):
        for number, *values in source.execute(f"SELECT {columns} FROM articles INDEXED BY {index}"):  # noqa: S608
            found[number] = tuple(map(str, values))
    return found


def _put_back(target: sqlite3.Connection, lost: LostArticle, read_again: ReadAgain) -> bool:
    """Whether the article could be written again from its file, which still says the same."""
    article = read_again(lost.id, lost.path)
    if article is None:
        return False
    target.execute(f"INSERT OR IGNORE {INTO_ARTICLES}", article_row(article))
    return True
