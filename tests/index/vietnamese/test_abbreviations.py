"""Abbreviations: expanded for matching, suggested where unclear, learnt from the texts that define them."""

from importlib.resources import files

import pytest

from index.vietnamese import fold, is_syllable, learn_abbreviations, matching_words, possible_expansions, words

TABLE = files("index.vietnamese") / "abbreviations.txt"


def exact(text: str) -> list[str]:
    return [word.exact for word in words(text)]


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("UBND huyện", "Ủy ban nhân dân huyện"),
        ("Ubnd huyện", "Uỷ ban nhân dân huyện"),
        ("ubnd, hđnd và hdnd", "Ủy ban nhân dân, Hội đồng nhân dân và Hội đồng nhân dân"),
        ("U.B.N.D tỉnh", "Ủy ban nhân dân tỉnh"),
        ("CBCCVC", "cán bộ, công chức, viên chức"),
        ("TP.HCM", "thành phố Hồ Chí Minh"),
        ("TP. HCM", "thành phố Hồ Chí Minh"),
        ("tp hcm", "thành phố Hồ Chí Minh"),
        ("TPHCM", "thành phố Hồ Chí Minh"),
        ("Sở GD&ĐT", "Sở Giáo dục và Đào tạo"),
        ("sở gd&đt và lđ-tb&xh", "sở giáo dục và đào tạo và lao động thương binh và xã hội"),
        ("sở gd&dt", "sở giáo dục và đào tạo"),
        ("Sở GD-ĐT", "Sở Giáo dục và Đào tạo"),
        ("Sở KH-CN", "Sở Khoa học và Công nghệ"),
        ("Sở NN & PTNT", "Sở Nông nghiệp và Phát triển nông thôn"),
        ("Sở LĐ-TB&XH", "Sở Lao động - Thương binh và Xã hội"),
        ("Sở VH,TT&DL", "Sở Văn hóa, Thể thao và Du lịch"),
        ("T.Ư Đảng", "Trung ương Đảng"),
        ("số 12/QĐ-UBND", "số 12 quyết định Ủy ban nhân dân"),
        ("ThS và PGS.TS", "thạc sĩ và phó giáo sư tiến sĩ"),
        ("xã đạt chuẩn NTM", "xã đạt chuẩn nông thôn mới"),
    ],
)
def test_a_short_form_matches_its_long_form(short: str, long: str) -> None:
    assert [word.exact for word in matching_words(short)] == exact(long)
    assert [word.folded for word in matching_words(short)] == [word.folded for word in words(long)]


@pytest.mark.parametrize(
    "text",
    [
        "ban to ta ca hai tu hu đu",
        "CA KHÚC TA HÁT, TƯ, ĐU, TU",
        "Ông N.T.M và bà T.P ở nhà",
        "chỉ số PAPI, PAR INDEX và SIPAS",
        "BTV họp, CT và TT dự",
        "dn kh nq cđ",
        "trang ubnds.vn",
    ],
)
def test_what_may_be_another_word_stays(text: str) -> None:
    assert list(matching_words(text)) == list(words(text))


def test_words_of_a_long_form_stand_where_the_short_form_stands() -> None:
    text = "Sở GD & ĐT và UBND họp"
    stands = {(word.start, word.end) for word in matching_words(text)}
    assert [text[start:end] for start, end in sorted(stands)] == ["Sở", "GD & ĐT", "và", "UBND", "họp"]


def test_every_clear_entry_of_the_table_is_expanded_and_no_syllable_is() -> None:
    entries = [line.split(": ") for line in TABLE.read_text("utf-8").splitlines() if line[:1] not in ("", "#")]
    assert len(entries) > 250
    for shorts, meanings in entries:
        for short in shorts.split():
            found = [word.exact for word in matching_words(short)]
            unclear = " | " in meanings or is_syllable(short)
            assert found == exact(short if unclear else meanings), short
            assert unclear or not is_syllable(fold(short)), short


def test_unclear_abbreviations_are_suggested_in_capitals_only() -> None:
    text = "BTV và CT xã gặp CA; ct, ca thì không"
    found = [(text[f.start : f.end], f.names[0]) for f in possible_expansions(text)]
    assert found == [("BTV", "ban thường vụ"), ("CT", "chủ tịch"), ("CA", "công an")]
    assert not possible_expansions("CA KHÚC VỀ QUÊ TA")


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("của Ủy ban nhân dân (UBND) xã", [("UBND", "Ủy ban nhân dân")]),
        ("công tác cải cách hành chính (gọi tắt là CCHC)", [("CCHC", "cải cách hành chính")]),
        ("Đặc khu kinh tế (sau đây gọi tắt là “ĐKKT”)", [("ĐKKT", "Đặc khu kinh tế")]),
        ("HĐND (Hội đồng nhân dân) họp", [("HĐND", "Hội đồng nhân dân")]),
        ("Sở Giáo dục và Đào tạo (GD&ĐT)", [("GD&ĐT", "Giáo dục và Đào tạo")]),
        ("Sở Giáo dục và Đào tạo (GDVĐT)", [("GDVĐT", "Giáo dục và Đào tạo")]),
        ("Trung ương (TW) và Trung ương (TƯ)", [("TW", "Trung ương"), ("TƯ", "Trung ương")]),
        ("Chỉ số Hiệu quả quản trị và hành chính công cấp tỉnh (PAPI)", []),
        ("Ban chỉ đạo. Nhân dân (BCĐND)", []),
        ("ông Nguyễn Văn An (SN 1980)", []),
        ("UBND (ở xã Nam) họp", []),
        ("(UBND)", []),
    ],
)
def test_abbreviations_a_text_defines(text: str, pairs: list[tuple[str, str]]) -> None:
    assert learn_abbreviations(text) == pairs
