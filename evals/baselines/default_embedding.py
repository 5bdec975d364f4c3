"""Passages embedded as all the peers do it by default: ``SentenceTransformer.encode``, float32, in batches of 32."""

from collections.abc import Callable, Sequence

import numpy as np
from sentence_transformers import SentenceTransformer

from index.models.e5 import bundled_e5
from index.models.embedding import Hashing, Vectors
from index.settings import BUNDLED
from rag import Settings


def open_default_embedding(settings: Settings) -> Callable[[Sequence[str]], Vectors]:
    """What turns passages into vectors, shape ``(passages, dimensions)``, with the model that the settings name.

    Raises:
        ModelMissing: The bundled weights are not installed.
    """
    name = settings.embedding_model
    if name == "hashing":
        return Hashing().embed_passages
    model = SentenceTransformer(str(bundled_e5(settings.cache)) if name == BUNDLED else name, device="cpu")
    return lambda texts: np.asarray(model.encode(list(texts)), np.float32)
