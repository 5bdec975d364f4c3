"""Dense search over the chunk vectors of one segment: exact while it is small, IVF with exact scores beyond.

Vectors are kept in half precision, which changes a cosine by less than 0.001 at a time. Beyond ``EXACT_BELOW`` rows
FAISS holds them a second time, as bytes in inverted lists, and finds the rows whose exact scores are then taken. HNSW
was considered: several times the time to build, no streaming, and nothing gained while the exact scores decide.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from index.models.embedding import Vectors
from index.search.arrays import Mask, Rows

if TYPE_CHECKING:
    import faiss

HalfVectors = npt.NDArray[np.float16]

# Up to here an exact search of unit vectors takes some milliseconds.
EXACT_BELOW = 50_000
# Inverted lists: this many times the root of the rows, as FAISS advises; the recall stands in bench-index-*.json.
_LISTS_BY_ROOT = 4
_PROBES = 192
_TRAINING_ROWS_OF_A_LIST = 48
_TRAINING_ROUNDS = 8
# Rows found for each row wanted, for the bytes order them only nearly right.
_MORE = 4
# A filter that lets through so few rows is searched exactly.
_FEW_ALLOWED = 5_000


class Dense:
    """Nearest rows of a question vector.

    Args:
        vectors: Unit length, shape ``(rows, dimensions)``; in memory or mapped from a file.
        lists: FAISS's inverted lists over the same rows, for large segments.
    """

    def __init__(self, vectors: HalfVectors, lists: "faiss.Index | None" = None) -> None:
        self.vectors = vectors
        self._searcher = lists
        self._exact = lists is None

    @classmethod
    def load(cls, vectors: HalfVectors, path: Path) -> "Dense":
        """Use the inverted lists that ``write_lists`` wrote, mapped into memory.

        Raises:
            RuntimeError: The file is not a FAISS index.
            ValueError: It is of other vectors.
        """
        import faiss

        lists = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        if (lists.ntotal, lists.d) != vectors.shape:
            raise ValueError(f"{path}: shape {(lists.ntotal, lists.d)} for vectors of shape {vectors.shape}")
        return cls(vectors, lists)

    def nearest(self, vector: Vectors, count: int, allowed: Mask | None = None) -> Rows:
        """The ``count`` rows closest to ``vector``, in no order; fewer when there are no more.

        Args:
            vector: Unit length, shape ``(dimensions,)``.
            count: How many.
            allowed: Which rows may be found; None for all.
        """
        import faiss

        if allowed is not None and (few := np.flatnonzero(allowed)).size <= max(count, _FEW_ALLOWED):
            return few[_best(self.scores(vector, few), count)]
        selector = None if allowed is None else _selector(allowed)
        if self._exact:
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
            return self._found(vector, count, parameters)
        parameters = faiss.SearchParametersIVF(sel=selector, nprobe=_PROBES)  # type: ignore[call-arg]
        rows = self._found(vector, _MORE * count, parameters)
        return rows[_best(self.scores(vector, rows), count)]

    def scores(self, vector: Vectors, rows: Rows) -> Vectors:
        """Cosine similarity of ``vector`` with each of ``rows``."""
        scores: Vectors = self.vectors[rows].astype(np.float32) @ vector
        return scores

    def _found(self, vector: Vectors, count: int, parameters: "faiss.SearchParameters") -> Rows:
        _, rows = self._faiss().search(vector[None, :], min(count, len(self.vectors)), params=parameters)
        found: Rows = rows[0]
        return found[found >= 0]

    def _faiss(self) -> "faiss.Index":
        import faiss

        if self._searcher is None:
            searcher = faiss.IndexFlatIP(self.vectors.shape[1])
            searcher.add(self.vectors.astype(np.float32))
            self._searcher = searcher
        return self._searcher


def write_lists(path: Path, vectors: HalfVectors, blocks: Iterable[HalfVectors]) -> None:
    """Write inverted lists over ``vectors``.

    Args:
        path: The file.
        vectors: All of them, of which some are drawn to learn the lists from.
        blocks: The same, in pieces that memory holds.
    """
    import faiss

    count, dimensions = vectors.shape
    lists = int(_LISTS_BY_ROOT * count**0.5)
    searcher: Any = faiss.index_factory(dimensions, f"IVF{lists},SQ8", faiss.METRIC_INNER_PRODUCT)
    searcher.cp.niter, searcher.cp.max_points_per_centroid = _TRAINING_ROUNDS, _TRAINING_ROWS_OF_A_LIST
    drawn = np.linspace(0, count - 1, min(count, lists * _TRAINING_ROWS_OF_A_LIST)).astype(np.int64)
    searcher.train(vectors[drawn].astype(np.float32))
    for block in blocks:
        searcher.add(block.astype(np.float32))
    faiss.write_index(searcher, str(path))


def _selector(allowed: Mask) -> "faiss.IDSelector":
    import faiss

    return faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))  # type: ignore[call-arg, arg-type]


def _best(scores: Vectors, count: int) -> Rows:
    return np.arange(len(scores)) if len(scores) <= count else np.argpartition(-scores, count - 1)[:count]
