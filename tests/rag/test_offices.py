from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from rag.matching import exact_words
from rag.offices import offices, only_another_office

Within = Callable[..., AbstractContextManager[None]]


@pytest.mark.parametrize(
    ("question", "sentence", "another"),
    [
        ("Ai là Chủ tịch UBND xã?", "Ông Lù Văn Sín, Phó Chủ tịch Ủy ban nhân dân xã, dự họp.", True),
        ("Ai là Chủ tịch UBND xã?", "Ông Lù Văn Sín, Chủ tịch Ủy ban nhân dân xã, dự họp.", False),
        ("Ai là Chủ tịch UBND xã?", "Phó Chủ tịch xã thay mặt Chủ tịch xã tiếp dân.", False),
        ("Ai là Chủ tịch UBND xã?", "Sáng nay trời mưa.", False),
        ("Phó Chủ tịch UBND xã là ai?", "Chủ tịch UBND xã là bà Giàng Thị Mỷ.", True),
        ("Phó Chủ tịch UBND xã là ai?", "Phó Chủ tịch UBND xã là bà Giàng Thị Mỷ.", False),
        ("Giám đốc trung tâm là ai?", "Nguyên Phó Giám đốc trung tâm về thăm.", True),
        ("Giám đốc trung tâm là ai?", "Tổng Giám đốc công ty ghé trung tâm.", True),
        ("Hiệu trưởng trường làng là ai?", "Phó Hiệu trưởng trường làng nhận quà.", True),
        ("Bí thư chi bộ là ai?", "Trợ lý Bí thư chi bộ ghi biên bản.", True),
        ("Chợ họp ngày nào?", "Phó Chủ tịch xã đến chợ.", False),
        ("Ai là Chủ tịch UBND xã?", "Chủ tịch UBND huyện là ông Lù Văn Sín.", True),
        ("Ai là Chủ tịch UBND huyện?", "Ông Lù Văn Sín, Chủ tịch HĐND huyện, chủ tọa.", True),
        ("Ai là Chủ tịch huyện?", "Ông Lù Văn Sín, Chủ tịch UBND huyện, dự họp.", False),
        ("Ai là Bí thư Huyện ủy?", "Ông Lù Văn Sín, Bí thư Đảng ủy xã, dự họp.", True),
    ],
)
def test_a_deputy_is_not_the_chairman(question: str, sentence: str, another: bool) -> None:
    assert only_another_office(offices(exact_words(question)), exact_words(sentence)) == another


def test_a_pile_of_qualifiers_takes_no_time(within: Within) -> None:
    pile = exact_words("phó " * 20_000)
    with within(1):
        assert not offices(pile)
