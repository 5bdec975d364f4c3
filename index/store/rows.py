"""Rows of the store: how articles, chunks and vectors are written, found, and told from damaged ones."""

import json
import sqlite3
from datetime import date
from typing import Any

import numpy as np

from index.errors import IndexDamaged
from index.models.embedding import Vectors
from index.store.database import DAMAGED
from index.store.schema import article_checksum, chunk_checksum
from index.types import Article, Chunk, Filters, Span
from index.vietnamese.definitions import learn_abbreviations
from index.vietnamese.folding import fold

ARTICLE_COLUMNS = "id, title, source, author, published, url, text, path, spans, checksum"
INTO_ARTICLES = "INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def article_row(article: Article) -> tuple[str | int | None, ...]:
    """An article as it is stored, in the order of ``ARTICLE_COLUMNS``."""
    published = article.published.isoformat() if article.published else None
    spans = json.dumps({name: (span.start, span.end) for name, span in article.spans.items()})
    facts = (article.id, article.title, article.source, article.author, published, article.url)
    row = (*facts, article.text, article.path, spans)
    return (*row, article_checksum(*row))


def insert_article(connection: sqlite3.Connection, article: Article) -> None:
    """Write a new article with the abbreviations that it defines."""
    connection.execute(f"INSERT {INTO_ARTICLES}", article_row(article))
    insert_abbreviations(connection, article.id, article.text)


def insert_chunk(connection: sqlite3.Connection, article_id: str, span: Span, vector: Vectors) -> None:
    """Write a new chunk of an article with its vector."""
    row = connection.execute(
        'INSERT INTO chunks (article_id, start, "end") VALUES (?, ?, ?)', (article_id, span.start, span.end)
    )
    put_vector(connection, Chunk(int(row.lastrowid or 0), article_id, span.start, span.end), vector)


def put_vector(connection: sqlite3.Connection, chunk: Chunk, vector: Vectors) -> None:
    """Write the vector of a chunk, in the place of the one that is there."""
    blob = vector.astype(np.float16).tobytes()
    checksum = chunk_checksum(chunk.id, chunk.article_id, chunk.start, chunk.end, blob)
    connection.execute("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", (chunk.id, blob, checksum))


def insert_abbreviations(connection: sqlite3.Connection, article_id: str, text: str) -> None:
    """Write the abbreviations that an article defines."""
    connection.executemany(
        "INSERT OR IGNORE INTO abbreviations VALUES (?, ?, ?)",
        [(fold(short), long, article_id) for short, long in learn_abbreviations(text)],
    )


def condition(filters: Filters) -> tuple[str, list[str]]:
    """A condition on articles, and its values."""
    conditions: list[str] = []
    values: list[str] = []
    for comparison, day in ((">=", filters.published_from), ("<=", filters.published_to)):
        if day is not None:
            conditions.append(f"published {comparison} ?")
            values.append(day.isoformat())
    for column, names in (("source", filters.sources), ("author", filters.authors)):
        if names:
            conditions.append(f"{column} IN ({', '.join('?' * len(names))})")
            values += names
    return " AND ".join(conditions) or "TRUE", values


def to_article(row: tuple[Any, ...]) -> Article:
    """An article from its row.

    Raises:
        IndexDamaged: The row is not what was written.
    """
    id_, title, source, author, published, url, text, path, spans, checksum = row
    if article_checksum(*row[:-1]) != checksum or not isinstance(path, str):
        raise IndexDamaged(f"Bài viết {str(id_)[:12]!r} trong chỉ mục {DAMAGED}")
    return Article(
        id=id_,
        title=title,
        source=source,
        author=author,
        published=date.fromisoformat(published) if published else None,
        url=url,
        text=text,
        path=path,
        spans={name: Span(*span) for name, span in json.loads(spans).items()},
    )


def to_chunk(row: tuple[Any, ...]) -> Chunk:
    """A chunk from its row and its vector's.

    Raises:
        IndexDamaged: The rows are not what was written.
    """
    id_, article_id, start, end, vector, checksum = row
    if not isinstance(vector, bytes) or chunk_checksum(id_, article_id, start, end, vector) != checksum:
        raise IndexDamaged(f"Đoạn {id_} trong chỉ mục {DAMAGED}")
    return Chunk(id_, article_id, start, end)
