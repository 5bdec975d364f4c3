import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index import Article, Hit, Index, IndexBusy, IndexDamaged, IndexMismatch, IndexMissing, IndexSettings
from index.dense import Dense
from index.embedding import Hashing
from index.lexical import Lexical
from index.store import FILE_NAME
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
        assert hit.dense == pytest.approx(float(vector @ embedder.embed_query("thư viện Bình Sơn")), abs=1e-5)


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
        lambda folder: shutil.rmtree(next(folder.glob("derived-*"))),
        lambda folder: (next(folder.glob("derived-*")) / "dense.faiss").write_bytes(b"broken"),
        lambda folder: (next(folder.glob("derived-*")) / "dense.faiss").unlink(),
        lambda folder: next(folder.glob("derived-*/lexical/folded/vocab*")).write_text("{"),
        lambda folder: next(folder.glob("derived-*/lexical/accented/data*")).write_bytes(b""),
        lambda folder: shutil.rmtree(next(folder.glob("derived-*/lexical"))),
    ],
)
def test_damaged_derived_files_are_rebuilt(index: Index, settings: Settings, damage: Callable[[Path], object]) -> None:
    before = index.search("nước sạch")
    index.close()
    damage(settings.index)
    with Index.open(settings.index, settings) as again:
        assert again.search("nước sạch") == before


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
    monkeypatch.setattr("index.store._BUSY_SECONDS", 0)
    with Index.open(settings.index, settings) as second:
        other = sqlite3.connect(settings.index / FILE_NAME, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(IndexBusy):
            second.add([make_article("Khác", "Một bài khác.")])
        other.execute("ROLLBACK")
        other.close()
        second.add([make_article("Khác", "Một bài khác.")])
        assert second.store.counts()[0] == 4


def test_a_failed_commit_leaves_the_store_usable(
    index: Index, settings: Settings, make_article: MakeArticle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.store._BUSY_SECONDS", 0)
    with Index.open(settings.index, settings) as writer:
        reader = sqlite3.connect(settings.index / FILE_NAME, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM articles").fetchone()  # holds a read lock, which COMMIT waits for
        with pytest.raises(IndexBusy):
            writer.add([make_article("Khác", "Một bài khác.")])
        reader.execute("ROLLBACK")
        reader.close()
        writer.add([make_article("Khác", "Một bài khác.")])
        assert writer.store.counts()[0] == 4


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
        index.store.add(article, [], np.ones((1, 256), np.float32))
    assert (index.store.counts(), index.store.generation()) == (counts, generation)


def test_dense_search_agrees_with_brute_force() -> None:
    generator = np.random.default_rng(7)
    vectors = generator.normal(size=(200, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    dense = Dense.build(vectors)
    rows = dense.nearest(vectors[3], 10)
    assert rows.tolist() == np.argsort(-(vectors @ vectors[3]))[:10].tolist()
    assert np.allclose(dense.scores(vectors[3], rows), vectors[rows] @ vectors[3], atol=1e-6)


def test_bm25_prefers_accents_when_typed() -> None:
    lexical = Lexical.build(["bán đất nông nghiệp", "bàn đạt nóng nghiệp", "chuyện khác hẳn"])
    assert lexical.scores("bán đất").words.argmax() == 0
    assert lexical.scores("bàn đạt").pairs.argmax() == 1
    unaccented = lexical.scores("ban dat")
    for scores in (unaccented.folded_words, unaccented.folded_pairs):
        assert scores[0] == pytest.approx(scores[1])
        assert scores[2] == 0 < scores[0]
    assert not unaccented.words.any() and not unaccented.pairs.any()


def test_scores_of_long_and_short_questions_are_comparable() -> None:
    lexical = Lexical.build(["xã bán đất nông nghiệp", "huyện làm đường", "chuyện khác hẳn"])
    short, long = lexical.scores("bán đất"), lexical.scores("xã bán đất nông nghiệp")
    assert short.folded_words[0] == pytest.approx(long.folded_words[0], rel=0.2)
    unknown = lexical.scores("Kubernetes")
    assert not any(
        scores.any() for scores in (unknown.words, unknown.pairs, unknown.folded_words, unknown.folded_pairs)
    )


def test_dense_search_keeps_to_the_allowed_rows() -> None:
    dense = Dense.build(np.eye(6, dtype=np.float32))
    allowed = np.array([False, True, False, True, True, False])
    assert set(dense.nearest(np.eye(6, dtype=np.float32)[0], 10, allowed).tolist()) == {1, 3, 4}
    assert dense.nearest(np.eye(6, dtype=np.float32)[3], 1, allowed).tolist() == [3]


def test_rarity_falls_with_frequency() -> None:
    lexical = Lexical.build(["xã một", "xã hai", "xã ba"])
    assert lexical.rarity("xa") < lexical.rarity("mot") < lexical.rarity("chua") == 1.0
