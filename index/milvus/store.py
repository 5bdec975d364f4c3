"""An index in Milvus, which several machines may share.

Articles of a generation that does not count (``index.milvus.state``) are not seen, counts of a later one give their
former value, and chunks whose article is not seen are left out of what a search finds.
"""

import json
import secrets
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from index.backend import Search
from index.chunks import Entry
from index.errors import IndexMissing
from index.milvus.articles import ARTICLE_FIELDS, CHUNK_FIELDS, article_of, chunk_of
from index.milvus.counts import ABBREVIATION, PAIR, SYLLABLE, changed_syllables, spellings
from index.milvus.rows import MilvusRows, Row, condition, groups
from index.milvus.search import MilvusSearch
from index.milvus.state import MilvusState, State
from index.types import Article, Chunk, Filters
from index.vietnamese.accents import Speller
from index.vietnamese.folding import fold

_KEPT_ARTICLES = 1_000
_KEPT_CHUNKS = 10_000
_LISTED = ("id", "title", "published", "path", "generation")


@dataclass(slots=True)
class _Kept:
    """Articles and chunks of one generation, by id."""

    generation: int
    articles: dict[str, Article]
    chunks: dict[int, Chunk]


class MilvusBackend:
    """Articles, chunks and searches in one Milvus database. Safe to share between threads.

    Args:
        rows: Of the database.
    """

    format = "milvus-1"

    def __init__(self, rows: MilvusRows) -> None:
        self._rows = rows
        self._state = MilvusState(rows)
        self._lock = threading.Lock()
        self._last_kept = _Kept(-1, {}, {})
        self._vocabulary: tuple[int, set[str]] = (-1, set())

    @classmethod
    def open(cls, uri: str, token: str) -> Self:
        """Connect to an index.

        Raises:
            IndexMissing: There is none.
            IndexDamaged: Nothing answers at ``uri``.
            ModelMissing: The client is not installed.
        """
        rows = MilvusRows(uri, token)
        opened = cls(rows)
        if not rows.load() or not opened._facts():
            rows.close()
            raise IndexMissing(
                f"Chưa có chỉ mục trong Milvus ở {uri}. Hãy tạo bằng: hoidap index THƯ_MỤC --store milvus --uri {uri}"
            )
        return opened

    @classmethod
    def create(cls, uri: str, token: str, meta: Mapping[str, str]) -> Self:
        """Make an empty index with some facts about it; errors as in ``open``."""
        rows = MilvusRows(uri, token)
        rows.create(int(meta["dimensions"]))
        made = cls(rows)
        made._state.write(State())
        facts = {"id": secrets.token_hex(4), **meta, "format": cls.format}
        rows.put("meta", [{"id": "facts", "value": json.dumps(facts)}])
        return made

    @property
    def location(self) -> str:
        """The address of the database."""
        return self._rows.uri

    def close(self) -> None:
        """Let go of the connection."""
        self._rows.close()

    def meta(self) -> dict[str, str]:
        """Facts about the index: format, id (random), embedding, dimensions, chunk_tokens, generation, words."""
        state = self._state.latest()
        return {**self._facts(), "generation": str(state.generation), "words": str(state.words)}

    def generation(self) -> int:
        """Grows with each change. Always what counts at this moment."""
        return self._state.latest().generation

    def counts(self) -> tuple[int, int]:
        """Numbers of articles and of chunks."""
        state = self._state.latest()
        return state.articles, state.chunks

    def articles(self) -> Iterator[Article]:
        """Every article, newest first, undated ones last; some at a time in memory."""
        order = sorted((-row["published"], row["title"], row["id"]) for row in self._scan(Filters()))
        dated = [id_ for day, _, id_ in order if day] + [id_ for day, _, id_ in order if not day]
        for group in groups(dated, _KEPT_ARTICLES // 10):
            found = {article.id: article for article in self._read(group)}
            yield from (found[id_] for id_ in group if id_ in found)

    def article(self, article_id: str) -> Article | None:
        """One article, or None."""
        kept = self._kept()
        if article_id not in kept.articles:
            kept.articles |= {article.id: article for article in self._read([article_id])}
        return kept.articles.get(article_id)

    def paths(self) -> dict[str, str]:
        """The file each article was read from, by article id."""
        return {row["id"]: row["path"] for row in self._scan(Filters())}

    def matching(self, filters: Filters) -> frozenset[str]:
        """Ids of the articles that pass the filters."""
        return frozenset(row["id"] for row in self._scan(filters))

    def chunk(self, chunk_id: int) -> Chunk | None:
        """One chunk, or None."""
        kept = self._kept().chunks.get(chunk_id)
        return kept or self._keep(self._rows.get("chunks", [chunk_id], CHUNK_FIELDS)).get(chunk_id)

    def keep_chunks(self, rows: Sequence[Row]) -> frozenset[int]:
        """Remember chunks found until the next change; the ids of those whose articles are there and whole."""
        return frozenset(self._keep(rows))

    def chunks(self) -> list[Chunk]:
        """Every chunk, by id."""
        seen = {row["id"] for row in self._scan(Filters())}
        rows = self._rows.scan("chunks", "", CHUNK_FIELDS)
        return sorted((chunk_of(row) for row in rows if row["article_id"] in seen), key=lambda chunk: chunk.id)

    def add(self, entries: Sequence[Entry]) -> None:
        """As ``Backend.add``."""
        with self._state.change() as change:
            ids = [entry.article.id for entry in entries]
            known = {row["id"] for row in self._rows.get("articles", ids, ("id",), latest=True)}
            added = [entry for entry in entries if entry.article.id not in known]
            paths = [entry.article.path for entry in added if entry.article.path]
            replaced = self._rows.among("articles", "path", paths, ("id",), "part == 0", latest=True)
            change.remove(self._read([row["id"] for row in replaced]))
            change.add(added)

    def move(self, article_id: str, path: str) -> None:
        """Record that an article's file has another name now."""
        with self._state.change():
            for row in self._rows.get("articles", [article_id], (*ARTICLE_FIELDS, "part", "generation"), latest=True):
                self._rows.put("articles", [row | {"path": path}])

    def remove(self, article_id: str) -> bool:
        """Delete an article with its chunks and vectors; whether it was there."""
        if not self._rows.get("articles", [article_id], ("id",), latest=True):
            return False
        with self._state.change() as change:
            found = self._read([article_id])
            change.remove(found)
        return bool(found)

    def syllables(self, folded: Collection[str]) -> dict[str, dict[str, int]]:
        """Spellings of folded syllables and their counts; syllables that no article holds are left out."""
        return spellings(self._rows, SYLLABLE, folded, self._state.recent().generation)

    def pairs(self, folded: Collection[str]) -> dict[str, int]:
        """Counts of the accented pairs of neighbours that have one of the folded forms."""
        found = spellings(self._rows, PAIR, folded, self._state.recent().generation)
        return {exact: count for counts in found.values() for exact, count in counts.items()}

    def vocabulary(self) -> list[str]:
        """Every folded syllable of the articles, and those of articles removed since the index was opened."""
        generation = self._state.recent().generation
        with self._lock:
            known, words = self._vocabulary
            words |= changed_syllables(self._rows, known, generation)
            self._vocabulary = generation, words
            return list(words)

    def word_count(self) -> int:
        """Number of words in all articles."""
        return self._state.recent().words

    def expansions(self, short: str) -> list[str]:
        """Long forms that articles give for an abbreviation, most frequent first."""
        found = spellings(self._rows, ABBREVIATION, [fold(short)], self._state.recent().generation).get(fold(short), {})
        return sorted(found, key=lambda long: (-found[long], long))

    def searchers(self, known: Search | None = None) -> Search:
        """Searches over the present generation."""
        state = self._state.latest()
        speller = Speller(self.syllables, self.pairs, self.vocabulary, state.words)
        return MilvusSearch(self._rows, state.generation, state.chunks, state.length, speller, self.keep_chunks)

    def save_searchers(self) -> None:
        """Have Milvus index what was added."""
        self._rows.flush()

    def _facts(self) -> dict[str, str]:
        rows = self._rows.get("meta", ["facts"], ("value",))
        return dict(json.loads(rows[0]["value"])) if rows else {}

    def _keep(self, rows: Sequence[Row]) -> dict[int, Chunk]:
        state = self._state.recent()
        wanted = list({row["article_id"] for row in rows})
        found = self._rows.get("articles", wanted, ("id", "generation"), latest=True)
        seen = {row["id"] for row in found if state.shows(row)}
        chunks = {row["id"]: chunk_of(row) for row in rows if row["article_id"] in seen}
        self._kept().chunks |= chunks
        return chunks

    def _kept(self) -> "_Kept":
        """What was read of the present generation."""
        generation = self._state.recent().generation
        with self._lock:
            kept = self._last_kept
            if kept.generation != generation or len(kept.articles) > _KEPT_ARTICLES or len(kept.chunks) > _KEPT_CHUNKS:
                self._last_kept = _Kept(generation, {}, {})
            return self._last_kept

    def _scan(self, filters: Filters) -> Iterator[Row]:
        """The rows of the articles that pass the filters, without their texts."""
        state = self._state.latest()
        conditions = ["part == 0", f"generation <= {state.generation}", condition(filters)]
        rows = self._rows.scan("articles", " and ".join(filter(None, conditions)), _LISTED)
        return (row for row in rows if state.shows(row))

    def _read(self, article_ids: Collection[str]) -> list[Article]:
        """Those of some articles that are seen."""
        state = self._state.recent()
        found = self._rows.get("articles", list(article_ids), (*ARTICLE_FIELDS, "generation"), latest=True)
        first = [row for row in found if state.shows(row)]
        more = [f"{row['id']}/{part}" for row in first for part in range(1, row["parts"])]
        texts = {row["id"]: row["text"] for row in self._rows.get("articles", more, ("id", "text"))}
        return [article_of(row, texts) for row in first]
