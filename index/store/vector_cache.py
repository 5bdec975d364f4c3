"""Vectors kept by text and model in the user cache, so that indexing the same words again does not pay twice.

An index holds its own vectors; this is only a saving for the next index, the next chunk size, the next rebuild. A cache
that cannot be read or written is passed over, and one whose file is damaged begins anew. Beyond a size the vectors
written first are dropped.
"""

import contextlib
import hashlib
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from index.models.embedding import Vectors
from index.store.database import is_damage, select_in

_BUSY_SECONDS = 2
# Of one model's file: about a million vectors of 384 numbers.
_MAX_BYTES = 2 * 2**30
_DROPPED_AT_ONCE = 4  # a quarter
_USED_BYTES = """
SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size
"""
_SCHEMA = "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB, checksum INTEGER)"


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
        with self._forgiven(), self._open() as connection:
            rows = select_in(connection, "SELECT key, vector, checksum FROM vectors WHERE key", keys)
            for key, blob, checksum in rows:
                is_whole = isinstance(blob, bytes) and zlib.crc32(key + blob) == checksum
                if is_whole and len(blob) == 4 * self._dimensions:
                    found[key] = np.frombuffer(blob, np.float32)
        return found

    def _write(self, vectors: dict[bytes, Vectors]) -> None:
        blobs = {key: vector.astype(np.float32).tobytes() for key, vector in vectors.items()}
        rows = [(key, blob, zlib.crc32(key + blob)) for key, blob in blobs.items()]
        with self._forgiven(), self._open() as connection, connection:
            connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)
            if connection.execute(_USED_BYTES).fetchone()[0] > _MAX_BYTES:
                connection.execute(
                    "DELETE FROM vectors WHERE rowid <= "
                    "(SELECT min(rowid) + (max(rowid) - min(rowid)) / ? FROM vectors)",
                    (_DROPPED_AT_ONCE,),
                )

    @contextlib.contextmanager
    def _forgiven(self) -> Iterator[None]:
        """What cannot be done is left undone; a damaged file is deleted."""
        try:
            yield
        except OSError:
            return
        except sqlite3.Error as error:
            if is_damage(error):
                with contextlib.suppress(OSError):
                    self._path.with_name(f"{self._path.name}-journal").unlink(missing_ok=True)
                    self._path.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(sqlite3.connect(self._path, timeout=_BUSY_SECONDS)) as connection:
            connection.execute(_SCHEMA)
            yield connection
