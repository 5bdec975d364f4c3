"""Scraped text: what is removed, what stays, and what the lines around the body are read as."""

from datetime import date
from pathlib import Path

import pytest
from reading_samples import BODY, END, LEAD, TITLE, read

from index.errors import ArticleError


@pytest.mark.parametrize(
    "noise",
    [
        "Truy cập nội dung luôn", "Thông báo Thông báo", "Slideshow Image 1 Slideshow Image 1",
        "Chi tiết tin",
        "Liên kết Liên kết", "M", "Trang chủ > Tin tức > Cải cách hành chính",
        "Trang chủ | Giới thiệu | Văn bản | Liên hệ",
        "Hôm nay | Tuần này | Tháng này", "Trang chủ\nĐảng bộ\nGiới thiệu\nTin tức",
    ],
)  # fmt: skip
def test_furniture_above_is_removed(tmp_path: Path, noise: str) -> None:
    article = read(tmp_path, "bai.txt", f"{noise}\n\n{TITLE}\n29/10/2019\n\n{LEAD}\n\n{BODY}")
    assert article.text == f"{TITLE}\n29/10/2019\n\n{LEAD}\n\n{BODY}"
    assert article.title == TITLE


@pytest.mark.parametrize(
    "noise",
    [
        "< Trở về trang trước", "Gửi bình luận của bạn", "2,871\nViết bình luận mới", "Nguồn :",
        "Liên kết Liên kết",
        "Bạn đã không sử dụng Site, Bấm vào đây để duy trì trạng thái đăng nhập. Thời gian chờ: 60 giây",
        "Lượt xem: 1.234", "In trang Chia sẻ", "[Trở về trang trước] [In bài viết] [Gửi email]",
        "Chia sẻ Facebook Zalo",
        "Ý kiến bạn đọc (0)", "A- A A+", "Đăng nhập để gửi bình luận", "© 2020 Cổng thông tin",
        "IMG_2034.JPG", "anh hop xa 01jpg",
        "Tin liên quan\nXã Tân An tổ chức ngày hội đọc sách cho thiếu nhi\nHội Nông dân ra mắt câu lạc "
        "bộ (02/05/2024)",
        "Các tin khác:\n\nLịch cắt điện tuần 31\n\nThông báo tuyển sinh lớp sơ cấp nghề may",
    ],
)  # fmt: skip
def test_furniture_below_is_removed(tmp_path: Path, noise: str) -> None:
    article = read(tmp_path, "bai.txt", f"{TITLE}\n\n{LEAD}\n\n{BODY}\n\nLê Hằng\n\n{noise}")
    assert article.text == f"{TITLE}\n\n{LEAD}\n\n{BODY}\n\nLê Hằng"
    assert article.author == "Lê Hằng"


@pytest.mark.parametrize(
    "line",
    [
        "Năm 2017: 261 mô hình.", "Chuyển biến bước đầu", "Một góc thị trấn hôm nay", "Giáo dục",
        "Thông báo", "Chia sẻ", "Zalo",
        "- Có 5 xã thực hiện tốt", "a) Hồ sơ gồm có", "12", "1.284", "A", "STT | Xã | Số hộ", "Đăng ký",
        "Ảnh: Phương Huế",
        "Trang thông tin điện tử của huyện đã chia sẻ bài viết này và gửi bình luận tới bạn đọc trong ngày.",
        "Nội dung chi tiết về hồ sơ được đăng tải trên trang chủ; người dân đăng nhập để gửi câu hỏi "
        "cho cơ quan.",
        "Tin khác với lời đồn, ông khẳng định xã không thu thêm bất cứ khoản phí nào của người dân.",
        "Đảng ủy xã coi trọng kiểm tra", "Bản quyền và quyền tác giả", "Ngày 3/5/2024",
    ],
)  # fmt: skip
def test_body_lines_stay(tmp_path: Path, line: str) -> None:
    article = read(tmp_path, "bai.txt", f"{TITLE}\n\n{LEAD}\n\n{line}\n\n{BODY}\n\n{END}")
    assert f"\n{line}\n" in article.text
    assert article.published is None


