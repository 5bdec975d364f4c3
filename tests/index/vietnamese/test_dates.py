"""Dates in every common spelling, and figures that only look like one."""

import pytest

from index.vietnamese import find_dates, fold, index_terms, mentioned_years
from index.vietnamese.dates import full_dates


def tokens(text: str) -> list[str]:
    return [date.token for date in find_dates(text)]


@pytest.mark.parametrize(
    "text",
    [
        "3/5/2024",
        "03/05/2024",
        "3.5.2024",
        "3-5-2024",
        "03 / 05 / 2024",
        "2024-05-03",
        "ngày 3/5/24",
        "ngày 3 tháng 5 năm 2024",
        "ngày 03 tháng 5, năm 2024",
        "3 tháng 5 năm 2024",
        "ngày mùng 3 tháng 5/2024",
        "NGÀY 3 THÁNG 5 NĂM 2024",
        "Sáng nay (3/5/2024)",
    ],
)
def test_one_day_has_one_token(text: str) -> None:
    assert tokens(text) == tokens(fold(text)) == ["2024-05-03"]
    assert index_terms(text).extras == ("2024-05-03", "05-03", "2024-05")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ngày 3/5", ["05-03"]),
        ("ngày 3-5 họp", ["05-03"]),
        ("ngày mùng 3 tháng 5", ["05-03"]),
        ("mồng 3.5", ["05-03"]),
        ("Chiều 13.12", ["12-13"]),
        ("sáng nay (10/6)", ["06-10"]),
        ("lễ 30/4", ["04-30"]),
        ("ngày 29/2", ["02-29"]),
        ("ngày 3-5 tháng 6", ["06-05"]),
        ("từ ngày 30/3 – 3/4", ["03-30"]),
        ("tháng 5/2024 và tháng 5 năm 2024", ["2024-05", "2024-05"]),
        ("tháng 5", ["05"]),
        ("quý 3/2024, quý III/2024", ["2024", "2024"]),
        ("năm 2024.", ["2024"]),
        ("giai đoạn 2021-2025", ["2021", "2025"]),
        ("nhiệm kỳ 2020 – 2025", ["2020", "2025"]),
    ],
)
def test_parts_of_dates(text: str, found: list[str]) -> None:
    assert tokens(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "31/2/2024",
        "ngày 31/4",
        "29/2/2023",
        "tháng 13/2024",
        "ngày 0/5",
        "26-CV/HU",
        "8,5/10 điểm",
        "12/63 tỉnh",
        "2/9 số hộ",
        "tới 3/5 số hộ",
        "mở cửa 24/7",
        "3/5/24",
        "Nghị định 30/2020/NĐ-CP",
        "số 18/2023/NQ-HĐND",
        "ISO 14001: 2015",
        "trong 3 tháng 5 người",
        "10.3.5.2024",
        "tỷ lệ 1/500",
        "2024 hồ sơ",
        "mỗi ngày 3-5 hồ sơ",
        "0905-123-456",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert tokens(text) == []


def test_a_mention_says_where_it_stands() -> None:
    text = "Từ ngày 3 tháng 5 năm 2024, sáng nay (4/5) và tháng 6/2024."
    assert [text[date.start : date.end] for date in find_dates(text)] == [
        "ngày 3 tháng 5 năm 2024",
        "4/5",
        "tháng 6/2024",
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ngày 14 tháng Năm, 2024", ["2024-05-14"]),
        ("20 tháng mười hai năm 2023", ["2023-12-20"]),
        ("ngày 3 tháng năm năm 2024", ["2024-05-03"]),
        ("ngày 3 tháng Năm 2024", ["2024-05-03"]),
        ("ngày 20 tháng mười một", ["11-20"]),
        ("mùng 10 tháng Giêng, sáng 30 tháng Tư", ["01-10", "04-30"]),
        ("trong 9 tháng năm 2024", ["2024"]),
        ("từ 1 đến 3 tháng một lần", []),
        ("ngày 3 tháng Tưởng", []),
    ],
)
def test_months_in_words(text: str, found: list[str]) -> None:
    assert tokens(text) == found


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Thứ Ba, 14/05/2024 08:15", ["14/05/2024"]),
        ("2024-05-14T08:00:00+07:00", ["2024-05-14"]),
        ("Đăng ngày08/11/2018Lê Hằng", ["08/11/2018"]),
        ("(Cập nhật lúc 08:40 ngày 21/8/2017)", ["21/8/2017"]),
        ("3 – 5 – 2024", ["3 – 5 – 2024"]),
        ("Hà Lam, ngày 3 tháng 5 năm 2024", ["ngày 3 tháng 5 năm 2024"]),
        ("Ngày 14 tháng Năm, 2024", ["Ngày 14 tháng Năm, 2024"]),
        ("8-10-12", ["8-10-12"]),
        ("9 tháng năm 2024", []),
        ("31/02/2024, 3/5, tháng 6/2024, ngày 3/5/1024", []),
    ],
)
def test_full_dates_of_a_line(line: str, found: list[str]) -> None:
    assert [line[date.start : date.end] for date in full_dates(line)] == found


def test_what_is_a_full_date_in_a_sentence_is_one_on_a_date_line() -> None:
    for text in ("3/5/2024", "3–5–2024", "2024-05-03", "2024/5/3", "ngày 3 tháng 5/2024", "3 tháng Năm 2024"):
        assert [date.date for date in full_dates(text)] == [date.date for date in find_dates(text)] != [None]


def test_a_year_of_two_figures_is_marked() -> None:
    assert [(mention.token, mention.short_year) for mention in full_dates("8-10-12, 3/5/2024")] == [
        ("2012-10-08", True),
        ("2024-05-03", False),
    ]


def test_years_of_a_question() -> None:
    assert mentioned_years("Năm 2021 và đầu năm 2022, ngày 3/5/2023, PAPI 2024?") == {2021, 2022, 2023, 2024}
    assert mentioned_years("2024 hồ sơ, số 2023/QĐ") == frozenset()
