"""The search with one of its pieces taken away, and the simpler searches that it grew from.

A variant interprets a question and ranks what the index's searches found. Pieces are taken away without learning the
weights anew, and the candidates are those of all searches in every variant.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from evals.baselines.searches import bm25
from index import Hit, Index, Interpretation
from index.search.readings import readings
from index.vietnamese import has_accents
from index.vietnamese.accents import Speller
from rag import Passage
from rag.analysis import Analyser, analyse
from rag.ranking import RERANKED, Candidate, first_stage, found_chunks
from rag.search import numbered_passages, passages_from

Interpret = Callable[[Index, str], Interpretation]
Rank = Callable[[Index, Interpretation, Sequence[Hit], int], Sequence[Passage]]

WHOLE = "the whole product"
# Of the fusion before the second stage came: chosen on the tune questions of viquad2_dev, with and without accents.
_DENSE_SHARE = 0.4
_DENSE_SHARE_UNACCENTED = 0.2


@dataclass(frozen=True, slots=True)
class Variant:
    """A way to search.

    Attributes:
        name: For tables.
        interpret: What the question means.
        rank: The best passages among the hits, best first.
    """

    name: str
    interpret: Interpret
    rank: Rank


def _interpret(index: Index, question: str) -> Interpretation:
    return index.interpret(question)


def _literally(index: Index, question: str) -> Interpretation:
    return Interpretation.literal(question)


def _as_spelled(index: Index, question: str) -> Interpretation:
    return Interpretation(question, question, readings(question, index.store.expansions))


def _without_other_readings(index: Index, question: str) -> Interpretation:
    found = index.interpret(question)
    return replace(found, readings=(found.meant,))


def _without_near_words(index: Index, question: str) -> Interpretation:
    """A speller without a vocabulary to look for near words in; Telex keystrokes and wrong tones are still mended."""
    store = index.store
    meant = Speller(store.syllables, store.pairs, vocabulary=lambda: (), total=store.word_count()).restore(question)
    return Interpretation(question, meant, readings(meant, store.expansions))


def _as_product(index: Index, question: Interpretation, hits: Sequence[Hit], count: int) -> Sequence[Passage]:
    return passages_from(index, analyse(index, question), hits, count)


def _with_hits(changed: Callable[[Hit], Hit]) -> Rank:
    """The product's ranking of hits with some of their scores taken off."""

    def rank(index: Index, question: Interpretation, hits: Sequence[Hit], count: int) -> Sequence[Passage]:
        return _as_product(index, question, [changed(hit) for hit in hits], count)

    return rank


def _by_first_stage(index: Index, question: Interpretation, hits: Sequence[Hit], count: int) -> Sequence[Passage]:
    found = found_chunks(index, first_stage(hits)[: max(RERANKED, count)])
    analyser = Analyser()
    candidates = [Candidate(analyser.chunk(chunk, article), hit.score) for hit, chunk, article in found]
    return numbered_passages(candidates, count)[0]


def _by(scores: Callable[[Interpretation, Sequence[Hit]], Sequence[float]]) -> Rank:
    """Passages in the order of one score, the first of equal ones first."""

    def rank(index: Index, question: Interpretation, hits: Sequence[Hit], count: int) -> Sequence[Passage]:
        scored = [replace(hit, score=score) for hit, score in zip(hits, scores(question, hits), strict=True)]
        best = sorted(scored, key=lambda hit: (-hit.score, hit.chunk_id))
        found = found_chunks(index, best[:count])
        return [Passage(number, chunk, article, hit.score) for number, (hit, chunk, article) in enumerate(found, 1)]

    return rank


def _plain_fusion(question: Interpretation, hits: Sequence[Hit]) -> list[float]:
    """Dense scores from lowest to highest and BM25 from zero to highest, averaged with fixed weights."""
    share = _DENSE_SHARE if has_accents(question.text) else _DENSE_SHARE_UNACCENTED
    lowest = min((hit.dense for hit in hits), default=0.0)
    dense_range = max((hit.dense for hit in hits), default=0.0) - lowest or 1.0
    lexical = _bm25(question, hits)
    lexical_range = max(lexical, default=0.0) or 1.0
    return [
        share * (hit.dense - lowest) / dense_range + (1 - share) * score / lexical_range
        for hit, score in zip(hits, lexical, strict=True)
    ]


def _dense(question: Interpretation, hits: Sequence[Hit]) -> list[float]:
    return [hit.dense for hit in hits]


def _bm25(question: Interpretation, hits: Sequence[Hit]) -> list[float]:
    return [bm25(question.text, hit) for hit in hits]


VARIANTS: tuple[Variant, ...] = (
    Variant(WHOLE, _interpret, _as_product),
    Variant("without restoring accents and mending slips", _as_spelled, _as_product),
    Variant("without near words for mistyped ones", _without_near_words, _as_product),
    Variant("without other readings", _without_other_readings, _as_product),
    Variant(
        "without folded scores",
        _interpret,
        _with_hits(lambda hit: replace(hit, folded_words=0.0, folded_pairs=0.0)),
    ),
    Variant(
        "without pairs in the searches",
        _interpret,
        _with_hits(lambda hit: replace(hit, pairs=0.0, folded_pairs=0.0)),
    ),
    Variant("without the second stage", _interpret, _by_first_stage),
    Variant("plain score fusion of the question as typed", _literally, _by(_plain_fusion)),
    Variant("sentence vectors alone", _literally, _by(_dense)),
    Variant("BM25 alone", _literally, _by(_bm25)),
)
