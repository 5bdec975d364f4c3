"""The product: ``Index`` and ``rag.search``, with an embedder that knows the vectors of these texts beforehand."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from index import Article
from index.index import Index
from index.models.embedding import Progress, Vectors
from rag import Settings
from rag.follow_ups import prepare_query
from rag.search import retrieve

from .protocol import COUNT, Given, Place, Question, main, read_rows


class KnownVectors:
    """An embedder that looks vectors up by their texts.

    Attributes:
        fingerprint: Names no model, for it is none.
        dimensions: Of the vectors.
        typed: Vector of the question being asked. It stands in for that of the same question with its accents
            restored where those were restored otherwise than over the articles that the vectors were made for.
    """

    fingerprint = "known-vectors"

    def __init__(self, given: Path) -> None:
        questions = np.load(given / "known-questions.npy")
        texts = _texts(given / "known-questions.jsonl")
        self._questions: dict[str, Vectors] = dict(zip(texts, questions, strict=True))
        passages = np.load(given / "known-passages.npy")
        self._passages: dict[str, Vectors] = {}
        self.learn(_texts(given / "known-passages.jsonl"), passages)
        self.dimensions = int(questions.shape[1])
        self.typed: Vectors = questions[0]

    def learn(self, texts: Iterable[str], vectors: Vectors) -> None:
        """Know more passages, of vectors in the same order."""
        self._passages |= zip(texts, vectors, strict=True)

    def fits(self, text: str) -> bool:
        """Always: these chunks were cut by their number of tokens alone."""
        return True

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Unit vectors of known passages, shape ``(len(texts), dimensions)``."""
        vectors: Vectors = np.array([self._passages[text] for text in texts], np.float32)
        return vectors if texts else np.empty((0, self.dimensions), np.float32)

    def embed_query(self, text: str) -> Vectors:
        """Unit vector of a question, shape ``(dimensions,)``."""
        return self._questions.get(text, self.typed)


class Hoidap:
    """An index made, opened, searched and changed as the product does it."""

    def __init__(self, store: Path, given: Path) -> None:
        self._settings = Settings(index=store / "index", cache=store / "cache", cross_encoder="")
        self._vectors = KnownVectors(given)
        self._index: Index

    def prepare(self, given: Given) -> list[Article]:
        """The articles of the chunks, to be cut again into the same."""
        self._vectors.learn((chunk.text for chunk in given.chunks), given.vectors)
        return [
            Article(row["id"], row["title"], None, None, None, None, row["text"], path=row["path"])
            for row in read_rows(given.folder / "articles.jsonl")
        ]

    def index(self, prepared: list[Article]) -> None:
        """Add, and write what the next opening would otherwise build."""
        with Index.open_or_create(self._settings.index, self._settings, self._vectors) as index:
            index.add(prepared)
            index.save_searchers()

    def open(self) -> None:
        """Open."""
        self._index = Index.open(self._settings.index, self._settings, self._vectors)

    def ask(self, question: Question) -> list[Place]:
        """The passages that the product would answer from."""
        self._vectors.typed = question.vector
        found = retrieve(self._index, prepare_query(question.text).standalone, COUNT)
        return [(one.article.id, one.chunk.start, one.chunk.end) for one in found]

    def add(self, prepared: list[Article]) -> None:
        """Add; the index writes by itself."""
        self._index.add(prepared)

    def remove(self, prepared: list[Article]) -> None:
        """Remove; the index writes by itself."""
        for article in prepared:
            self._index.remove(article.id)


def _texts(path: Path) -> Iterator[str]:
    return (row["text"] for row in read_rows(path))


if __name__ == "__main__":
    main(Hoidap)
