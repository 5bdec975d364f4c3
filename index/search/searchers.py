"""An index kept in a folder: the store, and both searches over all segments of one of its generations."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.backend import Found, Search
from index.errors import IndexDamaged
from index.models.embedding import Vectors
from index.search.arrays import Mask, Rows
from index.search.bm25 import BM25, KINDS, SearchedPostings, WeighedQuestion
from index.search.segment import Segment, SegmentDamaged
from index.search.segments import build_segments, held_ids, load_segments, missing_ids, save_segments
from index.store.schema import FORMAT_VERSION
from index.store.store import Store
from index.types import Filters
from index.vietnamese.accents import Speller

# Chunks not yet saved are held in so many segments before they are put together.
_MOST_UNSAVED = 16


class Searchers:
    """What one generation of the store looks like to a search. Safe to share between threads.

    Args:
        store: The truth about the index.
        generation: Of the store.
        segments: Those on disk and those in memory.
        live: For each, which chunks are still there; None for all.
        speller: Knows how the articles spell.
    """

    def __init__(
        self,
        store: Store,
        generation: int,
        segments: Sequence[Segment],
        live: Sequence[Mask | None],
        speller: Speller,
    ) -> None:
        self._store = store
        self.generation = generation
        self.segments = segments
        self.live = live
        self.speller = speller
        self.bm25 = BM25(
            [SearchedPostings(segment.postings, mask) for segment, mask in zip(segments, live, strict=True)]
        )

    @classmethod
    def open(cls, folder: Path, store: Store, known: "Searchers | None" = None) -> "Searchers":
        """The searchers of the store's present generation: segments on disk, and the chunks missing there in memory.

        Args:
            folder: Of the index.
            store: The truth about it.
            known: Searchers of an earlier generation, whose segments are used again.

        Raises:
            IndexDamaged: The store does not hold what it counts.
        """
        generation = store.generation()
        found = cls._opened(folder, store, generation, known.segments if known else (), doubtful=False)
        if known:  # counting a million chunks takes longer than taking up a change
            return found
        chunks = store.counts()[1]
        if len(found) != chunks and store.generation() == generation:
            found = cls._opened(folder, store, generation, (), doubtful=True)
        if len(found) != chunks and store.generation() == generation:
            raise IndexDamaged(f"Chỉ mục ở {folder} thiếu đoạn văn. Hãy chạy: hoidap check --repair")
        return found

    @classmethod
    def _opened(
        cls, folder: Path, store: Store, generation: int, known: Sequence[Segment], doubtful: bool
    ) -> "Searchers":
        """Searchers as far as the list of removed chunks tells; where that is doubtful, every chunk is looked up."""
        removed = store.removed_ids()  # first: a writer drops ids from it once no segment in the list holds them
        saved, damages = load_segments(folder, store.meta()["id"], known)
        missing = missing_ids(store, saved, gaps=doubtful or bool(damages))
        unsaved = [one for one in known if one.folder is None and np.isin(missing, one.ids).any()]
        if len(unsaved) >= _MOST_UNSAVED or any(not set(one.ids.tolist()) <= set(missing.tolist()) for one in unsaved):
            unsaved = []
        new = np.setdiff1d(missing, held_ids(unsaved))
        unsaved += build_segments(store, new)
        if doubtful:
            there = store.chunk_ids()
            live = [_mask(np.isin(segment.ids, there)) for segment in saved]
        else:
            live = [_mask(~np.isin(segment.ids, removed)) for segment in saved]
        speller = Speller(store.syllables, store.pairs, store.vocabulary, store.word_count())
        return cls(store, generation, [*saved, *unsaved], [*live, *(None for _ in unsaved)], speller)

    def __len__(self) -> int:
        return sum(
            len(segment) if mask is None else int(mask.sum())
            for segment, mask in zip(self.segments, self.live, strict=True)
        )

    def search(
        self, vector: Vectors, readings: Sequence[str], candidates: int, filters: Filters | None = None
    ) -> Found:
        """As ``Search.search``.

        Raises:
            IndexDamaged: The files of a large segment, which opening does not read through, were changed.
        """
        allowed_ids = self._store.matching_chunks(filters) if filters and filters != Filters() else None
        try:
            questions = [self.bm25.weigh(reading) for reading in readings]
            of_segments = [
                self._of_segment(at, vector, questions, candidates, allowed_ids) for at in range(len(self.segments))
            ]
        except (IndexError, ValueError, RuntimeError) as error:
            if not self._is_damaged():
                raise
            raise IndexDamaged("Tệp tìm kiếm của chỉ mục bị hỏng. Hãy chạy: hoidap check --repair") from error
        found = Found(
            np.concatenate([one.ids for one in of_segments]),
            np.concatenate([one.dense for one in of_segments]),
            np.concatenate([one.lexical for one in of_segments], axis=1),
        ).best(candidates)
        if not self._store.has_chunks(found.ids) and self._store.generation() == self.generation:
            raise IndexDamaged("Chỉ mục thiếu đoạn văn. Hãy chạy: hoidap check --repair")
        return found

    def rarities(self, folded_words: Sequence[str]) -> dict[str, float]:
        """Inverse document frequencies of folded words, in [0, 1]; 1 for unseen ones."""
        return self.bm25.rarities(folded_words)

    def _is_damaged(self) -> bool:
        """Whether a file of a segment is not what was written; reads them all through."""
        try:
            for segment in self.segments:
                if segment.folder is not None:
                    Segment.load(segment.folder, verify=True)
        except SegmentDamaged:
            return True
        return False

    def _of_segment(
        self,
        at: int,
        vector: Vectors,
        questions: Sequence[WeighedQuestion],
        candidates: int,
        allowed_ids: Rows | None,
    ) -> Found:
        segment, allowed = self.segments[at], self.live[at]
        if allowed_ids is not None:
            named = np.isin(segment.ids, allowed_ids)
            allowed = named if allowed is None else named & allowed
        picked = [segment.dense.nearest(vector, candidates, allowed)]
        searches = [terms for question in questions for terms in question.searches]
        picked += [self.bm25.best(at, terms, candidates, allowed) for terms in searches]
        rows = np.unique(np.concatenate(picked))
        scores = np.array(
            [[self.bm25.scores(at, getattr(question, kind), rows) for kind in KINDS] for question in questions]
        )
        return Found.of_readings(segment.ids[rows], segment.dense.scores(vector, rows), scores)


class LocalBackend(Store):
    """Articles in SQLite, searches over segments beside it. Safe to share between threads."""

    format = FORMAT_VERSION

    @property
    def location(self) -> str:
        """The folder."""
        return str(self.folder)

    def searchers(self, known: Search | None = None) -> Search:
        """Searches over the present generation; segments of ``known`` are used again."""
        return Searchers.open(self.folder, self, known if isinstance(known, Searchers) else None)

    def save_searchers(self) -> None:
        """Write what has been added to segments, so that the next opening need not prepare it.

        Raises:
            OSError: The folder cannot be written.
        """
        save_segments(self.folder, self)


def _mask(live: Mask) -> Mask | None:
    return None if live.all() else live
