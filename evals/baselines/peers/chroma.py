"""Chroma's persistent client: SQLite, a write-ahead log and an HNSW index."""

from pathlib import Path
from typing import Any

import chromadb
from chromadb.config import Settings
from chromadb.utils.batch_utils import create_batches

from .protocol import COUNT, Given, Place, Question, main

_NAME = "articles"


class Chroma:
    """One collection of ``PersistentClient``, cosine distance, everything else by default."""

    def __init__(self, store: Path, given: Path) -> None:
        self._folder = str(store)
        self._collection: chromadb.Collection

    def prepare(self, given: Given) -> dict[str, Any]:
        """Arguments of ``add``; its embedding functions give arrays."""
        return {
            "ids": [chunk.id for chunk in given.chunks],
            "embeddings": list(given.vectors),
            "metadatas": [chunk.place for chunk in given.chunks],
            "documents": [chunk.text for chunk in given.chunks],
        }

    def index(self, prepared: dict[str, Any]) -> None:
        """Add in batches of the largest size that the client takes."""
        client = self._client()
        configuration: Any = {"hnsw": {"space": "cosine"}}
        collection = client.create_collection(_NAME, configuration=configuration, embedding_function=None)
        for ids, embeddings, metadatas, documents in create_batches(client, **prepared):
            collection.add(ids, embeddings, metadatas, documents)

    def open(self) -> None:
        """Get the collection; its index loads with the first question."""
        self._collection = self._client().get_collection(_NAME, embedding_function=None)

    def ask(self, question: Question) -> list[Place]:
        """Nearest by the HNSW index."""
        found = self._collection.query(query_embeddings=[question.vector], n_results=COUNT)["metadatas"][0]
        return [(one["article"], one["start"], one["end"]) for one in found]

    def add(self, prepared: dict[str, Any]) -> None:
        """Add; the client writes by itself."""
        self._collection.add(**prepared)

    def remove(self, prepared: dict[str, Any]) -> None:
        """Delete; the client writes by itself."""
        self._collection.delete(prepared["ids"])

    def _client(self) -> Any:
        return chromadb.PersistentClient(self._folder, Settings(anonymized_telemetry=False))


if __name__ == "__main__":
    main(Chroma)
