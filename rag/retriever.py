"""Retrieval as a LangChain retriever: hybrid search, ranking in two stages, numbered passages."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from index import Article, Chunk, Filters, Hit, Interpretation
from index.chunks import indexed_text
from index.index import Index
from index.models.cross_encoder import CrossEncoder
from rag.ranking import RERANKED, Candidate, candidates_of, first_stage
from rag.types import Passage

# Chunks whose equal sentences hold this share of the shorter one's words are copies: one source in several places.
_COPY = 0.7
_COPY_LEAST_WORDS = 20
# One long article may fill at most this share of the passages.
_MOST_OF_ONE_ARTICLE = 0.75
# How much farther to look each time copies or one article leave too little.
_DEEPER = 4


class HybridRetriever(BaseRetriever):
    """The best passages for a question, as LangChain documents.

    ``page_content`` is the chunk's text; ``metadata`` holds article_id, title, published, source, url, start, end,
    score and also_in (ids of articles with nearly the same words); ``id`` is the chunk's id.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Index = Field(exclude=True, repr=False)
    passages: int
    filters: Filters | None = None

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, interpretation: Interpretation | None = None
    ) -> list[Document]:
        """``interpretation`` is what ``invoke`` was given under that name: of ``query``, where it is at hand."""
        found = retrieve(self.index, interpretation or query, self.passages, self.filters)
        return [_document(passage) for passage in found]


def retrieve(
    index: Index, question: str | Interpretation, count: int, filters: Filters | None = None
) -> tuple[Passage, ...]:
    """The ``count`` best passages, numbered from 1. Copies of a passage in other articles are told, not repeated.

    Args:
        index: The articles.
        question: Text, which is interpreted first, or what ``Index.interpret`` gave.
        count: Most passages.
        filters: Which articles may be found.

    Raises:
        IndexMissing: The index holds no article.
        ModelMissing: The cross-encoder that the settings name cannot be loaded.
    """
    if isinstance(question, str):
        question = index.interpret(question)
    return passages_from(index, question, index.search(question, filters=filters), count)


def passages_from(index: Index, question: Interpretation, hits: Sequence[Hit], count: int) -> tuple[Passage, ...]:
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
            candidates = reread(index.cross_encoder, question, candidates)
        passages, varied = numbered_passages(candidates, count)
        if varied or depth >= len(ordered):
            return passages
        depth *= _DEEPER


def reread(model: CrossEncoder, question: Interpretation, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The first ``RERANKED`` candidates in the order of a cross-encoder, which reads each beside the question.

    Its score takes the place of theirs; the rest keep their order and follow with score 0. What the day of publication
    added is lost: the model reads the words alone.
    """
    read, rest = candidates[:RERANKED], candidates[RERANKED:]
    texts = [indexed_text(one.article.title, one.article.text[one.chunk.start : one.chunk.end]) for one in read]
    scored = [replace(one, score=score) for one, score in zip(read, model.scores(question.meant, texts), strict=True)]
    scored.sort(key=lambda candidate: (-candidate.score, candidate.chunk.id))
    return [*scored, *(replace(one, score=0.0) for one in rest)]


def numbered_passages(candidates: Sequence[Candidate], count: int) -> tuple[tuple[Passage, ...], bool]:
    """The first ``count`` candidates as passages, and whether they are so many without copies and within the share."""
    chosen, varied = _capped(_grouped(candidates), count)
    passages = tuple(
        Passage(number, best.chunk, best.article, best.score, copies) for number, (best, copies) in enumerate(chosen, 1)
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
    shared = candidate.look.long_sentences & best.look.long_sentences
    shorter = min(_words(candidate.look.long_sentences), _words(best.look.long_sentences))
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


def passages_of(index: Index, documents: Sequence[Document]) -> tuple[Passage, ...]:
    """The passages that documents of ``HybridRetriever`` stand for, without those removed meanwhile."""
    found: list[Passage] = []
    for document in documents:
        article = index.article(document.metadata["article_id"])
        if article is not None:
            chunk = Chunk(int(document.id or 0), article.id, document.metadata["start"], document.metadata["end"])
            copies = tuple(copy for name in document.metadata["also_in"] if (copy := index.article(name)))
            found.append(Passage(len(found) + 1, chunk, article, document.metadata["score"], copies))
    return tuple(found)


def _document(passage: Passage) -> Document:
    article = passage.article
    return Document(
        id=str(passage.chunk.id),
        page_content=passage.text,
        metadata={
            "article_id": article.id,
            "title": article.title,
            "published": article.published.isoformat() if article.published else None,
            "source": article.source,
            "url": article.url,
            "start": passage.chunk.start,
            "end": passage.chunk.end,
            "score": passage.score,
            "also_in": [copy.id for copy in passage.also_in],
        },
    )
