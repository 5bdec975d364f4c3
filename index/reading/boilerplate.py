"""The words of web pages that are not the article's: menus, buttons, counters, comment boxes, notices.

A line is dropped only when all of it is such words. One of them inside a sentence drops nothing.
"""

import re

from index.reading.phrases import BUTTONS, MENU, SHARING

_SEPARATOR = r"[\s|•·/>»›<«‹,;:*+\-–—►▶▼▲→←↑↓…\[\]()#.]*"
_COUNT = r"(?:[\s(\[]*\d[\d.,]*[)\]]*)?"


def _alternatives(phrases: str) -> str:
    listed = {re.escape(phrase.strip()) for phrase in phrases.replace("\n", "").split("|") if phrase.strip()}
    return "|".join(sorted(listed, key=len, reverse=True))


def _only(phrases: str, least: int = 1) -> re.Pattern[str]:
    one = rf"(?:{_alternatives(phrases)})(?!\w){_COUNT}{_SEPARATOR}"
    return re.compile(rf"{_SEPARATOR}(?:{one}){{{least},}}", re.IGNORECASE)


_ONLY_BUTTONS = _only(BUTTONS)
_ONLY_SHARING = _only(f"{BUTTONS}|{SHARING}", least=2)
_ONLY_MENU = _only(f"{BUTTONS}|{SHARING}|{MENU}")
_NUMBER = r"[\d.,]+"
_COUNTERS = (
    rf"\W*(?:tổng |số |tổng số )?(?:lượt|lần) (?:xem|đọc|truy cập|người xem|tải|nghe|thích)"
    rf"(?: tin| bài| trang)?\s*:?\s*{_NUMBER}\W*",
    rf"\W*(?:đã xem|đã đọc|views?|hits?|bình luận|lượt thích|likes?|shares?)\s*:?\s*\(?{_NUMBER}\)?"
    r"(?: lần| lượt)?\W*",
    rf"\W*{_NUMBER}\s*(?:lượt (?:xem|đọc|truy cập|thích|tải|chia sẻ)|views?|bình luận|(?:người )?đã xem"
    r"|comments?|likes?|phản hồi|shares?)\W*",
    r"\W*(?:đang (?:truy cập|online|xem)|trực tuyến|(?:khách|thành viên) (?:viếng thăm|trực tuyến)"
    r"|máy chủ tìm kiếm|tổng (?:số )?(?:lượt )?truy cập|số người (?:online|truy cập|đang truy cập))"
    rf"\s*:?\s*{_NUMBER}\W*",
    rf"\W*{_NUMBER}\s*(?:người|khách)?\s*(?:đang truy cập|đang online|trực tuyến)\W*",
    r"tổng số điểm của bài viết là\b.*",
    r"xếp hạng:? [\d.,]+ - \d+ phiếu bầu",
    r"\W*\d[\d.,]* (?:điểm )?(?:/ ?\d+ )?\(?\d+ (?:phiếu|lượt) (?:bầu|đánh giá)\)?",
)
_SESSION_NOTICES = (
    r"bạn đã không sử dụng site\b.*",
    r".{0,40}để duy trì trạng thái đăng nhập\b.*",
    r"(?:hết )?phiên (?:làm việc|đăng nhập)(?: của bạn)? (?:sẽ |đã )?(?:hết (?:hạn|hiệu lực)|kết thúc)\b.*",
    r"(?:bạn|quý vị)?\s*(?:vui lòng|hãy|cần|phải)?\s*đăng nhập(?: tài khoản)?,?\s*(?:hoặc đăng ký )?"
    r"để (?:gửi|viết|tham gia|được|có thể|bình luận|đánh giá) .{0,60}",
    r"trình duyệt (?:của bạn )?(?:đã tắt|không hỗ trợ|chưa bật|hiện không)\b.*",
    r".{0,40}\b(?:bật|enable) javascript\b.*",
    r"javascript is .{0,80}",
    r"(?:website|trang web|chúng tôi)(?: này)? (?:có )?sử dụng cookies?\b.{0,200}",
)
_COMMENT_RULES = (
    r"(?:ý kiến|bình luận|nội dung) (?:của bạn )?(?:sẽ )?(?:được|phải) (?:kiểm |xét )?duyệt.{0,80}",
    r"(?:xin )?(?:vui lòng )?(?:gõ|nhập|viết|bình luận).{0,20}tiếng việt có dấu.{0,40}",
    r"hiện chưa có (?:bình luận|ý kiến|phản hồi).{0,60}",
)
_LAYOUT = (
    r"\W*(?:cỡ chữ\W*)?a\s*[-–−+](?:\s*\|?\s*a\s*[-–−+]?)+\W*",
    r"\W*(?:aa|a a a)\W*",
    r"(?:(?:slideshow|slide|banner|previous|next|prev)\s*(?:image\s*)?\d+\s*)+",
    r"(?:trang|page)\s*:?\s*(?:\d+\s*/\s*\d+|(?:\d+\s+){2,}.*)",
    r"theo dõi .{1,40} trên (?:google news|facebook|zalo|youtube|tiktok)\W*",
    r"[a-z0-9 _.()\-]{0,80}\.?(?:jpe?g|png|gif|webp|bmp)",  # a picture's file name
    r"(?:©|copyright|\(c\) ?(?:copyright|\d{4})|all rights reserved).{0,160}",
    r"bản quyền (?:©|\d{4}|thuộc(?: về)?) [^.]{1,100}",
    r"(?:designed|powered|developed) by\b.{0,80}",
)
_NOTICES = re.compile("|".join((*_COUNTERS, *_SESSION_NOTICES, *_COMMENT_RULES, *_LAYOUT)), re.IGNORECASE)
_BREADCRUMB = re.compile(r"\W*(?:trang chủ|home|trang nhất)\s*(?:[>»›/|→\\]|::|\s-\s).{0,200}", re.IGNORECASE)
_REPEATED = re.compile(r"(?P<phrase>\S+(?: \S+){1,5})(?: (?P=phrase))+")
_EMPTY_LABEL = re.compile(
    r"\W*(?:nguồn|nguồn tin|tác giả|theo|người đăng|ảnh|bài|từ khóa|tags?|chuyên mục|thẻ)\s*:\s*",
    re.IGNORECASE,
)
_RELATED = re.compile(
    r"\W*(?:(?:các |những |một số )?(?:tin|bài|bài viết|tin tức|tin bài|tin, bài|bài báo|chủ đề)"
    r"(?: tức| bài| viết)? (?:có )?(?:liên quan|khác|cùng (?:chuyên mục|loại|chủ đề|mục)|(?:mới|cũ) hơn"
    r"|mới nhất|mới|đã (?:đưa|đăng)|nổi bật|(?:xem|đọc) nhiều(?: nhất)?|nóng|tiêu điểm)"
    r"|(?:có thể )?bạn (?:có thể )?quan tâm|(?:mời )?(?:xem|đọc) thêm|(?:đọc|xem) nhiều(?: nhất)?"
    r"|(?:tin )?cùng chuyên mục|related(?: posts| news| articles)?)\s*(?:\(\d+\))?\W*",
    re.IGNORECASE,
)
_INLINE_RELATED = re.compile(
    r"(?:[>»►▶]+\s*)?(?:xem thêm|đọc thêm|mời xem|tin liên quan|bài liên quan)\s*:\s*\S.*[^.;!]",
    re.IGNORECASE,
)

