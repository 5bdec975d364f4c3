"""Segments on disk: the same answers however an index came to be, and what writers do to one another."""

import errno
import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from index import Article, Filters, Hit, Index, IndexDamaged, IndexSettings
from index.check import check
from index.chunks import Entry
from index.search.dense import Dense, write_lists
from index.search.segments import groups_to_merge, load_segments

MakeArticle = Callable[..., Article]

QUESTIONS = ["xã Bình Sơn họp", "nuoc sach suoi can", "thư viện 2024", "UBND"]
SETTINGS = IndexSettings(embedding_model="hashing")
WORDS = ["xã", "Bình", "Sơn", "họp", "nước", "sạch", "suối", "cạn", "thư", "viện", "2024", "UBND", "huyện"]


def article(number: int) -> Article:
    draw = np.random.default_rng(number)
    text = f"Bài {number}. " + " ".join(draw.choice(WORDS, size=12)) + "."
    return Article(f"{number:012x}", f"Bài {number}", None, None, None, None, text, f"{number}.txt")


def hits(index: Index, **options: object) -> list[list[tuple[str, Hit]]]:
    """What is found, by article, in an order that does not depend on ids."""
    found = []
    for question in QUESTIONS:
        by_article = [
            (chunk.article_id, hit)
            for hit in index.search(question, **options)  # type: ignore[arg-type]
            if (chunk := index.chunk(hit.chunk_id))
        ]
        found.append(sorted(by_article, key=lambda pair: pair[0]))
    return found


def assert_same(one: Sequence[list[tuple[str, Hit]]], other: Sequence[list[tuple[str, Hit]]]) -> None:
    for left, right in zip(one, other, strict=True):
        assert [article_id for article_id, _ in left] == [article_id for article_id, _ in right]
        for (_, a), (_, b) in zip(left, right, strict=True):
            assert (a.dense, a.lexical) == pytest.approx((b.dense, b.lexical), abs=1e-5)


steps = st.lists(st.tuples(st.sampled_from(["add", "remove", "save", "reopen"]), st.integers(0, 9)), max_size=25)


