"""Bootstrap intervals: how much a figure would move had other questions of the same kind been asked."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from evals.types import Interval

# Percentile bootstrap (Efron 1979). 2,000 draws put the ends of an interval within about a tenth of its width.
DRAWS = 2_000
_SEED = 20_240_531
_ENDS = (2.5, 97.5)
_NUMBERS_AT_ONCE = 2**16  # of resamples: a thousand questions by all draws would be 16 MB each time

Numbers = npt.NDArray[np.float64]


def mean_interval(values: Sequence[float]) -> Interval:
    """The mean of at least one value with its 95 % interval; the same values always give the same interval."""
    array = np.asarray(values, np.float64)
    low, high = np.percentile(_resampled_means(array), _ENDS)
    return Interval(float(array.mean()), float(low), float(high), len(array))


def paired_difference(first: Sequence[float], second: Sequence[float]) -> Interval:
    """Mean of ``second - first``, question by question, with its 95 % interval.

    Both runs asked the same questions, so the questions are drawn and each brings both of its values: how hard
    it is cancels out.
    """
    return mean_interval(np.subtract(second, first).tolist())


def statistic_interval(
    statistic: Callable[[Sequence[int]], float | None], count: int, draws: int = DRAWS
) -> Interval | None:
    """A figure that is no mean, such as F1, with its 95 % interval.

    Args:
        statistic: Gives the figure for the questions at these positions; None where they do not define it.
        count: Number of questions.
        draws: Number of resamples; those that do not define the figure are left out.

    Returns:
        None where all questions together do not define it.
    """
    value = statistic(range(count)) if count else None
    if value is None:
        return None
    generator = np.random.default_rng(_SEED)
    drawn = [statistic(generator.integers(count, size=count).tolist()) for _ in range(draws)]
    low, high = np.percentile([figure for figure in drawn if figure is not None] or [value], _ENDS)
    return Interval(value, float(low), float(high), count)


def _resampled_means(array: Numbers) -> Numbers:
    generator = np.random.default_rng(_SEED)
    means = np.empty(DRAWS)
    at_once = max(1, _NUMBERS_AT_ONCE // len(array))
    for start in range(0, DRAWS, at_once):
        drawn = generator.integers(len(array), size=(min(at_once, DRAWS - start), len(array)))
        means[start : start + at_once] = array[drawn].mean(axis=1)
    return means
