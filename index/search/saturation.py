"""What the count of a term in a row is worth: the part of BM25's formula that looks at one row."""

from typing import Any

import numpy as np
import numpy.typing as npt

from index.search.arrays import Scores

# The usual constants.
_K1 = 1.5
_B = 0.75


def norms(lengths: npt.NDArray[np.integer[Any]], mean_length: float) -> Scores:
    """How fast counts saturate in rows of some lengths: slower in longer ones."""
    found: Scores = (_K1 * (1 - _B) + _K1 * _B / mean_length * lengths).astype(np.float32)
    return found


def saturated(counts: npt.NDArray[np.integer[Any]], norms: Scores) -> Scores:
    """What counts are worth, below 1: the second "học sinh" in a row says less than the first."""
    wide = counts.astype(np.float32)
    worth: Scores = wide / (wide + norms)
    return worth
