"""What an index is made of, wherever it is kept: articles with their chunks, and searches over them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from index.chunks import Entry
from index.models.embedding import Vectors
from index.search.arrays import Rows
from index.types import Article, Chunk, Filters
from index.vietnamese.accents import Speller


@dataclass(frozen=True, slots=True)
class Found:
    """Chunks found, with all their scores; position i of every array is one chunk.

    Attributes:
        ids: Of the chunks.
        dense: Cosine similarities.
        lexical: BM25 scores by kind of term, in the order of ``index.search.bm25.KINDS``, shape ``(4, chunks)``.
    """

    ids: Rows
    dense: Vectors
    lexical: Vectors

    @classmethod
    def of_readings(cls, ids: Rows, dense: Vectors, scores: Vectors) -> "Found":
        """Chunks with the lexical scores, shape ``(readings, 4, chunks)``, of the reading that fits each best."""
        best = scores.sum(axis=1).argmax(axis=0)
        return cls(ids, dense, scores[best, :, np.arange(len(ids))].T)

    def best(self, count: int) -> "Found":
        """The ``count`` best by dense, by accented and by folded lexical scores."""
        orders = (self.dense, *accented_and_folded(self.lexical))
        best = np.unique(np.concatenate([highest(scores, count) for scores in orders]))
        return Found(self.ids[best], self.dense[best], self.lexical[:, best])


class Search(Protocol):
    """What one generation of the articles looks like to a search. Safe to share between threads."""

    @property
    def generation(self) -> int:
        """Of the articles."""
        ...

    @property
    def speller(self) -> Speller:
        """Knows how the articles spell."""
        ...

    def __len__(self) -> int:
        """Number of chunks."""
        ...

    def search(
        self, vector: Vectors, readings: Sequence[str], candidates: int, filters: Filters | None = None
    ) -> Found:
        """The best ``candidates`` of dense search, of accented and of folded lexical search.

        Of several readings each chunk gets the scores of the one that fits it best.

        Args:
            vector: Of the question, shape ``(dimensions,)``.
            readings: What the question may mean, NFC.
            candidates: How many to take from each search.
            filters: Which articles may be found; None for all.
        """
        ...

    def rarities(self, folded_words: Sequence[str]) -> dict[str, float]:
        """Inverse document frequencies of folded words, in [0, 1]; 1 for unseen ones."""
        ...


class Backend(Protocol):
    """Keeps articles, chunks, vectors and what is counted of them. Safe to share between threads.

    Articles are written all or none, and each change raises the generation.
    """

    format: str
    """Version of what is kept; an index of another one cannot be opened."""

    @property
    def location(self) -> str:
        """Where the index is, for messages."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...

    def meta(self) -> dict[str, str]:
        """Facts about the index: format, id (random), embedding, dimensions, chunk_tokens, generation, words."""
        ...

    def generation(self) -> int:
        """Grows with each change."""
        ...

    def counts(self) -> tuple[int, int]:
        """Numbers of articles and of chunks."""
        ...

    def articles(self) -> Iterator[Article]:
        """Every article, newest first, undated ones last; some at a time in memory."""
        ...

    def article(self, article_id: str) -> Article | None:
        """One article, or None."""
        ...

    def paths(self) -> dict[str, str]:
        """The file each article was read from, by article id."""
        ...

    def matching(self, filters: Filters) -> frozenset[str]:
        """Ids of the articles that pass the filters."""
        ...

    def chunk(self, chunk_id: int) -> Chunk | None:
        """One chunk, or None."""
        ...

    def chunks(self) -> list[Chunk]:
        """Every chunk, by id."""
        ...

    def add(self, entries: Sequence[Entry]) -> None:
        """Write articles with their chunks and vectors, all or none.

        An article takes the place of one that was read from the same file; one that is there already stays as it is.
        """
        ...

    def move(self, article_id: str, path: str) -> None:
        """Record that an article's file has another name now."""
        ...

    def remove(self, article_id: str) -> bool:
        """Delete an article with its chunks and vectors; whether it was there."""
        ...

    def syllables(self, folded: Collection[str]) -> Mapping[str, Mapping[str, int]]:
        """Spellings of folded syllables and their counts; syllables that no article holds are left out."""
        ...

    def pairs(self, folded: Collection[str]) -> Mapping[str, int]:
        """Counts of the accented pairs of neighbours that have one of the folded forms."""
        ...

    def vocabulary(self) -> list[str]:
        """Every folded syllable of the articles."""
        ...

    def word_count(self) -> int:
        """Number of words in all articles."""
        ...

    def expansions(self, short: str) -> list[str]:
        """Long forms that articles give for an abbreviation, most frequent first."""
        ...

    def searchers(self, known: Search | None = None) -> Search:
        """Searches over the present generation.

        Args:
            known: Those of an earlier generation, parts of which may be used again.
        """
        ...

    def save_searchers(self) -> None:
        """Make what has been added quick to search.

        Raises:
            OSError: The folder cannot be written.
        """
        ...


def accented_and_folded(lexical: Vectors) -> Vectors:
    """Summed scores of words and pairs, shape ``(2, chunks)``, from those by kind, shape ``(4, chunks)``."""
    return lexical[::2] + lexical[1::2]


def highest(scores: Vectors, count: int) -> Rows:
    """Positions of the ``count`` highest, in no order."""
    return np.arange(len(scores)) if len(scores) <= count else np.argpartition(-scores, count - 1)[:count]
