"""Postings: which rows hold a term and how often, for BM25 over any number of rows.

A term is 64 bits: the hash of a word, or of a pair of neighbours, in one of four kinds. Hashes sort, merge and map into
memory as they are, whatever the size of the vocabulary; among ten million terms two share one with probability 1e-5.
Counts are stored and no scores, so that the scores of a row depend on what is in the index, never on the order in which
it got there.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from index.search.arrays import Mask, Terms
from index.vietnamese.terms import IndexTerms, index_terms

# Odd, so that multiplying loses nothing; otherwise arbitrary.
_LEFT = np.uint64(0x9E3779B97F4A7C15)
_RIGHT = np.uint64(0xC2B2AE3D27D4EB4F)
_WORDS, _PAIRS, _FOLDED_WORDS, _FOLDED_PAIRS = (
    np.uint64(salt) for salt in (0, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F, 0xE7037ED1A0B428DB)
)
_MOST_COUNT = 255
# Postings that a merge holds in memory at a time: 17 bytes each while they are sorted.
_MERGED_AT_ONCE = 8_000_000


@dataclass(frozen=True, slots=True)
class QuestionTerms:
    """The terms of a question by kind. A word that stands in it twice counts twice."""

    words: Terms
    pairs: Terms
    folded_words: Terms
    folded_pairs: Terms

    @classmethod
    def of(cls, question: str) -> "QuestionTerms":
        """The terms of NFC ``question``."""
        return cls(*_by_kind(index_terms(question)))


def folded_word_terms(words: Sequence[str]) -> Terms:
    """The terms of folded words, numbers and canonical dates, one each."""
    return _hashes(words) ^ _FOLDED_WORDS


@dataclass(frozen=True, slots=True)
class Postings:
    """Postings of rows 0, 1, 2 …; arrays in memory or mapped from files.

    Attributes:
        terms: Every term, ascending, shape ``(terms,)``.
        starts: Where each term's postings begin, and the end of the last, shape ``(terms + 1,)``.
        rows: The rows of each term, ascending, shape ``(postings,)``.
        counts: How often the term stands in the row, at most 255.
        lengths: Words and pairs of each row, shape ``(rows,)``.
    """

    terms: Terms
    starts: npt.NDArray[np.int64]
    rows: npt.NDArray[np.uint32]
    counts: npt.NDArray[np.uint8]
    lengths: npt.NDArray[np.uint32]

    @classmethod
    def build(cls, texts: Iterable[str]) -> "Postings":
        """Postings of texts; row i is the i-th. All are held in memory: give some thousands at a time."""
        found = [counted(text) for text in texts]
        terms = np.concatenate([terms for terms, _, _ in found] or [np.empty(0, np.uint64)])
        counts = np.concatenate([counts for _, counts, _ in found] or [np.empty(0, np.uint8)])
        rows = np.repeat(np.arange(len(found), dtype=np.uint32), [len(terms) for terms, _, _ in found])
        lengths = np.array([length for _, _, length in found], np.uint32)
        part = _grouped(terms, rows, counts)
        return cls(part.terms, _starts(part.sizes), part.rows, part.counts, lengths)

    def __len__(self) -> int:
        return len(self.lengths)

    def find(self, terms: Terms) -> npt.NDArray[np.int64]:
        """Where the postings of each of ``terms`` begin and end, shape ``(len(terms), 2)``; equal for unknown ones."""
        at = np.searchsorted(self.terms, terms)
        known = at < len(self.terms)
        known[known] = self.terms[at[known]] == terms[known]
        bounds = np.zeros((len(terms), 2), np.int64)
        bounds[known, 0] = self.starts[at[known]]
        bounds[known, 1] = self.starts[at[known] + 1]
        return bounds


@dataclass(frozen=True, slots=True)
class PostingsPart:
    """Postings of some neighbouring terms; ``sizes`` says how many each has."""

    terms: Terms
    sizes: npt.NDArray[np.int64]
    rows: npt.NDArray[np.uint32]
    counts: npt.NDArray[np.uint8]


def merged_parts(sources: Sequence[Postings], kept: Sequence[Mask]) -> Iterator[PostingsPart]:
    """The postings of the kept rows of all sources in turn, in parts of ascending terms.

    What is held at a time does not grow with the sources, so that any number of rows can be merged.

    Args:
        sources: Their rows are numbered on: the first kept row of the second follows the last kept one of the first.
        kept: For each source, which rows to keep.
    """
    numbers: list[npt.NDArray[np.int64]] = []
    first = 0
    for keep in kept:
        numbers.append(np.cumsum(keep) - 1 + first)
        first += int(keep.sum())
    for bounds in pairwise(_term_bounds(sources)):
        terms, rows, counts = [], [], []
        for source, keep, number in zip(sources, kept, numbers, strict=True):
            start, end = np.searchsorted(source.terms, np.array(bounds, np.uint64))
            if bounds[1] == _LAST_TERM:
                end = len(source.terms)
            postings = slice(source.starts[start], source.starts[end])
            held = keep[source.rows[postings]]
            terms.append(np.repeat(source.terms[start:end], np.diff(source.starts[start : end + 1]))[held])
            rows.append(number[source.rows[postings][held]].astype(np.uint32))
            counts.append(source.counts[postings][held])
        yield _grouped(np.concatenate(terms), np.concatenate(rows), np.concatenate(counts))


_LAST_TERM = np.iinfo(np.uint64).max


def _term_bounds(sources: Sequence[Postings]) -> list[int]:
    """Borders between the parts of a merge; hashes are spread evenly, so that even borders make even parts."""
    parts = 1 + sum(len(source.rows) for source in sources) // _MERGED_AT_ONCE
    return [_LAST_TERM * part // parts for part in range(parts + 1)]


def _starts(sizes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes, dtype=np.int64)])


def _grouped(terms: Terms, rows: npt.NDArray[np.uint32], counts: npt.NDArray[np.uint8]) -> PostingsPart:
    """Postings in the order of their terms; those of one term stay in the order they came in."""
    order = np.argsort(terms, kind="stable")
    terms = terms[order]
    first = np.flatnonzero(np.concatenate([[True], terms[1:] != terms[:-1]])) if len(terms) else np.empty(0, np.int64)
    return PostingsPart(terms[first], np.diff(first, append=len(terms)), rows[order], counts[order])


def counted(text: str) -> tuple[Terms, npt.NDArray[np.uint8], int]:
    """The terms of a text with their counts, and how many words and pairs it has."""
    found = index_terms(text)
    terms, counts = np.unique(np.concatenate(_by_kind(found)), return_counts=True)
    length = max(2 * len(found.exact) - 1, 0) + len(found.extras)
    return terms, np.minimum(counts, _MOST_COUNT).astype(np.uint8), length


def _by_kind(found: IndexTerms) -> tuple[Terms, Terms, Terms, Terms]:
    exact, folded, extras = _hashes(found.exact), _hashes(found.folded), _hashes(found.extras)
    return (
        np.concatenate([exact, extras]) ^ _WORDS,
        (exact[:-1] * _LEFT + exact[1:] * _RIGHT) ^ _PAIRS,
        np.concatenate([folded, extras]) ^ _FOLDED_WORDS,
        (folded[:-1] * _LEFT + folded[1:] * _RIGHT) ^ _FOLDED_PAIRS,
    )


def _hashes(tokens: Sequence[str]) -> Terms:
    return np.fromiter(map(_hash, tokens), np.uint64, len(tokens))


@lru_cache(maxsize=200_000)
def _hash(token: str) -> int:
    return int.from_bytes(hashlib.blake2b(token.encode(), digest_size=8).digest(), "little")
