"""Baselines over the shared three articles: what they find, where it stands, and what they make of a model's text."""

import importlib.util
import sys
from collections.abc import Sequence

import pytest

from evals.baselines import BASELINES, open_baseline
from evals.baselines.parsing import parse_answer
from evals.errors import SuiteError
from index import Article, Chunk, Index, ModelMissing
from rag import Passage, Settings
from rag.scripted import Scripted

_INSTALLED = all(
    importlib.util.find_spec(name) for name in ("langchain_classic", "langchain_community", "langchain_text_splitters")
)
needs_langchain = pytest.mark.skipif(not _INSTALLED, reason="the extra baselines is not installed")
QUESTION = "Ai quản lý thư viện xã Bình Sơn?"


def passages_of(article: Article, *spans: tuple[int, int]) -> list[Passage]:
    return [Passage(n, Chunk(n, article.id, *span), article, 0.0) for n, span in enumerate(spans, 1)]


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=needs_langchain if n == "langchain" else ()) for n in BASELINES]
)
def test_a_baseline_finds_the_article_and_its_exact_words(name: str, index: Index, settings: Settings) -> None:
    system = open_baseline(name, index, settings)  # type: ignore[arg-type]
    system.warm_up("retrieval")
    found = system.retrieve(QUESTION, (), 10)
    assert system.name == name
    assert found[0].article.title == "Xã Bình Sơn mở thư viện"
    assert [passage.number for passage in found] == list(range(1, len(found) + 1))
    assert sorted((p.score for p in found), reverse=True) == pytest.approx([p.score for p in found])
    assert all(passage.text and passage.text in passage.article.text for passage in found)
    assert system.rarities(["thu"]) == index.rarities(["thu"])


def test_one_search_ranks_by_its_own_score(index: Index, settings: Settings) -> None:
    lexical = open_baseline("lexical", index, settings).retrieve("nước sạch", (), 10)
    dense = open_baseline("dense", index, settings).retrieve("nước sạch", (), 10)
    assert [p.article.title for p in lexical] == ["Nước sạch về thôn Suối Cạn"]  # no other holds a word of it
    assert len(dense) >= len(lexical)
    assert dense[0].score == pytest.approx(max(hit.dense for hit in index.search("nước sạch")))


@pytest.mark.parametrize("name", ["lexical", "dense"])
def test_one_search_refuses_to_answer(name: str, index: Index, settings: Settings) -> None:
    system = open_baseline(name, index, settings)  # type: ignore[arg-type]
    with pytest.raises(SuiteError, match=f"{name} only finds passages"):
        system.warm_up("answers")
    with pytest.raises(SuiteError, match="--stage retrieval"):
        system.answer(QUESTION, ())


def test_missing_packages_name_the_command(index: Index, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "evals.baselines.langchain_chain", None)
    with pytest.raises(ModelMissing, match=r"pip install 'hoidap\[baselines\]'"):
        open_baseline("langchain", index, settings)


@needs_langchain
def test_the_chain_is_taken_at_its_word(index: Index, settings: Settings) -> None:
    from evals.baselines.langchain_chain import LangChain

    model = Scripted(replies=["Bà Trần Thị Hạnh quản lý [1]. Có 9.999 đầu sách [2][7]."])
    system = LangChain(index, settings, model=model)
    answer = system.answer(QUESTION, ())
    assert [sentence.verified for sentence in answer.sentences] == [False, False]
    assert [citation.number for citation in answer.citations] == [1, 2]
    assert "[7]" in answer.text
    assert all(index.article(c.article_id).text[c.start : c.end] == c.quote for c in answer.citations)  # type: ignore[union-attr]
    assert not answer.refused
    assert set(answer.timings) == {"retrieval", "first", "total"}
    assert system.confidence(QUESTION, (), answer) is None
    shown = str(model.asked[0][0].content)
    assert all(f"[{passage.number}] {passage.text}" in shown for passage in answer.passages)


@needs_langchain
def test_the_chain_without_a_language_model_says_so(index: Index, settings: Settings) -> None:
    with pytest.raises(SuiteError, match="HOIDAP_LLM"):
        open_baseline("langchain", index, settings).warm_up("answers")


@needs_langchain
def test_chunks_know_their_place_in_repeating_text() -> None:
    from evals.baselines.splitting import CHUNK_CHARACTERS, split_article

    sentence = "UBND xã họp giao ban đầu tuần. "
    text = "\n\n".join((sentence * 20).strip() for _ in range(12))
    documents = split_article(Article("a", "t", None, None, None, None, text))
    starts = [document.metadata["start"] for document in documents]
    assert len(documents) > 5
    assert starts == sorted(set(starts))
    for document, start in zip(documents, starts, strict=True):
        assert text[start : start + len(document.page_content)] == document.page_content
        assert len(document.page_content) <= CHUNK_CHARACTERS


@pytest.mark.parametrize(
    ("said", "refused", "cited"),
    [
        ("Thư viện mở cửa [2].", False, [2]),
        ("Thư viện mở cửa. [1, 2]", False, [1, 2]),
        ("Năm [2024] thư viện mở cửa.", False, []),
        ("Tôi không biết.", True, []),
        ("Không có thông tin trong ngữ cảnh [1].", True, []),
        ("Ông ấy không biết bơi [1].", False, [1]),
        ("", False, []),
    ],
)
def test_plain_text_becomes_an_answer(said: str, refused: bool, cited: Sequence[int]) -> None:
    article = Article("a", "t", None, None, None, None, "Thư viện mở cửa. Ông ấy không biết bơi.")
    answer = parse_answer(said, "Hỏi gì?", passages_of(article, (0, 16), (17, 39)), {}, {})
    assert answer.text == said
    assert answer.refused is refused
    assert [citation.number for citation in answer.citations] == cited
