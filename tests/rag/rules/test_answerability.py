"""What tells that the articles do not answer: another year, place or holder of an office than the one asked about."""

import pytest

from index import Article, Index
from rag import Assistant, Settings

TEXT = (
    "Bộ phận một cửa xã Vạn Lộc\n\nNăm 2031, Bộ phận một cửa xã Vạn Lộc, huyện Hòa Đông tiếp nhận 2.350 hồ sơ. "
    "Bốn tháng đầu năm 2032, Bộ phận một cửa xã Vạn Lộc tiếp nhận 868 hồ sơ. Bà Tô Thị Mận, Phó Chủ tịch UBND xã Vạn "
    "Lộc, dự lễ khai trương. Chủ tịch UBND xã Vạn Lộc ký quyết định lập tổ hỗ trợ. Bí thư Đảng ủy xã Vạn Lộc là ông "
    "Lý A Sùng."
)


@pytest.fixture
def assistant(index: Index, settings: Settings) -> Assistant:
    index.add([Article("0" * 12, "Bộ phận một cửa xã Vạn Lộc", None, None, None, None, TEXT, "x.txt")])
    return Assistant(index, settings)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Năm 2031, Bộ phận một cửa xã Vạn Lộc tiếp nhận bao nhiêu hồ sơ?", "2.350"),
        ("Năm 2032, Bộ phận một cửa xã Vạn Lộc tiếp nhận bao nhiêu hồ sơ?", "868"),
        ("Năm 2030, Bộ phận một cửa xã Vạn Lộc tiếp nhận bao nhiêu hồ sơ?", ""),
        ("Năm 2031, Bộ phận một cửa xã Đồng Mây tiếp nhận bao nhiêu hồ sơ?", ""),
        ("Bí thư Đảng ủy xã Vạn Lộc là ai?", "Lý A Sùng"),
        ("Chủ tịch UBND xã Vạn Lộc là ai?", ""),
        ("Chủ tịch UBND huyện Hòa Đông là ai?", ""),
    ],
)
def test_only_the_year_place_and_office_asked_about_answer(assistant: Assistant, question: str, answer: str) -> None:
    given = assistant.ask(question)
    assert given.refused == (not answer), given.text
    assert answer in given.text
