"""LlamaIndex's default index: vectors and nodes in memory, persisted as JSON files."""

from pathlib import Path

from llama_index.core import MockEmbedding, StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import QueryBundle, TextNode

from .protocol import COUNT, Chunk, Given, Place, Question, main

Nodes = list[tuple[Chunk, list[float]]]


class LlamaIndex:
    """``VectorStoreIndex`` over nodes that carry their embeddings."""

    def __init__(self, store: Path, given: Path) -> None:
        self._folder = str(store)
        self._embedding = MockEmbedding(embed_dim=1)  # asked for nothing
        self._index: VectorStoreIndex
        self._retriever: BaseRetriever

    def prepare(self, given: Given) -> Nodes:
        """Chunks with lists of numbers, as its embedding classes give them."""
        return list(zip(given.chunks, given.vectors.tolist(), strict=True))

    def index(self, prepared: Nodes) -> None:
        """Build and persist."""
        index = VectorStoreIndex(_nodes(prepared), embed_model=self._embedding)
        index.storage_context.persist(self._folder)

    def open(self) -> None:
        """Load the index that was persisted."""
        storage = StorageContext.from_defaults(persist_dir=self._folder)
        self._index = load_index_from_storage(storage, embed_model=self._embedding)
        self._retriever = self._index.as_retriever(similarity_top_k=COUNT)

    def ask(self, question: Question) -> list[Place]:
        """Nearest by cosine."""
        found = self._retriever.retrieve(QueryBundle(question.text, embedding=question.vector.tolist()))
        return [(one.metadata["article"], one.metadata["start"], one.metadata["end"]) for one in found]

    def add(self, prepared: Nodes) -> None:
        """Insert and persist."""
        self._index.insert_nodes(_nodes(prepared))
        self._index.storage_context.persist(self._folder)

    def remove(self, prepared: Nodes) -> None:
        """Delete and persist."""
        self._index.delete_nodes([chunk.id for chunk, _ in prepared], delete_from_docstore=True)
        self._index.storage_context.persist(self._folder)


def _nodes(prepared: Nodes) -> list[TextNode]:
    return [
        TextNode(id_=chunk.id, text=chunk.text, metadata=chunk.place, embedding=vector) for chunk, vector in prepared
    ]


if __name__ == "__main__":
    main(LlamaIndex)
