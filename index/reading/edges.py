"""The lines above and below the body, where an article says who wrote it, when and where."""

import re
from dataclasses import replace
from typing import NamedTuple

from index.reading.byline import read_line
from index.reading.shape import is_item, is_paragraph, office_in
from index.reading.types import Line

_HEADER_LINES = 15
_FOOTER_LINES = 6
_DATED_HEAD_LINES = 5
_DATE_MARK = re.compile(r"\d\s*[:hg]\s*\d\d|^\W*(?:cập nhật|đăng|ngày đăng|xuất bản|thứ|chủ nhật)", re.IGNORECASE)


class Edges(NamedTuple):
    """The lines above the body, those below it, and the body's first."""

    header: list[Line]
    footer: list[Line]
    lead: Line | None


def find_edges(text: str) -> Edges:
    """Returns the lines of a cleaned text above its first and below its last paragraph."""
    lines: list[Line] = []
    start = 0
    for words in text.split("\n"):
        if words:
            lines.append(Line(words, start))
        start += len(words) + 1
    body = [place for place, line in enumerate(lines) if _is_body(line.text)]
    first, last = (body[0], body[-1]) if body else (len(lines), len(lines))
    first = max(first, _end_of_dated_head(lines))
    last = max(last, first - 1)
    header = [_read(line) for line in lines[: min(first, _HEADER_LINES)]]
    footer = [_read(line) for line in lines[max(last + 1, len(lines) - _FOOTER_LINES) :] if not is_item(line.text)]
    if not body:
        footer = [line for line in header[1:][-_FOOTER_LINES:] if line.start > lines[0].start]
    return Edges(header, footer, lines[first] if first < len(lines) else None)


def _end_of_dated_head(lines: list[Line]) -> int:
    """How many lines at the top a date line makes header, though they may read like a sentence."""
    above: list[Line] = []
    for place, line in enumerate(lines[:_DATED_HEAD_LINES]):
        if not any(statement.day for statement in read_line(line.text)):
            if not office_in(line.text):
                above.append(line)
            continue
        if place == 0 and len(lines) > 2 and _touches(line, lines[1]) and not _touches(lines[1], lines[2]):
            return 2  # date and headline in one block above the rest
        # Below headline and summary a bare date may open a part of the body; one with label or hour does not.
        bare = not _DATE_MARK.search(line.text)
        summary = any(is_paragraph(other.text) for other in above)
        return 0 if bare and summary and len(above) > 1 else place + 1
    return 0


def _touches(line: Line, below: Line) -> bool:
    return below.start == line.start + len(line.text) + 1


def _is_body(line: str) -> bool:
    return is_paragraph(line) and not read_line(line)


def _read(line: Line) -> Line:
    return replace(line, statements=tuple(read_line(line.text)))
