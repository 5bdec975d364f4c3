"""Shared stand-ins: articles made by hand, a model-free index, settings that touch nothing of the user's."""

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from index import Article, Index
from rag import Settings

# `make test` tries the same examples every time; `make fuzz` sets HOIDAP_FUZZ to how many new ones to look for. A busy
# machine is no error; what must not take long has a test of its own, in processor time.
os.environ.setdefault("HOIDAP_READER", "lexical")  # what tests the trained reader asks for it
FUZZ = os.environ.get("HOIDAP_FUZZ")
hypothesis_settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.register_profile("test", hypothesis_settings.get_profile("busy"), derandomize=True, database=None)
hypothesis_settings.register_profile("fuzz", hypothesis_settings.get_profile("busy"), max_examples=int(FUZZ or 100))
hypothesis_settings.load_profile("fuzz" if FUZZ else "test")

MakeArticle = Callable[..., Article]
Within = Callable[..., AbstractContextManager[None]]

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for a browser is slow."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def within(no_cover: None) -> Within:
    """Fails what takes more than so many seconds of the processor, in this thread and with nobody counting lines."""

    @contextmanager
    def limited(seconds: float, what: object = None) -> Iterator[None]:
        started = time.thread_time()
        yield
        assert time.thread_time() - started < seconds, what

    return limited


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
