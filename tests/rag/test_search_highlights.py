"""The words that made a passage fit, marked where they stand in it."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Article, Index, Interpretation
from index.vietnamese import nfc
from rag.search_highlights import highlights

MakeArticle = Callable[..., Article]


def marked(question: Interpretation, text: str) -> list[str]:
    return [text[span.start : span.end] for span in highlights(question, text)]


@pytest.mark.parametrize(
    ("question", "text", "wanted"),
    [
        ("Chỉ số cải cách hành chính?", "Nâng chỉ số cải cách hành chính.", ["chỉ số cải cách hành chính"]),
        ("Ủy ban nhân dân xã họp", "Sáng nay, UBND xã không họp.", ["UBND xã", "họp"]),
        ("UBND xã", "Chủ tịch Ủy ban nhân dân xã Bình Sơn", ["Ủy ban nhân dân xã"]),
        ("quản lý kỹ thuật Hòa Thủy", "Phòng quản lí, kĩ thuật xã Hoà Thuỷ.", ["quản lí", "kĩ thuật", "Hoà Thuỷ"]),
        ("nuoc sach Suoi Can", "Về Suối Cạn, nước sạch đã có.", ["Suối Cạn", "nước sạch"]),
        ("nước sách", "Nước sạch và cuốn sách.", ["Nước", "sách"]),
        ("2350 đầu sách", "Có 2.350 đầu sách.", ["2.350 đầu sách"]),
        ("thư viện ở đâu và khi nào", "Ở đâu và khi nào thì tùy.", []),
        ("đường làng", "đường\nlàng", ["đường", "làng"]),
        ("thư viện", "", []),
    ],
)
def test_words_are_marked_in_whatever_spelling_they_stand(question: str, text: str, wanted: list[str]) -> None:
    assert marked(Interpretation.literal(question), text) == wanted


def test_every_reading_of_the_question_counts(index: Index, make_article: MakeArticle) -> None:
    index.add([make_article("Họp mặt", "Hội Nông dân (HND) xã Bình Sơn họp mặt.")])
    text = "Tại nhà văn hóa, Hội Nông dân vay vốn; HND họp."
    assert marked(index.interpret("HND"), text) == ["Hội Nông dân", "HND"]


def test_words_given_their_accents_back_are_marked(index: Index) -> None:
    question = index.interpret("thôn Suoi Can")
    assert marked(question, "Ở thôn Suối Cạn không ai suôi cần.") == ["thôn Suối Cạn"]


@given(st.text(max_size=60), st.text(max_size=60))
def test_spans_lie_in_the_text_in_order(question: str, text: str) -> None:
    text = nfc(f"{text} {question} UBND xã")
    spans = highlights(Interpretation.literal(nfc(f"{question} UBND xã")), text)
    assert spans
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(left.end <= right.start for left, right in pairwise(spans))
