"""Older stores brought to the present format, each in one transaction: an interruption leaves the old one as it was."""

import sqlite3

import numpy as np

from index.schema import ARTICLES, article_checksum, chunk_checksum, facts_checksum
from index.sqlite import log_ahead


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a store to the present format. One of a format that no step starts from stays as it is."""
    if _version(connection) == "2":
        _from_2(connection)


def _version(connection: sqlite3.Connection) -> str:
    row = connection.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
    return str(row[0]) if row else ""


def _from_2(connection: sqlite3.Connection) -> None:
    """Format 3 keeps vectors apart from chunks, in half precision, with checksums, and remembers what was removed."""
    connection.create_function("half", 1, _half, deterministic=True)
    connection.create_function("chunk_checksum", 5, chunk_checksum, deterministic=True)
    connection.create_function("article_checksum", 9, article_checksum, deterministic=True)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("PRAGMA legacy_alter_table = ON")  # references keep naming the new tables
    log_ahead(connection)
    connection.execute("BEGIN IMMEDIATE")
    try:
        if _version(connection) == "2":  # no other process was first
            for table, index in (
                ("articles", "articles_path"),
                ("chunks", "chunks_article"),
                ("abbreviations", "abbreviations_article"),
            ):
                connection.execute(f"DROP INDEX {index}")
                connection.execute(f"ALTER TABLE {table} RENAME TO old_{table}")
            for statement in f"{ARTICLES}{_COPY_FROM_2}".split(";"):
                connection.execute(statement)
            facts = dict(connection.execute("SELECT key, value FROM meta"))
            connection.execute("INSERT INTO meta VALUES ('checksum', ?)", (facts_checksum(facts),))
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    finally:
        connection.execute("PRAGMA legacy_alter_table = OFF")
        connection.execute("PRAGMA foreign_keys = ON")


_COPY_FROM_2 = """
INSERT INTO articles SELECT id, title, source, author, published, url, text, path, spans,
    article_checksum(id, title, source, author, published, url, text, path, spans) FROM old_articles;
INSERT INTO chunks SELECT id, article_id, start, "end" FROM old_chunks;
INSERT INTO vectors SELECT id, half(vector), chunk_checksum(id, article_id, start, "end", half(vector))
    FROM old_chunks;
INSERT INTO abbreviations SELECT * FROM old_abbreviations;
DROP TABLE old_abbreviations;
DROP TABLE old_chunks;
DROP TABLE old_articles;
INSERT INTO meta SELECT 'words', coalesce(sum(count), 0) FROM syllables;
UPDATE meta SET value = '3' WHERE key = 'format'
"""


def _half(vector: bytes) -> bytes:
    return np.frombuffer(vector, np.float32).astype(np.float16).tobytes()
