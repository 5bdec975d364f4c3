"""Both searches in Milvus: it finds candidates; their exact scores are taken here, as in the local index.

What Milvus holds of a chunk's words are saturated counts for a chunk of the usual length. From them and the true length
the counts come back, so that with the frequencies among all chunks every score is what the local index gives.
"""

from collections.abc import Callable, Sequence

import numpy as np

from index.backend import Found, accented_and_folded, highest
from index.milvus.articles import DIMENSIONS, USUAL_LENGTH
from index.milvus.counts import frequencies
from index.milvus.rows import MilvusRows, Row, condition
from index.models.embedding import Vectors
from index.search.arrays import Rows, Scores, Terms
from index.search.bm25 import KINDS, WeighedQuestion, WeighedTerms, Weights, positive
from index.search.postings import QuestionTerms
from index.search.saturation import norms, saturated
from index.types import Filters
from index.vietnamese.accents import Speller

# Milvus orders by nearly right scores, and what it finds may have been removed.
_MORE = 2
_FIELDS = ("id", "article_id", "start", "stop", "length", "terms", "vector")


class MilvusSearch:
    """Searches over one generation. Safe to share between threads.

    Args:
        rows: Of the database.
        generation: Of the articles.
        chunks: How many there are.
        length: Their summed lengths.
        speller: Knows how the articles spell.
        keep: Told the rows of chunks found; gives the ids of those whose articles are there.
    """

    def __init__(
        self,
        rows: MilvusRows,
        generation: int,
        chunks: int,
        length: int,
        speller: Speller,
        keep: Callable[[Sequence[Row]], frozenset[int]],
    ) -> None:
        self.generation = generation
        self.speller = speller
        self._rows = rows
        self._chunks = chunks
        self._keep = keep
        self._counted = _Counted(rows, generation, chunks, length)
        self._weights = Weights([self._counted])

    def __len__(self) -> int:
        return self._chunks

    def rarities(self, folded_words: Sequence[str]) -> dict[str, float]:
        """Inverse document frequencies of folded words, in [0, 1]; 1 for unseen ones."""
        return self._weights.rarities(folded_words)

    def search(
        self, vector: Vectors, readings: Sequence[str], candidates: int, filters: Filters | None = None
    ) -> Found:
        """As ``Search.search``."""
        self._counted.read(np.concatenate([_terms_of(QuestionTerms.of(reading)) for reading in readings]))
        questions = [self._weights.weigh(reading) for reading in readings]
        lexical = [terms for question in questions for terms in question.searches if len(terms.terms)]
        where = condition(filters or Filters())
        ids = self._rows.nearest("vector", [vector.tolist()], _MORE * candidates, where)
        if lexical:
            ids += self._rows.nearest("terms", [_asked(terms) for terms in lexical], _MORE * candidates, where)
        rows = self._rows.get("chunks", sorted(set(ids)), _FIELDS)
        there = self._keep(rows)
        rows = sorted((row for row in rows if row["id"] in there), key=lambda row: int(row["id"]))
        return _scored(rows, vector, questions, self._weights.mean_length, candidates)


class _Counted:
    """The frequencies of terms among all chunks, each read once."""

    def __init__(self, rows: MilvusRows, generation: int, chunks: int, length: int) -> None:
        self.rows = chunks
        self.length = length
        self._milvus = rows
        self._generation = generation
        self._known: dict[int, int] = {}

    def read(self, terms: Terms) -> None:
        """Get ready to be asked for some terms."""
        new = [term for term in dict.fromkeys(terms.view(np.int64).tolist()) if term not in self._known]
        if new:
            self._known |= dict.fromkeys(new, 0) | frequencies(self._milvus, new, self._generation)

    def frequencies(self, terms: Terms) -> Rows:
        """Number of chunks that hold each term."""
        self.read(terms)
        return np.array([self._known[term] for term in terms.view(np.int64).tolist()], np.int64)


def _asked(question: WeighedTerms) -> dict[int, float]:
    """The terms of a question as Milvus looks for them."""
    asked: dict[int, float] = {}
    for dimension, weight in zip((question.terms % DIMENSIONS).tolist(), question.weights.tolist(), strict=True):
        asked[dimension] = asked.get(dimension, 0.0) + weight
    return asked


def _scored(
    rows: Sequence[Row], vector: Vectors, questions: Sequence[WeighedQuestion], mean_length: float, candidates: int
) -> Found:
    """The best of some chunks, by the scores that the local index would give them."""
    lengths = np.array([row["length"] for row in rows], np.int64)
    usual, true = norms(lengths, USUAL_LENGTH), norms(lengths, mean_length)

    def score(question: WeighedTerms) -> Scores:
        total = np.zeros(len(rows), np.float32)
        for dimension, weight in zip((question.terms % DIMENSIONS).tolist(), question.weights, strict=True):
            worth = np.array([row["terms"].get(dimension, 0.0) for row in rows], np.float32)
            total += weight * saturated(np.rint(worth * usual / (1 - worth)), true)
        return total

    dense: Vectors = np.array([row["vector"] for row in rows], np.float32).reshape(len(rows), len(vector)) @ vector
    scores = np.array([[score(getattr(question, kind)) for kind in KINDS] for question in questions])
    every = np.arange(len(rows))
    picked = [highest(dense, candidates)]
    picked += [
        positive(every, lexical, candidates) for of_reading in scores for lexical in accented_and_folded(of_reading)
    ]
    at = np.unique(np.concatenate(picked))
    ids = np.array([row["id"] for row in rows], np.int64)
    return Found.of_readings(ids[at], dense[at], scores[..., at]).best(candidates)


def _terms_of(question: QuestionTerms) -> Terms:
    return np.concatenate([getattr(question, kind) for kind in KINDS])
