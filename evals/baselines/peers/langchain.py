"""LangChain's FAISS vector store: a flat index and a pickled dictionary, both written anew with every change."""

from pathlib import Path
from typing import Any

from langchain_community.vectorstores import FAISS
from langchain_core.embeddings import DeterministicFakeEmbedding

from .protocol import COUNT, Given, Place, Question, main


class LangChain:
    """``FAISS.from_embeddings``, ``save_local`` and ``load_local``."""

    def __init__(self, store: Path, given: Path) -> None:
        self._folder = str(store)
        self._embedding = DeterministicFakeEmbedding(size=1)  # wanted by the constructor, asked for nothing
        self._faiss: FAISS

    def prepare(self, given: Given) -> dict[str, Any]:
        """Arguments of ``from_embeddings`` and ``add_embeddings``."""
        texts = [chunk.text for chunk in given.chunks]
        return {
            "text_embeddings": list(zip(texts, given.vectors.tolist(), strict=True)),
            "metadatas": [chunk.place for chunk in given.chunks],
            "ids": [chunk.id for chunk in given.chunks],
        }

    def index(self, prepared: dict[str, Any]) -> None:
        """Build and save."""
        FAISS.from_embeddings(embedding=self._embedding, **prepared).save_local(self._folder)

    def open(self) -> None:
        """Load."""
        self._faiss = FAISS.load_local(self._folder, self._embedding, allow_dangerous_deserialization=True)

    def ask(self, question: Question) -> list[Place]:
        """Nearest by Euclidean distance, which orders unit vectors as the cosine does."""
        found = self._faiss.similarity_search_by_vector(question.vector.tolist(), k=COUNT)
        return [(one.metadata["article"], one.metadata["start"], one.metadata["end"]) for one in found]

    def add(self, prepared: dict[str, Any]) -> None:
        """Add and save."""
        self._faiss.add_embeddings(**prepared)
        self._faiss.save_local(self._folder)

    def remove(self, prepared: dict[str, Any]) -> None:
        """Delete and save."""
        self._faiss.delete(prepared["ids"])
        self._faiss.save_local(self._folder)


if __name__ == "__main__":
    main(LangChain)