def test_an_introduced_list_at_the_end_stays(tmp_path: Path) -> None:
    items = "Các lĩnh vực ưu tiên:\nGiáo dục\nY tế\nDu lịch"
    assert read(tmp_path, "bai.txt", f"{TITLE}\n\n{LEAD}\n\n{items}").text.endswith(items)


HEADLINES = (
    "Đi đầu trong chuyển đổi số, xã vùng cao đổi thay từng ngày\n"
    "Phát huy vai trò cầu nối giữa chính quyền với nhân dân trong xã\n"
    "Người dân chung tay cùng chính quyền giữ gìn vệ sinh môi trường"
)


def test_a_block_of_headlines_between_paragraphs_is_removed(tmp_path: Path) -> None:
    article = read(tmp_path, "bai.txt", f"{TITLE}\n\n{LEAD}\n\n{HEADLINES}\n\n{BODY}")
    assert article.text == f"{TITLE}\n\n{LEAD}\n\n{BODY}"


@pytest.mark.parametrize(
    ("before", "block"),
    [
        ("Hội nghị thống nhất triển khai ba nhóm nhiệm vụ trọng tâm sau đây:", HEADLINES),
        (LEAD, "\n".join("- " + line for line in HEADLINES.split("\n"))),
        (LEAD, "\n".join(line + "." for line in HEADLINES.split("\n"))),
        (LEAD, "\n".join(HEADLINES.split("\n")[:2])),
    ],
)
def test_other_blocks_of_lines_stay(tmp_path: Path, before: str, block: str) -> None:
    article = read(tmp_path, "bai.txt", f"{TITLE}\n\n{before}\n\n{block}\n\n{BODY}")
    assert f"{before}\n\n{block}\n\n{BODY}" in article.text


def test_a_list_after_a_label_ends_at_the_first_paragraph_and_its_heading(tmp_path: Path) -> None:
    related = "Tin liên quan\n\nXã Tân An tổ chức ngày hội đọc sách\n\nHuyện ra quân làm thủy lợi mùa khô năm nay"
    article = read(
        tmp_path,
        "bai.txt",
        f"{TITLE}\n\n{LEAD}\n\n{related}\n\nTriển khai nhiều giải pháp\n\n{BODY}\n\nBài, ảnh: Lê Hằng",
    )
    assert article.text == f"{TITLE}\n\n{LEAD}\n\nTriển khai nhiều giải pháp\n\n{BODY}\n\nBài, ảnh: Lê Hằng"


def test_broken_lines_and_drop_caps_are_joined(tmp_path: Path) -> None:
    article = read(
        tmp_path,
        "bai.txt",
        f"{TITLE}\n\nT\nrong năm qua, {LEAD}\n\nĐảng ủy xã coi trọng công tác kiểm tra, giám sát,\ngóp "
        f"phần xây dựng xã",
    )
    assert f"Trong năm qua, {LEAD}" in article.text
    assert "giám sát, góp phần xây dựng xã" in article.text


def test_icelandic_letters_typed_for_vietnamese_ones_are_read_as_meant(tmp_path: Path) -> None:
    meant = f"{TITLE}\n\nĐoàn xã đề ra mục tiêu trồng cây trên đường Đê Tả trong năm.\n\n{BODY}\n\nĐinh Đạt"
    article = read(tmp_path, "bai.txt", meant.replace("Đ", "Ð").replace("đ", "ð"))
    assert article == read(tmp_path, "bai.txt", meant)
    assert (article.text, article.title, article.author) == (meant, TITLE, "Đinh Đạt")


