"""Lists of other articles' headlines that a page shows inside and below an article."""

from itertools import groupby

from index.reading.boilerplate import is_related_label
from index.reading.byline import read_line
from index.reading.shape import SENTENCE_END, is_item, is_office, is_paragraph, is_person, word_count
from index.vietnamese.dates import full_dates

# A list without a label is known by its shape alone, so three lines at least, each as long as a headline:
# none of the 20,000 lines of news_dated and news_gov is lost to it.
_HEADLINES = 3
_HEADLINE_CHARACTERS = 40
_HEADLINE_WORDS = 8
_LONGEST_HEADLINE_WORDS = 35
# A shorter line between a list of headlines and a paragraph is taken for the paragraph's heading.
_HEADING_CHARACTERS = 60


def drop_related(lines: list[str], protected: frozenset[str]) -> list[str]:
    """Drops lists of other articles' headlines, with and without a label above them.

    Args:
        lines: Lines in normal form; an empty one separates paragraphs.
        protected: Lines that stay whatever they look like.
    """
    return _drop_blocks(_drop_labelled_lists(lines, protected), protected)


def _drop_labelled_lists(lines: list[str], protected: frozenset[str]) -> list[str]:
    kept: list[str] = []
    position = 0
    in_body = False
    while position < len(lines):
        line = lines[position]
        # Above the body "Tin nổi bật" is the section that the headline below it belongs to.
        if in_body and line not in protected and is_related_label(line):
            position = _end_of_list(lines, position + 1)
            kept.append("")
            continue
        in_body = in_body or is_paragraph(line)
        kept.append(line)
        position += 1
    return kept


def _end_of_list(lines: list[str], start: int) -> int:
    """Position after the headlines that follow a label at ``start - 1``."""
    first = next((place for place in range(start, len(lines)) if lines[place]), len(lines))
    end = first
    while end < len(lines) and _is_headline(lines[end]):
        end += 1
    if end - first >= 2 and end < len(lines) and not lines[end]:
        return end  # a block of lines: it ends at the blank line
    if end < len(lines) and lines[end]:
        return _without_heading(lines, first, end)
    last = end
    while end < len(lines):  # one headline a block: it ends at the first line that is none
        if lines[end] and not _is_headline(lines[end]):
            return _without_heading(lines, first, last)
        end += 1
        if lines[end - 1]:
            last = end
    return last


def _without_heading(lines: list[str], first: int, end: int) -> int:
    # The line just above the paragraph that ended the list may be that paragraph's heading.
    if end - first >= 2 and len(lines[end - 1]) < _HEADING_CHARACTERS and not is_item(lines[end - 1]):
        return end - 1
    return end


def _is_headline(line: str) -> bool:
    if not line or " | " in line or is_paragraph(line) or word_count(line) > _LONGEST_HEADLINE_WORDS:
        return False
    if next(full_dates(line), None) and word_count(line) <= 3:
        return True
    ends = SENTENCE_END.search(line)
    return not (
        (ends and ends[0][0] not in "?!…")
        or (ends and word_count(line) < 4)
        or is_person(line)
        or is_office(line)
        or any(statement.field in ("author", "source", "url") for statement in read_line(line))
    )


def _drop_blocks(lines: list[str], protected: frozenset[str]) -> list[str]:
    """Drops blocks that are nothing but headlines of other articles, below a finished paragraph."""
    kept: list[str] = []
    finished = False
    for blank, group in groupby(lines, key=lambda line: not line):
        block = list(group)
        if (
            not blank
            and finished
            and len(block) >= _HEADLINES
            and all(_is_long_headline(line) and line not in protected for line in block)
        ):
            continue
        kept.extend(block)
        if not blank:
            finished = is_paragraph(block[-1]) and not block[-1].endswith((":", ";"))
    return kept


def _is_long_headline(line: str) -> bool:
    return (
        len(line) >= _HEADLINE_CHARACTERS
        and word_count(line) >= _HEADLINE_WORDS
        and word_count(line) <= _LONGEST_HEADLINE_WORDS
        and not SENTENCE_END.search(line)
        and not line.endswith((",", "-", "–"))
        and not is_item(line)
        and not line[0].isdigit()
        and not line[0].islower()
        and " | " not in line
    )
