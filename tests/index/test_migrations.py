"""Stores of older formats are opened as if they had been made today."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index import Article, Index, IndexMismatch
from index.migrations import migrate
from index.store import FILE_NAME, Store
from rag import Settings

MakeArticle = Callable[..., Article]

# What a store of format 2 looked like.
_TO_2 = """
PRAGMA foreign_keys = OFF;
PRAGMA legacy_alter_table = ON;
DROP INDEX articles_path; DROP INDEX articles_filters; DROP INDEX chunks_article; DROP INDEX abbreviations_article;
ALTER TABLE articles RENAME TO new_articles; ALTER TABLE chunks RENAME TO new_chunks;
ALTER TABLE abbreviations RENAME TO new_abbreviations;
CREATE TABLE articles (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, source TEXT, author TEXT, published TEXT, url TEXT,
    text TEXT NOT NULL, path TEXT NOT NULL, spans TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX articles_path ON articles (path);
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT, article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, vector BLOB NOT NULL
);
CREATE INDEX chunks_article ON chunks (article_id);
CREATE TABLE abbreviations (
    short TEXT, long TEXT, article_id TEXT REFERENCES articles (id) ON DELETE CASCADE,
    PRIMARY KEY (short, long, article_id)
) WITHOUT ROWID;
CREATE INDEX abbreviations_article ON abbreviations (article_id);
INSERT INTO articles SELECT id, title, source, author, published, url, text, path, spans FROM new_articles;
INSERT INTO chunks SELECT id, article_id, start, "end", whole(vector) FROM new_chunks JOIN vectors ON chunk_id = id;
INSERT INTO abbreviations SELECT * FROM new_abbreviations;
DROP TABLE vectors; DROP TABLE removed; DROP TABLE new_abbreviations; DROP TABLE new_chunks; DROP TABLE new_articles;
DELETE FROM meta WHERE key IN ('words', 'unrelated_similarity', 'checksum');
UPDATE meta SET value = '2' WHERE key = 'format';
"""


@pytest.fixture
def old(index: Index) -> Path:
    """A folder with an index of format 2."""
    index.close()
    connection = sqlite3.connect(index.folder / FILE_NAME, isolation_level=None)
    connection.create_function("whole", 1, lambda blob: np.frombuffer(blob, np.float16).astype(np.float32).tobytes())
    connection.executescript(_TO_2)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
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
