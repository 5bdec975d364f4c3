"""Evidence: the sentences of the passages that bear on the question, under a token budget.

A 2-core machine reads some 50 prompt tokens a second, so only what may hold the answer goes to the model.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index import Span
from index.index import Index
from index.tokens import count_tokens
from index.vietnamese import split_sentences, words
from rag.matching import content_words, coverage
from rag.types import Evidence, Passage, Query


@dataclass(frozen=True, slots=True)
class RankedSentence:
    """A sentence of a passage and how well it fits the question.

    Attributes:
        passage: Where it stands.
        span: Its place in the article's text.
        score: Mean of ``coverage`` and of the cosine similarity scaled over the candidates, in [0, 1].
        coverage: Share of the question's content words found in the sentence or its article's title.
    """

    passage: Passage
    span: Span
    score: float
    coverage: float


def rank_sentences(index: Index, query: Query, passages: Sequence[Passage]) -> list[RankedSentence]:
    """Every sentence of the passages, the one most likely to answer first."""
    places = [(passage, span) for passage in passages for span in passage_sentences(passage)]
    if not places:
        return []
    texts = [passage.article.text[span.start : span.end] for passage, span in places]
    vectors = index.embedder.embed_passages(
        [f"{p.article.title}\n{text}" for (p, _), text in zip(places, texts, strict=True)]
    )
    cosines = vectors @ index.embedder.embed_query(query.standalone)
    closeness = (cosines - cosines.min()) / (np.ptp(cosines) or 1.0)
    wanted = index.rarities(word.folded for word in content_words(query.standalone))
    ranked = []
    for (passage, span), text, near in zip(places, texts, closeness, strict=True):
        present = {word.folded for word in words(f"{passage.article.title}\n{text}")}
        share = coverage(wanted, present)
        ranked.append(RankedSentence(passage, span, (float(near) + share) / 2, share))
    return sorted(ranked, key=lambda sentence: -sentence.score)


def passage_sentences(passage: Passage) -> list[Span]:
    """The sentences of a passage as spans of its article's text."""
    start = passage.chunk.start
    return [Span(start + span.start, start + span.end) for span in split_sentences(passage.text)]


def select_evidence(ranked: Sequence[RankedSentence], budget: int) -> tuple[Evidence, ...]:
    """The best sentences and their neighbours, grouped by passage, within ``budget`` tiktoken tokens.

    Sentences of a passage stay in reading order; passages come in the order of their best sentence. The best
    sentence is always taken, however long.
    """
    chosen: dict[int, set[Span]] = {}
    by_number = {sentence.passage.number: sentence.passage for sentence in ranked}
    sentences = {number: passage_sentences(passage) for number, passage in by_number.items()}
    left = budget
    for sentence in ranked:
        passage = sentence.passage
        for span in _with_neighbours(sentences[passage.number], sentence.span):
            taken = chosen.setdefault(passage.number, set())
            cost = count_tokens(passage.article.text[span.start : span.end])
            if span not in taken and (cost <= left or not any(chosen.values())):
                taken.add(span)
                left -= cost
        if left <= 0:
            break
    return tuple(
        Evidence(by_number[number], tuple(sorted(spans, key=lambda span: span.start)))
        for number, spans in chosen.items()
        if spans
    )


def _with_neighbours(spans: Sequence[Span], span: Span) -> list[Span]:
    """The sentence first, then the ones before and after it, which it may lean on."""
    position = spans.index(span)
    return [span, *spans[max(position - 1, 0) : position], *spans[position + 1 : position + 2]]
