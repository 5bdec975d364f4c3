import pytest

from index import QuestionError
from rag.query import MAX_QUESTION_CHARACTERS, prepare_query

HISTORY = [
    {"role": "user", "content": "Chỉ số của huyện Đông Hải là bao nhiêu?"},
    {"role": "assistant", "content": "8,5 điểm."},
]


def test_a_question_is_cleaned_and_folded() -> None:
    query = prepare_query("  Chỉ số   của\nhuyện? ")
    assert (query.text, query.standalone, query.folded) == ("Chỉ số của huyện?",) * 2 + ("chi so cua huyen?",)


@pytest.mark.parametrize("question", ["", "   ", "?!…", "\u200b"])
def test_an_empty_question_is_refused(question: str) -> None:
    with pytest.raises(QuestionError, match="trống"):
        prepare_query(question)


def test_a_10000_character_question_is_refused_in_one_line() -> None:
    with pytest.raises(QuestionError) as caught:
        prepare_query("xã " * 3_334)
    assert "10.001" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert prepare_query("x" * MAX_QUESTION_CHARACTERS)


@pytest.mark.parametrize(
    "question",
    ["Còn huyện bên thì sao?", "Ở đó có bao nhiêu xã?", "con nam 2019", "Năm 2019?", "Ông ấy tên gì vậy bạn?"],
)
def test_a_follow_up_is_searched_with_the_question_before_it(question: str) -> None:
    assert prepare_query(question, HISTORY).standalone.startswith("Chỉ số của huyện Đông Hải")
    assert prepare_query(question).standalone == question


def test_a_new_topic_stands_alone() -> None:
    question = "Công trình nước sạch thôn Suối Cạn trị giá bao nhiêu?"
    assert prepare_query(question, HISTORY).standalone == question


def test_history_is_not_changed() -> None:
    before = [dict(message) for message in HISTORY]
    prepare_query("Còn xã Bình Sơn?", HISTORY)
    assert before == HISTORY
