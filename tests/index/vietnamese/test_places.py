"""Province names on the map of before and after July 2025."""

import pytest

from index.vietnamese import fold, other_names


def names(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(text[found.start : found.end], found.names) for found in other_names(text)]


@pytest.mark.parametrize(
    ("text", "found", "others"),
    [
        ("Bến Tre có mấy xã?", "Bến Tre", ("Vĩnh Long",)),
        ("Tỉnh Vĩnh Long", "Vĩnh Long", ("Bến Tre", "Trà Vinh")),
        ("TP.HCM", "TP.HCM", ("Bình Dương", "Bà Rịa - Vũng Tàu")),
        ("tphcm", "tphcm", ("Bình Dương", "Bà Rịa - Vũng Tàu")),
        ("Sài Gòn", "Sài Gòn", ("Bình Dương", "Bà Rịa - Vũng Tàu")),
        ("BR-VT", "BR-VT", ("Thành phố Hồ Chí Minh",)),
        ("Bà Rịa – Vũng Tàu", "Bà Rịa – Vũng Tàu", ("Thành phố Hồ Chí Minh",)),
        ("Huế", "Huế", ("Thừa Thiên Huế",)),
        ("TT-Huế", "TT-Huế", ("Huế",)),
        ("Thừa Thiên - Huế", "Thừa Thiên - Huế", ("Huế",)),
        ("Đăk Nông", "Đăk Nông", ("Lâm Đồng",)),
        ("Khánh Hoà", "Khánh Hoà", ("Ninh Thuận",)),
        ("Hòa Bình", "Hòa Bình", ("Phú Thọ",)),
        ("tỉnh hòa bình", "hòa bình", ("Phú Thọ",)),
        ("tp hai phong", "hai phong", ("Hải Dương",)),
        ("thành phố Cà Mau", "Cà Mau", ("Bạc Liêu",)),
    ],
)
def test_other_names(text: str, found: str, others: tuple[str, ...]) -> None:
    assert names(text) == [(found, others)]


@pytest.mark.parametrize(
    "text",
    [
        "Hà Nội",
        "xã Hòa Bình",
        "đường Long An",
        "nền hòa bình",
        "hai phong hop",
        "Thái Bình Dương",
        "Chủ tịch Hồ Chí Minh",
        "",
    ],
)
def test_what_names_no_merged_province(text: str) -> None:
    assert other_names(text) == []


def test_accents_may_be_missing() -> None:
    assert names(fold("Bến Tre và Tỉnh Vĩnh Long")) == [
        ("ben tre", ("Vĩnh Long",)),
        ("vinh long", ("Bến Tre", "Trà Vinh")),
    ]


def test_every_former_province_leads_to_one_of_today_and_back() -> None:
    former = (
        "Hà Giang, Yên Bái, Bắc Kạn, Hòa Bình, Vĩnh Phúc, Bắc Giang, Thái Bình, Hải Dương, Hà Nam, Nam Định, "
        "Quảng Bình, Quảng Nam, Kon Tum, Bình Định, Ninh Thuận, Đắk Nông, Bình Thuận, Phú Yên, Bình Dương, "
        "Bà Rịa - Vũng Tàu, Bình Phước, Long An, Sóc Trăng, Hậu Giang, Bến Tre, Trà Vinh, Tiền Giang, Bạc Liêu, "
        "Kiên Giang"
    ).split(", ")
    assert len(former) == 63 - 34
    todays = set()
    for name in former:
        (found,) = other_names(f"Tỉnh {name}")
        (today,) = found.names
        (back,) = other_names(today)
        assert name in back.names
        todays.add(today)
    assert len(todays) == 23
