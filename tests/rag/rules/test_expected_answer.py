import pytest

from rag.rules.expected_answer import asked_for


@pytest.mark.parametrize(
    ("question", "sentence", "offered"),
    [
        ("Năm 2031, xã Vạn Lộc có bao nhiêu hộ nghèo?", "Năm 2031, xã Vạn Lộc lo cho hộ nghèo.", False),
        ("Năm 2031, xã Vạn Lộc có bao nhiêu hộ nghèo?", "Năm 2031, xã Vạn Lộc còn 17 hộ nghèo.", True),
        ("Ai quản lý bến đò Vạn Lộc?", "Người dân quen gọi bến ấy là bến đò Vạn Lộc.", False),
        ("Ai quản lý bến đò Vạn Lộc?", "Quản lý bến đò Vạn Lộc là bà Tô Thị Mận.", True),
        ("ai quan ly ben do van loc?", "Quản lý bến đò Vạn Lộc là bà Tô Thị Mận.", True),
        ("Tổ một cửa có mấy người?", "Tổ một cửa dọn sang nhà mới.", False),
        ("Tổ một cửa có mấy người?", "Tổ một cửa có ba người.", True),
        ("Xã có bao nhiêu hộ?", "Xã có 12 thôn.", False),
        ("Xã có bao nhiêu hộ?", "Xã có 12 thôn với 340 hộ.", True),
        ("Xã làm được bao nhiêu km đường?", "Xã làm 12km đường bê tông.", True),
        ("Xã đạt bao nhiêu phần trăm?", "Xã đạt 98,5% kế hoạch.", True),
        ("Xã chi bao nhiêu tiền?", "Xã chi 35 triệu đồng.", True),
    ],
)
def test_what_the_question_says_itself_is_no_answer(question: str, sentence: str, offered: bool) -> None:
    offers = asked_for(question)
    assert offers is not None
    assert offers(sentence) == offered


def test_nothing_is_told_by_form_where_any_sentence_may_answer() -> None:
    assert asked_for("Mô hình vườn mẫu là gì?") is None
