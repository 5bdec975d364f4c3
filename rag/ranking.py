"""Ranking: one score for each hit from its signals, in two stages.

The first orders all hits by the scores of the searches; the second takes a closer look at the words of the best. Both
are weighted sums, with weights learnt by ``hoidap bench ranking`` on development questions.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from index import Article, Chunk, Hit, Interpretation
from index.index import Index
from index.vietnamese import fold, mentioned_years
from rag.signals import Look, search_signals, wanted_of, weighted

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

_NEWEST = re.compile(r"\b(?:moi nhat|gan day|gan nhat|moi day|vua qua)\b")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk on its way to become a passage."""

    chunk: Chunk
    article: Article
    look: Look
    score: float


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


def candidates_of(index: Index, question: Interpretation, hits: Sequence[Hit]) -> list[Candidate]:
    """Hits of the first stage in the order of the second."""
    wanted = wanted_of(index, question)
    found: list[Candidate] = []
    for hit, chunk, article in found_chunks(index, hits):
        look = Look(chunk, article)
        score = weighted(search_signals(hit) | look.signals(wanted), SECOND_STAGE)
        found.append(Candidate(chunk, article, look, score))
    timely = _timeliness(question.meant, found)
    scored = [replace(one, score=one.score + extra) for one, extra in zip(found, timely, strict=True)]
    return sorted(scored, key=lambda candidate: (-candidate.score, candidate.chunk.id))


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
