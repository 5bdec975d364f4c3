"""The tables of the store, and the checksums that tell a damaged row."""

import zlib

from index.spelling_counts import SCHEMA as SPELLINGS

FORMAT_VERSION = "3"

ARTICLES = """
CREATE TABLE articles (
    id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, source TEXT, author TEXT, published TEXT, url TEXT,
    text TEXT NOT NULL, path TEXT NOT NULL, spans TEXT NOT NULL, checksum INTEGER NOT NULL
);
CREATE INDEX articles_path ON articles (path);
CREATE INDEX articles_filters ON articles (published, source, author, title, id);
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT, article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL
);
CREATE INDEX chunks_article ON chunks (article_id);
CREATE TABLE vectors (
    chunk_id INTEGER PRIMARY KEY REFERENCES chunks (id) ON DELETE CASCADE, vector BLOB NOT NULL,
    checksum INTEGER NOT NULL
);
CREATE TABLE removed (chunk_id INTEGER PRIMARY KEY);
CREATE TABLE abbreviations (
    short TEXT, long TEXT, article_id TEXT REFERENCES articles (id) ON DELETE CASCADE,
    PRIMARY KEY (short, long, article_id)
) WITHOUT ROWID;
CREATE INDEX abbreviations_article ON abbreviations (article_id);
"""
SCHEMA = f"CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;{ARTICLES}{SPELLINGS}"


def article_checksum(*row: str | None) -> int:
    """Checksum of a stored article, its path apart, which may change.

    Args:
        row: id, title, source, author, published, url, text, path and spans.
    """
    return zlib.crc32("\0".join(value or "" for value in (*row[:7], *row[8:])).encode(errors="surrogatepass"))


def vector_checksum(vector: bytes) -> int:
    """Checksum of a stored vector."""
    return zlib.crc32(vector)
