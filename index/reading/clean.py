"""Lines scraped from a page to the article in them: furniture out, every word of the body kept.

The rule of doubt: a line that may belong to the body stays.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from index.reading.boilerplate import is_button, is_empty_label, is_menu, is_related_label
from index.reading.byline import read_line
from index.reading.characters import normalise
from index.reading.related import drop_related
from index.reading.shape import is_item, is_paragraph, word_count

# Matching gets slow, and dropping dangerous, on longer lines; the longest known notice has 98 characters.
_FURNITURE_CHARACTERS = 240
_MENU_LABEL_WORDS = 5
_COUNTER = re.compile(r"\d[\d.,]*")


def clean_lines(lines: Sequence[str], protected: frozenset[str] = frozenset()) -> str:
    """Drops furniture from lines; an empty one separates paragraphs.

    Args:
        lines: Lines in normal form.
        protected: Lines that are known to be headings or rows of tables and therefore stay.
    """
    lines = drop_related(list(lines), protected)
    lines = [line for line in lines if line in protected or not _is_furniture(line)]
    lines = _drop_at_the_edges(lines, protected)
    return normalise("\n".join(lines))


def _is_furniture(line: str) -> bool:
    if not line or (is_paragraph(line) and not line.casefold().startswith(_NOTICE_STARTS)):
        return False
    if len(line) > _FURNITURE_CHARACTERS:
        return is_button(line) if len(set(line.split())) <= _MENU_LABEL_WORDS else False
    return is_button(line) or is_related_label(line)


# Notices are whole sentences, so they look like paragraphs; only these beginnings may be looked up.
_NOTICE_STARTS = (
    "bạn đã không sử dụng site", "trình duyệt", "phiên ", "hết phiên", "tổng số điểm", "javascript", "©",
    "copyright", "(c)", "bạn cần", "bạn hãy", "bạn phải", "bạn vui lòng", "vui lòng", "xin vui lòng", "xin ",
    "hãy đăng nhập", "đăng nhập", "quý vị", "website này sử dụng", "trang web này sử dụng", "slideshow",
    "chúng tôi sử dụng cookie", "all rights reserved", "designed by", "powered by", "ý kiến", "bình luận",
    "nội dung của bạn", "hiện chưa có", "bản quyền",
)  # fmt: skip


def _drop_at_the_edges(lines: list[str], protected: frozenset[str]) -> list[str]:
    """Drops what is furniture only above the first and below the last paragraph: menus, letters, counters."""
    body = [place for place, line in enumerate(lines) if is_paragraph(line)]
    first, last = (body[0], body[-1]) if body else (len(lines), len(lines))
    header, footer = lines[:first], lines[last + 1 :]
    header = _without_edge_furniture(_drop_menu_columns(header, protected), protected)
    if not body:
        return _without_end_marks(header)
    introduced = lines[last].endswith(":")
    footer = _without_end_marks(_without_edge_furniture(footer, protected, introduced))
    return [*header, *lines[first : last + 1], *footer]


def _without_edge_furniture(lines: list[str], protected: frozenset[str], introduced: bool = False) -> list[str]:
    kept: list[str] = []
    for line in lines:
        # "Các lĩnh vực ưu tiên:" opens a list of the article's own, whose items may be any words.
        if line and not introduced and line not in protected and _is_edge_furniture(line):
            continue
        introduced = line.endswith(":") or (introduced and (bool(line) or not kept or kept[-1].endswith(":")))
        kept.append(line)
    return kept


def _without_end_marks(footer: list[str]) -> list[str]:
    """Drops a counter and an empty label with nothing below them."""
    footer = list(footer)
    while footer:
        above = next((line for line in reversed(footer[:-1]) if line), "")
        counter = _COUNTER.fullmatch(footer[-1]) and (not above or read_line(above))
        if footer[-1] and not counter and not is_empty_label(footer[-1]):
            break
        footer.pop()
    return footer


def _is_edge_furniture(line: str) -> bool:
    if not line or len(line) > _FURNITURE_CHARACTERS:
        return False
    if is_item(line):
        return False
    return is_menu(line) or (len(line) == 1 and line.isalpha()) or line.casefold().startswith("trang chủ ")


def _drop_menu_columns(header: list[str], protected: frozenset[str]) -> list[str]:
    """Drops the unknown short labels that stand between known ones in a menu of one label a line."""
    known = [
        place
        for place, line in enumerate(header)
        if line and line not in protected and not is_item(line) and is_menu(line)
    ]
    dropped = set(known)
    for before, after in pairwise(known):
        between = range(before + 1, after)
        if (
            len(between) <= 2 * _MENU_LABEL_WORDS
            and all(
                word_count(header[place]) <= _MENU_LABEL_WORDS and not any(map(str.isdigit, header[place]))
                for place in between
            )
            and not any(header[place] == "" for place in between)
        ):
            dropped.update(between)
    return [line for place, line in enumerate(header) if place not in dropped]
