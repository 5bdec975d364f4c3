"""The panel beside the conversation, as HTML: a whole article with the words that an answer cites in ``<mark>``."""

import re
from collections.abc import Sequence
from html import escape
from itertools import pairwise

from index import Article
from rag import Citation
from ui.page.types import source_of

NOTHING_OPEN = '<div class="nothing"><p>Bấm vào số trích dẫn hoặc tên bài để đọc nguyên văn bài viết ở đây.</p></div>'
NOTHING_OPEN_IN_LIBRARY = '<div class="nothing"><p>Bấm vào tên bài để đọc nguyên văn ở đây.</p></div>'
_BLANK_LINES = re.compile(r"\n\s*\n")


def article_html(
    article: Article, citations: Sequence[Citation] = (), turn: int = 0, clicked: int | None = None, opening: int = 0
) -> str:
    """The article by paragraphs, the cited words marked.

    Args:
        article: What to show.
        citations: The citations of the answer; those of other articles are passed over.
        turn: Number of the answer in the conversation, so that closing can lead back to it.
        clicked: Number of the citation to show, or None for the article as such.
        opening: A number that grows with each opening: the page scrolls when the HTML changes, and the same
            citation clicked again must scroll again.
    """
    marks = _marks([citation for citation in citations if citation.article_id == article.id], clicked)
    paragraphs = "".join(
        f"<p>{_marked(article.text, start, end, marks, clicked)}</p>" for start, end in _paragraphs(article.text, marks)
    )
    about = source_of(article).byline
    return (
        f'<article class="reader" data-turn="{turn}" data-article="{escape(article.id)}"'
        f' data-number="{clicked or ""}" data-opening="{opening}" aria-label="Bài viết">'
        '<button type="button" data-close aria-label="Đóng bài viết">Đóng</button>'
        f'<h2 tabindex="-1">{escape(article.title)}</h2>'
        + (f'<p class="about">{escape(about)}</p>' if about else "")
        + _original(article.url)
        + _jumps(marks)
        + f'<div class="text">{paragraphs}</div></article>'
    )


def gone_html(title: str, quotes: Sequence[str]) -> str:
    """What is left of a cited article that was removed or replaced: the words that were cited."""
    kept = "".join(f"<blockquote>{escape(quote)}</blockquote>" for quote in quotes)
    return (
        f'<article class="reader gone" data-turn="" data-article="" data-number="" aria-label="Bài viết">'
        '<button type="button" data-close aria-label="Đóng bài viết">Đóng</button>'
        f'<h2 tabindex="-1">{escape(title)}</h2>'
        '<p class="about" role="alert">Bài viết này không còn trong kho, hoặc đã được cập nhật. '
        f"{'Đoạn đã trích:' if kept else ''}</p>{kept}</article>"
    )


def problem_html(line: str) -> str:
    """A line in place of an article that cannot be shown."""
    return f'<div class="nothing" role="alert"><p>{escape(line)}</p></div>'


def _original(url: str | None) -> str:
    if url is None or not url.startswith(("https://", "http://")):
        return ""
    return f'<p class="about"><a href="{escape(url)}" target="_blank" rel="noopener noreferrer">Mở trang gốc</a></p>'


def _jumps(marks: Sequence[Citation]) -> str:
    """Buttons that lead from one mark to the next, where there are several."""
    if len(marks) < 2:
        return ""
    buttons = "".join(
        f'<button type="button" data-jump="{number}" aria-label="Đến trích dẫn {number}">{number}</button>'
        for number in (mark.number for mark in marks)
    )
    return f'<nav class="jumps" aria-label="Các trích dẫn trong bài"><span>Trích dẫn trong bài:</span> {buttons}</nav>'


def _marks(citations: Sequence[Citation], clicked: int | None) -> list[Citation]:
    """Citations that can be marked side by side, by place. The clicked one is always whole: it is placed first."""
    chosen: list[Citation] = []
    for citation in sorted(citations, key=lambda citation: citation.number != clicked):
        if all(citation.end <= other.start or other.end <= citation.start for other in chosen):
            chosen.append(citation)
    return sorted(chosen, key=lambda citation: citation.start)


def _paragraphs(text: str, marks: Sequence[Citation]) -> list[tuple[int, int]]:
    """Ranges of the paragraphs. A blank line inside a mark ends none: a mark's text is exactly its quote."""
    breaks = [
        found.span()
        for found in _BLANK_LINES.finditer(text)
        if not any(mark.start < found.end() and found.start() < mark.end for mark in marks)
    ]
    edges = [(0, 0), *breaks, (len(text), len(text))]
    return [(before[1], after[0]) for before, after in pairwise(edges) if before[1] < after[0]]


def _marked(text: str, start: int, end: int, marks: Sequence[Citation], clicked: int | None) -> str:
    pieces, position = [], start
    for mark in marks:
        if start <= mark.start and mark.end <= end:
            state = ' class="clicked"' if mark.number == clicked else ""
            pieces.append(escape(text[position : mark.start]))
            pieces.append(f'<mark id="citation-{mark.number}" data-number="{mark.number}" tabindex="-1"{state}>')
            pieces.append(escape(text[mark.start : mark.end]) + "</mark>")
            position = mark.end
    return "".join(pieces) + escape(text[position:end])
