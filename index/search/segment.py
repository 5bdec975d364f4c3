"""A segment: some chunks made searchable once and never changed, in memory or in a folder of flat files.

What is added later comes into a segment of its own, what is removed is left out of the results, and segments are merged
now and then; adding an article costs what the article costs, whatever the size of the index.
"""

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from index.disk import flush
from index.search.arrays import Mask, Rows
from index.search.dense import EXACT_BELOW, Dense, HalfVectors, write_lists
from index.search.postings import Postings, merged_parts

_META = "segment.json"
_LISTS = "lists.faiss"
_TYPES = {
    "ids": np.int64,
    "vectors": np.float16,
    "terms": np.uint64,
    "starts": np.int64,
    "rows": np.uint32,
    "counts": np.uint8,
    "lengths": np.uint32,
}
# Segments up to this size are read through when they are opened, in a tenth of a second; larger ones by ``check``.
_VERIFIED_BYTES = 64 * 2**20
_BLOCK_ROWS = 8192
_READ_BYTES = 2**20


class SegmentDamaged(Exception):
    """The files of a segment are not what was written. It can be made anew from the store."""


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """Chunks with their vectors and postings; row i of all three is chunk ``ids[i]``.

    Attributes:
        ids: Of the chunks, in no order once segments have been merged.
        dense: Search of their vectors.
        postings: Of their words.
        folder: Where the files are; None in memory.
    """

    ids: Rows
    dense: Dense
    postings: Postings
    folder: Path | None = None

    @classmethod
    def build(cls, ids: Sequence[int], texts: Iterable[str], vectors: HalfVectors) -> "Segment":
        """A segment in memory; give some thousands of chunks at a time.

        Args:
            ids: Of the chunks, ascending.
            texts: What is counted for each.
            vectors: Shape ``(chunks, dimensions)``.
        """
        return cls(np.array(ids, np.int64), Dense(vectors), Postings.build(texts))

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def load(cls, folder: Path, verify: bool = False) -> "Segment":
        """Map a segment's files into memory.

        Args:
            folder: What ``write_segment`` wrote.
            verify: Whether to read large files through, too, and compare their checksums.

        Raises:
            SegmentDamaged: A file is missing, cut off or, if it was read through, changed.
        """
        try:
            meta = json.loads((folder / _META).read_text(encoding="utf-8"))
            small = _is_small(meta["files"])
            for name, (size, checksum) in meta["files"].items():
                if (folder / name).stat().st_size != size:
                    raise SegmentDamaged(f"{folder / name}: not {size} bytes long")
                if (small or verify) and _checksum(folder / name) != checksum:
                    raise SegmentDamaged(f"{folder / name}: wrong checksum")
            arrays = {name: _mapped(folder / name, kind) for name, kind in _TYPES.items()}
            vectors = arrays.pop("vectors").reshape(-1, meta["dimensions"])
            ids = arrays.pop("ids")
            dense = Dense.load(vectors, folder / _LISTS) if _LISTS in meta["files"] else Dense(vectors)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, MemoryError) as error:
            raise SegmentDamaged(f"{folder}: {error}") from error
        if not len(ids) == len(vectors) == len(arrays["lengths"]):
            raise SegmentDamaged(f"{folder}: arrays of different lengths")
        return cls(ids, dense, Postings(**arrays), folder)


def write_segment(folder: Path, sources: Sequence[Segment], kept: Sequence[Mask]) -> None:
    """Write the kept rows of some segments as one, in an existing empty folder.

    Memory holds some thousands of rows at a time, however many there are. A large segment is safely on the disk on
    return; a small one is read through when it is opened, so that a power failure can only cost its making.

    Args:
        folder: Where.
        sources: Segments without a chunk in common.
        kept: Which rows of each to keep.

    Raises:
        OSError: The folder cannot be written.
    """
    with ExitStack() as stack:
        files = {name: stack.enter_context((folder / name).open("wb")) for name in _TYPES}
        for source, keep in zip(sources, kept, strict=True):
            _write(files["ids"], source.ids[keep])
            _write(files["lengths"], source.postings.lengths[keep])
            for block in _blocks(source.dense.vectors, keep):
                _write(files["vectors"], block)
        _write(files["starts"], np.zeros(1, np.int64))
        postings = 0
        for part in merged_parts([source.postings for source in sources], kept):
            _write(files["terms"], part.terms)
            _write(files["starts"], postings + np.cumsum(part.sizes, dtype=np.int64))
            _write(files["rows"], part.rows)
            _write(files["counts"], part.counts)
            postings += len(part.rows)
    dimensions = sources[0].dense.vectors.shape[1]
    vectors = _mapped(folder / "vectors", np.float16).reshape(-1, dimensions)
    if len(vectors) >= EXACT_BELOW:
        write_lists(folder / _LISTS, vectors, _blocks(vectors, np.ones(len(vectors), np.bool_)))
    written = sorted(path for path in folder.iterdir())
    checksums = {path.name: (path.stat().st_size, _checksum(path)) for path in written}
    meta: dict[str, Any] = {"dimensions": dimensions, "files": checksums}
    (folder / _META).write_text(json.dumps(meta, indent=1), encoding="utf-8")
    if not _is_small(checksums):
        for path in [*written, folder / _META, folder]:
            flush(path)


def _is_small(files: Mapping[str, tuple[int, int]]) -> bool:
    return sum(size for size, _ in files.values()) <= _VERIFIED_BYTES


def _blocks(vectors: HalfVectors, keep: Mask) -> Iterator[HalfVectors]:
    for start in range(0, len(vectors), _BLOCK_ROWS):
        yield vectors[start : start + _BLOCK_ROWS][keep[start : start + _BLOCK_ROWS]]


def _write(file: BinaryIO, array: npt.NDArray[Any]) -> None:
    file.write(np.ascontiguousarray(array).data if array.size else b"")


def _mapped(path: Path, kind: type) -> npt.NDArray[Any]:
    """The file as a plain array, whose slices are made several times faster than those of ``memmap``."""
    return np.asarray(np.memmap(path, kind, "r")) if path.stat().st_size else np.empty(0, kind)


def _checksum(path: Path) -> int:
    checksum = 0
    with path.open("rb") as file:
        while piece := file.read(_READ_BYTES):
            checksum = zlib.crc32(piece, checksum)
    return checksum
