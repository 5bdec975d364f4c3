"""What a question wants of a passage."""

import pytest

from index import Index, Interpretation
from index.vietnamese import bigrams
from rag.analysis import AnalysedQuestion, analyse
from rag.matching import exact_words
from rag.rules.expectations import expectations_of


def asked(index: Index, question: str) -> AnalysedQuestion:
    return analyse(index, Interpretation.literal(question))


@pytest.mark.parametrize("unit", ["xã", "thị trấn", "huyện", "thị xã", "tỉnh", "thành phố", "Thành phố"])
def test_the_place_of_a_question_is_the_name_behind_its_unit(index: Index, unit: str) -> None:
    expected = expectations_of(asked(index, f"Năm 2031 {unit} Vạn Lộc Đông có bao nhiêu hộ?"))
    assert expected.place == set(bigrams(exact_words("Vạn Lộc Đông")))


@pytest.mark.parametrize("question", ["Đường phố Hàng Trống dài bao nhiêu?", "Ai ở phố Vạn Lộc?", "Ai lập Vạn Lộc?"])
def test_a_street_is_no_city(index: Index, question: str) -> None:
    assert not expectations_of(asked(index, question)).place


def test_without_capitals_the_two_words_behind_a_unit_are_a_name(index: Index) -> None:
    assert set(asked(index, "thành phố vạn lộc có bao nhiêu hộ?").words.names) == set(exact_words("vạn lộc"))


def test_units_in_a_row_are_no_names(index: Index) -> None:
    assert not asked(index, "các xã, phường, thành phố").words.names
