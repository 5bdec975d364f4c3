"""Stores of older formats are opened as if they had been made today."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from piles import to_format_2

from index import Article, Index, IndexMismatch
from index.migrations import migrate
from index.store import FILE_NAME, Store
from rag import Settings

MakeArticle = Callable[..., Article]


@pytest.fixture
def old(index: Index) -> Path:
    """A folder with an index of format 2."""
    index.close()
    to_format_2(index.folder)
    for name in ("derived-12345678-3",):
        (index.folder / name).mkdir()
    return index.folder


def test_an_index_of_format_2_is_migrated_when_it_is_opened(
    old: Path, settings: Settings, make_article: MakeArticle
) -> None:
    with Index.open(old, settings) as migrated:
        assert migrated.store.meta()["format"] == "3"
        assert len(list(migrated.articles())) == 3
        hit = max(migrated.search("nước sạch Suối Cạn"), key=lambda hit: hit.lexical)
        chunk = migrated.chunk(hit.chunk_id)
        assert chunk is not None
        found = migrated.article(chunk.article_id)
        assert found is not None and "Suối Cạn" in found.title
        words = migrated.store.word_count()
        migrated.add([make_article("Mới", "Một bài mới.")])
        assert migrated.store.word_count() == words + 3
        assert migrated.remove(found.id)
        assert migrated.store.chunk(hit.chunk_id) is None
        migrated.save_searchers()
        assert not list(old.glob("derived-*"))
    with sqlite3.connect(old / FILE_NAME) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        assert not {name for name in tables if name.startswith("old_")}


def test_an_interrupted_migration_leaves_the_old_store(
    old: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (old / FILE_NAME).read_bytes()
    monkeypatch.setattr("index.migrations._half", lambda vector: 1 / 0)
    connection = sqlite3.connect(old / FILE_NAME, isolation_level=None)
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection)
    assert connection.execute("SELECT value FROM meta WHERE key = 'format'").fetchone() == ("2",)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    assert len((old / FILE_NAME).read_bytes()) == len(before)
    monkeypatch.undo()
    with Index.open(old, settings) as migrated:
        assert migrated.store.counts()[0] == 3


def test_a_store_of_an_unknown_format_is_refused(index: Index, settings: Settings) -> None:
    index.close()
    with sqlite3.connect(index.folder / FILE_NAME) as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'format'")
    with pytest.raises(IndexMismatch, match="99"):
        Index.open(index.folder, settings)
    assert Store.open(index.folder).meta()["format"] == "99"
