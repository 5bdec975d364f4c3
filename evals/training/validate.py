"""How good a reader's weights are on articles kept from training: the judge of when to stop.

Each question of a validation article is read beside passages of that article and of another one that looks alike, as
the product reads the passages that it found.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from evals.metrics.refusal import auroc
from evals.training.batches import padded, sentence_logits
from evals.training.examples import Example, claim_example
from evals.training.loop import load_weights
from evals.training.rows import Claim, OwnArticle, own_articles
from evals.training.stages import SEED, around, beside_passages
from index.models.reader_network import SUPPORT_CLASSES, ReaderNetwork, untrained_reader

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_FALSE_REFUSALS = 0.08  # share of the answerable questions that may be refused


@dataclass(frozen=True, slots=True)
class _Decision:
    """What was made of one question.

    Attributes:
        answerable: Whether a passage answers it.
        right: Whether the best sentence is the one that answers.
        lead: Logit of the best sentence above that of none answering.
    """

    answerable: bool
    right: bool
    lead: float


def validate(weights: Path, sentence_model: Path, tokenizer: "Tokenizer", pad: int) -> dict[str, Any]:
    """Figures on the validation articles.

    Args:
        weights: Of a stage, as ``evals.training.loop.train`` writes them.
        sentence_model: Folder of the converted sentence model.
        tokenizer: Of the sentence model.
        pad: Token that fills batches up.
    """
    network = untrained_reader(sentence_model).eval()
    load_weights(network, torch.load(weights, map_location="cpu", weights_only=True)["weights"])
    articles = [one for one in own_articles() if one.validates]
    decisions = [_decide(network, example, pad) for example in _questions(tokenizer, articles)]
    verdicts = [(_judge(network, example, pad), example.support) for example in _claims(tokenizer, articles)]
    answered = [one for one in decisions if one.answerable]
    unanswered = [one for one in decisions if not one.answerable]
    threshold = sorted(one.lead for one in answered)[int(_FALSE_REFUSALS * len(answered))]
    supported = [(scores[0], label == 0) for scores, label in verdicts]
    return {
        "questions": len(decisions),
        "sentence_first": round(sum(one.right for one in answered) / len(answered), 3),
        "auroc": _rounded(auroc([one.lead for one in decisions], [one.answerable for one in decisions])),
        "refused_at_8_percent": round(sum(one.lead < threshold for one in unanswered) / len(unanswered), 3),
        "claims": len(verdicts),
        "claims_right": round(sum(scores.index(max(scores)) == label for scores, label in verdicts) / len(verdicts), 3),
        "supported_auroc": _rounded(auroc(*map(list, zip(*supported, strict=True)))),
    }


def _questions(tokenizer: "Tokenizer", articles: Sequence[OwnArticle]) -> Iterator[Example]:
    draw = random.Random(SEED)  # noqa: S311 - reproducible, no secret
    for article, other in pairwise([*articles, articles[0]]):
        for text, answer in article.questions:
            yield from beside_passages(tokenizer, text, answer, article, other, draw)


def _claims(tokenizer: "Tokenizer", articles: Sequence[OwnArticle]) -> Iterator[Example]:
    draw = random.Random(SEED)  # noqa: S311 - reproducible, no secret
    for article in articles:
        for text, label, evidence in article.claims:
            yield claim_example(tokenizer, Claim(text, article.title, around(article.text, evidence, draw), label))


@torch.inference_mode()
def _decide(network: ReaderNetwork, example: Example, pad: int) -> _Decision:
    readings = network(*padded(example.pairs, pad))
    found = [
        (float(logit), number == pair.gold)
        for row, pair in enumerate(example.pairs)
        for number, logit in enumerate(sentence_logits(network, readings, row, pair))
    ]
    best, right = max(found)
    return _Decision(any(pair.gold is not None for pair in example.pairs), right, best - float(network.none))


@torch.inference_mode()
def _judge(network: ReaderNetwork, example: Example, pad: int) -> list[float]:
    """Probabilities of ``SUPPORT_CLASSES``."""
    probabilities: list[float] = network(*padded(example.pairs, pad)).support[0].softmax(0).tolist()
    assert len(probabilities) == len(SUPPORT_CLASSES)  # noqa: S101
    return probabilities


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
