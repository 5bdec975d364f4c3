"""What a search finds however the question is put: filters, spellings, dates, short forms, old and new names."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from index import Article, Filters, Hit, Index, Interpretation
from index.search.readings import readings
from rag import Settings

MakeArticle = Callable[..., Article]
Pile = Callable[..., Index]


@pytest.fixture
def pile(settings: Settings, make_article: MakeArticle) -> Pile:
    """An index of articles given by their texts; the first sentence is the title."""

    def make(*texts: str) -> Index:
        opened = Index.open_or_create(settings.index, settings)
        opened.add([make_article(text.split(".")[0], text) for text in texts])
        return opened

    return make


def found(index: Index, question: str, **options: Any) -> list[str]:
    """Titles of what lexical search finds, best first, dense similarity deciding between equals."""
    hits = [hit for hit in index.search(question, **options) if hit.lexical > 0]
    return [title_of(index, hit) for hit in sorted(hits, key=lambda hit: (-hit.lexical, -hit.dense))]


def title_of(index: Index, hit: Hit) -> str:
    chunk = index.chunk(hit.chunk_id)
    assert chunk is not None
    article = index.article(chunk.article_id)
    assert article is not None
    return article.title


@pytest.fixture
def dated(settings: Settings, make_article: MakeArticle) -> Index:
    opened = Index.open_or_create(settings.index, settings)
    opened.add(
        [
            replace(make_article(f"Tin {number}", f"Thư viện xã Bình Sơn mở cửa lần thứ {number}.", published), **about)
            for number, (published, about) in enumerate(
                [
                    (date(2023, 3, 1), {"source": "Báo Nam Hoài", "author": "Lê An"}),
                    (date(2024, 3, 1), {"source": "Báo Nam Hoài"}),
                    (date(2024, 9, 1), {"source": "Cổng huyện", "author": "Lê An"}),
                    (None, {"source": "Cổng huyện"}),
                ],
                1,
            )
        ]
    )
    return opened


@pytest.mark.parametrize(
    ("filters", "titles"),
    [
        (None, {"Tin 1", "Tin 2", "Tin 3", "Tin 4"}),
        (Filters(), {"Tin 1", "Tin 2", "Tin 3", "Tin 4"}),
        (Filters(published_from=date(2024, 1, 1)), {"Tin 2", "Tin 3"}),
        (Filters(published_to=date(2024, 3, 1)), {"Tin 1", "Tin 2"}),
        (Filters(sources=("Cổng huyện",)), {"Tin 3", "Tin 4"}),
        (Filters(authors=("Lê An",), published_from=date(2024, 1, 1)), {"Tin 3"}),
        (Filters(sources=("Báo khác",)), set()),
    ],
)
@pytest.mark.parametrize("question", ["Thư viện xã Bình Sơn", "thu vien xa binh son", "chuyện gì khác hẳn"])
def test_only_what_the_filters_let_through_is_found(
    dated: Index, question: str, filters: Filters | None, titles: set[str]
) -> None:
    hits = dated.search(question, filters=filters)
    assert {title_of(dated, hit) for hit in hits} == titles
    everything = {hit.chunk_id: hit for hit in dated.search(question)}
    assert all(hit == everything[hit.chunk_id] for hit in hits), "a filter changes no score"


def test_the_only_allowed_article_is_found_behind_better_ones(dated: Index) -> None:
    hits = dated.search("Tin 1 thư viện lần thứ 1", candidates=1, filters=Filters(sources=("Cổng huyện",)))
    assert {title_of(dated, hit) for hit in hits} <= {"Tin 3", "Tin 4"}
    assert hits


def test_hits_carry_the_parts_of_their_lexical_score(index: Index) -> None:
    hits = index.search("chỉ số cải cách hành chính huyện Đông Hải")
    for hit in hits:
        parts = (hit.words, hit.pairs, hit.folded_words, hit.folded_pairs)
        assert hit.lexical == pytest.approx(sum(parts))
        assert min(parts) >= 0
        assert hit.score == 0
    best = max(hits, key=lambda hit: hit.lexical)
    assert min(best.words, best.pairs, best.folded_words, best.folded_pairs) > 0


def test_a_question_taken_at_its_word_is_not_interpreted(index: Index) -> None:
    typed = "thu vien xa Binh Son"
    literal = index.search(Interpretation.literal(typed))
    assert all(hit.words == hit.pairs == 0 for hit in literal if hit.folded_pairs)
    assert any(hit.words for hit in index.search(typed))
    assert index.search(index.interpret(typed)) == index.search(typed)


@pytest.mark.parametrize(
    ("plain", "other"),
    [
        ("Ủy ban nhân dân xã Hòa Thủy", "Uỷ ban nhân dân xã Hoà Thuỷ"),
        ("Quản lý kỹ thuật ở xã Hòa Thủy", "Quản lí kĩ thuật ở xã Hoà Thuỷ"),
        ("UBND xã Hòa Thủy", "Ủy ban nhân dân xã Hòa Thủy"),
    ],
)
def test_another_spelling_gives_the_same_scores(pile: Pile, plain: str, other: str) -> None:
    index = pile("UBND xã Hòa Thủy quản lý kỹ thuật.", "Xã Hoà Thuỷ có uỷ ban nhân dân quản lí kĩ thuật.", "Chợ quê.")
    lexical, other_lexical = (
        {hit.chunk_id: hit.lexical for hit in index.search(Interpretation.literal(text))} for text in (plain, other)
    )
    assert lexical == other_lexical
    assert max(lexical.values()) > 0
    if len(plain) == len(other):
        assert index.search(plain) == index.search(other)


def test_a_decomposed_question_is_the_same_question(index: Index) -> None:
    from rag.follow_ups import prepare_query

    plain = "Nước sạch thôn Suối Cạn trị giá bao nhiêu tỷ đồng?"
    apart = unicodedata.normalize("NFD", plain)
    assert apart != plain
    assert index.search(prepare_query(apart).standalone) == index.search(plain)


def test_without_accents_the_article_with_the_meant_words_comes_first(index: Index) -> None:
    assert found(index, "nuoc sach thon Suoi Can")[0] == "Nước sạch về thôn Suối Cạn"
    assert found(index, "chi so cai cach hanh chinh")[0] == "Huyện Đông Hải nâng chỉ số cải cách hành chính"
    assert found(index, "thu vien xa Binh Son")[0] == "Xã Bình Sơn mở thư viện"


@pytest.mark.parametrize("question", ["bán đất nông nghiệp", "bàn đạt nóng nghiệp"])
def test_accents_that_were_typed_decide_between_folded_twins(pile: Pile, question: str) -> None:
    index = pile("Xã bán đất nông nghiệp.", "Xã bàn đạt nóng nghiệp.", "Chuyện khác hẳn.")
    assert question in found(index, question)[0]
    assert found(index, question)[1:2] != []  # the other one is found too


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Việc gì xảy ra ngày 3/5/2024?", "Cầu Rạch Miễu thông xe"),
        ("viec gi xay ra ngay 3.5.2024", "Cầu Rạch Miễu thông xe"),
        ("ngày 03-05-2024", "Cầu Rạch Miễu thông xe"),
        ("ngày 5 tháng 3 năm 2024", "Chợ Bình Sơn mở cửa"),
        ("công trình 2.350 tỷ", "Đường ven biển"),
        ("công trình 2350 tỷ đồng", "Đường ven biển"),
        ("công trình 2,35 tỷ", "Trường học mới"),
    ],
)
def test_dates_and_amounts_are_found_in_any_spelling(pile: Pile, question: str, title: str) -> None:
    index = pile(
        "Cầu Rạch Miễu thông xe. Lễ mừng diễn ra ngày 3 tháng 5 năm 2024 bên bờ sông.",
        "Chợ Bình Sơn mở cửa. Lễ mừng diễn ra ngày 5/3/2024 bên bờ sông.",
        "Đường ven biển. Tổng vốn của công trình là 2350 tỷ đồng.",
        "Trường học mới. Tổng vốn của công trình là 2,350 tỉ đồng.",
    )
    assert found(index, question)[0] == title


def test_an_abbreviation_one_article_defines_finds_another_that_writes_it_out(pile: Pile) -> None:
    index = pile(
        "Lễ kỷ niệm. Hội Nông dân (HND) xã Bình Sơn họp mặt.",
        "Vay vốn. Hội Nông dân huyện Đông Hải cho 35 hộ vay vốn.",
        "Bóng đá. Đội huyện Đông Hải cho 35 hộ xem bóng.",
    )
    question = "HND huyện Đông Hải cho bao nhiêu hộ vay?"
    assert index.interpret(question).readings == (question, question.replace("HND", "Hội Nông dân"))
    assert found(index, question)[0] == "Vay vốn"
    (definer,) = (article for article in index.articles() if article.title == "Lễ kỷ niệm")
    index.remove(definer.id)
    assert index.interpret(question).readings == (question,)


def test_an_abbreviation_with_two_meanings_finds_both(pile: Pile) -> None:
    index = pile("Ban thường vụ Huyện ủy họp.", "Biên tập viên nhận giải.", "Chuyện khác hẳn.")
    assert set(found(index, "BTV")) == {"Ban thường vụ Huyện ủy họp", "Biên tập viên nhận giải"}


@pytest.mark.parametrize(("name", "other"), [("tỉnh Bến Tre", "tỉnh Vĩnh Long"), ("tỉnh Vĩnh Long", "tỉnh Bến Tre")])
def test_a_province_is_found_by_its_name_before_and_after_the_merger(pile: Pile, name: str, other: str) -> None:
    index = pile("Mưa lớn tỉnh Nam Hoài.", "Mưa lớn tỉnh Bến Tre.", "Mưa lớn tỉnh Vĩnh Long.")
    assert found(index, name)[:2] == [f"Mưa lớn {name}", f"Mưa lớn {other}"]


def test_readings_start_with_the_question_and_are_few() -> None:
    def many(short: str) -> list[str]:
        return [f"nghĩa {number}" for number in range(9)] if short == "HND" else []

    assert readings("Chợ Bình Sơn ở đâu?", many) == ("Chợ Bình Sơn ở đâu?",)
    few = readings("HND họp ở đâu?", many)
    assert few[:3] == ("HND họp ở đâu?", "nghĩa 0 họp ở đâu?", "nghĩa 1 họp ở đâu?")
    assert len(few) <= 4
