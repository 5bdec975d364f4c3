from datetime import date

import pytest

from index import Article, Chunk, Index, Interpretation, Span
from rag.analysis import analyse
from rag.rules.expectations import expectations_of
from rag.rules.sentence_scores import RankedSentence, best_quotes, rank_sentences
from rag.types import Passage


def ranked(index: Index, question: str, *articles: Article) -> list[RankedSentence]:
    """The sentences of the articles, all of which fit alike."""
    passages = [
        Passage(number, Chunk(number, article.id, 0, len(article.text)), article, 0.5)
        for number, article in enumerate(articles, 1)
    ]
    return rank(index, question, passages)


def rank(index: Index, question: str, passages: list[Passage]) -> list[RankedSentence]:
    asked = analyse(index, Interpretation.literal(question))
    return rank_sentences(asked, expectations_of(asked), passages)


def best(index: Index, question: str, *articles: Article) -> str:
    return ranked(index, question, *articles)[0].text


def article(text: str, title: str = "Tin vắn") -> Article:
    return Article(f"{hash(text):x}"[-12:], title, None, None, date(2031, 5, 2), None, text)


def test_a_deputy_of_one_commune_is_not_the_chairman_of_another(index: Index) -> None:
    deputy = "Ông Lý A Sùng, Phó Chủ tịch Ủy ban nhân dân xã, cho biết đường nối về phía xã Vạn Lộc đã thông xe."
    chairman = "Theo bà Tô Thị Mận, Chủ tịch Ủy ban nhân dân xã Vạn Lộc, bến đò đóng cửa khi nước lên và mở lại sau lũ."
    found = ranked(index, "Ai là Chủ tịch UBND xã Vạn Lộc?", article(deputy), article(chairman))
    assert [one.text for one in best_quotes(found)] == [chairman]
    assert best(index, "Phó Chủ tịch UBND xã về phía Vạn Lộc là ai?", article(chairman), article(deputy)) == deputy


def test_who_holds_an_office_is_told_by_a_name_at_that_place(index: Index) -> None:
    decree = "Chủ tịch UBND xã Vạn Lộc ký Quyết định số 45 thành lập 11 tổ công nghệ số."
    elsewhere = article("Chủ tịch UBND xã là ông Lý A Sùng.", "Xã Hòa Đông sau sáp nhập")
    here = article("Theo bà Tô Thị Mận, Chủ tịch UBND xã, bến đò mở lại sau lũ.", "Bến đò Vạn Lộc")
    found = ranked(index, "Ai là Chủ tịch UBND xã Vạn Lộc?", article(decree), elsewhere, here)
    assert [one.text for one in best_quotes(found)] == [here.text]


@pytest.mark.parametrize("name", ["Vi Văn Sín", "đồng chí Y Nhuân", "Lò Thị Mận"])
def test_capitals_of_an_office_are_no_place(index: Index, name: str) -> None:
    here = article(f"Bí thư Đảng ủy xã: {name}.")
    found = ranked(index, "Hiện nay ai là Bí thư Đảng ủy xã?", article("Bí thư Đảng ủy xã chủ trì buổi họp."), here)
    assert found[0].text == here.text
    expected = expectations_of(analyse(index, Interpretation.literal("Hiện nay ai là Bí thư Đảng ủy xã?")))
    assert expected.holder is not None
    assert expected.holder(here.text, here)


@pytest.mark.parametrize(
    "question", ["Năm 2031 xã Vạn Lộc nhận bao nhiêu hồ sơ?", "nam 2031 xa van loc nhan bao nhieu ho so"]
)
def test_another_year_is_no_answer(index: Index, question: str) -> None:
    text = (
        "Bốn tháng đầu năm 2032, xã Vạn Lộc nhận 868 hồ sơ. Cả năm 2031, bộ phận một cửa của xã tiếp nhận tất cả 2.350 "
        "hồ sơ, tăng 5% so với năm 2030."
    )
    assert "2.350" in best(index, question, article(text))


def test_the_sentence_that_names_the_year_comes_before_one_that_names_none(index: Index) -> None:
    dated = "Năm 2031, xã tiếp nhận 2.350 hồ sơ, trong đó 19 hồ sơ trễ hạn do phải xác minh."
    undated = "Xã Vạn Lộc tiếp nhận 70% hồ sơ qua mạng."
    assert best(index, "Năm 2031 xã Vạn Lộc tiếp nhận bao nhiêu hồ sơ?", article(f"{undated} {dated}")) == dated


def test_words_that_stand_together_as_in_the_question_decide_between_equals(index: Index) -> None:
    apart = "Chủ tịch xã Hòa Đông nhận cờ từ huyện Vạn Lộc."
    together = "Chủ tịch huyện Vạn Lộc trao cờ đến xã Hòa Đông."
    assert best(index, "Chủ tịch huyện Vạn Lộc làm gì?", article(apart), article(together)) == together


def test_a_sentence_that_mostly_speaks_of_other_things_comes_later(index: Index) -> None:
    text = (
        "Lễ hội chợ nổi Vạn Lộc do ba hội quán cùng nhiều nghệ nhân, thương hồ, chủ ghe và người làng nghề dựng. "
        "Chợ nổi Vạn Lộc do bà Mận lập."
    )
    assert best(index, "Chợ nổi Vạn Lộc do ai lập?", article(text)) == "Chợ nổi Vạn Lộc do bà Mận lập."


def test_the_questions_own_year_is_not_the_number_asked_for(index: Index) -> None:
    text = "Năm 2031, hội đua ghe Vạn Lộc quy tụ nhiều đội đua. Hội đua ghe quy tụ 14 đội từ các xã bạn."
    assert "14 đội" in best(index, "Năm 2031, hội đua ghe Vạn Lộc quy tụ bao nhiêu đội?", article(text))


def test_a_header_line_of_several_fields_is_no_answer(index: Index) -> None:
    line = "Ngày đăng: 02/05/2031 | Tác giả: Bác sĩ Tô Thị Mận"
    text = f"{line}\n\nTrưởng trạm y tế Vạn Lộc là bác sĩ Lý A Sùng."
    found = article(text)
    spans = {
        name: Span(text.index(words), text.index(words) + len(words))
        for name, words in (("published", "02/05/2031"), ("author", "Bác sĩ Tô Thị Mận"))
    }
    found = Article(found.id, found.title, None, "Bác sĩ Tô Thị Mận", found.published, None, text, spans=spans)
    passage = Passage(1, Chunk(1, found.id, 0, len(text)), found, 0.5)
    sentences = rank(index, "Bác sĩ nào là trưởng trạm y tế Vạn Lộc?", [passage])
    assert [one.text for one in sentences] == ["Trưởng trạm y tế Vạn Lộc là bác sĩ Lý A Sùng."]
