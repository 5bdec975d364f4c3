"""Shared stand-ins: articles made by hand, a model-free index, settings that touch nothing of the user's."""

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from index import Article, Index
from rag import Settings

# A busy machine is no error; what must not take long has a test of its own, in processor time.
hypothesis_settings.register_profile("hoidap", deadline=None)
hypothesis_settings.load_profile("hoidap")

MakeArticle = Callable[..., Article]

TEXTS = {
    "Xã Bình Sơn mở thư viện": (
        "Xã Bình Sơn mở thư viện\n\nSáng 12/3/2024, UBND xã Bình Sơn mở thư viện cộng đồng với 2.350 đầu sách. "
        "Thư viện phục vụ từ thứ Hai đến thứ Bảy. Bà Trần Thị Hạnh là người quản lý thư viện."
    ),
    "Huyện Đông Hải nâng chỉ số cải cách hành chính": (
        "Huyện Đông Hải nâng chỉ số cải cách hành chính\n\nChỉ số cải cách hành chính của huyện Đông Hải đạt 8,5 điểm, "
        "đứng thứ 2 trong 9 huyện của tỉnh. Năm trước, huyện đạt 7,9 điểm.\n\nUBND huyện đã đưa 120 thủ tục lên mạng."
    ),
    "Nước sạch về thôn Suối Cạn": (
        "Nước sạch về thôn Suối Cạn\n\nCông trình nước sạch thôn Suối Cạn trị giá 2,35 tỷ đồng đã hoàn thành. "
        "Hiện 98% số hộ trong thôn được dùng nước sạch."
    ),
}


@pytest.fixture
def make_article() -> MakeArticle:
    """Builds an article around a text, with the id the product would give it."""

    def make(title: str, text: str, published: date | None = None, path: str = "") -> Article:
        digest = hashlib.sha256(text.encode()).hexdigest()[:12]
        return Article(digest, title, None, None, published, None, text, path or f"{digest}.txt")

    return make


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """No model, no network, nothing outside the test's folder."""
    return Settings(index=tmp_path / "index", cache=tmp_path / "cache", embedding_model="hashing", llm="extractive")


@pytest.fixture
def index(settings: Settings, make_article: MakeArticle) -> Index:
    """An index of three small articles."""
    opened = Index.open_or_create(settings.index, settings)
    opened.add([make_article(title, text) for title, text in TEXTS.items()])
    return opened
