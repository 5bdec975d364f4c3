import unicodedata
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.vietnamese import find_numbers, fold, has_accents, nfc, split_sentences, syllable_key, words

Within = Callable[..., AbstractContextManager[None]]

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
vietnamese = st.text(alphabet=LETTERS + LETTERS.upper() + " .,;:!?\n\"'()[]0123456789-–/%…“”", max_size=300)


@given(st.text(max_size=200))
def test_fold_keeps_every_offset(text: str) -> None:
    text = nfc(text)
    assert len(fold(text)) == len(text)


@given(vietnamese)
def test_fold_is_stable_and_has_no_accents(text: str) -> None:
    folded = fold(nfc(text))
    assert fold(folded) == folded
    assert not has_accents(folded)
    assert "đ" not in folded


@pytest.mark.parametrize(
    ("old", "new"),
    [("hoà", "hòa"), ("thuỷ", "thủy"), ("Uỷ", "ủy"), ("kỹ", "kĩ"), ("lý", "lí"), ("quý", "quí"), ("khoẻ", "khỏe")],
)
def test_spelling_variants_have_one_key(old: str, new: str) -> None:
    assert syllable_key(old) == syllable_key(new)
    assert syllable_key(unicodedata.normalize("NFD", old)) == syllable_key(new)


@pytest.mark.parametrize(
    ("one", "other"), [("hoa", "hòa"), ("thúy", "thúi"), ("bàn", "bán"), ("đa", "da"), ("tay", "tai")]
)
def test_different_syllables_have_different_keys(one: str, other: str) -> None:
    assert syllable_key(one) != syllable_key(other)


@given(vietnamese)
def test_words_stand_where_they_say_and_folding_first_changes_nothing(text: str) -> None:
    text = nfc(text)
    found = list(words(text))
    assert [word.folded for word in found] == [word.folded for word in words(fold(text))]
    assert all(text[word.start : word.end].strip() for word in found)
    assert all(not has_accents(word.folded) for word in found)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("2.350 hồ sơ", {"2350"}),
        ("đạt 8,5%", {"8.5"}),
        ("đạt 8.5 điểm", {"8.5"}),
        ("1.234.567 đồng", {"1234567"}),
        ("1.234,50 tỷ", {"1234.5"}),
        ("3.5.2024", {"3", "5", "2024"}),
        ("03/05/2024", {"3", "5", "2024"}),
        ("26-CV/HU", {"26"}),
        ("thứ 2/9", {"2", "9"}),
        ("năm 2005", {"2005"}),
        ("0 và 00", {"0"}),
        ("không có số", set()),
    ],
)
def test_numbers(text: str, values: set[str]) -> None:
    assert find_numbers(text) == values


@pytest.mark.parametrize(
    "sentences",
    [
        ["TP.HCM đạt chuẩn ISO 14001: 2015.", "Ngày 3.5.2024 có 2.350 tỷ, tăng 8,5%."],
        ["Y' Moan hát.", "TS. Lê Bình nghe.", "Ông Nguyễn V. An về TP. Huế."],
        ["Ông hỏi: “Vì sao?”", "Không ai đáp…", "Rồi thôi!"],
        ["1. Mục tiêu chung.", "2. Nhiệm vụ cụ thể."],
        ["Ban Thường vụ (BTV) họp.", "“Một cửa” mở lúc 7h30.", "- Đường xá tốt lên."],
        ["PGS.TS. Lê Bình và Th.S. Trần An dự họp.", "BS CK1. Đỗ Minh khám bệnh."],
        ["Hồ sơ do UBND TP.", "Theo ông Nam, việc đã xong."],
        ["Nhiều nước Đông Nam Á.", "Những năm qua, xã đổi mới."],
        ["Bà T.T. L.P trình bày.", "Bà H.T.", "Việc khác bàn sau."],
        ["Có sách, báo, v.v.", "Tất cả đều mới."],
        ["Họ ăn no.", "Trang sách mở ra ở No. 5 bên trái."],
        ["Điều 3. Phạm vi áp dụng.", "1.1. Việc nhỏ."],
        ["Ông nói: “Tốt!”.", "Bà đáp: “Ừ.”", "Rồi thôi."],
    ],
)
def test_sentences_survive_hard_cases(sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert [text[span.start : span.end] for span in split_sentences(text)] == sentences


def test_a_line_broken_inside_a_sentence_goes_on() -> None:
    text = "Đảng ủy xã coi trọng kiểm tra,\ngiám sát cơ sở.\nTiêu đề mục\nĐoạn văn mới."
    found = [text[span.start : span.end] for span in split_sentences(text)]
    assert found == ["Đảng ủy xã coi trọng kiểm tra,\ngiám sát cơ sở.", "Tiêu đề mục", "Đoạn văn mới."]


@given(vietnamese)
def test_sentences_cover_the_text_in_order(text: str) -> None:
    spans = split_sentences(text)
    end = 0
    for span in spans:
        assert end <= span.start < span.end
        assert not text[end : span.start].strip()
        assert text[span.start : span.end] == text[span.start : span.end].strip()
        end = span.end
    assert not text[end:].strip()


@pytest.mark.parametrize("sentence", ["Câu này dài vừa phải và kết thúc ở đây. ", "Một dòng không có dấu chấm\n"])
def test_long_texts_take_linear_time(sentence: str, within: Within) -> None:
    with within(2):
        assert len(split_sentences(sentence * 5_000)) == 5_000
