"""Search: hits of both searches, ranked in two stages, copies told apart, as numbered passages."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from index import Article, Filters, Hit, Interpretation
from index.chunks import indexed_text
from index.index import Index
from index.models.cross_encoder import CrossEncoder
from rag.analysis import AnalysedQuestion, analyse
from rag.ranking import RERANKED, Candidate, candidates_of, first_stage
from rag.types import Passage

# Chunks whose equal sentences hold this share of the shorter one's words are copies: one source in several places.
_COPY = 0.7
_COPY_LEAST_WORDS = 20
# One long article may fill at most this share of the passages.
_MOST_OF_ONE_ARTICLE = 0.75
# How much farther to look each time copies or one article leave too little.
_DEEPER = 4


def retrieve(
    index: Index, question: str | Interpretation | AnalysedQuestion, count: int, filters: Filters | None = None
) -> tuple[Passage, ...]:
    """The ``count`` best passages, numbered from 1. Copies of a passage in other articles are told, not repeated.

    Args:
        index: The articles.
        question: Text, what ``Index.interpret`` gave, or what ``analyse`` made of it.
        count: Most passages.
        filters: Which articles may be found.

    Raises:
        IndexMissing: The index holds no article.
        ModelMissing: The cross-encoder that the settings name cannot be loaded.
    """
    if not isinstance(question, AnalysedQuestion):
        question = analyse(index, question)
    return passages_from(index, question, index.search(question.interpretation, filters=filters), count)


def passages_from(index: Index, question: AnalysedQuestion, hits: Sequence[Hit], count: int) -> tuple[Passage, ...]:
    """The ``count`` best passages of some hits. Where copies or one article fill the place, more hits are looked at.

    Args:
        index: The articles.
        question: What was searched for.
        hits: Of ``Index.search``.
        count: Most passages.
    """
    ordered = first_stage(hits)
    depth = max(RERANKED, count)
    while True:
        candidates = candidates_of(index, question, ordered[:depth])
        if index.cross_encoder is not None:
            candidates = reread(index.cross_encoder, question.meant, candidates)
        passages, varied = numbered_passages(candidates, count)
        if varied or depth >= len(ordered):
            return passages
        depth *= _DEEPER


def reread(model: CrossEncoder, question: str, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The first ``RERANKED`` candidates in the order of a cross-encoder, which reads each beside the question.

    Its score takes the place of theirs; the rest keep their order and follow with score 0. What the day of publication
    added is lost: the model reads the words alone.
    """
    read, rest = candidates[:RERANKED], candidates[RERANKED:]
    texts = [indexed_text(one.article.title, one.found.text) for one in read]
    scored = [replace(one, score=score) for one, score in zip(read, model.scores(question, texts), strict=True)]
    scored.sort(key=lambda candidate: (-candidate.score, candidate.found.chunk.id))
    return [*scored, *(replace(one, score=0.0) for one in rest)]


def numbered_passages(candidates: Sequence[Candidate], count: int) -> tuple[tuple[Passage, ...], bool]:
    """The first ``count`` candidates as passages, and whether they are so many without copies and within the share."""
    chosen, varied = _capped(_grouped(candidates), count)
    passages = tuple(
        Passage(number, best.found.chunk, best.article, best.score, copies)
        for number, (best, copies) in enumerate(chosen, 1)
    )
    return passages, varied


def _grouped(candidates: Sequence[Candidate]) -> list[tuple[Candidate, tuple[Article, ...]]]:
    """Candidates that are no copy of a better one, each with the other articles that hold its copies."""
    groups: list[tuple[Candidate, list[Article]]] = []
    for candidate in candidates:
        group = next((copies for best, copies in groups if _is_copy(candidate, best)), None)
        if group is None:
            groups.append((candidate, []))
        elif candidate.article not in group:
            group.append(candidate.article)
    return [(best, tuple(copies)) for best, copies in groups]


def _is_copy(candidate: Candidate, best: Candidate) -> bool:
    if candidate.article.id == best.article.id:
        return False
    shared = candidate.found.long_sentences & best.found.long_sentences
    shorter = min(_words(candidate.found.long_sentences), _words(best.found.long_sentences))
    return shorter >= _COPY_LEAST_WORDS and _words(shared) >= _COPY * shorter


def _words(sentences: Iterable[tuple[str, ...]]) -> int:
    return sum(map(len, sentences))


def _capped(
    grouped: Sequence[tuple[Candidate, tuple[Article, ...]]], count: int
) -> tuple[list[tuple[Candidate, tuple[Article, ...]]], bool]:
    """The first ``count``, and whether no article has more than its share; what is beyond it only fills up."""
    most = max(1, int(count * _MOST_OF_ONE_ARTICLE))
    taken: Counter[str] = Counter()
    first: list[tuple[Candidate, tuple[Article, ...]]] = []
    spare: list[tuple[Candidate, tuple[Article, ...]]] = []
    for best, copies in grouped:
        taken[best.article.id] += 1
        (first if taken[best.article.id] <= most else spare).append((best, copies))
    return [*first, *spare][:count], len(first) >= count