DATES = [
    ("Cập nhật ngày: 08/11/2018 | 10:29 GMT+7", "08/11/2018", date(2018, 11, 8)),
    ("Thứ Ba, 14/05/2024 08:15", "14/05/2024", date(2024, 5, 14)),
    ("Ngày đăng: 3-6-2024", "3-6-2024", date(2024, 6, 3)),
    ("ngày 3 tháng 5 năm 2024", "ngày 3 tháng 5 năm 2024", date(2024, 5, 3)),
    ("2024-05-14T08:00:00+07:00", "2024-05-14", date(2024, 5, 14)),
    ("13.9.2020, 12h05", "13.9.2020", date(2020, 9, 13)),
    ("(Cập nhật lúc 08:40 ngày 21/8/2017)", "21/8/2017", date(2017, 8, 21)),
    ("Đồng Mây, ngày 12 tháng 3 năm 2018", "ngày 12 tháng 3 năm 2018", date(2018, 3, 12)),
    ("06:30 28/07/2022 • Nguyễn Phương Thảo", "28/07/2022", date(2022, 7, 28)),
    ("Đăng ngày 05/10/2022 - Đức Thịnh (Báo Đồng Quê)", "05/10/2022", date(2022, 10, 5)),
    ("Ngày 14 tháng Năm, 2024", "Ngày 14 tháng Năm, 2024", date(2024, 5, 14)),
]


@pytest.mark.parametrize(("line", "written", "day"), DATES)
@pytest.mark.parametrize(
    "page",
    [
        "{title}\n{date}\n\n{body}",
        "{date}\n\n{title}\n\n{body}",
        "UBND huyện Yên Trạch\n\n{title}\n\n{date}\n\n{body}",
        "Tin hoạt động\n{title}\n{date}\n{body}",
    ],
)
def test_dates_around_the_title(tmp_path: Path, page: str, line: str, written: str, day: date) -> None:
    article = read(tmp_path, "bai.txt", page.format(title=TITLE, date=line, body=f"{LEAD}\n\n{BODY}"))
    assert (article.title, article.published) == (TITLE, day)
    span = article.spans["published"]
    assert article.text[span.start : span.end] == written


@pytest.mark.parametrize("line", ["31/02/2024", "Ngày đăng: 45/13/2024", "99/99/9999", "Số 12/2024", "1.2.3"])
def test_impossible_dates_are_none(tmp_path: Path, line: str) -> None:
    assert read(tmp_path, "bai.txt", f"{TITLE}\n{line}\n\n{LEAD}\n\n{BODY}").published is None


def test_a_date_below_the_body_counts_and_one_inside_does_not(tmp_path: Path) -> None:
    inside = "Ngày 3/5/2024, UBND xã ban hành kế hoạch số 12/KH-UBND về cải cách hành chính năm 2024 của xã."
    assert read(tmp_path, "bai.txt", f"{TITLE}\n\n{LEAD}\n\n{inside}\n\n{END}").published is None
    assert read(tmp_path, "bai.txt", f"{TITLE}\n\n{inside}\n\nNgày đăng: 06/5/2024").published == date(2024, 5, 6)


def test_the_day_of_publication_goes_before_the_day_of_update(tmp_path: Path) -> None:
    article = read(tmp_path, "bai.txt", f"{TITLE}\nCập nhật: 09/5/2024\nNgày đăng: 06/5/2024\n\n{LEAD}")
    assert article.published == date(2024, 5, 6)


@pytest.mark.parametrize(
    ("line", "author", "source"),
    [
        ("Lê Hằng", "Lê Hằng", None), ("Bài, ảnh: Hồng Thoan", "Hồng Thoan", None),
        ("Bài và ảnh: Lưu Ngọc Hà", "Lưu Ngọc Hà", None),
        ("Tác giả bài viết: Thanh Hải (Báo QT)", "Thanh Hải", None), ("PV: Minh Anh", "Minh Anh", None),
        ("Nay H'Linh", "Nay H'Linh", None),
        ("Tin, ảnh: Trần Sơn", "Trần Sơn", None), ("Minh Anh (Theo TTXVN)", "Minh Anh", "TTXVN"),
        ("Theo Báo Quảng Trị", None, "Báo Quảng Trị"),
        ("Theo Nguyễn Lê Minh", "Nguyễn Lê Minh", None),
        ("Minh PhươngTheo CNA, Reuters", "Minh Phương", "CNA, Reuters"),
        ("Nguồn: Cổng thông tin điện tử huyện Yên Trạch", None, "Cổng thông tin điện tử huyện Yên Trạch"),
        ("NGUYỄN VĂN AN", "NGUYỄN VĂN AN", None),
        ("Hà Nội", None, None), ("Ảnh: Phương Huế", None, None),
        ("Quang Anh - Khoa Nam", "Quang Anh - Khoa Nam", None), ("H.Long", "H.Long", None),
    ],
)  # fmt: skip
def test_bylines(tmp_path: Path, line: str, author: str | None, source: str | None) -> None:
    article = read(tmp_path, "bai.txt", f"{TITLE}\n\n{LEAD}\n\n{BODY}\n\n{line}")
    assert article.author == author
    assert source is None or article.source == source
    assert article.text.endswith(line)


