"""Examples in batches of like length, and the loss of a batch."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch.nn import functional

from evals.training.examples import Example, Pair
from index.models.reader_network import ReaderNetwork, Readings

BATCH_TOKENS = 2_400
"""Of one batch of one process, padding included."""
_SPAN_SHARE, _ANSWERABLE_SHARE = 0.5, 0.5  # of the losses that help, beside the decision over all sentences
_NEVER = -1e4


@dataclass(frozen=True, slots=True)
class Losses:
    """Of a batch.

    Attributes:
        total: What is minimised.
        decided: Questions whose best sentence, or "none", was right.
        questions: Questions in the batch.
        judged: Claims whose class was right.
        claims: Claims in the batch.
    """

    total: torch.Tensor
    decided: int
    questions: int
    judged: int
    claims: int


def batches(examples: Sequence[Example], seed: int) -> list[list[Example]]:
    """All examples once, in batches of like length and random order."""
    draw = random.Random(seed)  # noqa: S311 - reproducible, no secret
    order = sorted(examples, key=lambda one: one.longest + draw.random() * 20)
    made: list[list[Example]] = [[]]
    for one in order:
        batch = made[-1]
        pairs = sum(len(each.pairs) for each in batch) + len(one.pairs)
        if batch and pairs * max(one.longest, *(each.longest for each in batch)) > BATCH_TOKENS:
            made.append([])
        made[-1].append(one)
    draw.shuffle(made)
    return made


def padded(pairs: Sequence[Pair], pad: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids and attention mask, each of shape ``(pairs, tokens of the longest)``."""
    longest = max(len(pair.ids) for pair in pairs)
    ids = torch.full((len(pairs), longest), pad)
    mask = torch.zeros((len(pairs), longest), dtype=torch.long)
    for row, pair in enumerate(pairs):
        ids[row, : len(pair.ids)] = torch.tensor(pair.ids)
        mask[row, : len(pair.ids)] = 1
    return ids, mask


def losses(network: ReaderNetwork, batch: Sequence[Example], readings: Readings, mask: torch.Tensor) -> Losses:
    """What the network should have said of a batch, against what it said.

    Args:
        network: For the parameters that join the heads' logits.
        batch: The examples; ``readings`` has a row for each of their pairs, in order.
        readings: Of the network.
        mask: Which tokens are there.
    """
    decision, support, row = [], [], 0
    decided = judged = 0
    for example in batch:
        rows = range(row, row + len(example.pairs))
        row += len(example.pairs)
        if example.support is not None:
            logits, gold = readings.support[rows[0]], torch.tensor(example.support)
            support.append(functional.cross_entropy(logits[None], gold[None]))
            judged += int(logits.argmax()) == example.support
            continue
        scores = torch.cat(
            [
                network.none[None],
                *(sentence_logits(network, readings, at, pair) for at, pair in zip(rows, example.pairs, strict=True)),
            ]
        )
        gold_at = _gold(example)
        decision.append(functional.cross_entropy(scores[None], torch.tensor([gold_at])))
        decided += int(scores.argmax()) == gold_at
    total = torch.stack([*decision, *support]).mean() + _helping(batch, readings, mask)
    return Losses(total, decided, len(decision), judged, len(support))


def sentence_logits(network: ReaderNetwork, readings: Readings, row: int, pair: Pair) -> torch.Tensor:
    """A logit for each sentence of one passage: its best start and end, and the passage's answerable score."""
    spans = readings.spans[row]
    best = torch.stack([spans[first:end].max(0).values.sum() for first, end in pair.sentences])
    return network.scale * best + readings.answerable[row]


def _gold(example: Example) -> int:
    """Place of the right decision: 0 for none, else one plus the sentence's among those of all passages."""
    before = 1
    for pair in example.pairs:
        if pair.gold is not None:
            return before + pair.gold
        before += len(pair.sentences)
    return 0


def _helping(batch: Sequence[Example], readings: Readings, mask: torch.Tensor) -> torch.Tensor:
    """Losses of the span within its own passage and of each passage being answerable."""
    pairs = [pair if example.support is None else None for example in batch for pair in example.pairs]
    asked = [row for row, pair in enumerate(pairs) if pair is not None]
    found = [(row, pair.answer) for row, pair in enumerate(pairs) if pair is not None and pair.answer is not None]
    total = torch.zeros(())
    if asked:
        wanted = torch.tensor([float(pairs[row].gold is not None) for row in asked])  # type: ignore[union-attr]
        total = total + _ANSWERABLE_SHARE * functional.binary_cross_entropy_with_logits(
            readings.answerable[asked], wanted
        )
    if found:
        rows = [row for row, _ in found]
        spans = readings.spans[rows].masked_fill(mask[rows][..., None] == 0, _NEVER)
        ends = torch.tensor([answer for _, answer in found])
        total = total + _SPAN_SHARE * functional.cross_entropy(
            spans.transpose(1, 2).reshape(-1, spans.shape[1]), ends.reshape(-1)
        )
    return total
