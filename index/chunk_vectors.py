"""Articles cut into chunks, and the vectors of these: what indexing and mending do alike."""

import threading
from collections.abc import Sequence

from index.chunks import CHUNK_TOKENS, chunk_spans, indexed_text
from index.models.embedders import embedder_fingerprint, open_embedder
from index.models.embedding import Embedder, Progress, Vectors, unrelated_similarity
from index.settings import IndexSettings
from index.store.vector_cache import VectorCache
from index.types import Article, Span


class ChunkMaker:
    """Makes chunks and vectors by a sentence model that loads on first use. Safe to share between threads.

    Args:
        settings: Which model, and where vectors are cached.
        embedder: The model, if it is there already.
    """

    def __init__(self, settings: IndexSettings, embedder: Embedder | None = None) -> None:
        self._settings = settings
        self._embedder = embedder
        self._lock = threading.Lock()

    @property
    def embedder(self) -> Embedder:
        """The sentence model."""
        with self._lock:
            if self._embedder is None:
                self._embedder = open_embedder(self._settings)
            return self._embedder

    @property
    def fingerprint(self) -> str:
        """Of the sentence model, without loading it."""
        return self._embedder.fingerprint if self._embedder else embedder_fingerprint(self._settings)

    def cut(self, article: Article) -> list[Span]:
        """The spans of an article's chunks."""
        embedder = self.embedder
        return chunk_spans(article.text, fits=lambda piece: embedder.fits(indexed_text(article.title, piece)))

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Vectors of chunks as ``indexed_texts`` gives them, from the cache where it has them.

        Args:
            texts: Of the chunks.
            progress: Called with the number of chunks embedded since the last call.
        """
        embedder = self.embedder
        cache = VectorCache(self._settings.cache, embedder.fingerprint, embedder.dimensions)
        return cache.embed(texts, lambda missing: embedder.embed_passages(missing, progress))


def facts_of(embedder: Embedder) -> dict[str, str]:
    """What an index made with a sentence model records about itself."""
    return {
        "embedding": embedder.fingerprint,
        "dimensions": str(embedder.dimensions),
        "chunk_tokens": str(CHUNK_TOKENS),
        "unrelated_similarity": str(unrelated_similarity(embedder)),
    }