@pytest.mark.parametrize(
    ("text", "title", "source"),
    [
        (f"Huyện ủy Yên Trạch\n\n{TITLE}\n\n{LEAD}", TITLE, "Huyện ủy Yên Trạch"),
        (f"CỔNG THÔNG TIN HUYỆN YÊN\nGóc nhìn\n{TITLE}\n\n{LEAD}", TITLE, "CỔNG THÔNG TIN HUYỆN YÊN"),
        (f"Tin nổi bật\n\n{TITLE}\n\n{LEAD}", TITLE, None),
        (f"ĐẠI BIỂU NHÂN DÂN LAM KHÁNH\nTin\n{TITLE}\n\n{LEAD}", TITLE, "ĐẠI BIỂU NHÂN DÂN LAM KHÁNH"),
        (f"Tin tức\n\n{TITLE}\n\nCán bộ xã tại buổi làm việc\n\n{LEAD}", TITLE, None),
        (f"UBND huyện họp bàn cải cách hành chính\n\n{LEAD}", "UBND huyện họp bàn cải cách hành chính", None),
        (f"Vì sao người dân chưa hài lòng?\n\n{LEAD}", "Vì sao người dân chưa hài lòng?", None),
        (f"{TITLE} (29/10/2019)\n\n{LEAD}", TITLE, None),
        (f"Tiêu đề: {TITLE}\nNgày đăng: 1/2/2024\nNguồn: Báo Đồng Quê\n\n{LEAD}", TITLE, "Báo Đồng Quê"),
        (f"{TITLE}\n\n(ĐQO) {LEAD}", TITLE, "ĐQO"),
        (f"{LEAD}\n\n{BODY}", "bai", None),
    ],
)  # fmt: skip
def test_titles_and_sources(tmp_path: Path, text: str, title: str, source: str | None) -> None:
    article = read(tmp_path, "bai.txt", text)
    assert (article.title, article.source) == (title, source)
    assert ("title" in article.spans) == (title != "bai")


@pytest.mark.parametrize("line", ["Nguồn: .", "Nguồn: . .", "Tác giả: -", "Nguồn: . | Lê Hằng", "Bài, ảnh: ."])
def test_a_label_without_a_word_behind_it_says_nothing(tmp_path: Path, line: str) -> None:
    article = read(tmp_path, "bai.txt", f"{TITLE}\n\n{LEAD}\n\n{line}")
    assert article.source is None
    assert all(span.start < span.end for span in article.spans.values())
    assert article.text.endswith(line)


def test_the_address_is_read(tmp_path: Path) -> None:
    article = read(tmp_path, "bai.txt", f"Huyện Yên Trạch\n\nhttp://yentrach.example.vn\n\n{TITLE}\n\n{LEAD}")
    assert article.url == "http://yentrach.example.vn"


@pytest.mark.parametrize("text", ["Gửi bình luận của bạn", "Trang chủ\nTin tức\nLiên hệ", "Nguồn :"])
def test_nothing_but_furniture_is_no_article(tmp_path: Path, text: str) -> None:
    with pytest.raises(ArticleError, match="không có nội dung"):
        read(tmp_path, "bai.txt", text)
