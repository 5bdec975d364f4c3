"""An embedder that remembers, for what is measured without the time of embedding."""

from collections.abc import Sequence

from index.models.embedding import Embedder, Progress, Vectors


class Recorder:
    """An embedder that remembers what it was asked for, and embeds a question once.

    Args:
        model: What embeds.
    """

    def __init__(self, model: Embedder) -> None:
        self.model = model
        self.fingerprint = model.fingerprint
        self.dimensions = model.dimensions
        self.questions: dict[str, Vectors] = {}
        self.passages: dict[str, Vectors] = {}

    def fits(self, text: str) -> bool:
        """As the model."""
        return self.model.fits(text)

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """As the model."""
        vectors = self.model.embed_passages(texts, progress)
        self.passages |= zip(texts, vectors, strict=True)
        return vectors

    def embed_query(self, text: str) -> Vectors:
        """As the model, the second time at once."""
        if text not in self.questions:
            self.questions[text] = self.model.embed_query(text)
        return self.questions[text]
