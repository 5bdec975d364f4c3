"""Lines of one sentence that were broken to fit a page or a box are joined again."""

import itertools

from index.reading.shape import SENTENCE_END, is_item, is_office
from index.vietnamese.dates import full_dates

# Shorter lines are headings and list items; a broken sentence fills most of its line.
_FULL_LINE_CHARACTERS = 40
_FULL_LINE_SHARE = 0.75
_DATE_CHARACTERS = 40
_WRAPPED_WIDTH_CHARACTERS = 130  # nobody wraps wider than this, so longer lines are whole paragraphs


def unwrap(lines: list[str]) -> list[str]:
    """Joins the broken lines of a block (consecutive lines without a blank one).

    A line is joined to the one before it when it goes on in lower case, or, in a block that is plainly
    wrapped, when the line before is full and unfinished. Items of lists start lines of their own. A single
    capital letter is the drop cap of the lower-case line after it.

    Example:
        >>> unwrap(["Đảng ủy xã coi trọng công tác kiểm tra, giám sát,", "góp phần xây dựng chính quyền"])
        ['Đảng ủy xã coi trọng công tác kiểm tra, giám sát, góp phần xây dựng chính quyền']
    """
    width = max((len(line) for line in lines), default=0)
    plain = sum(_goes_on(before, after) for before, after in itertools.pairwise(lines))
    wrapped = width <= _WRAPPED_WIDTH_CHARACTERS and plain >= 1 and 3 * plain >= len(lines) - 1
    joined: list[str] = []
    for position, line in enumerate(lines):
        before = lines[position - 1] if position else ""
        if len(before) == 1 and before.isupper() and line[:1].islower():
            joined[-1] += line
        elif position and (
            _goes_on(before, line)
            or (wrapped and _is_full(before, width) and not _ends(before, line) and not _starts_anew(line))
        ):
            joined[-1] += " " + line
        else:
            joined.append(line)
    return joined


def _ends(before: str, after: str) -> bool:
    return bool(SENTENCE_END.search(before)) and not (before.endswith((";", ":")) and after[:1].islower())


def _starts_anew(line: str) -> bool:
    return is_item(line) or is_office(line.split(" - ")[0]) or line.isupper()


def _goes_on(before: str, after: str) -> bool:
    return (
        len(before) >= _FULL_LINE_CHARACTERS
        and after[:1].islower()
        and not SENTENCE_END.search(before)
        and not is_item(after)
        and not _is_date(after)
        and "://" not in after
    )


def _is_date(line: str) -> bool:
    # "ngày 3 tháng 5 năm 2024" under a headline; the end of a sentence would have its full stop.
    return not SENTENCE_END.search(line) and len(line) <= _DATE_CHARACTERS and next(full_dates(line), None) is not None


def _is_full(line: str, width: int) -> bool:
    return len(line) >= max(_FULL_LINE_CHARACTERS, _FULL_LINE_SHARE * width)
