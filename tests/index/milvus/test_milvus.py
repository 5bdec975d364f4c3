"""An index in Milvus: the answers of the local index, whole changes, and several clients at once.

All run against Milvus Lite in process, and against a server where HOIDAP_TEST_MILVUS_URI names one
(http://127.0.0.1:19530); each test makes a database of its own there and drops it.
"""

import json
import os
import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from evals.suite import load_suite
from index import Article, Filters, HoidapError, Index, IndexBusy, IndexDamaged, IndexMissing, IndexSettings, Span
from index.chunks import Entry
from index.milvus.rows import PREFIX, MilvusRows
from index.vietnamese import fold
from rag import Assistant, Settings

pytestmark = pytest.mark.slow

pytest.importorskip("pymilvus")
pytest.importorskip("milvus_lite")

SERVER = os.environ.get("HOIDAP_TEST_MILVUS_URI", "")
NEEDS_SERVER = pytest.mark.skipif(not SERVER, reason="HOIDAP_TEST_MILVUS_URI names no Milvus server")
PLACES = ["lite", pytest.param("server", marks=NEEDS_SERVER)]
SUITE = Path(__file__).parents[3] / "evals/suites/bundled"
EVERY = 10  # question of the bundled suite

TEXTS = [
    "Hội Nông dân (HND) xã Bình Sơn họp ngày 3/5/2024. Xã có 12 thôn.",
    "Hội Nông dân (HND) huyện Đông Hải khen xã Bình Sơn. Năm 2024, xã xa nhất có điện.",
    "Hội Người cao tuổi (HNCT) xã Bình Sơn thăm 12 hội viên.",
    "Nước sạch về thôn Suối Cạn. Hiện 98% số hộ trong thôn được dùng nước sạch.",
]
QUESTIONS = ["xã Bình Sơn họp", "nuoc sach suoi can", "HND thăm ai?", "năm 2024"]


def article(number: int, path: str = "", **facts: Any) -> Article:
    known = {"source": None, "author": None, "published": None, "url": None}
    return Article(f"{number:012x}", f"Bài {number}", **known | facts, text=TEXTS[number], path=path or f"{number}.txt")


@pytest.fixture(scope="module")
def new_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """Gives addresses of empty databases."""
    with ExitStack() as stack:

        def make(place: str) -> str:
            if place == "lite":
                path = tmp_path_factory.mktemp("lite") / "index.db"
                stack.callback(stop_lite, str(path))
                return str(path)
            from pymilvus import MilvusClient

            server, name = MilvusClient(SERVER), f"hoidap_test_{secrets.token_hex(4)}"
            server.create_database(name)
            stack.callback(drop_database, server, name)
            return f"{SERVER.rstrip('/')}/{name}"

        yield make


def stop_lite(path: str) -> None:
    from milvus_lite.server_manager import server_manager_instance

    server_manager_instance.release_server(path)


def drop_database(server: Any, name: str) -> None:
    server.use_database(name)
    for collection in server.list_collections():
        server.drop_collection(collection)
    server.use_database("default")
    server.drop_database(name)
    server.close()


@pytest.fixture(params=PLACES)
def milvus(request: pytest.FixtureRequest, new_uri: Callable[[str], str]) -> IndexSettings:
    return IndexSettings(store="milvus", store_uri=new_uri(request.param), embedding_model="hashing")


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Index]:
    with Index.open_or_create(tmp_path / "local", IndexSettings(embedding_model="hashing")) as index:
        yield index


def found(index: Index, **options: Any) -> list[Any]:
    """What is found and how it scores, in an order that does not depend on ids of chunks."""
    return [
        sorted(
            (chunk.article_id, chunk.start, chunk.end, *(round(score, 4) for score in scores))
            for hit in index.search(question, **options)
            if (chunk := index.chunk(hit.chunk_id))
            for scores in [(hit.dense, hit.words, hit.pairs, hit.folded_words, hit.folded_pairs)]
        )
        for question in QUESTIONS
    ]


