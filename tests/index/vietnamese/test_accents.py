"""Questions spelled as the articles spell, over one hand-written page of local news.

The page counts six hundred times, for a speller doubts accented words only where it knows a real pile of them.
"""

import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.vietnamese import fold, split_sentences, words
from index.vietnamese.accents import Speller
from index.vietnamese.word_counts import count_spellings

NEWS = """
Sáng 12/3/2024, Ủy ban nhân dân huyện Đông Hải tổ chức hội nghị tổng kết công tác cải cách hành chính năm 2023.
Theo báo cáo, chỉ số cải cách hành chính của huyện Đông Hải đạt 8,5 điểm, đứng thứ 2 trong 9 huyện của tỉnh Nam Hoài.
Năm 2022, chỉ số cải cách hành chính của huyện đạt 7,9 điểm.
Toàn huyện có 12 xã và 2 thị trấn, trong đó xã Bình Sơn nộp hồ sơ trực tuyến nhiều nhất.
Thư viện cộng đồng xã Bình Sơn có 2.350 đầu sách, mở cửa từ thứ Hai đến thứ Bảy.
Bà Trần Thị Hạnh là người quản lý thư viện. Thư viện xã được xây dựng trong năm 2023.
Người dân đến thư viện đọc sách không phải trả tiền.
Công trình nước sạch thôn Suối Cạn trị giá 2,35 tỷ đồng do tỉnh đầu tư, hoàn thành trước tháng 6 năm 2024.
Hiện 98% số hộ trong thôn được dùng nước sạch. Trước năm 2023, người dân thôn Suối Cạn dùng nước suối.
Bộ phận một cửa của xã tiếp nhận hồ sơ và trả kết quả trong ngày. Một cửa huyện tiếp nhận 4.120 hồ sơ.
Chủ tịch Ủy ban nhân dân huyện Lê Văn Bình yêu cầu các xã đưa thủ tục hành chính lên mạng.
Đoàn thanh niên hướng dẫn người dân nộp hồ sơ trực tuyến tại nhà văn hóa thôn.
""".strip()
SENTENCES = [NEWS[span.start : span.end] for span in split_sentences(NEWS)]


def speller_of(text: str) -> Speller:
    """A speller that knows one text, without a store."""
    spelled, together = count_spellings(text)
    syllables: dict[str, dict[str, int]] = {}
    for spelling, count in spelled.items():
        syllables.setdefault(fold(spelling), {})[spelling] = count
    return Speller(
        lambda wanted: {key: syllables[key] for key in wanted if key in syllables},
        lambda wanted: {pair: count for pair, count in together.items() if fold(pair) in wanted},
        lambda: list(syllables),
        spelled.total(),
    )


SPELLER = speller_of("\n".join([NEWS] * 600))


def bare(text: str) -> str:
    """``text`` typed without accents, in its own case."""
    plain = "".join(mark for mark in unicodedata.normalize("NFD", text) if not unicodedata.combining(mark))
    return plain.replace("đ", "d").replace("Đ", "D")


def test_the_words_and_pairs_of_a_text_are_counted() -> None:
    spelled, together = count_spellings("Xã có 12 thôn. Xã có 2.350 hộ; thôn xa")
    assert spelled == Counter({"xã": 2, "có": 2, "#": 2, "thôn": 2, "hộ": 1, "xa": 1})
    assert together == Counter({"xã có": 2, "có #": 2, "# thôn": 1, "# hộ": 1, "thôn xa": 1})  # none over "." or ";"


@pytest.mark.parametrize(
    "question",
    [
        "thư viện xã Bình Sơn có bao nhiêu đầu sách",
        "Chỉ số cải cách hành chính của huyện Đông Hải năm 2023 đạt bao nhiêu điểm?",
        "công trình nước sạch thôn Suối Cạn trị giá bao nhiêu tiền?",
        "ai là người quản lý thư viện?",
        "năm 2019 huyện có bao nhiêu xã?",
        "Xã nào nộp hồ sơ trực tuyến nhiều nhất?",
        "thủ tục hành chính là gì?",
        "Chủ tịch Ủy ban nhân dân huyện là ai?",
    ],
)
def test_a_question_typed_without_accents_gets_them_back(question: str) -> None:
    assert SPELLER.restore(bare(question)) == question


