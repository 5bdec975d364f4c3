"""Retrieval as a LangChain retriever: hybrid search, score fusion, numbered passages."""

from collections.abc import Sequence

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from index import Chunk
from index.index import Index
from rag.fusion import fuse
from rag.types import Passage


class HybridRetriever(BaseRetriever):
    """The best passages for a question, as LangChain documents.

    ``page_content`` is the chunk's text; ``metadata`` holds article_id, title, published, source, url, start,
    end and score; ``id`` is the chunk's id.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Index = Field(exclude=True, repr=False)
    passages: int

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [_document(passage) for passage in retrieve(self.index, query, self.passages)]


def retrieve(index: Index, question: str, count: int) -> tuple[Passage, ...]:
    """The ``count`` best passages, numbered from 1.

    Raises:
        IndexMissing: The index holds no article.
    """
    found: list[Passage] = []
    for hit in fuse(question, index.search(question)):
        chunk = index.chunk(hit.chunk_id)
        article = index.article(chunk.article_id) if chunk else None
        if chunk is None or article is None:
            continue  # removed since the search began
        found.append(Passage(len(found) + 1, chunk, article, hit.score))
        if len(found) == count:
            break
    return tuple(found)


def passages_of(index: Index, documents: Sequence[Document]) -> tuple[Passage, ...]:
    """The passages that documents of ``HybridRetriever`` stand for, without those removed meanwhile."""
    found: list[Passage] = []
    for document in documents:
        article = index.article(document.metadata["article_id"])
        if article is not None:
            chunk = Chunk(int(document.id or 0), article.id, document.metadata["start"], document.metadata["end"])
            found.append(Passage(len(found) + 1, chunk, article, document.metadata["score"]))
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
        },
    )
