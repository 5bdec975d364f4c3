"""Which state of an index in Milvus counts, whose turn it is to change it, and the change.

Milvus has no transactions. What makes a change whole here is one row, the state, written last: it names the generation
that counts, and every other row carries the generation that wrote it. A removed article is named in the state before
its rows are deleted, so that no reader cites it from then on. The next writer clears away what a broken-off change
left.

One writer at a time: the state says since when one is at work, and a writer that finds another one there gives way.
"""

import json
import math
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

from index.chunks import Entry
from index.errors import IndexBusy
from index.milvus.articles import ChunkTerms, article_rows, chunk_row
from index.milvus.counts import Counts, add_counts, change_counts, chunk_terms, undo_counts
from index.milvus.rows import MilvusRows, Row, groups, one_of
from index.types import Article, Span

# A writer that has said nothing for so long is gone; writing what has been embedded takes seconds.
_LEASE_SECONDS = 120
_BUSY_SECONDS = 10
_POLL_SECONDS = 0.2
_RECENT_SECONDS = 1.0


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


class MilvusState:
    """Reads and changes the state. Safe to share between threads.

    Args:
        rows: Of the database.
    """

    def __init__(self, rows: MilvusRows) -> None:
        self._rows = rows
        self._lock = threading.RLock()
        self._read_last = (-math.inf, State())

    def latest(self) -> State:
        """What counts at this moment."""
        asked = time.monotonic()
        rows = self._rows.get("meta", ["state"], ("value",), latest=True)
        state = State.read(rows[0]["value"]) if rows else State()
        self._read_last = asked, state
        return state

    def recent(self) -> State:
        """The state of no more than a second ago: a question asks for it dozens of times."""
        asked, state = self._read_last
        return state if time.monotonic() - asked < _RECENT_SECONDS else self.latest()

    def write(self, state: State) -> None:
        """Let another state count."""
        self._rows.put("meta", [{"id": "state", "value": state.text()}])
        self.latest()

    @contextmanager
    def change(self) -> Iterator[Change]:
        """What the block writes counts when it ends, all of it or nothing."""
        with self._lock:
            state = self._mend(self._free())
            writing = replace(state, writing=state.writing + 1, since=time.time())
            self.write(writing)
            change = Change(self._rows, writing)
            try:
                yield change
                change.finish()
                if self.latest() != writing:
                    raise IndexBusy("Một tiến trình khác đang ghi vào chỉ mục. Hãy đợi nó xong rồi thử lại.")
            except BaseException:
                if self.latest() == writing:
                    self.write(self._mend(writing))
                else:  # what is left of this change must not count with the other writer's
                    self._undo(f"generation == {writing.writing}", writing.generation)
                raise
            done = change.state
            self.write(done)
            if done.removed:
                self.write(self._mend(done))

    def _free(self) -> State:
        """The state once no other writer is at work.

        Raises:
            IndexBusy: One still is.
        """
        until = time.monotonic() + _BUSY_SECONDS
        while (state := self.latest()).writing > state.generation and 0 <= time.time() - state.since < _LEASE_SECONDS:
            if time.monotonic() > until:
                raise IndexBusy(
                    "Một tiến trình khác đang ghi vào chỉ mục, hoặc vừa bị dừng giữa chừng. "
                    f"Hãy thử lại sau {_LEASE_SECONDS // 60} phút."
                )
            time.sleep(_POLL_SECONDS)
        return state

    def _mend(self, state: State) -> State:
        """Clear away what no longer counts or never came to count; the state without it."""
        if state.writing > state.generation:
            self._undo(f"generation > {state.generation}", state.generation)
        for group in groups(state.removed, 100):
            rows = self._rows.among("articles", "id", group, ("id", "parts"), latest=True)
            parts = [f"{row['id']}/{part}" for row in rows for part in range(1, row["parts"])]
            self._rows.delete("chunks", one_of("article_id", group))
            self._rows.delete("articles", one_of("id", [*parts, *group]))
        return replace(state, removed=(), since=0)

    def _undo(self, which: str, generation: int) -> None:
        """Take back what was written in some generations after ``generation``."""
        for name in ("articles", "chunks"):
            self._rows.delete(name, which)
        undo_counts(self._rows, which, generation)
