"""Lexical search: BM25 over words and pairs of neighbours, with accents and without.

Pairs catch the words of Vietnamese, one to three syllables written apart, without a word segmenter. bm25s holds a full
score vector for any question, so no candidate's score is ever missing. SQLite's FTS5 and Tantivy were considered; this
library made the figures the project started from, at 1 ms a question over 2,771 passages.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt

from index.vietnamese import bigrams, index_terms

Scores = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LexicalScores:
    """BM25 scores of every row, divided by the summed inverse document frequencies of the question's words.

    So divided they are comparable between questions: 0 for a row without any of the words, seldom above 1.

    Attributes:
        words: Of accented words.
        pairs: Of accented pairs of neighbours.
        folded_words: Of words without accents.
        folded_pairs: Of pairs without accents.
    """

    words: Scores
    pairs: Scores
    folded_words: Scores
    folded_pairs: Scores


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
            terms = index_terms(text)
            accented.append([*terms.exact, *bigrams(terms.exact), *terms.extras])
            folded.append([*terms.folded, *bigrams(terms.folded), *terms.extras])
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

    def scores(self, question: str) -> LexicalScores:
        """The scores of every row for NFC ``question``."""
        terms = index_terms(question)
        words, folded_words = [*terms.exact, *terms.extras], [*terms.folded, *terms.extras]
        heaviest = sum(self._weight(token) for token in folded_words) or 1.0
        return LexicalScores(
            words=self._score(self._accented, words) / heaviest,
            pairs=self._score(self._accented, list(bigrams(terms.exact))) / heaviest,
            folded_words=self._score(self._folded, folded_words) / heaviest,
            folded_pairs=self._score(self._folded, list(bigrams(terms.folded))) / heaviest,
        )

    def rarity(self, folded_token: str) -> float:
        """Inverse document frequency of a folded word, in [0, 1]; 1 for an unseen one."""
        return math.log((self._rows + 1) / (self._frequency(folded_token) + 0.5)) / math.log((self._rows + 1) / 0.5)

    def _weight(self, folded_token: str) -> float:
        """Inverse document frequency as BM25 has it."""
        frequency = self._frequency(folded_token)
        return math.log(1 + (self._rows - frequency + 0.5) / (frequency + 0.5))

    def _frequency(self, folded_token: str) -> int:
        """Number of rows that hold a folded token."""
        token_id = self._folded.vocab_dict.get(folded_token)
        if token_id is None:
            return 0
        starts = self._folded.scores["indptr"]
        return int(starts[token_id + 1] - starts[token_id])

    def _score(self, model: bm25s.BM25, tokens: Sequence[str]) -> Scores:
        ids = model.get_tokens_ids(list(tokens))
        if not ids:
            return np.zeros(self._rows, np.float32)
        scores: Scores = model.get_scores_from_ids(ids)
        return scores


def _index(documents: list[list[str]]) -> bm25s.BM25:
    model = bm25s.BM25()
    model.index(documents, show_progress=False, create_empty_token=True)
    return model
