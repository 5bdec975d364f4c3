"""Labels of the lines above and below the body."""

import re
from typing import Literal

Field = Literal["title", "author", "source", "published", "updated", "url"]

_PART = r"(?:bài|ảnh|clip|tin|video|hình ảnh|hình)"  # of a reporter's work, as in "Bài, ảnh:"
_LABELS: dict[Field, str] = {
    "title": r"tiêu đề|tựa đề|nhan đề|tên bài(?: viết)?|tít|title",
    "author": (
        r"(?:nhóm )?tác giả(?: bài viết| bài)?|người viết(?: bài)?|bài viết|bài của|viết bởi|bài|tin"
        rf"|{_PART}(?: viết)?(?:(?:,| và| &| -|/)+ ?{_PART})+|pv|phóng viên|ctv|cộng tác viên|người đưa tin"
        r"|thực hiện|người thực hiện|biên soạn|người soạn|biên tập|author|by"
    ),
    "source": (r"nguồn(?: tin| bài| bài viết)?|theo nguồn|trích nguồn|(?:cơ quan|đơn vị|trang) đăng|source|site"),
    "published": (
        r"ngày đăng(?: tin| bài| tải)?|đăng ngày|đăng lúc|đăng vào(?: lúc| ngày)?|đăng tải(?: ngày| lúc)?"
        r"|ngày xuất bản|xuất bản(?: ngày| lúc)?|ngày (?:phát hành|viết|đưa tin|tạo)|đã đăng"
        r"|được đăng|thời gian(?: đăng)?|ngày|date|published(?: on)?|post date|posted(?: on)?"
    ),
    "updated": (
        r"(?:lần )?cập nhật(?: lần cuối| mới nhất)?(?: ngày| lúc| vào)*|ngày cập nhật|chỉnh sửa lần cuối"
        r"|last updated?|updated|date_?modified"
    ),
    "url": (
        r"url|link(?: gốc| bài| nguồn)?|đường dẫn|địa chỉ (?:web|trang|bài viết)|liên kết gốc|xem tại|website"
        r"|bài gốc"
    ),
}
_LABELLED = re.compile(
    rf"\W*(?:{'|'.join(f'(?P<{name}>{words})' for name, words in _LABELS.items())})\s*:\s*(?P<value>.*)",
    re.IGNORECASE | re.DOTALL,
)

_ISSUE = re.compile(
    r"(?:lượt|số lượt|đã)? ?(?:xem|đọc)?\W*[\d.,]*\W*(?:lượt)? ?(?:xem|đọc)?"
    r"|(?:số )?[\d/.\-]*,? ?phát hành|ký|ban hành|đăng bởi",
    re.IGNORECASE,
)


def find_label(text: str) -> tuple[Field, str, int] | None:
    """The field that a text's label names, with the words after it and where they start."""
    match = _LABELLED.match(text)
    if not match or not match["value"].strip():
        return None
    name = next(name for name in _LABELS if match[name])
    value = match["value"].strip()
    return name, value, match.start("value") + match["value"].index(value)


def is_issue(text: str) -> bool:
    """Whether a text counts views or tells the number of an issue or a letter."""
    return bool(_ISSUE.fullmatch(text))
