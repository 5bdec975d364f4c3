"""What a question wants of a passage."""

import pytest

from index import Index, Interpretation
from index.vietnamese import bigrams
from rag.matching import exact_words
from rag.signals import wanted_of


@pytest.mark.parametrize("unit", ["xã", "thị trấn", "huyện", "thị xã", "tỉnh", "thành phố", "Thành phố"])
def test_the_place_of_a_question_is_the_name_behind_its_unit(index: Index, unit: str) -> None:
    wanted = wanted_of(index, Interpretation.literal(f"Năm 2031 {unit} Vạn Lộc Đông có bao nhiêu hộ?"))
    assert wanted.place == set(bigrams(exact_words("Vạn Lộc Đông")))


@pytest.mark.parametrize("question", ["Đường phố Hàng Trống dài bao nhiêu?", "Ai ở phố Vạn Lộc?", "Ai lập Vạn Lộc?"])
def test_a_street_is_no_city(index: Index, question: str) -> None:
    assert not wanted_of(index, Interpretation.literal(question)).place


def test_without_capitals_the_two_words_behind_a_unit_are_a_name(index: Index) -> None:
    wanted = wanted_of(index, Interpretation.literal("thành phố vạn lộc có bao nhiêu hộ?"))
    assert set(wanted.names) == set(exact_words("vạn lộc"))


def test_units_in_a_row_are_no_names(index: Index) -> None:
    assert not wanted_of(index, Interpretation.literal("các xã, phường, thành phố")).names
