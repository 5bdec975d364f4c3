"""Which passages a question gets: copies once, no article alone, the right year, and only what filters allow."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from langchain_core.documents import Document

from index import Article, Filters, Hit, Index
from rag import Assistant, Passage, Settings
from rag.langchain_adapter import HybridRetriever
from rag.ranking import FIRST_STAGE, SECOND_STAGE, first_stage, weighted
from rag.search import retrieve

MakeArticle = Callable[..., Article]
Pile = Callable[..., Index]

OPENING = (
    "Sáng thứ Hai, Ủy ban nhân dân huyện Đông Hải khai trương trung tâm phục vụ hành chính công với 35 quầy tiếp nhận "
    "hồ sơ của người dân trong huyện và các xã lân cận, mở cửa cả sáng thứ Bảy hằng tuần."
)
OTHER_OPENING = (
    "Huyện Yên Trạch khai trương trung tâm phục vụ hành chính công ở thị trấn với 20 quầy; đây là nơi đầu tiên của "
    "tỉnh thu phí qua mạng, theo lời ông chủ tịch huyện."
)
REPORT = "Huyện Đông Hải công bố kết quả thu ngân sách, theo phóng viên {}."


@pytest.fixture
def pile(settings: Settings) -> Pile:
    def make(*articles: Article) -> Index:
        opened = Index.open_or_create(settings.index, settings)
        opened.add(articles)
        return opened

    return make


def titles(passages: tuple[Passage, ...]) -> list[str]:
    return [passage.article.title for passage in passages]


def test_the_first_stage_is_a_weighted_sum_best_first() -> None:
    assert sum(FIRST_STAGE.values()) == pytest.approx(1)
    assert sum(SECOND_STAGE.values()) == pytest.approx(1)
    assert weighted({"dense": 0.5, "words": 2.0, "names": 9.0}, {"dense": 0.6, "words": 0.1}) == pytest.approx(0.5)
    worse = Hit(1, 0.9, 0.0, 0.0, 0.2, 0.0, 0.0, 0.0, 0.0)
    better = Hit(3, 0.1, 0.0, 0.0, 0.9, 0.0, 0.0, 0.0, 0.0)
    ranked = first_stage([worse, replace(better, chunk_id=4), better])
    assert [hit.chunk_id for hit in ranked] == [3, 4, 1]
    assert ranked[0].score == pytest.approx(0.9 * FIRST_STAGE["closeness"])


def test_a_piece_printed_by_two_papers_is_one_passage(pile: Pile, index: Index, make_article: MakeArticle) -> None:
    pile(
        make_article("Báo Nam Hoài", f"Khai trương trung tâm\n\n{OPENING}"),
        make_article("Cổng huyện", f"Tin vui từ huyện\n\n{OPENING} (Ảnh: Lê An)"),
    )
    found = retrieve(index, "Trung tâm phục vụ hành chính công huyện Đông Hải có bao nhiêu quầy?", 4)
    assert {found[0].article.title, *(copy.title for copy in found[0].also_in)} == {"Báo Nam Hoài", "Cổng huyện"}
    assert len(found[0].also_in) == 1
    assert not {"Báo Nam Hoài", "Cổng huyện"} & set(titles(found[1:]))
    assert [passage.number for passage in found] == [1, 2, 3, 4]
    assert all(passage.also_in == () for passage in found[1:])


def test_pieces_that_differ_are_no_copies(pile: Pile, make_article: MakeArticle) -> None:
    index = pile(
        make_article("Đông Hải", f"Đông Hải\n\n{OPENING}"),
        make_article("Yên Trạch", OTHER_OPENING),
    )
    found = retrieve(index, "Trung tâm phục vụ hành chính công có bao nhiêu quầy?", 4)
    assert set(titles(found)) == {"Đông Hải", "Yên Trạch"}


def test_one_long_article_leaves_room_for_another(pile: Pile, make_article: MakeArticle) -> None:
    long = " ".join(
        f"Nước sạch thôn Suối Cạn: hộ thứ {number} của thôn Suối Cạn đã có nước sạch để dùng." for number in range(150)
    )
    index = pile(make_article("Dài", long), make_article("Ngắn", "Trạm bơm đưa nước sạch về thôn bên cạnh."))
    assert index.store.counts()[1] > 5
    found = retrieve(index, "Hộ nào ở thôn Suối Cạn đã có nước sạch?", 4)
    assert titles(found) == ["Dài", "Dài", "Dài", "Ngắn"]
    index.remove(found[3].article.id)
    assert titles(retrieve(index, "Hộ nào ở thôn Suối Cạn đã có nước sạch?", 4)) == ["Dài"] * 4


@pytest.mark.parametrize("years", [(2022, 2024), (2024, 2022)])
@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Năm 2022 huyện Đông Hải thu ngân sách bao nhiêu?", 2022),
        ("Huyện Đông Hải thu ngân sách năm 2024 bao nhiêu?", 2024),
        ("Kết quả thu ngân sách huyện Đông Hải mới nhất?", 2024),
        ("ket qua thu ngan sach huyen Dong Hai moi nhat", 2024),
    ],
)
def test_the_day_of_publication_decides_between_articles_that_fit_alike(
    pile: Pile, make_article: MakeArticle, years: tuple[int, int], question: str, wanted: int
) -> None:
    index = pile(
        *(
            make_article("Thu ngân sách", REPORT.format(name), date(year, 6, 1))
            for name, year in zip(("Mai", "Trúc"), years, strict=True)
        ),
        make_article("Thu ngân sách", REPORT.format("Đào")),
    )
    first = retrieve(index, question, 3)[0].article.published
    assert first is not None
    assert first.year == wanted


def test_being_new_does_not_help_an_article_about_something_else(pile: Pile, make_article: MakeArticle) -> None:
    index = pile(
        make_article("Ngân sách", "Huyện Đông Hải công bố kết quả thu ngân sách.", date(2022, 6, 1)),
        make_article("Bóng đá", "Đội bóng đá thiếu niên thắng trận chung kết.", date(2025, 6, 1)),
    )
    assert titles(retrieve(index, "Kết quả thu ngân sách mới nhất của huyện Đông Hải?", 2))[0] == "Ngân sách"


def test_more_passages_than_are_looked_at_closely(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = retrieve(index, "Thư viện xã Bình Sơn", 3)
    monkeypatch.setattr("rag.search.RERANKED", 1)
    assert len(retrieve(index, "Thư viện xã Bình Sơn", 3)) == 3
    assert retrieve(index, "Thư viện xã Bình Sơn", 3)[0] == wanted[0]
    assert len(retrieve(index, "Thư viện xã Bình Sơn", 20)) == 3
    assert len(retrieve(index, "Thư viện xã Bình Sơn", 1)) == 1


@pytest.fixture
def dated(pile: Pile, make_article: MakeArticle) -> Index:
    return pile(
        replace(make_article("Cũ", f"Cũ\n\n{OPENING}", date(2023, 1, 2)), source="Báo Nam Hoài", author="Lê An"),
        replace(make_article("Mới", f"Mới\n\n{OPENING}", date(2024, 5, 6)), source="Cổng huyện"),
        make_article("Chợ", "Chợ quê họp trung tâm xã."),
    )


@pytest.mark.parametrize(
    ("filters", "first", "also_in"),
    [
        (Filters(sources=("Báo Nam Hoài",)), "Cũ", 0),
        (Filters(published_from=date(2024, 1, 1)), "Mới", 0),
        (Filters(authors=("Lê An",)), "Cũ", 0),
        (Filters(published_from=date(2023, 1, 1)), None, 1),
    ],
)
def test_the_retriever_keeps_to_its_filters(dated: Index, filters: Filters, first: str | None, also_in: int) -> None:
    retriever = HybridRetriever(index=dated, passages=4, filters=filters)
    documents = retriever.invoke("Trung tâm phục vụ hành chính công huyện Đông Hải")
    assert len(documents) == 1
    assert first in (None, documents[0].metadata["title"])
    assert len(documents[0].metadata["also_in"]) == also_in


def test_filters_that_let_nothing_through_give_no_passage_and_a_refusal(dated: Index, settings: Settings) -> None:
    nothing = Filters(sources=("Báo khác",))
    question = "Trung tâm phục vụ hành chính công huyện Đông Hải có bao nhiêu quầy?"
    assert retrieve(dated, question, 4, nothing) == ()
    assistant = Assistant(dated, settings)
    assert not assistant.ask(question).refused
    answer = assistant.ask(question, filters=nothing)
    assert (answer.refused, answer.passages, answer.citations) == (True, (), ())


def test_answers_and_the_runnable_draw_only_on_what_filters_allow(dated: Index, settings: Settings) -> None:
    assistant = Assistant(dated, settings)
    question = "Trung tâm phục vụ hành chính công huyện Đông Hải có bao nhiêu quầy?"
    filters = Filters(published_from=date(2024, 1, 1))
    answer = assistant.ask(question, filters=filters)
    assert titles(answer.passages) == ["Mới"]
    assert "35 quầy" in answer.text
    assert assistant.as_runnable().invoke({"question": question, "filters": filters}).passages == answer.passages
    assert len(assistant.ask(question).passages) == 2  # one question's filters do not stay for the next


def test_a_question_is_interpreted_once(dated: Index, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    question = "trung tam phuc vu hanh chinh cong huyen Dong Hai co bao nhieu quay?"
    meant = dated.interpret(question)
    assert retrieve(dated, meant, 4) == retrieve(dated, question, 4)
    interpreted: list[str] = []
    monkeypatch.setattr(dated, "interpret", lambda text: interpreted.append(text) or meant)
    assert Assistant(dated, settings).ask(question).passages == retrieve(dated, meant, 4)
    assert interpreted == [question]


def test_documents_tell_all_of_their_passages(dated: Index) -> None:
    question = "Trung tâm phục vụ hành chính công huyện Đông Hải"
    documents = HybridRetriever(index=dated, passages=4).invoke(question)
    stored = [Document.model_validate_json(document.model_dump_json()) for document in documents]
    assert json.loads(json.dumps(documents[0].metadata)) == documents[0].metadata
    for document, passage in zip(stored, retrieve(dated, question, 4), strict=True):
        assert (document.id, document.page_content) == (str(passage.chunk.id), passage.text)
        assert document.metadata["article_id"] == passage.article.id
        assert (document.metadata["start"], document.metadata["end"]) == (passage.chunk.start, passage.chunk.end)
        assert document.metadata["score"] == passage.score
        assert document.metadata["also_in"] == [copy.id for copy in passage.also_in]
    assert documents[0].metadata["published"] in ("2023-01-02", "2024-05-06")


def test_the_retriever_cannot_be_asked_of_an_empty_index(tmp_path: Path, settings: Settings) -> None:
    from index import IndexMissing

    with Index.open_or_create(tmp_path / "none", settings) as empty, pytest.raises(IndexMissing):
        HybridRetriever(index=empty, passages=4).invoke("gì cũng được")
