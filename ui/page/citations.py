"""What an answer draws on, as HTML: a sentence with the numbers of its citations, and the articles found."""

from html import escape

from rag import Citation, Sentence
from ui.page.types import Source, Turn


def sentence_html(number: int, turn: Turn, sentence: Sentence) -> str:
    """A sentence of the answer of turn ``number`` and, as buttons, the numbers of its citations."""
    buttons = "".join(
        _citation(number, citation, turn.title_of(citation.article_id)) for citation in sentence.citations
    )
    label = "" if sentence.verified else ' <span class="label">chưa kiểm chứng</span>'
    state = "verified" if sentence.verified else "unverified"
    return f'<span class="sentence {state}">{escape(sentence.text)}{label}{buttons}</span>'


def _citation(number: int, citation: Citation, title: str) -> str:
    return (
        f'<button type="button" class="citation" data-action="open" data-turn="{number}"'
        f' data-article="{escape(citation.article_id)}" data-number="{citation.number}"'
        f' data-title="{escape(title)}" data-quote="{escape(citation.quote)}"'
        f' aria-label="Trích dẫn {citation.number}: {escape(title)}">{citation.number}</button>'
    )


def source_html(number: int, turn: Turn, source: Source) -> str:
    """An article found, under the numbers that turn ``number`` cites it by: those of the answer, so none clash."""
    numbers = [str(citation.number) for citation in turn.citations if citation.article_id == source.article_id]
    return (
        f'<li class="{"cited" if numbers else "uncited"}"><span class="number">{", ".join(numbers) or "·"}</span>'
        f'<button type="button" class="source" data-action="open" data-turn="{number}"'
        f' data-article="{escape(source.article_id)}">{escape(source.title)}</button>'
        + (f'<span class="about">{escape(source.byline)}</span>' if source.byline else "")
        + _also_in(number, source)
        + "</li>"
    )


def _also_in(number: int, source: Source) -> str:
    if not source.also_in:
        return ""
    others = ", ".join(
        f'<button type="button" class="source" data-action="open" data-turn="{number}"'
        f' data-article="{escape(other.article_id)}">{escape(other.title)}</button>'
        for other in source.also_in
    )
    return f'<span class="about also">Cũng đăng ở: {others}</span>'
