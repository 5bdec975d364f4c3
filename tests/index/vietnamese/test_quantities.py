"""Quantities in digits with magnitude words and in words."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.vietnamese import find_quantities, fold, index_terms

UNITS = "không một hai ba bốn năm sáu bảy tám chín".split()


def values(text: str) -> list[Decimal]:
    return [found.value for found in find_quantities(text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("hai mươi ba", "23"),
        ("mười lăm", "15"),
        ("năm mươi mốt", "51"),
        ("bốn mươi tư", "44"),
        ("hai lăm", "25"),
        ("một trăm linh năm", "105"),
        ("một trăm mười", "110"),
        ("một trăm rưỡi", "150"),
        ("hai nghìn ba trăm năm mươi", "2350"),
        ("hai ngàn không trăm hai mươi tư", "2024"),
        ("một nghìn linh năm", "1005"),
        ("hai vạn", "20000"),
        ("hai triệu rưỡi", "2500000"),
        ("2.350 tỷ", "2350E9"),
        ("2350 tỉ", "2350E9"),
        ("hai nghìn ba trăm năm mươi tỷ", "2350E9"),
        ("1,2 nghìn tỷ", "1.2E12"),
        ("1 tỷ 200 triệu", "1.2E9"),
        ("ba triệu năm trăm nghìn", "3.5E6"),
        ("5 trăm", "500"),
        ("8,5%", "8.5"),
        ("1.234.567 đồng", "1234567"),
        ("Hai Mươi Ba xã", "23"),
    ],
)
def test_a_quantity_is_read(text: str, value: str) -> None:
    assert values(text) == [Decimal(value)]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("năm 2024", []),
        ("ngày 3/5/2024", []),
        ("3.5.2024", []),
        ("bộ phận một cửa", []),
        ("hai cấp", []),
        ("mười năm", []),
        ("hai ba trăm người", []),
        ("không một ai", []),
        ("ba tram y te", []),
        ("nam lam viec", []),
        ("1" * 19, []),
        ("hai mươi năm", [20]),
        ("hai nghìn năm", [2000]),
        ("một trăm năm", [100]),
        ("năm hai nghìn không trăm hai mươi tư", [2024]),
        ("8 tỷ lệ", [8]),
        ("5 van ban", [5]),
        ("5 ti vi", [5]),
        ("12/63 tỉnh", [12, 63]),
    ],
)
def test_words_that_only_look_like_numbers(text: str, read: list[int]) -> None:
    assert values(text) == [Decimal(value) for value in read]


@pytest.mark.parametrize(
    "text", ["hai mươi ba xã", "2 tỷ đồng", "một trăm linh năm hộ", "hai nghìn ba trăm năm mươi tỷ"]
)
def test_accents_may_be_missing_where_it_is_clear(text: str) -> None:
    assert values(fold(text)) == values(text)


@given(st.integers(20, 999_999_999))
def test_every_number_in_words_is_read_back(number: int) -> None:
    assert values(f"Có {spelled(number)} người") == [number] == values(f"Có {number} người")


def test_equal_amounts_share_an_index_token() -> None:
    written = ["2.350 tỷ", "2350 tỷ", "hai nghìn ba trăm năm mươi tỷ"]
    assert {index_terms(text).extras for text in written} == {("2350000000000",)}
    assert "2350000000000" in index_terms("2.350.000.000.000 đồng").exact


def spelled(number: int) -> str:
    """The number in words as school teaches it, with every "không trăm" spoken."""
    if number >= 1_000:
        scale, word = (1_000_000, "triệu") if number >= 1_000_000 else (1_000, "nghìn")
        rest = number % scale
        return f"{spelled(number // scale)} {word}" + (f" {padded(rest)}" if rest else "")
    if number >= 100:
        rest = number % 100
        tail = f" linh {UNITS[rest]}" if 0 < rest < 10 else f" {spelled(rest)}" if rest else ""
        return f"{UNITS[number // 100]} trăm{tail}"
    tens, unit = divmod(number, 10)
    if tens == 0:
        return UNITS[unit]
    last = {0: "", 1: " một" if tens == 1 else " mốt", 5: " lăm"}.get(unit, f" {UNITS[unit]}")
    return ("mười" if tens == 1 else f"{UNITS[tens]} mươi") + last


def padded(rest: int) -> str:
    if rest >= 1_000:
        return spelled(rest)
    return (
        spelled(rest)
        if rest >= 100
        else f"không trăm linh {UNITS[rest]}"
        if rest < 10
        else f"không trăm {spelled(rest)}"
    )
