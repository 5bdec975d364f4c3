"""The tables of the store, and the checksums that tell a damaged row."""

import zlib
from collections.abc import Mapping

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
SPELLINGS = """
CREATE TABLE syllables (
    folded TEXT, exact TEXT, count INTEGER NOT NULL, PRIMARY KEY (folded, exact)
) WITHOUT ROWID;
CREATE TABLE pairs (
    folded TEXT, exact TEXT, count INTEGER NOT NULL, PRIMARY KEY (folded, exact)
) WITHOUT ROWID;
"""
SCHEMA = f"CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;{ARTICLES}{SPELLINGS}"


def article_checksum(*row: str | None) -> int:
    """Checksum of a stored article, its path apart, which may change.

    Args:
        row: id, title, source, author, published, url, text, path and spans.
    """
    values = ("" if value is None else str(value) for value in (*row[:7], *row[8:]))
    return zlib.crc32("\0".join(values).encode(errors="surrogatepass"))


def chunk_checksum(id_: int, article_id: str, start: int, end: int, vector: bytes) -> int:
    """Checksum of a stored chunk with its vector."""
    return zlib.crc32(vector, zlib.crc32(f"{id_} {article_id} {start} {end}".encode(errors="surrogatepass")))


def facts_checksum(meta: Mapping[str, str]) -> str:
    """Checksum of the facts about an index that never change."""
    facts = sorted((key, value) for key, value in meta.items() if key not in ("generation", "words", "checksum"))
    return str(zlib.crc32(repr(facts).encode(errors="surrogatepass")))
