"""Vectors made once: what is asked of the sentence model, and what a broken cache costs."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from index import Article, Index
from index.models.embedding import Hashing, Progress, Vectors
from index.store.vector_cache import VectorCache
from rag import Settings

MakeArticle = Callable[..., Article]


class Counting(Hashing):
    """The model-free stand-in, which remembers the passages it was given."""

    def __init__(self, fingerprint: str = "counting") -> None:
        self.fingerprint = fingerprint
        self.seen: list[str] = []

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        self.seen += texts
        return super().embed_passages(texts, progress)

    def embed_query(self, text: str) -> Vectors:
        return super().embed_passages([text])[0]


def indexed(folder: Path, settings: Settings, embedder: Counting, articles: Sequence[Article]) -> Vectors:
    """The vectors of a new index of ``articles``, after as much indexing as that takes."""
    with Index.open_or_create(folder, settings, embedder) as index:
        embedder.seen.clear()
        index.add(articles)
        return np.array([content.vector for content in index.store.contents(index.store.chunk_ids())])


@pytest.fixture
def articles(make_article: MakeArticle) -> list[Article]:
    return [make_article("Chợ", "Chợ xã Bình Sơn họp sáng thứ Bảy."), make_article("Cầu", "Cầu Rạch Miễu thông xe.")]


def test_words_that_were_indexed_before_are_not_embedded_again(
    tmp_path: Path, settings: Settings, articles: list[Article], make_article: MakeArticle
) -> None:
    embedder = Counting()
    first = indexed(tmp_path / "a", settings, embedder, articles)
    assert len(embedder.seen) == 2
    assert np.array_equal(indexed(tmp_path / "b", settings, embedder, articles), first)
    assert embedder.seen == []
    indexed(tmp_path / "c", settings, embedder, [*articles, make_article("Mới", "Một bài mới về chợ.")])
    assert embedder.seen == ["Mới\nMột bài mới về chợ."]


def test_another_model_makes_its_own_vectors(tmp_path: Path, settings: Settings, articles: list[Article]) -> None:
    indexed(tmp_path / "a", settings, Counting(), articles)
    other = Counting("another")
    indexed(tmp_path / "b", settings, other, articles)
    assert len(other.seen) == 2


def test_vectors_come_back_in_the_order_of_the_texts(tmp_path: Path) -> None:
    embedder = Counting()
    cache = VectorCache(tmp_path, embedder.fingerprint, embedder.dimensions)
    cache.embed(["chợ quê", "cầu mới"], embedder.embed_passages)
    texts = ["sông dài", "cầu mới", "chợ quê", "sông dài"]
    assert np.array_equal(cache.embed(texts, embedder.embed_passages), Hashing().embed_passages(texts))
    assert embedder.seen[2:] in (["sông dài"], ["sông dài", "sông dài"])
    assert cache.embed([], embedder.embed_passages).shape == (0, embedder.dimensions)


@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file.write_bytes(b"not a database" * 100),
        lambda file: file.write_bytes(file.read_bytes()[:4096]),
        lambda file: file.write_bytes(b""),
        lambda file: (file.unlink(), file.mkdir()),
    ],
)
def test_a_broken_cache_only_costs_time(
    tmp_path: Path, settings: Settings, articles: list[Article], damage: Callable[[Path], object]
) -> None:
    embedder = Counting()
    first = indexed(tmp_path / "a", settings, embedder, articles)
    (file,) = (settings.cache / "vectors").iterdir()
    damage(file)
    assert np.array_equal(indexed(tmp_path / "b", settings, embedder, articles), first)
    assert len(embedder.seen) == 2


def test_a_cache_that_cannot_be_written_only_costs_time(
    tmp_path: Path, settings: Settings, articles: list[Article]
) -> None:
    settings.cache.write_text("a file where the folder should be")
    embedder = Counting()
    first = indexed(tmp_path / "a", settings, embedder, articles)
    assert np.array_equal(indexed(tmp_path / "b", settings, embedder, articles), first)
    assert len(embedder.seen) == 2


@pytest.mark.parametrize("at", [0, 30, 4096, -300, -1])
def test_a_changed_byte_of_the_cache_never_gets_into_an_index(
    tmp_path: Path, settings: Settings, articles: list[Article], at: int
) -> None:
    embedder = Counting()
    first = indexed(tmp_path / "a", settings, embedder, articles)
    (file,) = (settings.cache / "vectors").iterdir()
    data = bytearray(file.read_bytes())
    data[at] ^= 16
    file.write_bytes(data)
    assert np.array_equal(indexed(tmp_path / "b", settings, embedder, articles), first)


def test_a_damaged_cache_begins_anew(tmp_path: Path, settings: Settings, articles: list[Article]) -> None:
    embedder = Counting()
    indexed(tmp_path / "a", settings, embedder, articles)
    (file,) = (settings.cache / "vectors").iterdir()
    file.write_bytes(b"not a database" * 100)
    indexed(tmp_path / "b", settings, embedder, articles)
    assert len(embedder.seen) == 2
    indexed(tmp_path / "c", settings, embedder, articles)
    assert embedder.seen == []


def test_beyond_its_size_the_cache_drops_what_was_written_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.store.vector_cache._MAX_BYTES", 100_000)
    embedder = Counting()
    cache = VectorCache(tmp_path, embedder.fingerprint, embedder.dimensions)
    texts = [f"chuyện số {number}" for number in range(500)]
    for start in range(0, 500, 20):
        cache.embed(texts[start : start + 20], embedder.embed_passages)
    (file,) = (tmp_path / "vectors").iterdir()
    assert file.stat().st_size < 200_000
    embedder.seen.clear()
    cache.embed(texts[-20:], embedder.embed_passages)
    assert embedder.seen == []
    cache.embed(texts[:1], embedder.embed_passages)
    assert embedder.seen == texts[:1]
