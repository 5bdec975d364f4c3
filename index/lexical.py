"""Lexical search: BM25 over syllables and syllable bigrams, with accents and without.

bm25s holds a full score vector for any question, so no candidate's score is ever missing. SQLite's FTS5 and
Tantivy were considered; this library made the figures the project started from, at 1 ms a question over
2,771 passages.
"""

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt

from index.vietnamese import bigrams, has_accents, words

Scores = npt.NDArray[np.float32]


class Lexical:
    """BM25 postings of accented and of folded tokens. Rows are positions in the order of the texts."""

    def __init__(self, accented: bm25s.BM25, folded: bm25s.BM25, rows: int) -> None:
        self._accented = accented
        self._folded = folded
        self._rows = rows

    @classmethod
    def build(cls, texts: Iterable[str]) -> "Lexical":
        """Index the words of ``texts``."""
        accented: list[list[str]] = []
        folded: list[list[str]] = []
        for text in texts:
            found = list(words(text))
            accented.append(_tokens([word.exact for word in found]))
            folded.append(_tokens([word.folded for word in found]))
        return cls(_index(accented), _index(folded), len(accented))

    @classmethod
    def load(cls, folder: Path) -> "Lexical":
        """Read what ``save`` wrote.

        Raises:
            OSError, EOFError, ValueError, KeyError: The folder does not hold it.
        """
        accented = bm25s.BM25.load(str(folder / "accented"), show_progress=False)
        folded = bm25s.BM25.load(str(folder / "folded"), show_progress=False)
        return cls(accented, folded, int(accented.scores["num_docs"]))

    def save(self, folder: Path) -> None:
        """Write both postings below ``folder``."""
        self._accented.save(str(folder / "accented"), show_progress=False)
        self._folded.save(str(folder / "folded"), show_progress=False)

    def __len__(self) -> int:
        return self._rows

    def scores(self, question: str) -> Scores:
        """BM25 score of every row. Accents count when the question has any, else they are ignored."""
        found = list(words(question))
        if has_accents(question):
            return self._score(self._accented, [word.exact for word in found])
        return self._score(self._folded, [word.folded for word in found])

    def rarity(self, folded_token: str) -> float:
        """Inverse document frequency of a folded syllable or number, in [0, 1]; 1 for an unseen one."""
        token_id = self._folded.vocab_dict.get(folded_token)
        if token_id is None:
            return 1.0
        starts = self._folded.scores["indptr"]
        frequency = int(starts[token_id + 1] - starts[token_id])
        return math.log((self._rows + 1) / (frequency + 0.5)) / math.log((self._rows + 1) / 0.5)

    def _score(self, model: bm25s.BM25, tokens: Sequence[str]) -> Scores:
        ids = model.get_tokens_ids(_tokens(tokens))
        if not ids:
            return np.zeros(self._rows, np.float32)
        scores: Scores = model.get_scores_from_ids(ids)
        return scores


def _tokens(unigrams: Sequence[str]) -> list[str]:
    return [*unigrams, *bigrams(unigrams)]


def _index(documents: list[list[str]]) -> bm25s.BM25:
    model = bm25s.BM25()
    model.index(documents, show_progress=False, create_empty_token=True)
    return model
