"""Latency as the people who wait feel it: the middle question and the slow ones."""

from collections.abc import Sequence

import numpy as np

QUANTILES = {"p50": 0.5, "p95": 0.95}


def quantiles(seconds: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile of at least one duration, interpolated linearly."""
    return {name: float(np.quantile(seconds, share)) for name, share in QUANTILES.items()}