@pytest.mark.parametrize("sentence", SENTENCES)
def test_what_is_spelled_like_the_articles_stays(sentence: str) -> None:
    assert SPELLER.restore(sentence) == sentence


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Thuw vieenj xã Bình Sơn có bao nhieeu đầu sách?", "Thư viện xã Bình Sơn có bao nhiêu đầu sách?"),
        ("DDieemr cair cachs hanhf chinhs", "Điểm cải cách hành chính"),
        ("Công trình nước sạhc thôn Suối Cạn", "Công trình nước sạch thôn Suối Cạn"),
        ("Bộ pậhn một cửa tiếp nhận hồ sơ", "Bộ phận một cửa tiếp nhận hồ sơ"),
        ("Người quản lý thư việnn là ai?", "Người quản lý thư viện là ai?"),
        ("Thôn Suối Cạn dùng nướx sạch từ năm nào?", "Thôn Suối Cạn dùng nước sạch từ năm nào?"),
        ("Chỉ số cải cạch hành chính của huyện", "Chỉ số cải cách hành chính của huyện"),
    ],
)
def test_slips_of_the_keyboard_are_mended(typed: str, meant: str) -> None:
    assert SPELLER.restore(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Thư viện xa Binh Son có bao nhiêu đầu sách?", "Thư viện xã Bình Sơn có bao nhiêu đầu sách?"),
        ("Chỉ số cai cach hanh chinh của huyện Đông Hải", "Chỉ số cải cách hành chính của huyện Đông Hải"),
        ("nuoc sạch thon Suoi Can", "nước sạch thôn Suối Cạn"),
    ],
)
def test_only_what_lacks_accents_gets_them(typed: str, meant: str) -> None:
    assert SPELLER.restore(typed) == meant


def test_among_accents_a_word_without_any_was_meant_so() -> None:
    question = "Bà Hạnh và bà Nam quản lý thư viện?"
    assert SPELLER.restore(question) == question


@pytest.mark.parametrize("name", ["Kubernetes", "Zuckerberg", "iPhone", "Krông", "Quỳnh"])
def test_names_the_articles_do_not_know_stay(name: str) -> None:
    for question in (f"Thư viện xã Bình Sơn và {name}?", f"thu vien xa Binh Son va {name}?"):
        assert f" {name}?" in SPELLER.restore(question)


@pytest.mark.parametrize("name", ["Đắk Lắk", "Bắc Kạn", "Kon Tum", "Ea Tul"])
def test_a_place_the_articles_do_not_know_is_no_slip(name: str) -> None:
    assert SPELLER.restore(f"Thư viện ở {name} có bao nhiêu đầu sách?") == f"Thư viện ở {name} có bao nhiêu đầu sách?"


def test_chat_shorthand_is_written_out() -> None:
    assert SPELLER.restore("ko co nuoc sach") == "không có nước sạch"


def test_case_punctuation_and_numbers_stay() -> None:
    typed = "  THU VIEN (xa Binh Son), nam 2.024: 98,5% – co 12/3 khong?!  "
    restored = SPELLER.restore(typed)
    assert restored == "  THƯ VIỆN (xã Bình Sơn), năm 2.024: 98,5% – có 12/3 không?!  "
    assert [(word.start, word.end) for word in words(restored)] == [(word.start, word.end) for word in words(typed)]


def test_numbers_tell_which_word_stands_beside_them() -> None:
    assert SPELLER.restore("nam 1999 tinh Nam Hoai") == "năm 1999 tỉnh Nam Hoài"


@pytest.mark.parametrize("articles", ["", "Họp.", "12 34."])
def test_with_hardly_any_article_nothing_is_made_up(articles: str) -> None:
    speller = speller_of(articles)
    for question in ("", "?!", "2024", "Kubernetes 2024?"):
        assert speller.restore(question) == question
    assert speller.restore("co bao nhieu dau sach") == "có bao nhiêu đâu sach"  # from how questions are put


typed_words = st.sampled_from([*sorted({*NEWS.split(), *bare(NEWS).split()}), "thuwr", "Kubernetes"])
questions = st.one_of(
    st.lists(typed_words, max_size=8).map(" ".join), st.text(alphabet="aăâdđeêiouưy ,.?1ắộ\n", max_size=25), st.text()
).map(lambda text: unicodedata.normalize("NFC", text))


@given(questions)
def test_restoring_never_fails_and_keeps_the_number_of_words(question: str) -> None:
    assert len(list(words(SPELLER.restore(question)))) == len(list(words(question)))


@given(st.lists(st.sampled_from(sorted(set(bare(NEWS).split()))), max_size=8).map(" ".join))
def test_known_words_keep_their_letters(question: str) -> None:
    assert fold(SPELLER.restore(question)) == fold(question)


@given(st.sampled_from(SENTENCES))
def test_what_was_restored_is_restored_to_itself(sentence: str) -> None:
    for text in (sentence, bare(sentence)):
        once = SPELLER.restore(text)
        assert SPELLER.restore(once) == once