@hypothesis_settings(max_examples=25, deadline=None)
@given(steps)
def test_however_an_index_came_to_be_it_finds_the_same(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("index")
    used = Index.open_or_create(folder / "used", SETTINGS)
    used.add([article(99)])
    present = {99}
    for step, number in steps:
        if step == "add":
            used.add([article(number)])
            present.add(number)
        elif step == "remove":
            assert used.remove(article(number).id) is (number in present)
            present.discard(number)
        elif step == "save":
            used.save_searchers()
        else:
            used.close()
            used = Index.open(folder / "used", SETTINGS)
        used.search(QUESTIONS[0])
    with Index.open_or_create(folder / "anew", SETTINGS) as anew:
        anew.add([article(number) for number in present])
        assert_same(hits(used), hits(anew))
    used.close()


def test_segments_stay_few_and_every_chunk_is_in_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.search.segments._SMALL", 2)
    with Index.open_or_create(tmp_path, SETTINGS) as index:
        for number in range(40):
            index.add([article(number)])
            index.save_searchers()
        segments, damages = load_segments(tmp_path, index.store.meta()["id"])
        assert not damages and len(segments) <= 7
        assert sorted(np.concatenate([segment.ids for segment in segments])) == index.store.chunk_ids().tolist()
        assert len(list(tmp_path.glob("segment-*"))) == len(segments)


def test_a_large_pile_after_a_small_one_leaves_a_sound_index(tmp_path: Path) -> None:
    drawn = [article(number) for number in range(9)]
    articles = [replace(one, id=hashlib.sha256(one.text.encode()).hexdigest()[:12]) for one in drawn]
    with Index.open_or_create(tmp_path, SETTINGS) as index:
        index.add(articles[:1])
        index.save_searchers()
        index.add(articles[1:])
        index.save_searchers()
        (segment,), _ = load_segments(tmp_path, index.store.meta()["id"])
        assert set(segment.ids.tolist()) == set(index.store.chunk_ids().tolist())
    assert list(check(tmp_path, SETTINGS)) == []


def test_a_segment_of_mostly_removed_chunks_is_written_anew(tmp_path: Path) -> None:
    with Index.open_or_create(tmp_path, SETTINGS) as index:
        index.add([article(number) for number in range(10)])
        index.save_searchers()
        for number in range(9):
            index.remove(article(number).id)
        assert len(index.store.removed_ids()) == 9
        before = hits(index)
        index.save_searchers()
        (segment,), _ = load_segments(tmp_path, index.store.meta()["id"])
        assert segment.ids.tolist() == index.store.chunk_ids().tolist()
        assert len(index.store.removed_ids()) == 0
        assert_same(hits(index), before)
        index.remove(article(9).id)
        index.add([article(11)])
        index.save_searchers()
        assert [found for found, _ in hits(index)[0]] == [article(11).id]


def test_an_index_of_many_blocks_is_that_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    articles = [article(number) for number in range(50)]
    with Index.open_or_create(tmp_path / "one", SETTINGS) as one:
        one.add(articles)
        one.save_searchers()
        expected = hits(one)
    monkeypatch.setattr("index.search.segments._BLOCK_CHUNKS", 7)
    monkeypatch.setattr("index.search.segments._LARGEST", 20)
    with Index.open_or_create(tmp_path / "many", SETTINGS) as many:
        many.add(articles)
        assert_same(hits(many), expected)  # in memory
        many.save_searchers()
        assert len(list((tmp_path / "many").glob("segment-*"))) > 2
        assert_same(hits(many), expected)
    with Index.open(tmp_path / "many", SETTINGS) as again:
        assert_same(hits(again), expected)


def test_a_reader_sees_what_another_process_wrote_and_merged(tmp_path: Path) -> None:
    with Index.open_or_create(tmp_path, SETTINGS) as writer:
        writer.add([article(number) for number in range(5)])
        with Index.open(tmp_path, SETTINGS) as reader:
            hits(reader)
            for number in range(5, 9):
                writer.add([article(number)])
                writer.save_searchers()
                writer.remove(article(number - 5).id)
                assert_same(hits(reader), hits(writer))


def test_while_another_process_saves_saving_is_left_to_it(tmp_path: Path) -> None:
    with Index.open_or_create(tmp_path, SETTINGS) as index:
        index.add([article(1)])
        with FileLock(tmp_path / "segments.lock"):
            index.save_searchers()
        assert not list(tmp_path.glob("segment-*"))
        index.save_searchers()
        assert len(list(tmp_path.glob("segment-*"))) == 1


def test_leftovers_of_a_killed_writer_are_cleared_away(tmp_path: Path) -> None:
    with Index.open_or_create(tmp_path, SETTINGS) as index:
        index.add([article(1)])
        index.save_searchers()
        (tmp_path / ".writing-abc").mkdir()
        (tmp_path / ".writing-abc" / "rows").write_bytes(b"half")
        (tmp_path / "segment-orphan").mkdir()
        before = hits(index)
        index.save_searchers()
        assert_same(hits(index), before)
        assert not (tmp_path / ".writing-abc").exists() and not (tmp_path / "segment-orphan").exists()


def test_a_store_that_does_not_fit_its_segments_is_believed(tmp_path: Path) -> None:
    with Index.open_or_create(tmp_path / "one", SETTINGS) as index:
        index.add([article(number) for number in range(6)])
        index.save_searchers()
        shutil.copytree(tmp_path / "one", tmp_path / "other")
        index.remove(article(2).id)
        index.store.forget_removed(index.store.removed_ids())  # as if the list of removed chunks had been lost
    with Index.open(tmp_path / "one", SETTINGS) as again:
        assert article(2).id not in [found for of_one in hits(again) for found, _ in of_one]
        assert len(hits(again)[0]) == 5


@pytest.mark.parametrize(
    ("live", "expected"),
    [
        ([5000], []),
        ([5000, 10], []),
        ([5000, 10, 10], [[1, 2]]),
        ([5000, 2000, 1500], []),
        ([5000, 2000, 2000, 1000, 10], [[0, 1, 2, 3, 4]]),
        ([262_144, 10], []),
        ([262_144, 262_144], []),
        ([200_000, 130_000, 80_000], [[1, 2]]),
    ],
)
def test_small_segments_are_merged_and_large_ones_left(live: list[int], expected: list[list[int]]) -> None:
    segments = [_Rows(rows) for rows in live]
    groups = groups_to_merge(segments, live)  # type: ignore[arg-type]
    assert [[segments.index(one) for one in group] for group in groups] == expected  # type: ignore[arg-type]


class _Rows:
    """As much of a segment as the merging looks at."""

    def __init__(self, rows: int) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return self._rows


def test_a_worn_large_segment_is_written_anew() -> None:
    worn, other = _Rows(400_000), _Rows(400_000)
    assert groups_to_merge([worn, other], [265_000, 270_000]) == [[worn]]  # type: ignore[list-item, comparison-overlap]


def unit_vectors(count: int, dimensions: int = 16) -> np.ndarray:  # type: ignore[type-arg]
    vectors = np.random.default_rng(7).normal(size=(count, dimensions)).astype(np.float32)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16)


def test_dense_search_agrees_with_brute_force() -> None:
    vectors = unit_vectors(200)
    dense = Dense(vectors)
    question = vectors[3].astype(np.float32)
    rows = dense.nearest(question, 10)
    assert set(rows.tolist()) == set(np.argsort(-(vectors.astype(np.float32) @ question))[:10].tolist())
    assert np.allclose(dense.scores(question, rows), vectors[rows].astype(np.float32) @ question, atol=1e-6)


