"""Checks of the segments of an index folder against the store they were made from."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.chunks import indexed_text
from index.search.arrays import Mask, Rows
from index.search.postings import Postings
from index.search.segment import Segment, SegmentDamaged
from index.search.segments import LIST_NAME, leftovers, listed_segments
from index.store.store import Store
from index.types import Finding

_BLOCK_ROWS = 4096
_BLOCK_TERMS = 65_536
# Odd, otherwise arbitrary.
_TERM, _ROW, _COUNT, _MIXED = (
    np.uint64(factor) for factor in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93)
)


def check_segments(folder: Path, store: Store, repair: bool) -> Iterator[Finding]:
    """What is wrong with the search files. Mending deletes what is wrong: ``save_segments`` makes it anew.

    Args:
        folder: Of the index; no other process may be writing segments.
        store: Sound.
        repair: Whether to mend.
    """
    done = "Sẽ làm lại." if repair else ""
    names = listed_segments(folder, store.meta()["id"])
    there = store.chunk_ids()
    known = np.union1d(there, store.removed_ids())
    held: Rows = np.empty(0, np.int64)
    if (folder / LIST_NAME).exists() and not names and len(there):
        yield Finding("segments", f"Danh sách {LIST_NAME} hỏng hoặc của chỉ mục khác.", done)
    for name in names:
        try:
            segment = Segment.load(folder / name, verify=True)
            _compare(segment, store, there, known, held)
        except SegmentDamaged as damage:
            yield Finding("segments", f"Tệp tìm kiếm hỏng hoặc không khớp: {damage}", done)
            if repair:
                shutil.rmtree(folder / name, ignore_errors=True)
        else:
            held = np.concatenate([held, segment.ids])
    missing = np.setdiff1d(there, held)
    if len(missing) and len(held) and missing[0] < held.max() and all((folder / name).exists() for name in names):
        yield Finding("segments", f"Tệp tìm kiếm thiếu {len(missing)} đoạn.", done)
        if repair:
            (folder / LIST_NAME).unlink()
    elif len(missing):
        yield Finding("leftovers", f"{len(missing)} đoạn chưa có trong tệp tìm kiếm.", done, is_damage=False)
    for path in leftovers(folder, names):
        yield Finding("leftovers", f"{path.name} là phần dở dang của một lần ghi.", "Sẽ xóa." if repair else "", False)


def _compare(segment: Segment, store: Store, there: Rows, known: Rows, held: Rows) -> None:
    """See that a segment says of its chunks what the store says.

    Args:
        segment: What to look at.
        store: The truth.
        there: Ids of the store's chunks.
        known: The same, and those of removed ones.
        held: Ids in the segments before.

    Raises:
        SegmentDamaged: It does not.
    """
    ids, postings = np.asarray(segment.ids), segment.postings
    if len(np.unique(ids)) < len(ids) or not np.isin(ids, known).all() or np.isin(ids, held).any():
        raise SegmentDamaged(f"{segment.folder}: ids")
    live = np.isin(ids, there)
    expected = np.uint64(0)
    for start in range(0, len(ids), _BLOCK_ROWS):
        rows = start + np.flatnonzero(live[start : start + _BLOCK_ROWS])
        rows = rows[np.argsort(ids[rows])]
        contents = store.contents(ids[rows])
        built = Postings.build(indexed_text(content.title, content.text) for content in contents)
        if [content.id for content in contents] != ids[rows].tolist() or any(
            (content.vector != vector).any()
            for content, vector in zip(contents, segment.dense.vectors[rows], strict=True)
        ):
            raise SegmentDamaged(f"{segment.folder}: vectors")
        if (built.lengths != postings.lengths[rows]).any():
            raise SegmentDamaged(f"{segment.folder}: lengths")
        expected += _digest(built, np.ones(len(rows), np.bool_), rows)
    if _digest(postings, live, np.arange(len(ids))) != expected:
        raise SegmentDamaged(f"{segment.folder}: postings")


def _digest(postings: Postings, live: Mask, numbers: Rows) -> np.uint64:
    """A sum over postings that does not depend on their order.

    Args:
        postings: Read some terms at a time.
        live: Which rows to count.
        numbers: What each row is called.
    """
    total = np.uint64(0)
    names: npt.NDArray[np.uint64] = numbers.astype(np.uint64)
    for start in range(0, len(postings.terms), _BLOCK_TERMS):
        starts = postings.starts[start : start + _BLOCK_TERMS + 1]
        terms = np.repeat(postings.terms[start : start + _BLOCK_TERMS], np.diff(starts))
        rows, counts = postings.rows[starts[0] : starts[-1]], postings.counts[starts[0] : starts[-1]]
        mixed = (terms * _TERM ^ (names[rows] * _ROW + counts.astype(np.uint64) * _COUNT)) * _MIXED
        total += (mixed ^ (mixed >> np.uint64(29)))[live[rows]].sum(dtype=np.uint64)
    return total
