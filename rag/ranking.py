"""Ranking: one score for each hit from its signals, in two stages.

The first orders all hits by the scores of the searches; the second takes a closer look at the words of the best. Both
are weighted sums, with weights learnt by ``hoidap bench ranking`` on development questions.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index import Article, Chunk, Hit
from index.index import Index
from index.vietnamese import bigrams, fold, mentioned_years
from rag.analysis import AnalysedChunk, AnalysedQuestion
from rag.matching import coverage
from rag.question_words import QuestionWords

Signals = dict[str, float]
SEARCH_SIGNALS = ("closeness", "words", "pairs", "folded_words", "folded_pairs")
TEXT_SIGNALS = ("sentence", "two_sentences", "sentence_pairs", "names", "numbers")

# ``hoidap bench ranking`` also tells the recall without each signal.
FIRST_STAGE: Mapping[str, float] = {
    "closeness": 0.399,
    "words": 0.195,
    "pairs": 0.027,
    "folded_words": 0.182,
    "folded_pairs": 0.197,
}
SECOND_STAGE: Mapping[str, float] = {
    "closeness": 0.376,
    "words": 0.133,
    "pairs": 0.083,
    "folded_pairs": 0.112,
    "sentence": 0.073,
    "two_sentences": 0.09,
    "sentence_pairs": 0.045,
    "names": 0.05,
    "numbers": 0.038,
}
# Set by hand, for the development questions have no dates: as much as a missing name, so that the date decides between
# passages that fit about alike.
YEAR_WEIGHT = 0.05
NEWEST_WEIGHT = 0.07
# How many hits the second stage looks at.
RERANKED = 15
_NO_RIVAL = 0.24  # how far ahead a passage counts that no other article competes with

_NEWEST = re.compile(r"\b(?:moi nhat|gan day|gan nhat|moi day|vua qua)\b")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk on its way to become a passage."""

    found: AnalysedChunk
    score: float

    @property
    def article(self) -> Article:
        """The chunk's article."""
        return self.found.article


def weighted(signals: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Sum of the signals that have a weight."""
    return sum(weight * signals[name] for name, weight in weights.items())


def lead(score: float, others: Iterable[float]) -> float:
    """How far a passage's score is ahead of the best one of other articles."""
    return score - max(others, default=score - _NO_RIVAL)


def search_signals(hit: Hit) -> Signals:
    """The raw scores of a hit."""
    return {name: getattr(hit, name) for name in SEARCH_SIGNALS}


def text_signals(chunk: AnalysedChunk, wanted: QuestionWords) -> Signals:
    """How much of what is wanted stands in the best sentences, or anywhere; 1 where nothing is wanted."""
    words = [frozenset(sentence.exact) for sentence in chunk.sentences]
    anywhere = frozenset(chunk.title.exact).union(*words)
    folded = [frozenset(folded for _, folded in sentence.forms) for sentence in chunk.sentences]
    return {
        "sentence": _best(wanted.folded, folded),
        "two_sentences": _best(wanted.words, [left | right for left, right in pairwise(words)] or words),
        "sentence_pairs": _best(wanted.pairs, [frozenset(bigrams(sentence.exact)) for sentence in chunk.sentences]),
        "names": _best(wanted.names, [anywhere]),
        "numbers": _best(wanted.numbers, [anywhere]),
    }


def _best(wanted: Mapping[str, float], texts: Sequence[frozenset[str]]) -> float:
    return max((coverage(wanted, tokens) for tokens in texts), default=0.0) if wanted else 1.0


def first_stage(hits: Sequence[Hit]) -> list[Hit]:
    """Hits with the weighted sum of their search signals as score, best first."""
    scores = {hit.chunk_id: weighted(search_signals(hit), FIRST_STAGE) for hit in hits}
    ordered = sorted(hits, key=lambda hit: (-scores[hit.chunk_id], hit.chunk_id))
    return [replace(hit, score=scores[hit.chunk_id]) for hit in ordered]


def found_chunks(index: Index, hits: Iterable[Hit]) -> Iterator[tuple[Hit, Chunk, Article]]:
    """Each hit with its chunk and article, without those removed since the search began."""
    for hit in hits:
        chunk = index.chunk(hit.chunk_id)
        article = index.article(chunk.article_id) if chunk else None
        if chunk is not None and article is not None:
            yield hit, chunk, article


def candidates_of(index: Index, question: AnalysedQuestion, hits: Sequence[Hit]) -> list[Candidate]:
    """Hits of the first stage in the order of the second."""
    found: list[Candidate] = []
    for hit, chunk, article in found_chunks(index, hits):
        analysed = question.analyser.chunk(chunk, article)
        score = weighted(search_signals(hit) | text_signals(analysed, question.words), SECOND_STAGE)
        found.append(Candidate(analysed, score))
    timely = _timeliness(question.meant, found)
    scored = [replace(one, score=one.score + extra) for one, extra in zip(found, timely, strict=True)]
    return sorted(scored, key=lambda candidate: (-candidate.score, candidate.found.chunk.id))


def _timeliness(question: str, candidates: Sequence[Candidate]) -> list[float]:
    """What the day of publication adds: the year asked about, or being new where the newest is asked for."""
    years = mentioned_years(question)
    wants_newest = _NEWEST.search(fold(question)) is not None
    days = sorted({one.article.published for one in candidates if one.article.published})
    extras: list[float] = []
    for candidate in candidates:
        published = candidate.article.published
        extra = 0.0
        if published and years & {published.year, published.year - 1}:  # a year is reported on in the next one too
            extra += YEAR_WEIGHT if published.year in years else YEAR_WEIGHT / 2
        if published and wants_newest:
            extra += NEWEST_WEIGHT * (days.index(published) + 1) / len(days)
        extras.append(extra)
    return extras
