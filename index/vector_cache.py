"""Vectors kept by text and model in the user cache, so that indexing the same words again does not pay twice.

An index holds its own vectors; this is only a saving for the next index, the next chunk size, the next rebuild. A cache
that cannot be read or written is passed over.
"""

import contextlib
import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from index.embedding import Vectors

_BUSY_SECONDS = 2
_MAX_PARAMETERS = 500


class VectorCache:
    """Passage vectors of one sentence model.

    Args:
        folder: The user cache.
        fingerprint: Of the sentence model.
        dimensions: Of its vectors.
    """

    def __init__(self, folder: Path, fingerprint: str, dimensions: int) -> None:
        name = hashlib.sha256(fingerprint.encode()).hexdigest()[:12]
        self._path = folder / "vectors" / f"{name}.sqlite3"
        self._dimensions = dimensions

    def embed(self, texts: Sequence[str], embed: Callable[[Sequence[str]], Vectors]) -> Vectors:
        """Vectors of ``texts``, shape ``(len(texts), dimensions)``; only those not kept yet are made.

        Args:
            texts: Passages as the model gets them.
            embed: Makes the vectors of some of them.
        """
        keys = [hashlib.sha256(text.encode()).digest()[:16] for text in texts]
        known = self._read(keys)
        missing = [at for at, key in enumerate(keys) if key not in known]
        made = embed([texts[at] for at in missing])
        fresh = {keys[at]: vector for at, vector in zip(missing, made, strict=True)}
        self._write(fresh)
        known |= fresh
        return np.array([known[key] for key in keys], np.float32).reshape(len(texts), self._dimensions)

    def _read(self, keys: Sequence[bytes]) -> dict[bytes, Vectors]:
        found: dict[bytes, Vectors] = {}
        with contextlib.suppress(sqlite3.Error, OSError), self._open() as connection:
            for start in range(0, len(keys), _MAX_PARAMETERS):
                group = keys[start : start + _MAX_PARAMETERS]
                query = f"SELECT key, vector FROM vectors WHERE key IN ({', '.join('?' * len(group))})"  # noqa: S608
                for key, blob in connection.execute(query, group):
                    if isinstance(blob, bytes) and len(blob) == 4 * self._dimensions:
                        found[key] = np.frombuffer(blob, np.float32)
        return found

    def _write(self, vectors: dict[bytes, Vectors]) -> None:
        rows = [(key, vector.astype(np.float32).tobytes()) for key, vector in vectors.items()]
        with contextlib.suppress(sqlite3.Error, OSError), self._open() as connection, connection:
            connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, timeout=_BUSY_SECONDS)
        try:
            connection.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")
            yield connection
        finally:
            connection.close()
