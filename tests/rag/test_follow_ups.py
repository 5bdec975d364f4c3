import unicodedata
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from index import QuestionError
from rag.follow_ups import MAX_QUESTION_CHARACTERS, prepare_query

Within = Callable[..., AbstractContextManager[None]]

HISTORY = [
    {"role": "user", "content": "Chỉ số của huyện Đông Hải là bao nhiêu?"},
    {"role": "assistant", "content": "8,5 điểm."},
]


def test_a_question_is_cleaned() -> None:
    query = prepare_query("  Chỉ số   của\nhuyện? ")
    assert (query.text, query.standalone) == ("Chỉ số của huyện?",) * 2


def test_icelandic_letters_are_read_as_the_vietnamese_ones() -> None:
    query = prepare_query("Ðại hội Ðoàn xã Ðồng Mây ðề ra gì?")
    assert query == prepare_query("Đại hội Đoàn xã Đồng Mây đề ra gì?")


@pytest.mark.parametrize("question", ["", "   ", "?!…", "\u200b"])
def test_an_empty_question_is_refused(question: str) -> None:
    with pytest.raises(QuestionError, match="trống"):
        prepare_query(question)


def test_a_10000_character_question_is_refused_in_one_line() -> None:
    with pytest.raises(QuestionError) as caught:
        prepare_query("xã " * 3_334)
    assert "10.002" in str(caught.value)
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


@pytest.mark.parametrize(
    "question",
    [
        "Hồ sơ đăng ký kết hôn gồm những gì?",
        "Toàn huyện có bao nhiêu hộ nghèo năm ngoái?",
        "Thẻ căn cước làm mất bao lâu?",
        "Vay vốn chính sách xã hội ở đâu?",
        "Cồn Phụng thuộc địa phận xã nào?",
        "ho so dang ky ket hon gom nhung gi",
        "the can cuoc lam mat bao lau",
        "Họ và tên của chủ tịch xã Bình Sơn là gì?",
    ],
)
def test_words_that_look_like_pronouns_when_folded_do_not_point_back(question: str) -> None:
    assert prepare_query(question, HISTORY).standalone == question


@pytest.mark.parametrize(
    "question",
    [
        "Xây hết bao nhiêu tiền?",
        "xay het bao nhieu tien",
        "Ai ký quyết định này?",
        "Khi nào thì hoàn thành?",
        "Đứng thứ mấy toàn tỉnh?",
        "Thế còn năm trước thì sao?",
        "Huyện này có bao nhiêu xã vùng cao biên giới?",
        "o do co bao nhieu xa vung cao bien gioi?",
    ],
)
def test_a_question_that_names_nothing_goes_on_about_the_one_before(question: str) -> None:
    assert prepare_query(question, HISTORY).standalone == f"{HISTORY[0]['content']} {question}"


@pytest.mark.parametrize(
    "question",
    [
        "Chính quyền điện tử là gì?",
        "Thế nào là chính quyền điện tử?",
        "Nông thôn mới nghĩa là thế nào?",
        "Xã Bình Sơn có mấy thôn?",
        "Thư viện Bình Sơn ở đâu?",
        "Nghị quyết 18 nói về gì?",
        "Ông Nguyễn Văn Nó là ai?",
        "Những giấy tờ nào cần có khi đăng ký khai sinh cho trẻ?",
        "thu tuc dang ky khai sinh can giay to gi",
        "dan so xa binh son",
    ],
)
def test_a_definition_or_a_named_thing_is_a_question_of_its_own(question: str) -> None:
    assert prepare_query(question, HISTORY).standalone == question


