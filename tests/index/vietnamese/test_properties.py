"""What holds for any text: spans inside it, one result for each way to write it, and time in proportion."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.perturb.marks import decomposed, other_tone_placement
from index.vietnamese import (
    find_dates,
    find_quantities,
    from_telex,
    index_terms,
    is_syllable,
    learn_abbreviations,
    matching_forms,
    matching_words,
    mentioned_years,
    nfc,
    other_names,
    possible_expansions,
    split_sentences,
)

Within = Callable[..., AbstractContextManager[None]]

PIECES = (
    "UBND ubnd TP.HCM GD&ĐT LĐ-TB&XH T.Ư BTV (UBND) Ủy ban nhân dân Hòa Bình Thuỷ hoà Bến Tre tỉnh Khánh Hoà ngày mùng "
    "tháng năm quý 3 5 2024 3/5 3.5.2024 31/2 12/63 2.350 8,5% tỷ nghìn hai mươi ba trăm linh rưỡi ( ) . , - / \n “ ” "
    "TS. v.v. … No. A. V. & "
).split(" ")
written = st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join)
vietnamese = st.text(max_size=150) | written


@given(vietnamese)
def test_spans_lie_in_the_text_and_in_order(text: str) -> None:
    text = nfc(text)
    for found in (matching_words(text), find_dates(text), find_quantities(text), other_names(text)):
        starts = []
        for part in found:
            assert 0 <= part.start < part.end <= len(text)
            assert text[part.start : part.end] == text[part.start : part.end].strip()
            starts.append(part.start)
        assert starts == sorted(starts)
    for short, long in learn_abbreviations(text):
        assert short in text
        assert long in text


@given(written)
def test_other_ways_to_write_a_text_give_the_same_terms(text: str) -> None:
    terms = index_terms(nfc(text))
    assert index_terms(nfc(decomposed(text))) == terms
    assert index_terms(other_tone_placement(nfc(text))) == terms


@given(vietnamese)
def test_matching_forms_are_the_forms_of_matching_words(text: str) -> None:
    text = nfc(text)
    assert list(matching_forms(text)) == [(word.exact, word.folded) for word in matching_words(text)]


@given(vietnamese)
def test_quantities_and_dates_do_not_overlap(text: str) -> None:
    text = nfc(text)
    dated = [(date.start, date.end) for date in find_dates(text)]
    for quantity in find_quantities(text):
        assert all(quantity.end <= start or end <= quantity.start for start, end in dated)


@given(st.text(max_size=14))
def test_telex_gives_a_syllable_or_nothing(text: str) -> None:
    meant = from_telex(text)
    assert meant is None or is_syllable(meant)


READERS: list[Callable[[str], Iterable[object] | object]] = [
    matching_words,
    index_terms,
    find_dates,
    mentioned_years,
    find_quantities,
    learn_abbreviations,
    possible_expansions,
    other_names,
    split_sentences,
    is_syllable,
]


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        ".",
        "1.",
        "1/",
        "(",
        "A.",
        "AB (",
        "\n",
        " ",
        '."',
        "a\u0301\u0301",
        "hai ",
        "mươi tỷ ",
        "ngày 3 ",
        "Thừa Thiên ",
    ],
)
def test_hostile_text_takes_linear_time(piece: str, within: Within) -> None:
    text = piece * (30_000 // len(piece))
    for read in READERS:
        with within(1.5, read):
            found = read(text)
            if isinstance(found, Iterable):
                list(found)