def learnt(index: Index) -> dict[str, Any]:
    """All that an index knows of its articles."""
    store = index.store
    texts = " ".join(TEXTS)
    syllables = {fold(word.strip(".,()")) for word in texts.split()}
    return {
        "articles": sorted(store.articles(), key=lambda article: article.id),
        "counts": store.counts(),
        "paths": store.paths(),
        "syllables": store.syllables(syllables),
        "pairs": store.pairs({f"{one} {other}" for one in syllables for other in ("binh", "son", "#", "nong", "dan")}),
        "words": store.word_count(),
        "expansions": [store.expansions(short) for short in ("HND", "hnct", "UBND")],
        "spans": sorted((chunk.article_id, chunk.start, chunk.end) for chunk in store.chunks()),
        "rarities": {name: round(rarity, 6) for name, rarity in index.rarities(sorted(syllables)).items()},
    }


def assert_same(milvus: Index, local: Index) -> None:
    assert learnt(milvus) == learnt(local)
    assert found(milvus) == found(local)


@pytest.fixture(scope="module", params=PLACES)
def suite(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, new_uri: Callable[[str], str]
) -> Iterator[tuple[Assistant, Assistant, Sequence[str]]]:
    """The bundled suite in Milvus and in a folder, and its questions."""
    loaded = load_suite(SUITE)
    with ExitStack() as stack:
        assistants = []
        for place in ({"store": "milvus", "store_uri": new_uri(request.param)}, {}):
            folder = tmp_path_factory.mktemp("suite")
            settings = Settings(
                index=folder, cache=folder / "cache", embedding_model="hashing", llm="extractive", **place
            )
            index = stack.enter_context(Index.open_or_create(settings=settings))
            index.add(loaded.articles)
            index.save_searchers()
            assistants.append(Assistant(index, settings))
        yield assistants[0], assistants[1], [case.question for case in loaded.cases]


def test_answers_are_those_of_the_local_index(suite: tuple[Assistant, Assistant, Sequence[str]]) -> None:
    milvus, local, questions = suite
    for question in questions[::EVERY]:
        one, other = milvus.ask(question).to_dict(), local.ask(question).to_dict()
        for answer in (one, other):
            assert answer["passages"], question
            del answer["timings"], answer["fingerprints"]
        assert one == other


