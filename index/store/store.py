"""The store: one SQLite database that is the truth about articles, chunks and vectors.

Everything else in an index folder is derived from it and can be rebuilt. Articles are written with their chunks and
vectors in one transaction, which is on the disk when it ends, and each transaction raises ``generation`` by one, which
is how derived files and running readers notice that they are out of date. Readers and one writer do not wait for each
other (write-ahead log).
"""

import secrets
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from index.chunks import Entry
from index.errors import IndexDamaged, IndexMissing
from index.store.database import DAMAGED, MAX_PARAMETERS, Database
from index.store.rows import ARTICLE_COLUMNS, condition, insert_article, insert_chunk, to_article, to_chunk
from index.store.schema import FORMAT_VERSION, SCHEMA, facts_checksum
from index.store.spelling_counts import change_counts, counted
from index.types import Article, Chunk, Filters
from index.vietnamese.folding import fold

FILE_NAME = "index.sqlite3"

Ids = npt.NDArray[np.int64]

_CHUNKS = """
SELECT id, article_id, start, "end", vector, checksum FROM chunks LEFT JOIN vectors ON chunk_id = id
"""


@dataclass(frozen=True, slots=True)
class ChunkContent:
    """What a segment is made from: a chunk's words and its vector."""

    id: int
    title: str
    text: str
    vector: npt.NDArray[np.float16]


