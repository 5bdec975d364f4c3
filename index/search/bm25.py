"""BM25 over the postings of several segments, as if they were one.

Frequencies and lengths are summed over all segments, so that a score does not depend on how rows are divided among
them. The formula is Lucene's, as in bm25s, whose scores the tests compare. Of the libraries considered, bm25s builds
everything anew for each change and in memory, and neither SQLite's FTS5 nor Tantivy says what a given row scores for
each kind of term.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from index.search.arrays import Mask, Rows, Scores, Terms
from index.search.postings import Postings, QuestionTerms, folded_word_terms
from index.search.saturation import norms, saturated

# A list longer than this share of the rows is passed over where it cannot change the best; adding up a shorter one
# costs less than looking whether it can.
_LONG_LIST = 0.02
# Looking up a row in all lists that are left costs as much as adding up so many of their postings.
_LOOKUP = 128


KINDS = tuple(field.name for field in fields(QuestionTerms))


@dataclass(frozen=True, slots=True)
class WeighedTerms:
    """Terms of one kind or several, each with what it is worth: its share in the best possible score."""

    terms: Terms
    weights: Scores

    def __add__(self, other: "WeighedTerms") -> "WeighedTerms":
        return WeighedTerms(np.concatenate([self.terms, other.terms]), np.concatenate([self.weights, other.weights]))


@dataclass(frozen=True, slots=True)
class WeighedQuestion:
    """The terms of a question by kind, weighed by their inverse document frequencies.

    The weights are divided by the summed ones of the question's folded words, so that scores are comparable between
    questions: 0 for a row without any of the words, seldom above 1 for each kind.

    Attributes:
        words: Accented words.
        pairs: Accented pairs of neighbours.
        folded_words: Words without accents.
        folded_pairs: Pairs without accents.
    """

    words: WeighedTerms
    pairs: WeighedTerms
    folded_words: WeighedTerms
    folded_pairs: WeighedTerms

    @property
    def searches(self) -> tuple[WeighedTerms, WeighedTerms]:
        """What is looked for: the accented terms, and those without accents."""
        return self.words + self.pairs, self.folded_words + self.folded_pairs


class SearchedPostings:
    """Postings of one segment, and which of its rows are still there.

    Args:
        postings: Of all its rows.
        live: Which rows count; None for all.
    """

    def __init__(self, postings: Postings, live: Mask | None = None) -> None:
        self.postings = postings
        self.live = live

    @cached_property
    def rows(self) -> int:
        """Number of live rows."""
        return len(self.postings) if self.live is None else int(self.live.sum())

    @cached_property
    def length(self) -> int:
        """Summed lengths of the live rows."""
        lengths = self.postings.lengths
        return int((lengths if self.live is None else lengths[self.live]).sum())

    def frequencies(self, terms: Terms) -> Rows:
        """Number of live rows that hold each term."""
        bounds = self.postings.find(terms)
        if self.live is None:
            return bounds[:, 1] - bounds[:, 0]
        held = [self.postings.rows[start:end] for start, end in bounds]
        return np.array([len(rows) - np.count_nonzero(_places(rows, self._removed)[1]) for rows in held], np.int64)

    @cached_property
    def _removed(self) -> npt.NDArray[np.uint32]:
        return np.flatnonzero(~self.live).astype(np.uint32) if self.live is not None else np.empty(0, np.uint32)


class Counted(Protocol):
    """Some rows as BM25's weights see them."""

    @property
    def rows(self) -> int:
        """Number of rows."""
        ...

    @property
    def length(self) -> int:
        """Summed lengths of the rows."""
        ...

    def frequencies(self, terms: Terms) -> Rows:
        """Number of rows that hold each term."""
        ...


