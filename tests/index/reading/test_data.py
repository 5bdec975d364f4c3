"""The five scraped articles and the saved pages of the measuring data, where they are at hand."""

import json
import os
from datetime import date
from pathlib import Path

import pytest

from index.errors import ArticleError
from index.reading import find_files, read_article

DATA = Path(os.environ.get("HOIDAP_DATA", Path(__file__).parents[4] / "shared"))
needs_articles = pytest.mark.skipif(not (DATA / "articles").is_dir(), reason="HOIDAP_DATA/articles is not there")
needs_pages = pytest.mark.skipif(not (DATA / "data" / "html").is_dir(), reason="HOIDAP_DATA/data/html is not there")

EXPECTED = {
    "000": (
        "Quan tâm lãnh đạo công tác xây dựng chính quyền cơ sở", date(2014, 6, 23), "Hòa Hiệp",
        "Huyện ủy Tam Nông",
    ),
    "001": ("Đổi mới phong cách lãnh đạo, điều hành ở Đảng bộ Cam Lộ", None, "Thanh Hải", "Huyện Cam Lộ"),
    "002": (
        "Cải cách hành chính trong xây dựng nông thôn mới ở Gò Công Đông", date(2019, 10, 29),
        "Lê Hằng", None,
    ),
    "003": (
        "Không ngừng nâng cao hiệu lực, hiệu quả quản lý của bộ máy chính quyền các cấp", date(2020, 9, 13),
        "Mạnh Quân", "LĐTĐ",
    ),
    "004": (
        "Quảng Khê tăng cường vai trò lãnh đạo của Đảng trong cải cách hành chính", date(2018, 11, 8),
        "Hồng Thoan", None,
    ),
}  # fmt: skip
# How many lines of each file are furniture; all others must be in the text, word for word.
FURNITURE_LINES = {"000": 2, "001": 1, "002": 5, "003": 6, "004": 2}


@needs_articles
@pytest.mark.parametrize("number", EXPECTED)
def test_scraped_articles(number: str) -> None:
    path = next(path for path in find_files([DATA / "articles"]).files if path.name.startswith(number))
    article = read_article(path)
    assert (article.title, article.published, article.author, article.source) == EXPECTED[number]
    assert article.url == ("http://camlo.quangtri.gov.vn" if number == "001" else None)
    words = " ".join(article.text.split())
    lines = [" ".join(line.split()) for line in path.read_text(encoding="utf-8").split("\n")]
    lost = [line for line in lines if (line and line not in words) or line == "M"]
    assert len(lost) == FURNITURE_LINES[number], lost
    assert max(len(line) for line in lost) < 150


@needs_pages
def test_saved_pages() -> None:
    folder = DATA / "data" / "html"
    article = read_article(folder / "VnExpress_2025_10_22.html.gz")
    expected = next(iter(json.loads((folder / "VnExpress.json").read_text(encoding="utf-8")).values()))
    assert (article.title, article.author) == (expected["title"], expected["authors"][0])
    assert article.published == date(2025, 10, 22)
    body = expected["body"]["summary"] + [line for part in expected["body"]["sections"] for line in part["paragraphs"]]
    assert article.text.split("\n\n")[-len(body) - 1 : -1] == body
    article = read_article(folder / "vnexpress_4426992_2022.html")
    assert (article.author, article.published) == ("Đoàn Loan", date(2022, 2, 13))
    assert article.title == "Việt Nam dự kiến mở lại toàn bộ đường bay quốc tế từ 15/2"
    with pytest.raises(ArticleError, match="không phải trang bài viết"):
        read_article(folder / "dantri_home_2021.html")
