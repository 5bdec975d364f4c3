"""The conversation as HTML. Pure functions; every word that is not ours goes through ``escape``.

The markup is plain and our own, not ``gr.Chatbot``: that one reads messages as Markdown and LaTeX and passes them
through a sanitiser, so an article's "*" or "$" would change the text and the citation buttons would lose their data.
"""

from collections.abc import Sequence
from html import escape

from index import Article
from rag import Citation, Sentence
from ui.turns import Turn

_NEAREST = 3
_EMPTY = "Chưa có bài viết nào. Hãy thêm bằng: <code>hoidap index THƯ_MỤC</code>"
_QUOTING = "Trả lời bằng trích dẫn nguyên văn"


def welcome_html(article_count: int, examples: Sequence[str]) -> str:
    """What an empty conversation shows: example questions as buttons."""
    if not article_count:
        return f'<div class="welcome"><p>{_EMPTY}</p></div>'
    buttons = "".join(
        f'<li><button type="button" class="example" data-question="{escape(question)}">{escape(question)}</button></li>'
        for question in examples
    )
    invitation = "Bạn có thể bắt đầu bằng một câu hỏi như:" if examples else "Hãy hỏi điều bạn muốn biết."
    return f'<div class="welcome"><p>{invitation}</p><ul>{buttons}</ul></div>'


def header_html(article_count: int) -> str:
    """Name of the page and what it searches."""
    count = f"{article_count:,}".replace(",", ".")
    return f"<h1>hoidap</h1><p>Hỏi bằng tiếng Việt, trả lời từ {count} bài viết, câu nào cũng có trích dẫn.</p>"


def conversation_html(turns: Sequence[Turn]) -> str:
    """All turns, in order."""
    return '<div class="turns">' + "".join(_turn(number, turn) for number, turn in enumerate(turns)) + "</div>"


def byline(article: Article) -> str:
    """Source, date and author, those that are known, as text."""
    published = f"{article.published:%d/%m/%Y}" if article.published else ""
    return " · ".join(part for part in (article.source, published, article.author) if part)


def _turn(number: int, turn: Turn) -> str:
    return (
        f'<section class="turn" data-turn="{number}" aria-busy="{"true" if turn.running else "false"}">'
        f'<h2 class="question">{escape(turn.question)}</h2>'
        f'<p class="status{" running" if turn.running else ""}" role="status">{escape(_status(turn))}</p>'
        f"{_outcome(number, turn)}</section>"
    )


def _status(turn: Turn) -> str:
    count = f"{turn.articles_searched:,}".replace(",", ".")
    if turn.problem:
        return "Không trả lời được"
    if turn.stopped:
        return "Đã dừng theo yêu cầu"
    if turn.passages is None:
        return f"Đang tìm trong {count} bài …"
    if turn.running:
        return f"Đã tìm trong {count} bài, đang viết câu trả lời …"
    quoting = turn.answer is not None and turn.answer.mode == "extractive" and not turn.answer.refused
    return f"Đã tìm trong {count} bài" + (f" · {_QUOTING}" if quoting else "")


def _outcome(number: int, turn: Turn) -> str:
    if turn.answer is not None and turn.answer.refused:
        return _refusal(number, turn)
    sources = "".join(_source(number, turn, article) for article in turn.sources)
    parts = [f'<ul class="sources" aria-label="Bài viết tìm được">{sources}</ul>'] if sources else []
    if turn.sentences:
        sentences = " ".join(_sentence(number, turn, sentence) for sentence in turn.sentences)
        parts.append(f'<p class="answer">{sentences}</p>')
    if turn.problem:
        parts.append(f'<p class="problem" role="alert">{escape(turn.problem)}</p>')
    return "".join(parts)


def _refusal(number: int, turn: Turn) -> str:
    assert turn.answer is not None, "only a finished answer refuses"  # noqa: S101
    nearest = "".join(_source(number, turn, article) for article in turn.sources[:_NEAREST])
    listed = f'<h3>Bài gần nhất</h3><ul class="sources">{nearest}</ul>' if nearest else ""
    return f'<div class="refusal"><p>{escape(turn.answer.text)}</p>{listed}</div>'


def _source(number: int, turn: Turn, article: Article) -> str:
    """One found article under the numbers it is cited by: the same numbers as in the answer, so they never clash."""
    numbers = ", ".join(str(citation.number) for citation in turn.citations if citation.article_id == article.id)
    about = byline(article)
    return (
        f'<li class="{"cited" if numbers else "uncited"}"><span class="number">{numbers or "·"}</span>'
        f'<button type="button" class="source" data-turn="{number}" data-article="{escape(article.id)}"'
        f' title="{escape(article.title)}">{escape(article.title)}</button>'
        + (f'<span class="about">{escape(about)}</span>' if about else "")
        + "</li>"
    )


def _sentence(number: int, turn: Turn, sentence: Sentence) -> str:
    titles = {article.id: article.title for article in turn.sources}
    buttons = "".join(_citation(number, cited, titles.get(cited.article_id, "")) for cited in sentence.citations)
    label = "" if sentence.verified else ' <span class="label">chưa kiểm chứng</span>'
    state = "verified" if sentence.verified else "unverified"
    return f'<span class="sentence {state}">{escape(sentence.text)}{label}{buttons}</span>'


def _citation(number: int, citation: Citation, title: str) -> str:
    return (
        f'<button type="button" class="citation" data-turn="{number}" data-article="{escape(citation.article_id)}"'
        f' data-number="{citation.number}" aria-label="Trích dẫn {citation.number}: {escape(title)}"'
        f' title="{escape(citation.quote)}">{citation.number}</button>'
    )