def test_filtered_searches_are_those_of_the_local_index(suite: tuple[Assistant, Assistant, Sequence[str]]) -> None:
    milvus, local, _ = suite
    dated = sorted(one.published for one in local.index.articles() if one.published)
    sources = sorted({one.source for one in local.index.articles() if one.source})
    middle = dated[len(dated) // 2]
    for filters in (
        Filters(published_from=middle),
        Filters(published_to=middle),
        Filters(middle, middle, tuple(sources[:1])),
        Filters(sources=tuple(sources[:2])),
        Filters(sources=('" or 1 == 1 or source == "',)),
        Filters(authors=("không ai",)),
    ):
        assert milvus.index.store.matching(filters) == local.index.store.matching(filters)
        assert found(milvus.index, filters=filters) == found(local.index, filters=filters)


def test_articles_come_back_as_they_were(milvus: IndexSettings, local: Index) -> None:
    long = "Thôn Đoài có điện. " * 2_000
    articles = [
        article(0, source='Báo "Nam Hoài"', author="Lê An \\ Bình", published=date(2024, 5, 3), url="https://x.vn/a"),
        article(1, published=date(2025, 1, 2)),
        Article("f" * 12, "Bài dài", None, None, date(2023, 1, 1), None, long, "dài 'a\".txt", {"title": Span(0, 9)}),
        article(2),
    ]
    with Index.open_or_create(settings=milvus) as index:
        for each in (index, local):
            each.add(articles)
        assert list(index.articles()) == list(local.articles())
        assert [index.article(one.id) for one in articles] == articles
        assert index.article("không có") is None and index.chunk(12345) is None


def test_what_is_counted_follows_every_change(milvus: IndexSettings, local: Index) -> None:
    changes: list[Callable[[Index], object]] = [
        lambda index: index.add([article(number) for number in range(3)]),
        lambda index: index.remove(article(0).id),
        lambda index: index.remove("không có"),
        lambda index: index.add([article(3, path="1.txt"), article(2, path="khác.txt")]),  # one replaced, one known
        lambda index: index.store.move(article(2).id, "mới.txt"),
        lambda index: index.add([article(0)]),
    ]
    with Index.open_or_create(settings=milvus) as index, Index.open(settings=milvus) as reader:
        for change in changes:
            assert change(index) == change(local)
            assert_same(index, local)
        assert_same(reader, local)
        index.save_searchers()
        assert_same(reader, local)
        assert set(index.store.vocabulary()) >= set(local.store.vocabulary())


def test_a_connected_reader_sees_each_change_at_once(milvus: IndexSettings) -> None:
    with Index.open_or_create(settings=milvus) as writer, Index.open(settings=milvus) as reader:
        with pytest.raises(IndexMissing, match="chưa có bài viết"):
            reader.search("nước sạch")
        writer.add([article(2), article(3)])
        old = {hit.chunk_id for hit in reader.search("nước sạch") if reader.chunk(hit.chunk_id)}
        assert len(old) == 2
        writer.remove(article(3).id)
        left = {hit.chunk_id for hit in reader.search("nước sạch")}
        assert len(left) == 1
        assert reader.article(article(3).id) is None
        assert all(reader.chunk(one) is None for one in old - left)


def test_an_index_outlives_its_clients(milvus: IndexSettings, local: Index) -> None:
    for number in (0, 1):
        with Index.open_or_create(settings=milvus) as index:
            index.add([article(number)])
            local.add([article(number)])
        stop_lite(milvus.store_uri)  # does nothing to a server
    with Index.open(settings=milvus) as again:
        assert_same(again, local)


class Killed(BaseException):
    """Stands for SIGKILL: nothing is written from here on."""


def test_a_writer_killed_anywhere_leaves_the_old_state_or_the_new(
    milvus: IndexSettings, local: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.milvus.state._LEASE_SECONDS", 0)
    written = {"left": 10**9}

    def counted(write: Callable[..., None]) -> Callable[..., None]:
        def one(self: MilvusRows, *arguments: Any) -> None:
            written["left"] -= 1
            if written["left"] < 0:
                raise Killed
            write(self, *arguments)

        return one

    for name in ("put", "delete"):
        monkeypatch.setattr(MilvusRows, name, counted(getattr(MilvusRows, name)))

    def change(index: Index) -> None:
        index.add([article(3, path="1.txt"), article(2)])

    with Index.open_or_create(settings=milvus) as index:
        index.add([article(0), article(1)])
        local.add([article(0), article(1)])
        before = learnt(local), found(local)
        with ExitStack() as stack:
            for writes in range(30):
                killed = stack.enter_context(Index.open(settings=milvus))
                written["left"] = writes
                try:
                    change(killed)
                except Killed:
                    if (learnt(index), found(index)) != before:
                        break  # it died after the change counted
                else:
                    break
                finally:
                    written["left"] = 10**9
        assert writes > 5, "the change takes more writes than that"
        change(local)
        assert_same(index, local)
        index.add([])  # the next writer clears away what is left
        index.add([article(1)])
        local.add([article(1)])
        assert_same(index, local)
        rows = index.store._rows._client  # type: ignore[attr-defined]
        held = rows.query(f"{PREFIX}articles", filter="part == 0", output_fields=["id"])
        assert sorted(row["id"] for row in held) == sorted(local.store.paths())


def test_a_failed_change_counts_nothing(milvus: IndexSettings, local: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    with Index.open_or_create(settings=milvus) as index:
        index.add([article(0)])
        local.add([article(0)])
        with monkeypatch.context() as patched:
            patched.setattr("index.milvus.state.change_counts", lambda *arguments: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                index.add([article(1)])
        assert_same(index, local)
        for each in (index, local):
            each.add([article(1)])
        assert_same(index, local)


def test_two_writers_give_way_to_one_another(milvus: IndexSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.milvus.state._BUSY_SECONDS", 0)
    with Index.open_or_create(settings=milvus) as one, Index.open(settings=milvus) as other:
        store: Any = one.store
        with store._state.change(), pytest.raises(IndexBusy, match="đang ghi"):
            other.add([article(0)])
        other.add([article(0)])
        with pytest.raises(IndexBusy, match="đang ghi"), store._state.change() as slow:
            monkeypatch.setattr("index.milvus.state._LEASE_SECONDS", 0)  # as if it had slept
            other.add([article(1)])
            slow.add([Entry(article(2), [Span(0, 9)], one.embedder.embed_passages(["xã"]))])
        assert one.article(article(2).id) is None
        assert set(one.store.paths()) == {article(0).id, article(1).id}


def hoidap(*arguments: str) -> tuple[int, str]:
    from typer.testing import CliRunner

    from ui.cli import app

    result = CliRunner().invoke(app, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout


def test_the_command_line_works_on_milvus(
    milvus: IndexSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"EMBEDDING_MODEL": "hashing", "LLM": "extractive", "INDEX": tmp_path / "none"}.items():
        monkeypatch.setenv(f"HOIDAP_{name}", str(value))
    (tmp_path / "pile").mkdir()
    (tmp_path / "pile" / "một.txt").write_text(f"Nước sạch\n\n{TEXTS[3]}\n", encoding="utf-8")
    with pytest.raises(IndexMissing, match="--store milvus"):
        monkeypatch.setenv("HOIDAP_STORE", "milvus")
        monkeypatch.setenv("HOIDAP_STORE_URI", milvus.store_uri)
        hoidap("info")
    monkeypatch.delenv("HOIDAP_STORE")
    code, out = hoidap("index", str(tmp_path / "pile"), "--store", "milvus", "--uri", milvus.store_uri, "--json")
    assert code == 0
    (added,) = json.loads(out)["added"]
    monkeypatch.setenv("HOIDAP_STORE", "milvus")
    assert json.loads(hoidap("info", "--json")[1])["index"] == milvus.store_uri
    assert [row["id"] for row in json.loads(hoidap("list", "--json")[1])] == [added["id"]]
    assert "98%" in json.loads(hoidap("search", "nuoc sach", "--json")[1])[0]["text"]
    assert "98%" in json.loads(hoidap("ask", "Bao nhiêu hộ dùng nước sạch?", "--json")[1])["text"]
    assert hoidap("remove", added["id"])[0] == 0
    assert json.loads(hoidap("list", "--json")[1]) == []
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("uri", "error", "line"),
    [
        ("", IndexMissing, "HOIDAP_STORE_URI"),
        ("http://127.0.0.1:9", IndexDamaged, r"Milvus ở http://127.0.0.1:9 không"),
        ("ftp://x", IndexDamaged, r"Milvus ở ftp://x không"),
    ],
)
def test_a_milvus_that_is_not_there_is_one_line(uri: str, error: type[HoidapError], line: str) -> None:
    with pytest.raises(error, match=line) as caught:
        Index.open_or_create(settings=IndexSettings(store="milvus", store_uri=uri, embedding_model="hashing"))
    assert "\n" not in str(caught.value)


def test_a_missing_package_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    with pytest.raises(HoidapError, match=r"pip install 'hoidap\[milvus\]'"):
        Index.open(settings=IndexSettings(store="milvus", store_uri="x.db"))
