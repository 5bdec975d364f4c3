import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index import Article, Hit, Index, IndexBusy, IndexDamaged, IndexMismatch, IndexMissing, IndexSettings
from index.chunks import Entry
from index.models.embedding import Hashing
from index.store.store import FILE_NAME
from rag import Settings

MakeArticle = Callable[..., Article]


def best(index: Index, question: str) -> str:
    """The text of the chunk with the highest lexical score, ties broken by the dense one."""
    hit = max(index.search(question), key=lambda hit: (hit.lexical, hit.dense))
    return text_of(index, hit)


def text_of(index: Index, hit: Hit) -> str:
    chunk = index.chunk(hit.chunk_id)
    assert chunk is not None
    article = index.article(chunk.article_id)
    assert article is not None
    return article.text[chunk.start : chunk.end]


@pytest.mark.parametrize(
    "question", ["chỉ số cải cách hành chính", "chi so cai cach hanh chinh", "CHỈ SỐ CẢI CÁCH HÀNH CHÍNH", "8.5 điểm"]
)
def test_search_finds_the_chunk_however_it_is_typed(index: Index, question: str) -> None:
    assert "8,5 điểm" in best(index, question)


def test_every_hit_has_both_scores(index: Index) -> None:
    hits = index.search("thư viện Bình Sơn", candidates=1)
    lexical = {hit.chunk_id: hit.lexical for hit in index.search("thư viện Bình Sơn", candidates=50)}
    embedder = Hashing()
    assert hits
    assert all(hit.lexical == lexical[hit.chunk_id] for hit in hits)
    for hit in hits:
        chunk = index.chunk(hit.chunk_id)
        assert chunk is not None
        article = index.article(chunk.article_id)
        assert article is not None
        vector = embedder.embed_passages([text_of(index, hit)])[0]
        assert hit.dense == pytest.approx(float(vector @ embedder.embed_query("thư viện Bình Sơn")), abs=1e-3)


def test_reopening_gives_the_same_hits(index: Index, settings: Settings) -> None:
    before = index.search("nước sạch Suối Cạn")
    index.close()
    with Index.open(settings.index, settings) as again:
        assert again.search("nước sạch Suối Cạn") == before


def test_a_removed_article_is_found_no_more_even_by_an_open_reader(index: Index, settings: Settings) -> None:
    with Index.open(settings.index, settings) as reader:
        assert "nước sạch" in best(reader, "nước sạch Suối Cạn")
        article = next(article for article in index.articles() if "Suối Cạn" in article.title)
        assert index.remove(article.id)
        assert not index.remove(article.id)
        assert all("Suối Cạn" not in text_of(reader, hit) for hit in reader.search("nước sạch Suối Cạn"))


def test_a_changed_file_takes_the_place_of_the_old_article(index: Index, make_article: MakeArticle) -> None:
    index.add([make_article("Cũ", "Nội dung cũ về cây cầu Rạch Miễu.", path="a.txt")])
    index.add([make_article("Mới", "Nội dung mới về cây cầu Cổ Chiên.", path="a.txt")])
    assert [article.title for article in index.articles() if article.path == "a.txt"] == ["Mới"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda segment: shutil.rmtree(segment),
        lambda segment: (segment / "vectors").write_bytes(b"broken"),
        lambda segment: (segment / "vectors").unlink(),
        lambda segment: flip_a_bit(segment / "rows"),
        lambda segment: flip_a_bit(segment / "terms"),
        lambda segment: (segment / "segment.json").write_text("{"),
        lambda segment: (segment / "segment.json").write_text("[]"),
        lambda segment: (segment.parent / "segments.json").write_text("null"),
        lambda segment: (segment.parent / "segments.json").unlink(),
        lambda segment: (segment.parent / "segments.json").write_text('{"store": "another", "segments": []}'),
    ],
)
def test_damaged_search_files_are_made_anew(index: Index, settings: Settings, damage: Callable[[Path], object]) -> None:
    before = index.search("nước sạch")
    index.save_searchers()
    index.close()
    damage(segment_of(settings.index))
    with Index.open(settings.index, settings) as again:
        assert again.search("nước sạch") == before
        again.save_searchers()
        assert again.search("nước sạch") == before
    segment_of(settings.index)


def segment_of(folder: Path) -> Path:
    (segment,) = folder.glob("segment-*")
    return segment


def flip_a_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)


def test_opening_what_is_not_there_or_not_an_index(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(IndexMissing, match="hoidap index"):
        Index.open(tmp_path, settings)
    (tmp_path / FILE_NAME).write_bytes(b"not a database" * 100)
    with pytest.raises(IndexDamaged):
        Index.open(tmp_path, settings)
    (tmp_path / FILE_NAME).write_bytes(b"")  # what an attempt on a full disk leaves
    with pytest.raises(IndexMissing, match="hoidap index"):
        Index.open(tmp_path, settings)
    with Index.open_or_create(tmp_path, settings) as made:
        assert made.store.counts() == (0, 0)


def test_an_index_of_another_model_is_refused(index: Index, settings: Settings) -> None:
    other = IndexSettings(index=settings.index, embedding_model="intfloat/multilingual-e5-base")
    with pytest.raises(IndexMismatch, match="hashing-256"):
        Index.open(settings.index, other)


def test_an_empty_index_says_so(settings: Settings) -> None:
    with Index.open_or_create(settings.index, settings) as empty, pytest.raises(IndexMissing, match="chưa có bài"):
        empty.search("gì cũng được")


def test_a_second_writer_is_told_to_wait(
    index: Index, settings: Settings, make_article: MakeArticle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.store.database._BUSY_SECONDS", 0)
    with Index.open(settings.index, settings) as second:
        other = sqlite3.connect(settings.index / FILE_NAME, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(IndexBusy):
            second.add([make_article("Khác", "Một bài khác.")])
        other.execute("ROLLBACK")
        other.close()
        second.add([make_article("Khác", "Một bài khác.")])
        assert second.store.counts()[0] == 4


def test_a_reader_in_the_middle_of_reading_holds_nobody_up(
    index: Index, settings: Settings, make_article: MakeArticle
) -> None:
    reader = sqlite3.connect(settings.index / FILE_NAME, isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM articles").fetchone() == (3,)
    index.add([make_article("Khác", "Một bài khác.")])
    assert index.store.counts()[0] == 4
    assert reader.execute("SELECT count(*) FROM articles").fetchone() == (3,)
    reader.close()


def test_a_store_made_anew_does_not_use_the_old_derived_files(
    index: Index, settings: Settings, make_article: MakeArticle
) -> None:
    index.search("thư viện")
    index.close()
    (settings.index / FILE_NAME).unlink()
    with Index.open_or_create(settings.index, settings) as anew:
        anew.add([make_article(f"Bài {number}", f"Chuyện số {number} về cây cầu Rạch Miễu.") for number in range(3)])
        assert "Rạch Miễu" in best(anew, "cây cầu Rạch Miễu")


def test_an_article_is_written_whole_or_not_at_all(index: Index, make_article: MakeArticle) -> None:
    counts, generation = index.store.counts(), index.store.generation()
    article = make_article("Dở dang", "Một bài dở dang.")
    with pytest.raises(ValueError, match="zip"):
        index.store.add([Entry(article, [], np.ones((1, 256), np.float32))])
    assert (index.store.counts(), index.store.generation()) == (counts, generation)
