"""The arrays that searches pass around."""

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]
"""Numbers of rows, or ids of chunks."""
Mask = npt.NDArray[np.bool_]
"""Which rows count."""
Terms = npt.NDArray[np.uint64]
"""Hashes of words and pairs."""
Scores = npt.NDArray[np.float32]
