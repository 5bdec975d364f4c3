"""The segments of an index folder: which there are, making those that are missing, merging those that are small.

``segments.json`` names the segments in use and the store they were made from. Every file is written under another name
and renamed, the list last, so that a reader finds the old state or the new one; what an interruption leaves is cleared
away by the next writer. Readers never write.
"""

import json
import secrets
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from index.chunks import indexed_text
from index.disk import TEMPORARY, flush
from index.search.arrays import Mask, Rows
from index.search.segment import Segment, SegmentDamaged, write_segment
from index.store.store import Store

LIST_NAME = "segments.json"
LOCK_NAME = "segments.lock"
_SEGMENT = "segment-"
_OF_FORMAT_2 = "derived-"
# Chunks made searchable at a time: some 50 MB of postings and vectors.
_BLOCK_CHUNKS = 8192
# The largest segments stay as they are, which bounds the memory and the time of a merge.
_LARGEST = 32 * _BLOCK_CHUNKS
# Segments that small are always merged into one.
_SMALL = 1024
# A segment with so large a share of removed chunks is written anew.
_MOST_REMOVED = 1 / 3


def load_segments(
    folder: Path, store_id: str, known: Sequence[Segment] = (), verify: bool = False
) -> tuple[list[Segment], list[str]]:
    """The segments in use that were made from a store, and one line for each that is damaged.

    Args:
        folder: Of the index.
        store_id: Of its store.
        known: Segments opened before; they are not opened again.
        verify: Whether to compare the checksums of large ones, too.
    """
    opened = {segment.folder: segment for segment in known}
    while True:
        names = listed_segments(folder, store_id)
        segments: list[Segment] = []
        damages: list[str] = []
        for name in names:
            try:
                segments.append(opened.get(folder / name) or Segment.load(folder / name, verify))
            except SegmentDamaged as damage:
                damages.append(str(damage))
        if not damages or listed_segments(folder, store_id) == names:  # else a writer has merged them meanwhile
            return segments, damages


def build_segments(store: Store, ids: Rows) -> Iterator[Segment]:
    """The chunks with some ids, ascending, as segments in memory; those removed meanwhile are left out."""
    for start in range(0, len(ids), _BLOCK_CHUNKS):
        contents = store.contents(ids[start : start + _BLOCK_CHUNKS])
        if contents:
            yield Segment.build(
                [content.id for content in contents],
                (indexed_text(content.title, content.text) for content in contents),
                np.array([content.vector for content in contents]),
            )


def save_segments(folder: Path, store: Store) -> None:
    """Bring the segments on disk up to the store: add what is missing, merge what is small, clear away the rest.

    Where another process is doing that, it is left to it. An interruption loses the work on one segment.

    Raises:
        OSError: The folder cannot be written.
    """
    with suppress(Timeout), FileLock(folder / LOCK_NAME, timeout=0):
        store_id = store.meta()["id"]
        segments, damages = load_segments(folder, store_id)
        if damages:
            segments = _replace(folder, store_id, segments, [], None)
        _clear(folder, segments)
        for segment in build_segments(store, missing_ids(store, segments, bool(damages))):
            segments = _replace(folder, store_id, segments, [], _written(folder, [segment], [_all(segment)]))
        removed = store.removed_ids()
        kept = {segment.folder: ~np.isin(segment.ids, removed) for segment in segments}
        for group in groups_to_merge(segments, [int(kept[segment.folder].sum()) for segment in segments]):
            masks = [kept[segment.folder] for segment in group]
            merged = _written(folder, group, masks) if any(mask.any() for mask in masks) else None
            segments = _replace(folder, store_id, segments, group, merged)
        _clear(folder, segments)
        forgotten = removed[~np.isin(removed, held_ids(segments))]
        if len(forgotten):
            store.forget_removed(forgotten)


