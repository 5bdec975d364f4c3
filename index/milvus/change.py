"""A change of an index in Milvus: the state, which says what counts, and what a writer adds and takes away."""

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from index.backend import Entry
from index.milvus.articles import article_rows, chunk_row
from index.milvus.counts import ChunkTerms, Counts, add_counts, change_counts, chunk_terms
from index.milvus.rows import MilvusRows, Row
from index.types import Article, Span


@dataclass(frozen=True, slots=True)
class State:
    """What counts at present; one row.

    Attributes:
        generation: Rows of later ones do not count.
        writing: The generation that a writer is making, if higher.
        since: When it began, in seconds since 1970.
        removed: Ids of articles whose rows may still be there.
        articles: How many.
        chunks: How many.
        length: Summed lengths of the chunks, in words and pairs.
        words: Of all articles.
    """

    generation: int = 0
    writing: int = 0
    since: float = 0
    removed: tuple[str, ...] = ()
    articles: int = 0
    chunks: int = 0
    length: int = 0
    words: int = 0

    def shows(self, row: Row) -> bool:
        """Whether an article's row counts."""
        return row["generation"] <= self.generation and row["id"] not in self.removed

    def text(self) -> str:
        """As it is stored."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> "State":
        """What ``text`` gave."""
        facts: dict[str, Any] = json.loads(text)
        return cls(**{**facts, "removed": tuple(facts["removed"])})


class Change:
    """What a writer adds and takes away in one generation."""

    def __init__(self, rows: MilvusRows, state: State) -> None:
        self._rows = rows
        self._counts: Counts = defaultdict(Counter)
        self.state = replace(state, generation=state.writing)

    def add(self, entries: Sequence[Entry]) -> None:
        """Write articles."""
        for entry in entries:
            found = chunk_terms(entry.article, entry.spans)
            chunks = zip(entry.spans, entry.vectors, found, strict=True)
            generation = self.state.generation
            self._rows.put("chunks", [chunk_row(entry.article, *parts, generation) for parts in chunks])
            self._rows.put("articles", article_rows(entry.article, generation))
            self._count(1, entry.article, found)

    def remove(self, articles: Sequence[Article]) -> None:
        """Name articles as removed."""
        for article in articles:
            chunks = self._rows.among("chunks", "article_id", [article.id], ("start", "stop"), latest=True)
            self._count(-1, article, chunk_terms(article, [Span(row["start"], row["stop"]) for row in chunks]))
        self.state = replace(self.state, removed=(*self.state.removed, *(article.id for article in articles)))

    def finish(self) -> None:
        """Write the counts."""
        change_counts(self._rows, self._counts, self.state.generation)

    def _count(self, sign: int, article: Article, found: Sequence[ChunkTerms]) -> None:
        words = add_counts(self._counts, article, found, sign)
        state = self.state
        self.state = replace(
            state,
            articles=state.articles + sign,
            chunks=state.chunks + sign * len(found),
            length=state.length + sign * sum(one.length for one in found),
            words=state.words + sign * words,
        )