class Weights:
    """What the terms of a question are worth among some rows. Safe to share between threads.

    Args:
        parts: Of the rows.
    """

    def __init__(self, parts: Sequence[Counted]) -> None:
        self._parts = parts
        self._rows = sum(part.rows for part in parts)
        self.mean_length = sum(part.length for part in parts) / max(self._rows, 1) or 1.0
        self._rarities: dict[str, float] = {}

    def weigh(self, question: str) -> WeighedQuestion:
        """The terms of NFC ``question`` with the weights that all segments together give them."""
        terms = QuestionTerms.of(question)
        heaviest = float(self._idf(terms.folded_words).sum()) or 1.0
        kinds = (getattr(terms, kind) for kind in KINDS)
        return WeighedQuestion(*(WeighedTerms(of_kind, self._idf(of_kind) / heaviest) for of_kind in kinds))

    def rarities(self, folded_words: Sequence[str]) -> dict[str, float]:
        """Inverse document frequencies of folded words, in [0, 1]; 1 for unseen ones."""
        new = [word for word in folded_words if word not in self._rarities]
        highest = math.log((self._rows + 1) / 0.5)
        for word, frequency in zip(new, self._frequencies(folded_word_terms(new)).tolist(), strict=True):
            self._rarities[word] = math.log((self._rows + 1) / (frequency + 0.5)) / highest
        return {word: self._rarities[word] for word in folded_words}

    def _idf(self, terms: Terms) -> Scores:
        """Inverse document frequencies as BM25 has them."""
        frequencies = self._frequencies(terms)
        idf: Scores = np.log(1 + (self._rows - frequencies + 0.5) / (frequencies + 0.5)).astype(np.float32)
        return idf

    def _frequencies(self, terms: Terms) -> Rows:
        return sum((part.frequencies(terms) for part in self._parts), np.zeros(len(terms), np.int64))


class BM25(Weights):
    """Scores of questions over segments. Safe to share between threads.

    Args:
        segments: What is searched.
    """

    def __init__(self, segments: Sequence[SearchedPostings]) -> None:
        super().__init__(segments)
        self._segments = segments
        self._norms = [norms(segment.postings.lengths, self.mean_length) for segment in segments]

    def best(self, segment: int, question: WeighedTerms, count: int, allowed: Mask | None) -> Rows:
        """The rows of a segment with the ``count`` highest scores above 0, in no order.

        The heaviest terms are added up first. Once the lighter ones together cannot lift a row from nothing into the
        best, they are looked up for the rows still in question only: common words cost little, and the result is the
        same.

        Args:
            segment: Which.
            question: What is looked for.
            count: How many rows.
            allowed: Which rows may be found, the live ones or fewer; None for all.
        """
        postings, norms = self._segments[segment].postings, self._norms[segment]
        count = min(count, len(postings))
        order = np.argsort(-question.weights, kind="stable")
        terms, weights = question.terms[order], question.weights[order]
        left = np.cumsum(weights[::-1])[::-1]
        totals = np.zeros(len(postings), np.float32)
        bounds = postings.find(terms)
        for at, (start, end) in enumerate(bounds):
            if at and end - start > _LONG_LIST * len(postings):
                ahead = totals[_masked(totals > left[at], allowed)]
                if len(ahead) >= count:
                    lowest = float(np.partition(ahead, -count)[-count])
                    rows = np.flatnonzero(_masked(totals >= lowest - left[at], allowed))
                    if _LOOKUP * len(rows) < (bounds[at:, 1] - bounds[at:, 0]).sum():
                        rest = WeighedTerms(terms[at:], weights[at:])
                        return positive(rows, totals[rows] + self.scores(segment, rest, rows), count)
            held = postings.rows[start:end]
            totals[held] += weights[at] * saturated(postings.counts[start:end], norms[held])
        rows = np.flatnonzero(_masked(totals > 0, allowed))
        return positive(rows, totals[rows], count)

    def scores(self, segment: int, question: WeighedTerms, rows: Rows) -> Scores:
        """The scores of some rows of a segment."""
        postings, norms = self._segments[segment].postings, self._norms[segment][rows]
        totals = np.zeros(len(rows), np.float32)
        sought = rows.astype(np.uint32)
        for weight, (start, end) in zip(question.weights, postings.find(question.terms), strict=True):
            if start == end:
                continue
            at, held = _places(postings.rows[start:end], sought)
            totals += weight * held * saturated(postings.counts[start:end][at], norms)
        return totals


def _places(rows: npt.NDArray[np.uint32], sought: npt.NDArray[np.uint32]) -> tuple[Rows, Mask]:
    """Where in ascending ``rows`` each of the sought ones is, and which are there at all."""
    if not len(rows):
        return np.zeros(len(sought), np.int64), np.zeros(len(sought), np.bool_)
    at = np.minimum(np.searchsorted(rows, sought), len(rows) - 1)
    return at, rows[at] == sought


def _masked(rows: Mask, allowed: Mask | None) -> Mask:
    return rows if allowed is None else rows & allowed


def positive(rows: Rows, scores: Scores, count: int) -> Rows:
    """Those of some rows with the ``count`` highest scores above 0, in no order."""
    rows = rows[scores > 0]
    scores = scores[scores > 0]
    return rows if len(rows) <= count else rows[np.argpartition(-scores, count - 1)[:count]]
