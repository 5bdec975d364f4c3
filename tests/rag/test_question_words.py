"""Which words of a question name somebody or something."""

from index import Index, Interpretation
from rag.analysis import analyse
from rag.matching import exact_words


def names(index: Index, question: str) -> set[str]:
    return set(analyse(index, Interpretation.literal(question)).words.names)


def test_without_capitals_the_two_words_behind_a_unit_are_a_name(index: Index) -> None:
    assert names(index, "thành phố vạn lộc có bao nhiêu hộ?") == set(exact_words("vạn lộc"))


def test_units_in_a_row_are_no_names(index: Index) -> None:
    assert not names(index, "các xã, phường, thành phố")
