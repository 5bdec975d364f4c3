"""Questions and claims made false: one detail differs, and the source does not bear it out."""

import random

import pytest

from evals.training.spelling import as_typed
from evals.training.twists import false_claim, twisted_question


def draw(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311


PASSAGE = "Năm 2031, bà Tô Thị Mận, Chủ tịch UBND xã Vạn Lộc, cho biết xã thu 2,5 tỷ đồng, tăng 8% so với năm 2030."
ELSEWHERE = "Ông Lý A Sùng ở thị trấn Hòa Đông nuôi 340 con bò."
QUESTION = "Năm 2031 xã Vạn Lộc thu bao nhiêu tỷ đồng?"


@pytest.mark.parametrize("seed", range(20))
def test_a_twisted_question_asks_what_the_passage_does_not_tell(seed: int) -> None:
    twisted = twisted_question(QUESTION, PASSAGE, ELSEWHERE, draw(seed))
    assert twisted is not None
    assert twisted != QUESTION
    assert len(set(twisted.split()) ^ set(QUESTION.split())) <= 6


@pytest.mark.parametrize("seed", range(20))
def test_a_false_claim_differs_from_its_source_in_one_detail(seed: int) -> None:
    claim = "Xã Vạn Lộc đã thu 2,5 tỷ đồng trong năm 2031."
    wrong = false_claim(claim, PASSAGE, draw(seed))
    assert wrong is not None
    assert wrong != claim
    assert len(set(wrong.split()) ^ set(claim.split())) <= 6


def test_what_has_nothing_to_exchange_is_left_alone() -> None:
    assert twisted_question("Vì sao?", PASSAGE, ELSEWHERE, draw(1)) is None
    assert false_claim("Thế thôi.", PASSAGE, draw(1)) is None


def test_questions_are_typed_in_several_ways_and_the_same_for_the_same_draw() -> None:
    typed = {as_typed(QUESTION, draw(seed)) for seed in range(60)}
    assert QUESTION in typed
    assert any(one.isascii() for one in typed)
    assert as_typed(QUESTION, draw(7)) == as_typed(QUESTION, draw(7))