def test_the_same_is_asked_of_another_place_or_time() -> None:
    def asked(*questions: str) -> str:
        *earlier, last = questions
        return prepare_query(last, [{"role": "user", "content": one} for one in earlier]).standalone

    first = "Năm 2019 xã Bình An có bao nhiêu hộ nghèo?"
    assert asked(first, "Thế còn xã Tân Phú?") == "Năm 2019 xã Tân Phú có bao nhiêu hộ nghèo?"
    assert asked(first, "Vậy còn ở thị trấn Mỹ Tây thì sao?") == "Năm 2019 thị trấn Mỹ Tây có bao nhiêu hộ nghèo?"
    assert asked(first, "Còn năm 2020?", "Xã Tân Phú thì sao?") == "Năm 2020 xã Tân Phú có bao nhiêu hộ nghèo?"
    assert asked("ty le di bau o huyen thanh bang la bao nhieu?", "the con huyen yen trach?") == (
        "ty le di bau o huyen yen trach la bao nhieu?"
    )
    assert asked("dan so xa binh an?", "xa do thi sao").endswith("? xa do thi sao")
    assert asked("dan so xa binh an?", "xa hoi hoc tap") == "dan so xa binh an? xa hoi hoc tap"  # no name of a place
    assert asked("Dân số xã Bình An?", "NƠI ĐÓ CÓ MẤY THÔN?") == "Dân số xã Bình An? NƠI ĐÓ CÓ MẤY THÔN?"
    both = "Xã Bình An và xã Phú Lộc có bao nhiêu thôn?"
    assert asked(both, "Còn xã Tân Phú?") == f"{both} Còn xã Tân Phú?"  # which of them is not said


def test_follow_ups_go_on_about_the_latest_topic() -> None:
    history = [
        *HISTORY,
        {"role": "user", "content": "Còn năm 2022?"},
        {"role": "user", "content": "Công trình nước sạch thôn Suối Cạn do ai xây?"},
        {"role": "assistant", "content": "Do tỉnh đầu tư."},
    ]
    standalone = prepare_query("Xây hết bao nhiêu tiền?", history).standalone
    assert standalone == "Công trình nước sạch thôn Suối Cạn do ai xây? Xây hết bao nhiêu tiền?"
    assert prepare_query("Thư viện xã Bình Sơn do ai xây?", history).standalone == "Thư viện xã Bình Sơn do ai xây?"


def test_a_joined_question_is_no_longer_than_a_question_may_be() -> None:
    history = [{"role": "user", "content": "xã " * 600}]
    standalone = prepare_query("Còn năm 2022?", history).standalone
    assert len(standalone) <= MAX_QUESTION_CHARACTERS
    assert standalone.endswith("Còn năm 2022?")


def test_a_decomposed_question_is_composed() -> None:
    question = "Chỉ số của huyện Đông Hải?"
    assert prepare_query(unicodedata.normalize("NFD", question)) == prepare_query(question)


def test_a_follow_up_of_a_follow_up_keeps_the_topic() -> None:
    history = [*HISTORY, {"role": "user", "content": "Còn năm 2022?"}]
    standalone = prepare_query("Còn năm 2021?", history).standalone
    assert standalone == "Chỉ số của huyện Đông Hải là bao nhiêu? Còn năm 2021?"


def test_history_of_other_shapes() -> None:
    parts = [{"role": "user", "content": [{"type": "text", "text": "Chỉ số của huyện Đông Hải là bao nhiêu?"}]}]
    assert "Đông Hải" in prepare_query("Còn năm 2022?", parts).standalone
    assert prepare_query("Còn năm 2022?", [{"role": "user", "content": None}]).standalone == "Còn năm 2022?"
    for broken in ([{"content": "không có vai"}], ["chỉ là chữ"]):
        with pytest.raises(QuestionError, match="Lịch sử"):
            prepare_query("Còn năm 2022?", broken)  # type: ignore[arg-type]


def test_half_characters_do_no_harm() -> None:
    assert prepare_query("Xã \ud83d nào?").text == "Xã ? nào?"


def test_history_is_not_changed() -> None:
    before = [dict(message) for message in HISTORY]
    prepare_query("Còn xã Bình Sơn?", HISTORY)
    assert before == HISTORY


def test_piles_of_combining_marks_are_not_composed(within: Within) -> None:
    with within(2):
        pile = "a" + "\u0301\u0323" * 2_000_000
        with pytest.raises(QuestionError, match=r"4\.000\.001"):
            prepare_query(pile)
        assert prepare_query("Thế còn xã bên?", [{"role": "user", "content": pile}])
