"""What kind of thing a question asks for, and whether a sentence offers one."""

import re
from collections.abc import Callable

from index.vietnamese import fold, words

Offers = Callable[[str], bool]
"""Whether a sentence holds a thing of some kind."""


def _pattern(pattern: str) -> Offers:
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda sentence: compiled.search(sentence) is not None


def _has_name(sentence: str) -> bool:
    """Whether a word other than the first is capitalised."""
    return any(sentence[word.start].isupper() for word in list(words(sentence))[1:])


# Question words, without accents, and what an answer to them looks like.
_KINDS: tuple[tuple[re.Pattern[str], Offers], ...] = tuple(
    (re.compile(rf"\b(?:{asked})\b"), offers)
    for asked, offers in (
        (
            "khi nao|bao gio|luc nao|(?:nam|ngay|thang|quy|thoi gian|thoi diem|giai doan|the ky) (?:nao|bao nhieu)",
            _pattern(r"\b\d{4}\b|\d/\d|\b(?:ngày|tháng|năm|quý|thế kỷ|giờ|sáng|chiều|tối|thập niên)\b"),
        ),
        (
            "bao nhieu|may|ty le|ti le|bao lau|bao xa",
            _pattern(r"\d|\b(?:hai|ba|bốn|sáu|bảy|tám|chín|mười|trăm|nghìn|triệu|tỷ)\b"),
        ),
        (
            "o dau|tai dau|noi nao|dau la|(?:xa|phuong|huyen|tinh|nuoc|quoc gia|thanh pho|dia phuong) nao",
            _pattern(r"\b(?:tại|ở|thuộc|xã|phường|huyện|tỉnh|thành phố|thôn|làng|khu|nước)\b"),
        ),
        (
            "tai sao|vi sao|nguyen nhan|ly do|muc dich|do dau",
            _pattern(r"\b(?:do|vì|bởi|nhờ|nhằm|để|khiến|nguyên nhân|lý do)\b"),
        ),
        ("ai|nguoi nao|nhung ai|ong nao|ba nao", _has_name),
    )
)


def kinds_asked(question: str) -> tuple[Offers, ...]:
    """Tells whether a sentence offers what ``question`` asks for: a date, a number, a place, a reason, a name.

    >>> [offers("Xã có 12 thôn") for offers in kinds_asked("Xã có bao nhiêu thôn?")]
    [True]
    >>> kinds_asked("Mô hình này là gì?")
    ()
    """
    folded = fold(question)
    return tuple(offers for asked, offers in _KINDS if asked.search(folded))


_ABOUT_ARTICLE = re.compile(r"\b(?:bai|bai viet|bai bao|ban tin|tin|tac gia)\b")
_HEADER_FIELDS = {
    "author": re.compile(r"\b(?:tac gia|ai viet|ai la nguoi viet|ai dang|nguoi viet|do ai)\b"),
    "published": re.compile(
        r"\b(?:dang|cap nhat|xuat ban|viet)\b.*\b(?:ngay|hom|khi|luc|thang|nam) (?:nao|may)\b"
        r"|\bngay (?:dang|cap nhat)\b"
    ),
    "source": re.compile(r"\b(?:nguon nao|bao nao|trang nao|nguon cua bai)\b"),
}


def header_fields_asked(question: str) -> tuple[str, ...]:
    """Names of the spans of an ``Article`` that answer a question about an article itself: who wrote it, when, where.

    >>> header_fields_asked("Ai viết bài về tổ công nghệ số?"), header_fields_asked("bai nay dang ngay nao")
    (('author',), ('published',))
    >>> header_fields_asked("Xã nào về đích nông thôn mới?")
    ()
    """
    folded = fold(question)
    if not _ABOUT_ARTICLE.search(folded):
        return ()
    return tuple(name for name, asked in _HEADER_FIELDS.items() if asked.search(folded))
