"""The bundled sentence model for engines other than PyTorch: the function they convert, and what is around it."""

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from index.models.e5 import PASSAGE_PROMPT, QUERY_PROMPT
from index.models.embedding import Progress, Vectors, embed_by_length
from index.models.local_models import quiet_transformers

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

Tokens = npt.NDArray[np.int64]


class E5Engine(ABC):
    """multilingual-e5-small as an embedder, whatever computes it.

    Args:
        fingerprint: What the index records as its maker.
        dimensions: Of its vectors.
        tokenizer: As ``e5_tokenizer`` gives it.
        counter: The same one, as ``whole_text_tokenizer`` gives it.
    """

    def __init__(self, fingerprint: str, dimensions: int, tokenizer: "Tokenizer", counter: "Tokenizer") -> None:
        self.fingerprint = fingerprint
        self.dimensions = dimensions
        self._tokenizer = tokenizer
        self._counter = counter

    def fits(self, text: str) -> bool:
        """Whether the model reads all of ``text`` with its passage prompt."""
        passage = PASSAGE_PROMPT + text
        return len(self._counter.encode(passage)) == len(self._tokenizer.encode(passage))

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Unit vectors of passages, shape ``(len(texts), dimensions)``; longest first, batches of like length."""
        return embed_by_length(texts, self.dimensions, lambda batch: self._encode(batch, PASSAGE_PROMPT), progress)

    def embed_query(self, text: str) -> Vectors:
        """Unit vector of a question, shape ``(dimensions,)``."""
        vector: Vectors = self._encode([text], QUERY_PROMPT)[0]
        return vector

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        return self._run(*token_arrays(self._tokenizer, [prompt + text for text in texts]))

    @abstractmethod
    def _run(self, ids: Tokens, mask: Tokens) -> Vectors:
        """Unit vectors from token ids and attention mask."""


def e5_as_module(folder: Path) -> "torch.nn.Module":
    """Token ids and attention mask to unit vectors, mean-pooled, in float32.

    Args:
        folder: Of the converted model, as ``bundled_e5`` gives it.
    """
    import torch
    from transformers import BertModel

    class Sentence(torch.nn.Module):
        def __init__(self, tokens: torch.nn.Module) -> None:
            super().__init__()
            self.tokens = tokens

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            vectors = self.tokens(input_ids, attention_mask, torch.zeros_like(input_ids)).last_hidden_state
            mask = attention_mask.unsqueeze(-1).to(vectors.dtype)
            return torch.nn.functional.normalize((vectors * mask).sum(1) / mask.sum(1), dim=1)

    with quiet_transformers():
        return Sentence(BertModel.from_pretrained(folder, dtype=torch.float32, local_files_only=True)).eval()


def e5_tokenizer(folder: Path) -> "Tokenizer":
    """The model's tokenizer, cutting texts at the model's window and filling batches up."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    window = json.loads((folder / "config.json").read_text(encoding="utf-8"))["max_position_embeddings"]
    tokenizer.enable_truncation(window)
    tokenizer.enable_padding(pad_id=tokenizer.token_to_id("<pad>"))
    return tokenizer


@lru_cache(maxsize=1)
def whole_text_tokenizer(file: Path) -> "Tokenizer":
    """A tokenizer that neither cuts off nor fills up. It takes 280 MB, so all who need one share it.

    Args:
        file: A tokenizer.json.
    """
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def token_arrays(tokenizer: "Tokenizer", texts: Sequence[str]) -> tuple[Tokens, Tokens]:
    """Token ids and attention mask, each of shape ``(texts, tokens of the longest)``."""
    encoded = tokenizer.encode_batch(list(texts))
    return (
        np.array([one.ids for one in encoded], np.int64),
        np.array([one.attention_mask for one in encoded], np.int64),
    )
