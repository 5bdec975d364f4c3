"""The reader's network: the sentence model's transformer with heads that find, refuse and judge.

One pass reads a question (or a claim) beside a text. The word embeddings are those of the sentence model, unchanged,
so that they need not be shipped twice; the layers above them are the reader's own.
"""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import nn

from index.models.local_models import quiet_transformers

if TYPE_CHECKING:
    from transformers import BertModel

WINDOW = 384
"""Most tokens of a question and a text together."""
SHARED = "encoder.embeddings.word_embeddings"
"""Begins the names of the weights that are the sentence model's own."""
SUPPORT_CLASSES = ("supported", "contradicted", "not_stated")


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
    """The transformer with its heads.

    Args:
        encoder: A BERT model without pooler.
    """

    def __init__(self, encoder: "BertModel") -> None:
        super().__init__()
        width = encoder.config.hidden_size
        self.encoder = encoder
        self.span = nn.Linear(width, 2)
        self.answerable = nn.Linear(width, 1)
        self.support = nn.Linear(width, len(SUPPORT_CLASSES))
        # A sentence's logit is scale * (its best start + its best end) + answerable; that no sentence answers has
        # the logit none. The softmax over all of them is the decision that the reader is trained for.
        self.scale = nn.Parameter(torch.tensor(0.5))
        self.none = nn.Parameter(torch.tensor(0.0))

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> Readings:
        """Read pairs of texts, each ``<s> question </s> text </s>`` in tokens of the sentence model."""
        states = self.encoder(input_ids, attention_mask).last_hidden_state.float()
        first = states[:, 0]
        return Readings(self.span(states), self.answerable(first)[:, 0], self.support(first))


def untrained_reader(sentence_model: Path) -> ReaderNetwork:
    """The network as training begins: layers of the sentence model, heads drawn at random.

    Args:
        sentence_model: Folder of the converted sentence model, as ``bundled_e5`` gives it.
    """
    from transformers import BertModel

    with quiet_transformers():
        encoder = BertModel.from_pretrained(
            sentence_model,
            add_pooling_layer=False,
            dtype=torch.float32,
            local_files_only=True,
            # Dropout draws random numbers for every state: on CPUs it takes 40 % of a training step.
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
            # On CPUs the backward pass of the fused attention takes twice the time of plain products.
            attn_implementation="eager",
        )
    return ReaderNetwork(encoder)
