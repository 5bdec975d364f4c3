import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.drafts import DraftSplitter, says_not_found

DRAFT = "Huyện đạt 8,5 điểm [1]. Năm 2016 [2024] có 2 xã. [1, 2] Hết [99] rồi [0]"


def split(pieces: list[str]) -> list[tuple[str, set[int]]]:
    splitter = DraftSplitter()
    found = [sentence for piece in pieces for sentence in splitter.feed(piece)] + list(splitter.finish())
    return [(sentence.text, set(sentence.hints)) for sentence in found]


EXPECTED = [("Huyện đạt 8,5 điểm.", {1}), ("Năm 2016 [2024] có 2 xã.", {1, 2}), ("Hết rồi", {0, 99})]


def test_markers_become_hints_and_leave_the_text() -> None:
    assert split([DRAFT]) == EXPECTED


@given(st.lists(st.integers(min_value=0, max_value=len(DRAFT)), max_size=30))
def test_it_does_not_matter_where_the_stream_is_torn(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(DRAFT)]
    assert split([DRAFT[a:b] for a, b in itertools.pairwise(places)]) == EXPECTED


def test_list_numbers_bold_type_and_a_cut_off_marker_are_not_words() -> None:
    assert [text for text, _ in split(["1. **Huyện đạt 8,5 điểm.**\n2. Xã đạt 7 điểm [1"])] == [
        "Huyện đạt 8,5 điểm.",
        "Xã đạt 7 điểm",
    ]


def test_a_sentence_is_held_back_until_the_next_begins() -> None:
    splitter = DraftSplitter()
    assert list(splitter.feed("Một câu. ")) == []
    assert list(splitter.feed("[1] ")) == []
    assert [sentence.text for sentence in splitter.feed("Hai")] == ["Một câu."]


@pytest.mark.parametrize("draft", ["", " \n", "[1]", "...", "[1] [2]."])
def test_a_draft_without_words_has_no_sentence(draft: str) -> None:
    assert split([draft]) == []


def test_not_found() -> None:
    assert says_not_found("KHÔNG TÌM THẤY.")
    assert says_not_found("Không tìm thấy thông tin trong đoạn trích.")
    assert not says_not_found("Đoàn kiểm tra không tìm thấy sai phạm.")
