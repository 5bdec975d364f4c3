"""Haystack's in-memory document store, saved as one JSON file."""

from pathlib import Path

from haystack import Document
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore

from .protocol import COUNT, Chunk, Given, Place, Question, main

Documents = list[tuple[Chunk, list[float]]]


class Haystack:
    """``InMemoryDocumentStore`` with ``InMemoryEmbeddingRetriever``."""

    def __init__(self, store: Path, given: Path) -> None:
        store.mkdir(exist_ok=True)
        self._file = str(store / "documents.json")
        self._store: InMemoryDocumentStore
        self._retriever: InMemoryEmbeddingRetriever

    def prepare(self, given: Given) -> Documents:
        """Chunks with lists of numbers, as its embedders give them."""
        return list(zip(given.chunks, given.vectors.tolist(), strict=True))

    def index(self, prepared: Documents) -> None:
        """Write and save."""
        store = InMemoryDocumentStore()
        store.write_documents(_documents(prepared))
        store.save_to_disk(self._file)

    def open(self) -> None:
        """Load."""
        self._store = InMemoryDocumentStore.load_from_disk(self._file)
        self._retriever = InMemoryEmbeddingRetriever(self._store, top_k=COUNT)

    def ask(self, question: Question) -> list[Place]:
        """Nearest by inner product, which is the cosine of unit vectors."""
        found = self._retriever.run(query_embedding=question.vector.tolist())["documents"]
        return [(one.meta["article"], one.meta["start"], one.meta["end"]) for one in found]

    def add(self, prepared: Documents) -> None:
        """Write and save."""
        self._store.write_documents(_documents(prepared))
        self._store.save_to_disk(self._file)

    def remove(self, prepared: Documents) -> None:
        """Delete and save."""
        self._store.delete_documents([chunk.id for chunk, _ in prepared])
        self._store.save_to_disk(self._file)


def _documents(prepared: Documents) -> list[Document]:
    return [Document(id=chunk.id, content=chunk.text, meta=chunk.place, embedding=vector) for chunk, vector in prepared]


if __name__ == "__main__":
    main(Haystack)
