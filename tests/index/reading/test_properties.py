"""Any bytes under any name become a sound article or an ArticleError, nothing else."""

import gzip
import hashlib
import tempfile
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.errors import ArticleError
from index.reading import SUFFIXES, read_article
from index.reading.decode import decode
from index.types import Article

WORDS = st.sampled_from(
    "Trang chủ|Tin liên quan|Nguồn :|Lê Hằng|29/10/2019|Bài, ảnh: An Hà|UBND xã|M|\n|\n\n|. |, | | - |"
    "12|a|Đ|Ð|ạ|a\u0323|\u200b|\u00a0|\t"
    "|http://a.vn|(LĐTĐ) |\r\n|\u2028|<p>|</p>|<b hidden>|# |**|_|[a](b)|---\n|| |:|“|”|Cập nhật ngày: "
    "8/11/2018|Theo TTXVN|\ud800"
    "|Đồng chí Bí thư Đảng ủy xã cho biết kết quả đạt được là đáng ghi nhận.".split("|")
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=60).map("".join))


def read(data: bytes, suffix: str) -> Article | None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "bai" + suffix)
        path.write_bytes(data)
        try:
            return read_article(path)
        except ArticleError as error:
            assert str(path) in str(error)
            assert "\n" not in str(error)
            return None


def check(article: Article) -> None:
    text = article.text
    assert text == text.strip() and text
    assert unicodedata.is_normalized("NFC", text)
    assert article.id == hashlib.sha256(text.encode("utf-8")).hexdigest()[:12]
    assert "\n\n\n" not in text
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in text if c != "\n")
    for line in text.split("\n"):
        assert line == " ".join(line.split())
    for field, span in article.spans.items():
        assert 0 <= span.start < span.end <= len(text)
        if field != "published":
            assert text[span.start : span.end] == getattr(article, field)
    assert ("published" in article.spans) == (article.published is not None)
    assert article.title and "\n" not in article.title


def letters(text: str) -> Counter[str]:
    """Letters and digits of ``text`` without their marks, with their numbers; the Icelandic eth is read as đ."""
    decomposed = unicodedata.normalize("NFD", text).replace("Ð", "Đ").replace("ð", "đ")
    return Counter(character for character in decomposed if character.isalnum())


@pytest.mark.hypothesis
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_any_bytes(suffix: str) -> None:
    @settings(max_examples=60, deadline=None)
    @given(st.binary(max_size=400))
    def any_bytes(data: bytes) -> None:
        plain, packed = read(data, suffix), read(gzip.compress(data), suffix)
        for article in (plain, packed):
            if article:
                check(article)
        unpacked = read(data, suffix.removesuffix(".gz")) if suffix.endswith(".gz") else None  # else: a binary file
        assert (packed and packed.text) == (unpacked and unpacked.text)

    any_bytes()


@pytest.mark.hypothesis
@pytest.mark.parametrize("suffix", [".txt", ".md", ".html"])
def test_any_text(suffix: str) -> None:
    @settings(max_examples=150, deadline=None)
    @given(TEXTS)
    @example("---\ntitle: a\u0323\u0302\nauthor: \u200b\n---\nb")
    @example("29/10/2019\n\nXã họp.\n\nNguồn: .")
    @example("# Lê Hằng\n\nLê Hằng\n\n29/10/2019")
    @example("<h1>Huyện Cam Lộ</h1><p>29/10/2019</p>" + "<p>Một câu nói đủ dài để được coi là thân bài viết.</p>" * 3)
    def any_text(text: str) -> None:
        data = text.encode("utf-8", "surrogatepass")
        article = read(data, suffix)
        if article:
            check(article)
            if suffix == ".txt":  # the others may spell letters as entities
                assert letters(article.text) <= letters(decode(data)), "cleaning only takes away"

    any_text()


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.lists(
            st.sampled_from("xã huyện đã làm được nhiều việc 12 Nam Hà và cho dân".split()),
            min_size=9,
            max_size=20,
        ),
        min_size=1,
        max_size=6,
    )
)
def test_no_paragraph_is_ever_lost(sentences: list[list[str]]) -> None:
    paragraphs = ["Ông " + " ".join(words) + "." for words in sentences]
    for joint in ("\n", "\n\n"):
        article = read(joint.join(paragraphs).encode(), ".txt")
        assert article
        assert article.text == joint.join(paragraphs)


@pytest.mark.parametrize(
    "text",
    [
        "<div>" * 50_000, "<b>" * 20_000 + "chữ", "*" * 50_000, "[" * 50_000, "_a" * 30_000, "|" * 50_000,
        "trang chủ " * 20_000, "a " * 60_000 + "b", "tin tức in " * 3_000 + "x", "Nguồn: " * 9_000,
        "1/1/" * 20_000, "Lê " * 20_000,
    ],
    ids=lambda text: text[:8],
)  # fmt: skip
@pytest.mark.parametrize("suffix", [".txt", ".md", ".html"])
def test_long_monotonous_texts_do_not_hang(text: str, suffix: str) -> None:
    article = read(text.encode(), suffix)
    assert article is None or article.text
    if article:
        check(article)
