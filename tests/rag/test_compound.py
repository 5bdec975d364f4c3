"""Questions that ask several things: taken apart, answered part by part, and what is left open said."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from index import Index
from rag import Answer, Assistant, Settings
from rag.question_parts import parts_of
from rag.scripted import Scripted

Within = Callable[..., AbstractContextManager[None]]

LIBRARY, WATER = (
    "Thư viện xã Bình Sơn có bao nhiêu đầu sách",
    "công trình nước sạch thôn Suối Cạn trị giá bao nhiêu tiền",
)
BOTH = f"{LIBRARY} và {WATER}?"
UNKNOWN = "bệnh viện thị trấn Hòa Mạc có bao nhiêu giường bệnh"


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (BOTH, (LIBRARY, f"{WATER}?")),
        (f"{LIBRARY}? Còn {WATER}?", (LIBRARY, f"{WATER}?")),
        (
            "Năm 2019, huyện Đắk Lâm định làm bao nhiêu km đường và thực tế làm được mấy km?",
            (
                "Năm 2019, huyện Đắk Lâm định làm bao nhiêu km đường",
                "Năm 2019, thực tế làm được mấy km (huyện Đắk Lâm)",
            ),
        ),
        ("Ai là Chủ tịch và ai là Bí thư xã Bình An?", ("Ai là Chủ tịch (xã Bình An)", "ai là Bí thư xã Bình An?")),
        (
            "So sánh điểm DDCI của huyện Yên Trạch (Lam Khánh) với huyện Đắk Lâm (Nam Hoài).",
            ("điểm DDCI của huyện Yên Trạch (Lam Khánh).", "điểm DDCI của huyện Đắk Lâm (Nam Hoài)."),
        ),
        (
            "Xã Bình An và Tân Phú có bao nhiêu hộ nghèo, xã nào nhiều hơn?",
            ("Xã Bình An có bao nhiêu hộ nghèo", "Xã Tân Phú có bao nhiêu hộ nghèo"),
        ),
        (
            "Huyện thiếu mấy giáo viên vào cuối năm 2019 và vào đầu năm học 2023-2024?",
            ("Huyện thiếu mấy giáo viên vào cuối năm 2019?", "Huyện thiếu mấy giáo viên vào đầu năm học 2023-2024?"),
        ),
        (
            "Quý I năm 2020 và quý II năm 2020 xã thu bao nhiêu?",
            ("Quý I năm 2020 xã thu bao nhiêu?", "quý II năm 2020 xã thu bao nhiêu?"),
        ),
        (
            "Quý 1 và quý 2 năm 2023 xã giải quyết bao nhiêu hồ sơ?",
            ("Quý 1 năm 2023 xã giải quyết bao nhiêu hồ sơ?", "quý 2 năm 2023 xã giải quyết bao nhiêu hồ sơ?"),
        ),
        ("Xã có bao nhiêu cán bộ và công chức?", ()),
        ("Xã nào giáp ranh giữa xã Tân Phú và xã Bình An?", ()),
        ("Xã nào được thành lập từ xã Tân Phú và xã Bình An?", ()),
        (
            "Xã nào có nhiều hộ nghèo hơn: xã Tân Phú hay Bình An?",
            ("xã Tân Phú có nhiều hộ nghèo", "xã Bình An có nhiều hộ nghèo"),
        ),
        (
            "Xã nào có nhiều hộ nghèo hơn giữa xã Tân Phú và xã Bình An?",
            ("xã Tân Phú có nhiều hộ nghèo", "xã Bình An có nhiều hộ nghèo"),
        ),
        ("Bí thư xã Tân Hòa và Chủ tịch xã Bình An là ai?", ()),
        ("Đảng ủy xã Tân Hòa và Đảng ủy xã Bình An có bao nhiêu đảng viên?", ()),
        ("UBND huyện Đắk Lâm và Sở Nội vụ ký kế hoạch nào?", ()),
        (
            "Xã Long Thạnh, xã Mỹ Thủy và Tân Phú tiếp dân thứ mấy?",
            ("Xã Long Thạnh tiếp dân thứ mấy?", "Xã Mỹ Thủy tiếp dân thứ mấy?", "Xã Tân Phú tiếp dân thứ mấy?"),
        ),
        ("Năm nào xã thu nhiều hơn, năm 2020 hay 2021?", ("năm 2020 xã thu", "năm 2021 xã thu")),
        (
            "So sánh số hộ nghèo giữa xã Tân Phú và Bình An năm 2022",
            ("số hộ nghèo của xã Tân Phú năm 2022", "số hộ nghèo của xã Bình An năm 2022"),
        ),
        ("Ở xã Bình An, huyện Thanh Bằng và tỉnh Lam Khánh có gì?", ()),
        (
            "Giữa xã Bình An và xã Tân Phú, xã nào có nhiều dân hơn?",
            ("xã Bình An có nhiều dân", "xã Tân Phú có nhiều dân"),
        ),
        ("Xã Bình An và xã Tân Phú, nơi nào đông dân hơn?", ()),
        ("Đường nối xã Bình An và xã Tân Phú dài bao nhiêu km?", ()),
        ("Ai là giám đốc Sở Nội vụ và ông ấy nói gì?", ()),
        ("Đăng ký khai sinh cần những giấy tờ gì và lệ phí bao nhiêu?", ()),
        ("Bà Nhuân nói gì về việc “ai làm sai thì xử lý, bất kể là ai và ở đâu”?", ()),
        ("Giữa năm 1948 và năm 1958, dân số tăng bao nhiêu?", ()),
        ("Làm thế nào và khi nào thì đăng ký tạm trú?", ()),
        ("Ủy ban nhân dân và Hội đồng nhân dân xã Bình An họp khi nào?", ()),
    ],
)
def test_parts(question: str, parts: tuple[str, ...]) -> None:
    assert parts_of(question) == parts


@pytest.mark.parametrize(
    "question", ["Xã A xã B " * 200, "Xã A1 " * 330, "xã A và " * 250, "có " * 660, "xã A (" * 330]
)
def test_a_hostile_question_takes_no_time(question: str, within: Within) -> None:
    with within(1):
        parts = parts_of(question[:2_000])
    assert len(parts) <= 4


def ask(index: Index, settings: Settings, question: str, *drafts: str) -> Answer:
    answer = Assistant(index, settings, Scripted(replies=drafts) if drafts else None).ask(question)
    for citation in answer.citations:
        article = index.article(citation.article_id)
        assert article is not None and article.text[citation.start : citation.end] == citation.quote
    return answer


@pytest.mark.parametrize(
    "question",
    [BOTH, "thu vien xa binh son co bao nhieu dau sach va cong trinh nuoc sach thon suoi can tri gia bao nhieu tien"],
)
def test_both_parts_are_answered_out_of_two_articles(index: Index, settings: Settings, question: str) -> None:
    answer = ask(index, settings, question)
    assert "2.350 đầu sách" in answer.text and "2,35 tỷ đồng" in answer.text
    assert len({citation.article_id for citation in answer.citations}) == 2
    assert [passage.number for passage in answer.passages] == list(range(1, len(answer.passages) + 1))
    assert not answer.notice and not answer.unanswered


def test_what_a_draft_leaves_open_is_quoted(index: Index, settings: Settings) -> None:
    answer = ask(index, settings, BOTH, "Thư viện xã Bình Sơn có 2.350 đầu sách.")
    assert answer.mode == "llm"
    assert answer.text.startswith("Thư viện xã Bình Sơn có 2.350 đầu sách.") and "2,35 tỷ đồng" in answer.text
    whole = ask(index, settings, BOTH, f"{answer.sentences[0].text} {answer.sentences[1].text}")
    assert len(whole.sentences) == 2


def test_a_part_that_no_article_answers_is_named(index: Index, settings: Settings) -> None:
    answer = ask(index, settings, f"{LIBRARY} và {UNKNOWN}?")
    assert "2.350 đầu sách" in answer.text
    assert answer.unanswered == (f"{UNKNOWN}?",)
    assert answer.notice == f"Không tìm thấy câu trả lời cho phần “{UNKNOWN}”" and not answer.model_failed
    assert ask(index, settings, f"{UNKNOWN} và {UNKNOWN.replace('Hòa Mạc', 'Đồng Văn')}?").refused


def test_a_follow_up_does_not_ask_what_was_asked_before_again(index: Index, settings: Settings) -> None:
    history = [{"role": "user", "content": f"{LIBRARY}?"}]
    answer = Assistant(index, settings).ask("Ai là người quản lý thư viện đó?", history)
    assert "Trần Thị Hạnh" in answer.text and "nước sạch" not in answer.text
