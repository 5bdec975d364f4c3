"""Dense search: FAISS over the chunk vectors, exact inner product."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from index.embedding import Vectors

if TYPE_CHECKING:
    import faiss

Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Dense:
    """Nearest chunks of a question vector. Rows are positions in the order the vectors were given."""

    def __init__(self, searcher: "faiss.Index") -> None:
        self._searcher = searcher

    @classmethod
    def build(cls, vectors: Vectors) -> "Dense":
        """Index ``vectors``, shape ``(rows, dimensions)``, unit length."""
        import faiss

        searcher = faiss.IndexFlatIP(vectors.shape[1])
        searcher.add(np.ascontiguousarray(vectors, np.float32))
        return cls(searcher)

    @classmethod
    def load(cls, path: Path) -> "Dense":
        """Read what ``save`` wrote.

        Raises:
            RuntimeError: The file is not a FAISS index.
        """
        import faiss

        return cls(faiss.read_index(str(path)))

    def save(self, path: Path) -> None:
        """Write the index to a file."""
        import faiss

        faiss.write_index(self._searcher, str(path))

    def __len__(self) -> int:
        return int(self._searcher.ntotal)

    def nearest(self, vector: Vectors, count: int, allowed: Mask | None = None) -> Rows:
        """The ``count`` rows closest to ``vector``, nearest first.

        Args:
            vector: Unit length, shape ``(dimensions,)``.
            count: How many; fewer come back when there are no more.
            allowed: Which rows may be found; None for all.
        """
        import faiss

        parameters = None
        if allowed is not None:
            selector = faiss.IDSelectorBatch(np.flatnonzero(allowed))
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        _, rows = self._searcher.search(vector[None, :], min(count, len(self)), params=parameters)
        found: Rows = rows[0]
        return found[found >= 0]

    def scores(self, vector: Vectors, rows: Rows) -> Vectors:
        """Cosine similarity of ``vector`` with each of ``rows``."""
        scores: Vectors = self._searcher.reconstruct_batch(rows) @ vector
        return scores
