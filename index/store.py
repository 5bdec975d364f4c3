"""The store: one SQLite database that is the truth about articles, chunks and vectors.

Everything else in an index folder is derived from it and can be rebuilt. Each article is written in one
transaction with its chunks and vectors, and each transaction raises ``generation`` by one, which is how
derived files and running readers notice that they are out of date.
"""

import json
import secrets
import sqlite3
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from index.embedding import Vectors
from index.errors import DuplicateArticle, IndexBusy, IndexDamaged, IndexMissing
from index.speller import count_spellings
from index.types import Article, Chunk, Filters, Span
from index.vietnamese import fold, learn_abbreviations

FILE_NAME = "index.sqlite3"
FORMAT_VERSION = "2"
_BUSY_SECONDS = 10
_MAX_PARAMETERS = 500  # of one statement; older SQLite takes 999

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
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
CREATE TABLE syllables (
    folded TEXT, exact TEXT, count INTEGER NOT NULL, PRIMARY KEY (folded, exact)
) WITHOUT ROWID;
CREATE TABLE pairs (
    folded TEXT, exact TEXT, count INTEGER NOT NULL, PRIMARY KEY (folded, exact)
) WITHOUT ROWID;
CREATE TABLE abbreviations (
    short TEXT, long TEXT, article_id TEXT REFERENCES articles (id) ON DELETE CASCADE,
    PRIMARY KEY (short, long, article_id)
) WITHOUT ROWID;
CREATE INDEX abbreviations_article ON abbreviations (article_id);
"""
_ALL_ARTICLES = """
SELECT id, title, source, author, published, url, text, path, spans FROM articles
ORDER BY published IS NULL, published DESC, title, id
"""
_ONE_ARTICLE = "SELECT id, title, source, author, published, url, text, path, spans FROM articles WHERE id = ?"


class Store:
    """Articles, chunks and vectors in ``folder/index.sqlite3``. Safe to share between threads."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.RLock()

    @classmethod
    def create(cls, folder: Path, meta: Mapping[str, str]) -> "Store":
        """Make an empty store with the given facts about the index.

        Raises:
            IndexBusy: Another process is making or writing it.
            IndexDamaged: The folder cannot be written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise IndexDamaged(f"Không tạo được thư mục chỉ mục {folder}: {error.strerror}.") from error
        store = cls(_connect(folder / FILE_NAME))
        with store._transaction() as connection:
            if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
                return store  # another process was first
            for statement in _SCHEMA.split(";"):
                connection.execute(statement)
            facts = {"format": FORMAT_VERSION, "id": secrets.token_hex(4), **meta}
            connection.executemany("INSERT INTO meta VALUES (?, ?)", facts.items())
            connection.execute("INSERT INTO meta VALUES ('generation', '0')")
        return store

    @classmethod
    def open(cls, folder: Path) -> "Store":
        """Open an existing store.

        Raises:
            IndexMissing: There is none in ``folder``.
            IndexDamaged: The file is not a store.
        """
        path = folder / FILE_NAME
        if not has_store(folder):
            raise IndexMissing(
                f"Chưa có chỉ mục ở {folder}. Hãy tạo bằng: hoidap index THƯ_MỤC_BÀI_VIẾT --index {folder}"
            )
        store = cls(_connect(path))
        store.meta()
        return store

    def close(self) -> None:
        """Release the database."""
        with self._lock:
            self._connection.close()

    def meta(self) -> dict[str, str]:
        """Facts about the index: format, id (random), embedding, dimensions, chunk_tokens, generation."""
        return {str(key): str(value) for key, value in self._rows("SELECT key, value FROM meta")}

    def generation(self) -> int:
        """Number of changes made so far."""
        return int(self._rows("SELECT value FROM meta WHERE key = 'generation'")[0][0])

    def counts(self) -> tuple[int, int]:
        """Numbers of articles and of chunks."""
        rows = self._rows("SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM chunks)")
        return int(rows[0][0]), int(rows[0][1])

    def articles(self) -> Iterator[Article]:
        """Every article, newest first, undated ones last."""
        for row in self._rows(_ALL_ARTICLES):
            yield _article(row)

    def article(self, article_id: str) -> Article | None:
        """One article, or None."""
        rows = self._rows(_ONE_ARTICLE, article_id)
        return _article(rows[0]) if rows else None

    def article_at(self, path: str) -> str | None:
        """The id of the article last read from a file, or None."""
        rows = self._rows("SELECT id FROM articles WHERE path = ?", path)
        return str(rows[0][0]) if rows else None

    def matching(self, filters: Filters) -> frozenset[str]:
        """Ids of the articles that pass the filters."""
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
        where = " AND ".join(conditions) or "TRUE"
        return frozenset(str(row[0]) for row in self._rows(f"SELECT id FROM articles WHERE {where}", *values))  # noqa: S608

    def chunk(self, chunk_id: int) -> Chunk | None:
        """One chunk, or None."""
        rows = self._rows('SELECT id, article_id, start, "end" FROM chunks WHERE id = ?', chunk_id)
        return Chunk(*rows[0]) if rows else None

    def chunks(self) -> list[Chunk]:
        """Every chunk, by id."""
        return [Chunk(*row) for row in self._rows('SELECT id, article_id, start, "end" FROM chunks ORDER BY id')]

    def snapshot(self) -> tuple[int, list[Chunk], Vectors, dict[str, Article]]:
        """Generation, chunks by id, their vectors (``(chunks, dimensions)``) and the articles, of one moment."""
        with self._transaction("BEGIN"):
            meta = self.meta()
            blobs = b"".join(row[0] for row in self._rows("SELECT vector FROM chunks ORDER BY id"))
            vectors = np.frombuffer(blobs, np.float32).reshape(-1, int(meta["dimensions"]))
            articles = {article.id: article for article in self.articles()}
            return int(meta["generation"]), self.chunks(), vectors, articles

    def add(self, article: Article, spans: Sequence[Span], vectors: Vectors, replaces: str | None = None) -> None:
        """Write an article with its chunks and their vectors, in place of article ``replaces``."""
        spans_json = json.dumps({name: (span.start, span.end) for name, span in article.spans.items()})
        published = article.published.isoformat() if article.published else None
        row = (article.id, article.title, article.source, article.author, published, article.url)
        with self._transaction() as connection:
            if replaces is not None:
                self._delete(connection, replaces)
            connection.execute(
                "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*row, article.text, article.path, spans_json),
            )
            connection.executemany(
                'INSERT INTO chunks (article_id, start, "end", vector) VALUES (?, ?, ?, ?)',
                [
                    (article.id, span.start, span.end, vector.astype(np.float32).tobytes())
                    for span, vector in zip(spans, vectors, strict=True)
                ],
            )
            self._count_spellings(connection, article.text, 1)
            connection.executemany(
                "INSERT OR IGNORE INTO abbreviations VALUES (?, ?, ?)",
                [(fold(short), long, article.id) for short, long in learn_abbreviations(article.text)],
            )
            self._advance(connection)

    def move(self, article_id: str, path: str) -> None:
        """Record that an article's file has another name now."""
        with self._transaction() as connection:
            connection.execute("UPDATE articles SET path = ? WHERE id = ?", (path, article_id))
            self._advance(connection)

    def remove(self, article_id: str) -> bool:
        """Delete an article with its chunks and vectors; whether it was there."""
        with self._transaction() as connection:
            removed = self._delete(connection, article_id)
            if removed:
                self._advance(connection)
        return removed

    def syllables(self, folded: Collection[str]) -> dict[str, dict[str, int]]:
        """Spellings of folded syllables and their counts; syllables that no article holds are left out."""
        found: dict[str, dict[str, int]] = {}
        for key, exact, count in self._rows_in("SELECT folded, exact, count FROM syllables", folded):
            found.setdefault(key, {})[exact] = count
        return found

    def pairs(self, folded: Collection[str]) -> dict[str, int]:
        """Counts of the accented pairs of neighbours that have one of the folded forms."""
        return {exact: count for _, exact, count in self._rows_in("SELECT folded, exact, count FROM pairs", folded)}

    def vocabulary(self) -> list[str]:
        """Every folded syllable of the articles."""
        return [str(row[0]) for row in self._rows("SELECT DISTINCT folded FROM syllables")]

    def word_count(self) -> int:
        """Number of words in all articles."""
        return int(self._rows("SELECT coalesce(sum(count), 0) FROM syllables")[0][0])

    def expansions(self, short: str) -> list[str]:
        """Long forms that articles give for an abbreviation, most frequent first."""
        query = (
            "SELECT long, count(*) AS times FROM abbreviations WHERE short = ? GROUP BY long ORDER BY times DESC, long"
        )
        return [str(row[0]) for row in self._rows(query, fold(short))]

    def _rows_in(self, select: str, folded: Collection[str]) -> list[Any]:
        keys = sorted(folded)
        groups = (keys[start : start + _MAX_PARAMETERS] for start in range(0, len(keys), _MAX_PARAMETERS))
        return [
            row
            for group in groups
            for row in self._rows(f"{select} WHERE folded IN ({', '.join('?' * len(group))})", *group)
        ]

    @staticmethod
    def _delete(connection: sqlite3.Connection, article_id: str) -> bool:
        """Delete an article and all that was counted of it; whether it was there."""
        row = connection.execute("SELECT text FROM articles WHERE id = ?", (article_id,)).fetchone()
        if row is None:
            return False
        Store._count_spellings(connection, row[0], -1)
        connection.execute("DELETE FROM articles WHERE id = ?", (article_id,))
        return True

    @staticmethod
    def _count_spellings(connection: sqlite3.Connection, text: str, times: int) -> None:
        """Add the words and pairs of a text to the counts, or take them off."""
        for table, counts in zip(("syllables", "pairs"), count_spellings(text), strict=True):
            connection.executemany(
                f"INSERT INTO {table} VALUES (?, ?, ?) "  # noqa: S608 - a name from the line above
                "ON CONFLICT (folded, exact) DO UPDATE SET count = count + excluded.count",
                [(fold(exact), exact, times * count) for exact, count in counts.items()],
            )
            if times < 0:
                connection.executemany(
                    f"DELETE FROM {table} WHERE folded = ? AND exact = ? AND count <= 0",  # noqa: S608
                    [(fold(exact), exact) for exact in counts],
                )

    def _rows(self, query: str, *parameters: object) -> list[Any]:
        with self._lock, _translated():
            return self._connection.execute(query, parameters).fetchall()

    @contextmanager
    def _transaction(self, begin: str = "BEGIN IMMEDIATE") -> Iterator[sqlite3.Connection]:
        """All of the block is written, or nothing; what it reads is of one moment."""
        with self._lock, _translated():
            self._connection.execute(begin)
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # a full disk has already rolled it back
                    self._connection.execute("ROLLBACK")
                raise

    @staticmethod
    def _advance(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")


def has_store(folder: Path) -> bool:
    """Whether a store was made in ``folder``; an empty file is what a failed attempt leaves."""
    path = folder / FILE_NAME
    return path.is_file() and path.stat().st_size > 0


def _connect(path: Path) -> sqlite3.Connection:
    with _translated():
        connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA foreign_keys = ON")
        return connection


@contextmanager
def _translated() -> Iterator[None]:
    """Database failures become one line for the user."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise IndexBusy("Một tiến trình khác đang ghi vào chỉ mục. Hãy đợi nó xong rồi thử lại.") from error
        raise IndexDamaged(f"Không đọc hoặc ghi được chỉ mục ({error}). Hãy kiểm tra quyền ghi và đĩa.") from error
    except sqlite3.IntegrityError as error:
        raise DuplicateArticle("Bài viết này vừa được một tiến trình khác thêm vào chỉ mục.") from error
    except sqlite3.ProgrammingError:
        raise  # a closed store: the caller's mistake
    except sqlite3.DatabaseError as error:
        raise IndexDamaged(
            f"Tệp chỉ mục bị hỏng ({error}). Hãy xóa thư mục chỉ mục và chạy lại hoidap index."
        ) from error


def _article(row: tuple[Any, ...]) -> Article:
    id_, title, source, author, published, url, text, path, spans = row
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
