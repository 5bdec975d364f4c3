"""The product's sentence model as LangChain's ``HuggingFaceEmbeddings`` runs it by default.

The class is langchain-community's: langchain-huggingface 1.2.3, which took its place, wants huggingface-hub<2 and
cannot stand beside the product's pins. Both make the same call (new lines to spaces, ``SentenceTransformer.encode``
without a prompt), so E5's "query: " and "passage: " are left out, as they are for whoever keeps the defaults.
"""

import warnings

from langchain_classic.embeddings import CacheBackedEmbeddings
from langchain_classic.storage import LocalFileStore
from langchain_core.embeddings import Embeddings

from evals.baselines.community import HuggingFaceEmbeddings
from index.models.e5 import bundled_e5
from index.models.embedders import embedder_fingerprint
from index.models.embedding import Hashing
from index.settings import BUNDLED
from rag import Settings


def open_embeddings(settings: Settings) -> Embeddings:
    """The sentence model that the settings name; passage vectors are kept in the cache.

    Raises:
        ModelMissing: The bundled weights are not installed.
    """
    name = settings.embedding_model
    if name == "hashing":
        return _HashingEmbeddings()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # in favour of the package that cannot be installed
        model = HuggingFaceEmbeddings(model_name=str(bundled_e5(settings.cache)) if name == BUNDLED else name)
    kept = LocalFileStore(settings.cache / "langchain" / embedder_fingerprint(settings).replace("/", "-"))
    return CacheBackedEmbeddings.from_bytes_store(model, kept, key_encoder="sha256")


class _HashingEmbeddings(Embeddings):
    """The model-free stand-in, for tests."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = Hashing().embed_passages(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        vector: list[float] = Hashing().embed_query(text).tolist()
        return vector
