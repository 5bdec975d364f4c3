"""Refusals as a detector of unanswerable questions, and how well a confidence separates the two kinds."""

from collections.abc import Sequence

import numpy as np


def refusal_precision(refused: Sequence[bool], answerable: Sequence[bool]) -> float | None:
    """Share of refusals that were right; None without a refusal."""
    kinds = [known for said, known in zip(refused, answerable, strict=True) if said]
    return 1 - sum(kinds) / len(kinds) if kinds else None


def refusal_f1(refused: Sequence[bool], answerable: Sequence[bool]) -> float | None:
    """Harmonic mean of precision and recall of refusing; None without an unanswerable question."""
    unanswerable = len(answerable) - sum(answerable)
    right = sum(said and not known for said, known in zip(refused, answerable, strict=True))
    return 2 * right / (sum(refused) + unanswerable) if unanswerable else None


def auroc(confidence: Sequence[float], answerable: Sequence[bool]) -> float | None:
    """Chance that an answerable question has a higher confidence than an unanswerable one; ties count half.

    The area under the ROC curve, by the Mann-Whitney statistic. None unless there are questions of both kinds.
    """
    scores, known = np.asarray(confidence, np.float64), np.asarray(answerable, bool)
    positive, negative = scores[known], np.sort(scores[~known])
    if not len(positive) or not len(negative):
        return None
    below = np.searchsorted(negative, positive, "left")
    not_above = np.searchsorted(negative, positive, "right")
    return float((below + not_above).mean() / (2 * len(negative)))
