"""Rows of a store that may be damaged: which of them are what was written."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from index.errors import IndexDamaged
from index.models.embedding import Vectors
from index.store.rows import ARTICLE_COLUMNS, to_article, to_chunk
from index.types import Article, Chunk

ReadAgain = Callable[[object, object], Article | None]
"""The article with an id in a file, if the file is still the same article."""
ARTICLES_AT_ONCE = 64
"""How many are held in memory."""
_LENGTH_TOLERANCE = 0.01


def article_rows(connection: sqlite3.Connection) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Rows of the articles with their numbers; read in groups, so that rows may be changed meanwhile."""
    query = f"SELECT rowid, {ARTICLE_COLUMNS} FROM articles WHERE rowid > ? ORDER BY rowid LIMIT ?"  # noqa: S608
    last = -1
    while rows := connection.execute(query, (last, ARTICLES_AT_ONCE)).fetchall():
        yield from ((row[0], row[1:]) for row in rows)
        last = rows[-1][0]


def sound_articles(connection: sqlite3.Connection) -> Iterator[Article]:
    """The sound articles."""
    return (to_article(row) for _, row in article_rows(connection) if is_sound(row))


def is_sound(row: tuple[Any, ...]) -> bool:
    """Whether a row is an article as it was written, under its own id."""
    try:
        article = to_article(row)
    except IndexDamaged:
        return False
    return hashlib.sha256(article.text.encode()).hexdigest().startswith(article.id)


def chunk_rows(connection: sqlite3.Connection, article_id: str) -> list[Any]:
    """Rows of an article's chunks with their vectors, by id."""
    query = """
        SELECT id, article_id, start, "end", vector, checksum FROM chunks LEFT JOIN vectors ON chunk_id = id
        WHERE article_id = ? ORDER BY id
    """
    return connection.execute(query, (article_id,)).fetchall()


def covers(text: str, rows: Sequence[Any]) -> bool:
    """Whether chunks are in order and leave out nothing but white space."""
    at = 0
    for _, _, start, end, *_ in rows:
        if not (isinstance(start, int) and isinstance(end, int) and at <= start < end <= len(text)):
            return False
        if text[at:start].strip():
            return False
        at = end
    return not text[at:].strip()


def has_vector(row: Any, dimensions: int) -> bool:
    """Whether a chunk has a vector of unit length; that of a text without words is zero."""
    for _, vector in sound_chunks([row]):
        length = float(np.linalg.norm(vector))
        return len(vector) == dimensions and (length == 0 or abs(length - 1) < _LENGTH_TOLERANCE)  # not if it is NaN
    return False


def sound_chunks(rows: Sequence[Any]) -> Iterator[tuple[Chunk, Vectors]]:
    """Chunks that are what was written, with their vectors."""
    for row in rows:
        try:
            chunk = to_chunk(row)
        except IndexDamaged:
            continue
        yield chunk, np.frombuffer(row[4][: len(row[4]) // 2 * 2], np.float16).astype(np.float32)
