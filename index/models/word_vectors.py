"""The sentence model's word vectors, read from its file as they are needed: they take no memory of their own."""

import json
import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt

_NAME = "embeddings.word_embeddings.weight"
_KINDS = {"F16": np.float16, "F32": np.float32}


class WordVectors:
    """Looks tokens up in the file of a converted sentence model. Safe to share between threads.

    Args:
        sentence_model: Folder of the model, as ``bundled_e5`` gives it.
    """

    def __init__(self, sentence_model: Path) -> None:
        path = sentence_model / "model.safetensors"
        with path.open("rb") as file:  # a safetensors file: length of the header, header, tensors
            (length,) = struct.unpack("<Q", file.read(8))
            entry = json.loads(file.read(length))[_NAME]
        start, _ = entry["data_offsets"]
        self._rows = np.memmap(path, _KINDS[entry["dtype"]], "r", 8 + length + start, tuple(entry["shape"]))

    def __call__(self, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """Vectors of tokens, shape ``(*ids.shape, width)``."""
        return self._rows[ids].astype(np.float32)
