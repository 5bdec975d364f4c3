"""Numbers, dates, names and negation: pairs of an answer's sentence and what it cites, written for these tests."""

import pytest

from rag.fact_checks import agrees_with
from rag.figures import read_figures


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("Huyện chi 2.350 tỷ đồng.", "Huyện đã chi 2350 tỷ làm đường."),
        ("Huyện chi 2,35 nghìn tỷ đồng.", "Huyện đã chi 2.350 tỷ đồng làm đường."),
        ("Tỉnh có 23 xã đạt chuẩn.", "Toàn tỉnh có hai mươi ba xã đạt chuẩn."),
        ("Tỉnh có 3 xã đạt chuẩn.", "Toàn tỉnh có ba xã đạt chuẩn."),
        ("Ba xã đạt chuẩn.", "Toàn tỉnh có 3 xã đạt chuẩn."),
        ("Tỷ lệ đạt 98,5 phần trăm.", "Tỷ lệ giải quyết đạt 98,50%."),
        ("Sân rộng 500 m².", "Sân vận động rộng 500 m2."),
        ("Dân số xã là 13.500 người.", "Dân số xã ước khoảng 13.500, đông nhất huyện."),
        ("Hội nghị họp ngày 3/5/2024.", "Hội nghị họp ngày 3 tháng 5 năm 2024."),
        ("Hội nghị họp ngày 03-05-2024.", "Hội nghị họp sáng 3/5/2024."),
        ("Hội nghị họp năm 2024.", "Hội nghị họp ngày 3/5/2024."),
        ("Hội nghị họp tháng 5/2024.", "Hội nghị họp ngày 3/5/2024."),
        ("Chương trình kết thúc năm 2025.", "Chương trình (2021, 2025) kết thúc."),
        ("Ủy ban nhân dân huyện đã duyệt.", "UBND huyện đã duyệt."),
        ("UBND huyện đã duyệt.", "Uỷ ban Nhân dân huyện đã duyệt."),
        ("Ông Lê Bình phát biểu.", "Ông Lê Văn Bình phát biểu."),
        ("Bà Lê Thị Hoa là Phó Chủ tịch xã.", "Chủ tịch xã Lê Bình và bà Lê Thị Hoa, Phó Chủ tịch xã, cùng dự."),
        ("Theo Sở Nội vụ, hồ sơ đã đủ.", "Sở Nội vụ cho biết hồ sơ đã đủ."),
        ("Tại Đông Hải có 5 trường.", "Huyện Đông Hải có 5 trường."),
        ("Hội nghị họp tại Bình Sơn, không phải Tân Phú.", "Hội nghị họp tại Bình Sơn."),
        ("Xã có 35 hộ nghèo, chứ không phải 53 hộ.", "Xã có 35 hộ nghèo."),
        ("Không, xã có 35 hộ nghèo.", "Xã có 35 hộ nghèo."),
        ("Xã không thể đạt chuẩn.", "Xã chưa đạt chuẩn."),
        ("Xã không bao giờ thu phí.", "Xã không thu phí."),
        ("Sân bay phục vụ hàng không trong nước.", "Hàng không trong nước phục vụ tại sân bay."),
        ("Xã không chỉ làm đường mà còn xây trường.", "Xã làm đường và xây trường."),
    ],
)
def test_the_same_in_other_words_agrees(sentence: str, quote: str) -> None:
    assert agrees_with(sentence, [quote], [])


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("Bà Lê Thị Hoa là Chủ tịch UBND xã.", "Bà Lê Thị Hoa, Phó Chủ tịch UBND xã, phát biểu."),
        ("Ông Trần Nam là Phó Bí thư Đảng ủy.", "Ông Trần Nam, Bí thư Đảng ủy, phát biểu."),
        ("Huyện chi 2.350 triệu đồng.", "Huyện đã chi 2.350 tỷ đồng."),
        ("Huyện chi 2.530 tỷ đồng.", "Huyện đã chi 2.350 tỷ đồng."),
        ("Tỉnh có 32 xã đạt chuẩn.", "Toàn tỉnh có hai mươi ba xã đạt chuẩn."),
        ("Bốn xã đạt chuẩn.", "Toàn tỉnh có 3 xã đạt chuẩn."),
        ("Bốn xã đạt chuẩn.", "Toàn tỉnh có ba xã đạt chuẩn."),
        ("Tỷ lệ đạt 98%.", "Toàn xã có 98 hộ đạt tỷ lệ cao."),
        ("Xã có 120 cán bộ.", "Xã có 120 thủ tục và 9 cán bộ, công chức."),
        ("Hội nghị họp ngày 3/6/2024.", "Hội nghị họp ngày 3/5/2024."),
        ("Hội nghị họp ngày 5/3/2024.", "Hội nghị họp ngày 3/5/2024."),
        ("Hội nghị họp ngày 3/5/2024.", "Hội nghị họp ngày 3/5/2023, họp lại tháng 6/2024."),
        ("Hội nghị họp ngày 3/5/2024.", "Hội nghị họp năm 2024."),
        ("Trong quý 2/2024, xã thu 5 tỷ đồng.", "Trong quý 1/2024, xã thu 5 tỷ đồng."),
        ("Trong quý II/2024, xã thu 5 tỷ đồng.", "Trong quý I/2024, xã thu 5 tỷ đồng."),
        ("Ông Lê Văn Hải phát biểu.", "Ông Lê Văn Bình và ông Trần Hải phát biểu."),
        ("Ông Lê Hải phát biểu.", "Ông Lê Văn Bình phát biểu."),
        ("Trần Văn Bình phát biểu.", "Ông Lê Văn Bình phát biểu."),
        ("HĐND huyện đã duyệt.", "UBND huyện đã duyệt."),
        ("Hội nghị họp tại Tân Phú, không phải Bình Sơn.", "Hội nghị họp tại Bình Sơn."),
        ("Hội nghị họp tại Bình Sơn, không phải Tân Phú.", "Hội nghị họp tại Bình Sơn và Tân Phú."),
        ("Không, xã có 53 hộ nghèo.", "Xã có 35 hộ nghèo."),
        ("Xã không đạt chuẩn.", "Xã đạt chuẩn."),
        ("Xã đạt chuẩn.", "Xã chưa đạt chuẩn."),
        ("Xã không bị phạt.", "Xã được khen."),
    ],
)
def test_another_number_name_date_or_denial_does_not_agree(sentence: str, quote: str) -> None:
    assert not agrees_with(sentence, [quote], [])


def test_names_may_stand_around_the_quote_but_numbers_may_not() -> None:
    surroundings = ["Huyện Đông Hải có 9 xã."]
    assert agrees_with("Đông Hải có 5 trường.", ["Huyện có 5 trường."], surroundings)
    assert not agrees_with("Đông Hải có 9 trường.", ["Huyện có 5 trường."], surroundings)


def test_figures_of_a_sentence() -> None:
    figures = read_figures("Từ 3/5/2024, xã chi 1,5 tỷ đồng cho 98% số hộ, rộng 20 km2.")
    assert [(figure.token, figure.unit is not None) for figure in figures.numbers] == [
        ("1500000000", True),
        ("98", True),
        ("20", True),
    ]
    assert [date.token for date in figures.dates] == ["2024-05-03"]
