"""The reader panel as HTML: a whole article with the words that an answer cites in ``<mark>``."""

import re
from collections.abc import Sequence
from html import escape
from itertools import pairwise

from index import Article
from rag import Citation
from ui.render import byline

NOTHING_OPEN = '<div class="nothing">Bấm vào số trích dẫn hoặc tên bài để đọc nguyên văn bài viết ở đây.</div>'
_BLANK_LINES = re.compile(r"\n\s*\n")


def reader_html(article: Article, citations: Sequence[Citation], turn: int, clicked: int | None, opening: int) -> str:
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
    about = byline(article)
    return (
        f'<article class="reader" data-turn="{turn}" data-article="{escape(article.id)}"'
        f' data-number="{clicked or ""}" data-opening="{opening}" aria-label="Bài viết">'
        '<button type="button" data-close aria-label="Đóng bài viết">Đóng</button>'
        f'<h2 tabindex="-1">{escape(article.title)}</h2>'
        + (f'<p class="about">{escape(about)}</p>' if about else "")
        + _original(article.url)
        + f'<div class="text">{paragraphs}</div></article>'
    )


def problem_html(line: str) -> str:
    """A line in place of an article that cannot be shown."""
    return f'<div class="nothing" role="alert">{escape(line)}</div>'


def _original(url: str | None) -> str:
    if url is None or not url.startswith(("https://", "http://")):
        return ""
    return f'<p class="about"><a href="{escape(url)}" target="_blank" rel="noopener noreferrer">Mở trang gốc</a></p>'


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
