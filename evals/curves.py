"""The points that curves go through: refusal by threshold, and ROC."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from evals.types import Row

_STEPS = 101


class RefusalPoint(NamedTuple):
    """What refusing below ``threshold`` would do, as shares in [0, 1]."""

    threshold: float
    unanswerable: float
    answerable: float


class RocPoint(NamedTuple):
    """What accepting from ``threshold`` on lets through, as shares in [0, 1]."""

    threshold: float
    positive: float
    negative: float


def refusal_curve(rows: Sequence[Row]) -> list[RefusalPoint]:
    """Shares of unanswerable and of answerable questions refused, by threshold of confidence.

    A question is refused when its confidence lies below the threshold. Empty unless both kinds were asked of a
    system that says how sure it is.
    """
    answerable = [row.confidence for row in rows if row.confidence is not None and row.answerable]
    unanswerable = [row.confidence for row in rows if row.confidence is not None and not row.answerable]
    if not answerable or not unanswerable:
        return []
    return [
        RefusalPoint(point.threshold, 1 - point.negative, 1 - point.positive)
        for point in roc_curve(answerable, unanswerable)
    ]


def roc_curve(positive: Sequence[float], negative: Sequence[float]) -> list[RocPoint]:
    """Shares of both kinds at or above each of 101 thresholds, evenly spread, and above all of them.

    Args:
        positive: Scores of those that should pass, at least one.
        negative: Scores of those that should not, at least one.
    """
    lowest, highest = min(*positive, *negative), max(*positive, *negative)
    thresholds = [*np.linspace(lowest, highest, _STEPS).tolist(), float(np.nextafter(highest, np.inf))]
    return [
        RocPoint(threshold, _share_from(threshold, positive), _share_from(threshold, negative))
        for threshold in thresholds
    ]


def _share_from(threshold: float, scores: Sequence[float]) -> float:
    return sum(score >= threshold for score in scores) / len(scores)