class Store:
    """Articles, chunks and vectors in ``folder/index.sqlite3``. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._database = Database(folder / FILE_NAME)

    @classmethod
    def create(cls, folder: Path, meta: Mapping[str, str]) -> Self:
        """Make an empty store with the given facts about the index.

        Raises:
            IndexBusy: Another process is making or writing it.
            IndexDamaged: The folder cannot be written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise IndexDamaged(f"Không tạo được thư mục chỉ mục {folder}: {error.strerror}.") from error
        store = cls(folder)
        store._database.log_ahead()
        with store._database.transaction() as connection:
            if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
                return store  # another process was first
            for statement in SCHEMA.split(";"):
                connection.execute(statement)
            facts = {"format": FORMAT_VERSION, "id": secrets.token_hex(4), "generation": "0", "words": "0", **meta}
            facts["checksum"] = facts_checksum(facts)
            connection.executemany("INSERT INTO meta VALUES (?, ?)", facts.items())
        return store

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open an existing store.

        Raises:
            IndexMissing: There is none in ``folder``.
            IndexDamaged: The file is not a store.
        """
        missing = IndexMissing(
            f"Chưa có chỉ mục ở {folder}. Hãy tạo bằng: hoidap index THƯ_MỤC_BÀI_VIẾT --index {folder}"
        )
        if not (folder / FILE_NAME).is_file():
            raise missing
        store = cls(folder)
        try:
            if store._database.rows("SELECT count(*) FROM sqlite_master") == [(0,)]:
                raise missing  # this is what an interrupted attempt leaves
            meta = store.meta()
            if meta.get("format") == FORMAT_VERSION and meta.get("checksum") != facts_checksum(meta):
                raise IndexDamaged(f"Thông tin chung của chỉ mục {DAMAGED}")
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Release the database."""
        self._database.close()

    def meta(self) -> dict[str, str]:
        """Facts about the index: format, id (random), embedding, dimensions, chunk_tokens, generation, words."""
        return {str(key): str(value) for key, value in self._database.rows("SELECT key, value FROM meta")}

    def generation(self) -> int:
        """Number of changes made so far."""
        return self._number("generation")

    def counts(self) -> tuple[int, int]:
        """Numbers of articles and of chunks."""
        rows = self._database.rows("SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM chunks)")
        return int(rows[0][0]), int(rows[0][1])

    def articles(self) -> Iterator[Article]:
        """Every article, newest first, undated ones last; some at a time in memory."""
        order = self._database.rows("SELECT id FROM articles ORDER BY published IS NULL, published DESC, title, id")
        for start in range(0, len(order), MAX_PARAMETERS):
            wanted = [row[0] for row in order[start : start + MAX_PARAMETERS]]
            rows = self._database.rows_in(f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE id", wanted)  # noqa: S608 - a constant
            found = {row[0]: row for row in rows}
            yield from (to_article(found[id_]) for id_ in wanted if id_ in found)

    def article(self, article_id: str) -> Article | None:
        """One article, or None."""
        rows = self._database.rows(f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE id = ?", article_id)  # noqa: S608
        return to_article(rows[0]) if rows else None

    def paths(self) -> dict[str, str]:
        """The file each article was read from, by article id."""
        return dict(self._database.rows("SELECT id, path FROM articles"))

    def matching(self, filters: Filters) -> frozenset[str]:
        """Ids of the articles that pass the filters."""
        where, values = condition(filters)
        return frozenset(str(row[0]) for row in self._database.rows(f"SELECT id FROM articles WHERE {where}", *values))  # noqa: S608

    def matching_chunks(self, filters: Filters) -> Ids:
        """Ids of the chunks whose articles pass the filters, ascending."""
        where, values = condition(filters)
        query = f"SELECT id FROM chunks WHERE article_id IN (SELECT id FROM articles WHERE {where}) ORDER BY id"  # noqa: S608
        return self._ids(query, *values)

    def chunk(self, chunk_id: int) -> Chunk | None:
        """One chunk, or None."""
        rows = self._database.rows(f"{_CHUNKS} WHERE id = ?", chunk_id)
        return to_chunk(rows[0]) if rows else None

    def chunks(self) -> list[Chunk]:
        """Every chunk, by id."""
        rows = self._database.rows('SELECT id, article_id, start, "end" FROM chunks ORDER BY id')
        return [Chunk(*row) for row in rows]

    def chunk_ids(self, after: int = 0) -> Ids:
        """Ids of the chunks with higher ids than ``after``, ascending."""
        return self._ids("SELECT id FROM chunks WHERE id > ? ORDER BY id", after)

    def has_chunks(self, ids: Ids) -> bool:
        """Whether all of some chunks, not too many, are still there with their articles."""
        held = ", ".join(map(str, ids.tolist()))
        joined = "chunks JOIN articles ON articles.id = article_id"
        rows = self._database.rows(f"SELECT count(*) FROM {joined} WHERE chunks.id IN ({held})")  # noqa: S608
        return rows == [(len(ids),)]

    def removed_ids(self) -> Ids:
        """Ids of chunks that segments may still hold although their articles are gone, ascending."""
        return self._ids("SELECT chunk_id FROM removed ORDER BY chunk_id")

    def forget_removed(self, ids: Ids) -> None:
        """Drop ids that no segment holds any more from ``removed_ids``."""
        with self._database.transaction() as connection:
            connection.executemany("DELETE FROM removed WHERE chunk_id = ?", [(int(one),) for one in ids])

    def contents(self, ids: Ids) -> list[ChunkContent]:
        """Words and vectors of those of some chunks that are still there, by id.

        Args:
            ids: Few enough for memory.
        """
        with self._database.transaction("BEGIN"):
            rows = sorted(self._database.rows_in(f"{_CHUNKS} WHERE id", ids.tolist()), key=lambda row: row[0])
            chunks = [(to_chunk(row), row[4]) for row in rows]
            named = {chunk.article_id for chunk, _ in chunks}
            held = self._database.rows_in(f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE id", named)  # noqa: S608
        articles = {row[0]: to_article(row) for row in held}
        if any(chunk.article_id not in articles for chunk, _ in chunks):
            raise IndexDamaged(f"Bảng bài viết của chỉ mục {DAMAGED}")
        return [
            ChunkContent(
                chunk.id, article.title, article.text[chunk.start : chunk.end], np.frombuffer(blob, np.float16)
            )
            for chunk, blob in chunks
            if (article := articles[chunk.article_id])
        ]

    def add(self, entries: Sequence[Entry]) -> None:
        """As ``Backend.add``."""
        with self._database.transaction() as connection:
            ids = [entry.article.id for entry in entries]
            known = {row[0] for row in self._database.rows_in("SELECT id FROM articles WHERE id", ids)}
            added = [entry for entry in entries if entry.article.id not in known]
            paths = [entry.article.path for entry in added if entry.article.path]
            replaced = [row[0] for row in self._database.rows_in("SELECT id FROM articles WHERE path", paths)]
            removed = self._delete(connection, replaced)
            for entry in added:
                insert_article(connection, entry.article)
                for span, vector in zip(entry.spans, entry.vectors, strict=True):
                    insert_chunk(connection, entry.article.id, span, vector)
            change_counts(connection, (entry.article.text for entry in added), removed)
            self._advance(connection)

    def move(self, article_id: str, path: str) -> None:
        """Record that an article's file has another name now."""
        with self._database.transaction() as connection:
            connection.execute("UPDATE articles SET path = ? WHERE id = ?", (path, article_id))
            self._advance(connection)

    def remove(self, article_id: str) -> bool:
        """Delete an article with its chunks and vectors; whether it was there."""
        with self._database.transaction() as connection:
            removed = self._delete(connection, [article_id])
            if removed:
                change_counts(connection, (), removed)
                self._advance(connection)
        return bool(removed)

    def syllables(self, folded: Collection[str]) -> dict[str, dict[str, int]]:
        """Spellings of folded syllables and their counts; syllables that no article holds are left out."""
        found: dict[str, dict[str, int]] = {}
        for key, exact, count in counted(self._database, "syllables", folded):
            found.setdefault(key, {})[exact] = count
        return found

    def pairs(self, folded: Collection[str]) -> dict[str, int]:
        """Counts of the accented pairs of neighbours that have one of the folded forms."""
        return {exact: count for _, exact, count in counted(self._database, "pairs", folded)}

    def vocabulary(self) -> list[str]:
        """Every folded syllable of the articles."""
        return [str(row[0]) for row in self._database.rows("SELECT DISTINCT folded FROM syllables")]

    def word_count(self) -> int:
        """Number of words in all articles."""
        return self._number("words")

    def expansions(self, short: str) -> list[str]:
        """Long forms that articles give for an abbreviation, most frequent first."""
        query = (
            "SELECT long, count(*) AS times FROM abbreviations WHERE short = ? GROUP BY long ORDER BY times DESC, long"
        )
        return [str(row[0]) for row in self._database.rows(query, fold(short))]

    @staticmethod
    def _delete(connection: sqlite3.Connection, article_ids: Sequence[str]) -> list[str]:
        """Delete articles; the texts of those that were there."""
        texts: list[str] = []
        for article_id in article_ids:
            texts += [row[0] for row in connection.execute("SELECT text FROM articles WHERE id = ?", (article_id,))]
            connection.execute("INSERT INTO removed SELECT id FROM chunks WHERE article_id = ?", (article_id,))
            connection.execute("DELETE FROM articles WHERE id = ?", (article_id,))
        return texts

    def _ids(self, query: str, *parameters: object) -> Ids:
        rows = self._database.rows(query, *parameters)
        try:
            return np.array([row[0] for row in rows], np.int64)
        except (TypeError, ValueError, OverflowError) as error:
            raise IndexDamaged(f"Bảng đoạn văn của chỉ mục {DAMAGED}") from error

    def _number(self, key: str) -> int:
        rows = self._database.rows("SELECT value FROM meta WHERE key = ?", key)
        if not rows or not str(rows[0][0]).isdecimal():
            raise IndexDamaged(f"Thông tin chung của chỉ mục {DAMAGED}")
        return int(rows[0][0])

    @staticmethod
    def _advance(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
