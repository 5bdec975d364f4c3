"""The reader's network: the sentence model's transformer with heads that find, refuse and judge.

One pass reads a question (or a claim) beside a text. The word vectors and the lowest layers are those of the sentence
model, unchanged, so that they need not be shipped twice; the layers above them are the reader's own.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import torch
from torch import nn

from index.models.local_models import quiet_transformers

SHARED_LAYERS = 4
"""Lowest layers that keep the sentence model's weights."""
SUPPORT_CLASSES = ("supported", "contradicted", "not_stated")
_SHARED = ("encoder.embeddings.", *(f"encoder.encoder.layer.{layer}." for layer in range(SHARED_LAYERS)))


class Readings(NamedTuple):
    """What the heads say of a batch of pairs.

    Attributes:
        spans: Logits of a token as first and as last one of the answer, shape ``(batch, tokens, 2)``.
        answerable: Logit of the text answering the question, shape ``(batch,)``.
        support: Logits of ``SUPPORT_CLASSES`` for a claim beside a source, shape ``(batch, 3)``.
    """

    spans: torch.Tensor
    answerable: torch.Tensor
    support: torch.Tensor


class ReaderNetwork(nn.Module):
    """The transformer with its heads. It begins as the sentence model, with heads drawn at random.

    Args:
        sentence_model: Folder of the converted sentence model, as ``bundled_e5`` gives it.
        attention: As transformers names it. "sdpa" is what engines fuse; on CPUs its backward pass takes twice the
            time of plain products, "eager".
    """

    def __init__(self, sentence_model: Path, attention: str = "sdpa") -> None:
        from transformers import BertConfig, BertModel

        super().__init__()
        config = BertConfig.from_pretrained(
            sentence_model,
            vocab_size=1,  # the word vectors come from ``WordVectors``
            pad_token_id=0,
            # Dropout draws random numbers for every state: on CPUs it takes 40 % of a training step.
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
            attn_implementation=attention,
        )
        with quiet_transformers():
            self.encoder = BertModel(config, add_pooling_layer=False)
        del self.encoder.embeddings.word_embeddings
        width = config.hidden_size
        self.span = nn.Linear(width, 2)
        self.answerable = nn.Linear(width, 1)
        self.support = nn.Linear(width, len(SUPPORT_CLASSES))
        # A sentence's logit is scale * (its best start + its best end) + answerable; that no sentence answers has
        # the logit none. The softmax over all of them is the decision that the reader is trained for.
        self.scale = nn.Parameter(torch.tensor(0.5))
        self.none = nn.Parameter(torch.tensor(0.0))
        self._begin_as(sentence_model)

    def forward(self, words: torch.Tensor, attention_mask: torch.Tensor) -> Readings:
        """Read pairs of texts, each ``<s> question </s> text </s>`` in tokens of the sentence model.

        Args:
            words: Vectors of the tokens, shape ``(batch, tokens, width)``.
            attention_mask: 1 for tokens that are there, 0 for padding, shape ``(batch, tokens)``.
        """
        states = self.encoder(inputs_embeds=words, attention_mask=attention_mask).last_hidden_state.float()
        first = states[:, 0]
        return Readings(self.span(states), self.answerable(first)[:, 0], self.support(first))

    def own_weights(self) -> dict[str, torch.Tensor]:
        """The reader's weights, without those that it shares with the sentence model."""
        return {name: tensor for name, tensor in self.state_dict().items() if not name.startswith(_SHARED)}

    def load_own_weights(self, weights: Mapping[str, torch.Tensor]) -> None:
        """Put ``own_weights`` of another network into this one.

        Raises:
            ValueError: Some are missing, of another shape, or none of the network's.
        """
        try:
            missing, unexpected = self.load_state_dict({n: t.float() for n, t in weights.items()}, strict=False)
        except RuntimeError as error:  # of another shape
            raise ValueError(str(error)) from error
        wrong = [*unexpected, *(name for name in missing if not name.startswith(_SHARED))]
        if wrong:
            raise ValueError(f"weights of another network: {wrong[:3]}")

    def _begin_as(self, sentence_model: Path) -> None:
        from safetensors import safe_open

        with safe_open(sentence_model / "model.safetensors", "pt") as file:
            own = set(self.encoder.state_dict())
            self.encoder.load_state_dict({name: file.get_tensor(name).float() for name in own & set(file.keys())})