_LONGEST_CHARACTERS = 5_000  # no menu is longer, and the patterns above take quadratic time


def is_button(line: str) -> bool:
    """Whether all of a line is page furniture, wherever it stands."""
    return len(line) <= _LONGEST_CHARACTERS and bool(
        _ONLY_BUTTONS.fullmatch(line)
        or _ONLY_SHARING.fullmatch(line)
        or _NOTICES.fullmatch(line)
        or _BREADCRUMB.fullmatch(line)
        or _INLINE_RELATED.fullmatch(line)
        or _is_repeated(line)
    )


def is_menu(line: str) -> bool:
    """Whether all of a line is names of sections: a menu at the edges, inside the body maybe a heading."""
    return len(line) <= _LONGEST_CHARACTERS and bool(_ONLY_MENU.fullmatch(line))


def is_empty_label(line: str) -> bool:
    """Whether a line is a label such as "Nguồn :" without a value."""
    return len(line) <= _LONGEST_CHARACTERS and bool(_EMPTY_LABEL.fullmatch(line))


def is_related_label(line: str) -> bool:
    """Whether a line opens a list of other articles, such as "Tin liên quan"."""
    return bool(_RELATED.fullmatch(line))


def _is_repeated(line: str) -> bool:
    # A link's text and its tooltip are scraped one after the other: "Thông báo Thông báo".
    match = _REPEATED.fullmatch(line)
    return match is not None and any(character.isalpha() for character in match["phrase"]) and "|" not in line