def test_inverted_lists_find_nearly_what_an_exact_search_finds(tmp_path: Path) -> None:
    vectors = unit_vectors(3000)
    write_lists(tmp_path / "lists", vectors, [vectors[:1000], vectors[1000:]])
    dense, exact = Dense.load(vectors, tmp_path / "lists"), Dense(vectors)
    found = 0
    for question in unit_vectors(40)[:, ::-1].astype(np.float32):
        rows = dense.nearest(question, 10)
        found += len(set(rows.tolist()) & set(exact.nearest(question, 10).tolist()))
        assert np.allclose(dense.scores(question, rows), vectors[rows].astype(np.float32) @ question, atol=1e-6)
    assert found >= 0.98 * 400
    with pytest.raises(ValueError, match="3000"):
        Dense.load(vectors[:100], tmp_path / "lists")


@pytest.mark.parametrize("few", [10, 0])
def test_dense_search_keeps_to_the_allowed_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr("index.search.dense._FEW_ALLOWED", few)
    vectors = unit_vectors(500)
    write_lists(tmp_path / "lists", vectors, [vectors])
    allowed = np.zeros(500, np.bool_)
    allowed[[3, 77, 140, 141, 142, 499]] = True
    question = vectors[77].astype(np.float32)
    for dense in (Dense(vectors), Dense.load(vectors, tmp_path / "lists")):
        assert set(dense.nearest(question, 20, allowed).tolist()) <= set(np.flatnonzero(allowed).tolist())
        assert dense.nearest(question, 1, allowed).tolist() == [77]
        assert len(dense.nearest(question, 3, np.zeros(500, np.bool_))) == 0


def test_large_segments_use_inverted_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.search.segment.EXACT_BELOW", 30)
    with Index.open_or_create(tmp_path, SETTINGS) as index:
        index.add([article(number) for number in range(60)])
        expected = hits(index, candidates=60)
        index.save_searchers()
        assert len(list(tmp_path.glob("segment-*/lists.faiss"))) == 1
    with Index.open(tmp_path, SETTINGS) as again:
        assert_same(hits(again, candidates=60), expected)
        one = again.search(QUESTIONS[0], filters=Filters(sources=("không có",)))
        assert one == []


def test_a_mistake_of_ours_is_not_called_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Index.open_or_create(tmp_path, SETTINGS) as index:
        index.add([article(number) for number in range(5)])
        index.save_searchers()
    monkeypatch.setattr("index.search.bm25.BM25.weigh", lambda *_: np.zeros(2) + np.zeros(3))
    with Index.open(tmp_path, SETTINGS) as index:
        with pytest.raises(ValueError, match="broadcast"):
            index.search("xã Bình Sơn")
        (vectors,) = tmp_path.rglob("vectors")
        vectors.write_bytes(vectors.read_bytes()[::-1])
        with pytest.raises(IndexDamaged, match="check --repair"):
            index.search("xã Bình Sơn")


def test_an_index_on_a_disk_mounted_read_only_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Index.open_or_create(tmp_path, SETTINGS) as index:
        index.save_searchers()

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(FileLock, "acquire", refuse)
    assert list(check(tmp_path, SETTINGS)) == []
    with pytest.raises(IndexDamaged, match="quyền ghi"):
        list(check(tmp_path, SETTINGS, repair=True))


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="needs root to become another user")
def test_a_folder_that_cannot_be_written_is_read(tmp_path: Path, make_article: MakeArticle) -> None:
    with Index.open_or_create(tmp_path / "index", SETTINGS) as index:
        index.add([article(number) for number in range(5)])
        index.save_searchers()
        expected = hits(index)
    assert _as_nobody(tmp_path, lambda: _search_and_fail_to_write(tmp_path / "index", expected)) == 0


def _search_and_fail_to_write(folder: Path, expected: list[list[tuple[str, Hit]]]) -> None:
    with Index.open(folder, SETTINGS) as index:
        assert_same(hits(index), expected)
        with pytest.raises(IndexDamaged, match="quyền ghi"):
            index.store.add([Entry(article(7), [], np.empty((0, 256), np.float32))])
        with pytest.raises(OSError, match=r"segments\.lock"):
            index.save_searchers()


def _as_nobody(parent: Path, check: Callable[[], None]) -> int:
    """Exit status of a process that runs a check as a user who may write nothing."""
    for folder in [parent, *parent.parents]:
        if folder.stat().st_uid == 0 and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o055)
    child = os.fork()
    if child == 0:
        try:
            os.setuid(65534)
            check()
        except BaseException:
            import traceback

            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