def missing_ids(store: Store, segments: Sequence[Segment], gaps: bool) -> Rows:
    """Ids of the chunks that no segment holds, ascending.

    Args:
        store: Has all chunks.
        segments: Those in use.
        gaps: Whether any chunk may be missing; otherwise only those added after the last one held.
    """
    if gaps:
        return np.setdiff1d(store.chunk_ids(), held_ids(segments))
    return store.chunk_ids(after=max((int(segment.ids.max()) for segment in segments), default=0))


def held_ids(segments: Sequence[Segment]) -> Rows:
    """Ids of the chunks that some segments hold."""
    return np.concatenate([np.empty(0, np.int64), *(segment.ids for segment in segments)])


def groups_to_merge(segments: Sequence[Segment], live: Sequence[int]) -> list[list[Segment]]:
    """Which segments should become one, or be written anew without what was removed.

    A segment is merged with the smaller ones once these hold as many chunks together: there are never more than some
    ten in use, and a chunk is written anew only as often as the index doubles.

    Args:
        segments: Those in use.
        live: How many chunks of each are still there.
    """
    by_size = sorted(zip(segments, live, strict=True), key=lambda pair: -pair[1])
    mergeable = [(segment, rows) for segment, rows in by_size if rows < _LARGEST]
    behind: Rows = np.cumsum([0, *(rows for _, rows in reversed(mergeable))])[-2::-1]
    first = next((at for at, (_, rows) in enumerate(mergeable) if rows <= max(behind[at], _SMALL)), len(mergeable))
    groups: list[list[Segment]] = []
    filled = _LARGEST
    for segment, rows in mergeable[first:]:
        if filled + rows > _LARGEST:
            groups.append([])
            filled = 0
        groups[-1].append(segment)
        filled += rows
    groups = [group for group in groups if len(group) > 1]
    merged = {id(segment) for group in groups for segment in group}
    worn = [
        [segment]
        for segment, rows in by_size
        if id(segment) not in merged and rows < len(segment) * (1 - _MOST_REMOVED)
    ]
    return groups + worn


def listed_segments(folder: Path, store_id: str) -> list[str]:
    """Names of the segments in use that were made from a store; none where no readable list names them."""
    try:
        facts = json.loads((folder / LIST_NAME).read_text(encoding="utf-8"))
        return [str(name) for name in facts["segments"]] if facts["store"] == store_id else []
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return []  # all can be made anew from the store


def _written(folder: Path, sources: Sequence[Segment], kept: Sequence[Mask]) -> Segment:
    """The kept rows of some segments as one on disk, not yet in the list."""
    temporary = folder / f"{TEMPORARY}{secrets.token_hex(6)}"
    temporary.mkdir()  # other users may read what they may read of the store
    try:
        write_segment(temporary, sources, kept)
        target = folder / f"{_SEGMENT}{secrets.token_hex(6)}"
        temporary.rename(target)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    return Segment.load(target)


def _replace(
    folder: Path, store_id: str, segments: Sequence[Segment], old: Sequence[Segment], new: Segment | None
) -> list[Segment]:
    """Put a segment in the place of others; the list of those now in use, which is on disk."""
    now = [segment for segment in segments if segment not in old] + ([new] if new else [])
    facts = {"store": store_id, "segments": [segment.folder.name for segment in now if segment.folder]}
    temporary = folder / f"{TEMPORARY}{LIST_NAME}"
    temporary.write_text(json.dumps(facts, indent=1), encoding="utf-8")
    flush(temporary)
    temporary.replace(folder / LIST_NAME)
    return now


def _clear(folder: Path, segments: Sequence[Segment]) -> None:
    for path in leftovers(folder, {segment.folder.name for segment in segments if segment.folder}):
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def leftovers(folder: Path, used: Collection[str]) -> list[Path]:
    """Segments that are not in use, and what was left half written or by older versions."""
    ours = (TEMPORARY, _OF_FORMAT_2, _SEGMENT)
    return [path for path in folder.iterdir() if path.name.startswith(ours) and path.name not in used]


def _all(segment: Segment) -> Mask:
    return np.ones(len(segment), np.bool_)
