"""The conversation as HTML. Pure functions; every word that is not ours goes through ``escape``.

The markup is plain and our own, not ``gr.Chatbot``: that one reads messages as Markdown and LaTeX and passes them
through a sanitiser, so an article's "*" or "$" would change the text and the citation buttons would lose their data.
A button says what it does in ``data-action``; ``conversation.js`` passes that on.
"""

from collections.abc import Sequence
from html import escape

from ui.page.citations import sentence_html, source_html
from ui.page.markdown import turn_markdown
from ui.page.types import Turn

_NEAREST = 3
_QUOTING = "Trả lời bằng trích dẫn nguyên văn"
REASONS = {
    "wrong": "Sai so với bài viết",
    "missing": "Thiếu ý quan trọng",
    "citation": "Trích dẫn không đúng chỗ",
    "unfounded": "Bài viết không nói điều này",
    "unfound": "Bài viết có câu trả lời mà không tìm ra",
    "other": "Lý do khác",
}
"""What may be wrong with an answer, by the name it is stored under."""


def welcome_html(article_count: int, examples: Sequence[str]) -> str:
    """What an empty conversation shows: what this is, and example questions as buttons."""
    if not article_count:
        return (
            '<div class="welcome"><h2>Chưa có bài viết nào</h2>'
            "<p>Mở mục <strong>Kho bài viết</strong> ở trên và thả các tệp của bạn vào đó. "
            "Xong là hỏi được ngay.</p></div>"
        )
    buttons = "".join(_question_button("example", question) for question in examples)
    started = f'<p class="lead">Thử một câu hỏi:</p><ul class="questions">{buttons}</ul>' if examples else ""
    return (
        '<div class="welcome"><h2>Hỏi gì cũng được, miễn là bài viết có nói</h2><ol class="steps">'
        "<li>Gõ câu hỏi bằng tiếng Việt, có dấu hay không dấu.</li>"
        '<li>Mỗi câu trả lời kèm số trích dẫn <span class="number">1</span>. '
        "Bấm vào số để đọc đúng chỗ đó trong bài gốc.</li>"
        "<li>Điều các bài viết không nói thì hệ thống trả lời là không tìm thấy.</li></ol>"
        f"{started}</div>"
    )


def header_html(article_count: int) -> str:
    """Name of the page and what it searches."""
    return f"<h1>hoidap</h1><p>{grouped(article_count)} bài viết</p>"


def grouped(number: int) -> str:
    """A number as Vietnamese writes it: 2.771."""
    return f"{number:,}".replace(",", ".")


def conversation_html(turns: Sequence[Turn]) -> str:
    """All turns, in order."""
    last = len(turns) - 1
    shown = "".join(_turn(number, turn, is_last=number == last) for number, turn in enumerate(turns))
    return f'<div class="turns">{shown}</div>'


def announcement(turn: Turn) -> str:
    """What a screen reader is told once an answer is there."""
    if turn.problem:
        return turn.problem
    if turn.finished:
        count = len(turn.citations)
        return turn.text if turn.refused else f"Đã trả lời, {count} trích dẫn. {turn.text}"
    return "Đã dừng." if turn.stopped else ""


def _turn(number: int, turn: Turn, is_last: bool) -> str:
    markdown = turn_markdown(turn)
    return (
        f'<section class="turn" data-turn="{number}" aria-busy="{"true" if turn.running else "false"}"'
        + (f' data-markdown="{escape(markdown)}"' if markdown else "")
        + f'><h2 class="question">{escape(turn.question)}</h2>'
        f'<p class="status{" running" if turn.running else ""}">{escape(_status(turn))}</p>'
        f"{_understood(turn)}{_outcome(number, turn)}"
        + ("" if turn.running else _actions(number, turn, is_last))
        + (_suggestions(turn) if is_last else "")
        + "</section>"
    )


def _status(turn: Turn) -> str:
    count = grouped(turn.articles_searched)
    if turn.problem:
        return "Không trả lời được"
    if turn.stopped:
        return "Đã dừng theo yêu cầu"
    if turn.sources is None:
        return f"Đang tìm trong {count} bài …"
    if turn.running:
        return f"Đã tìm trong {count} bài, đang viết câu trả lời …"
    return f"Đã tìm trong {count} bài" + (f" · {_QUOTING}" if turn.quoting and not turn.refused else "")


def _understood(turn: Turn) -> str:
    """A follow-up as it was searched for, where that is not what was typed."""
    if " ".join(turn.standalone.split()).casefold() in ("", " ".join(turn.question.split()).casefold()):
        return ""
    return f'<p class="understood">Đang tìm: {escape(turn.standalone)}</p>'


def _outcome(number: int, turn: Turn) -> str:
    if turn.refused:
        return _refusal(number, turn)
    sources = "".join(source_html(number, turn, source) for source in turn.sources or ())
    parts = [f'<ul class="sources" aria-label="Bài viết tìm được">{sources}</ul>'] if sources else []
    if turn.sentences:
        sentences = " ".join(sentence_html(number, turn, sentence) for sentence in turn.sentences)
        parts.append(f'<p class="answer">{sentences}</p>')
    elif turn.running and turn.sources is not None:
        parts.append('<div class="writing" aria-hidden="true"><span></span><span></span><span></span></div>')
    if turn.notice:
        parts.append(f'<p class="notice">{escape(turn.notice)}</p>')
    if turn.problem:
        parts.append(f'<p class="problem" role="alert">{escape(turn.problem)}</p>')
    return "".join(parts)


def _refusal(number: int, turn: Turn) -> str:
    nearest = "".join(source_html(number, turn, source) for source in (turn.sources or ())[:_NEAREST])
    listed = f'<h3>Bài gần nhất, để bạn tự xem</h3><ul class="sources">{nearest}</ul>' if nearest else ""
    return (
        f'<div class="refusal"><p class="said">{escape(turn.text)}</p>'
        '<p class="next">Hãy thử nêu rõ hơn tên xã, huyện, năm hoặc việc cần hỏi, hoặc thêm bài viết vào kho.</p>'
        f"{listed}</div>"
    )


def _actions(number: int, turn: Turn, is_last: bool) -> str:
    rating = turn.feedback.rating if turn.feedback else ""
    buttons = []
    if turn.finished:
        buttons += [
            _action(number, "copy", "Sao chép", "Sao chép câu trả lời kèm nguồn"),
            _action(number, "save", "Tải về", "Tải câu trả lời về dạng Markdown"),
        ]
    if is_last:
        buttons.append(_action(number, "retry", "Hỏi lại", "Hỏi lại câu này"))
    if turn.stored is not None and turn.finished:
        buttons += [
            _action(number, "up", "👍", "Câu trả lời tốt", pressed=rating == "up"),
            _action(number, "down", "👎", "Câu trả lời chưa tốt", pressed=rating == "down"),
        ]
    thanks = '<span class="thanks">Đã ghi nhận, cảm ơn bạn.</span>' if rating else ""
    form = _reasons(number) if turn.rating_down else ""
    return f'<div class="actions">{"".join(buttons)}{thanks}</div>{form}' if buttons else ""


def _action(number: int, action: str, words: str, label: str, pressed: bool | None = None) -> str:
    state = "" if pressed is None else f' aria-pressed="{"true" if pressed else "false"}"'
    return (
        f'<button type="button" data-action="{action}" data-turn="{number}" aria-label="{label}" title="{label}"'
        f"{state}>{words}</button>"
    )


def _reasons(number: int) -> str:
    choices = "".join(
        f'<label><input type="radio" name="reason-{number}" value="{name}"> {words}</label>'
        for name, words in REASONS.items()
    )
    return (
        f'<form class="reasons" data-turn="{number}"><fieldset><legend>Câu trả lời chưa tốt ở chỗ nào?</legend>'
        f'{choices}</fieldset><label class="comment">Ghi thêm nếu muốn<textarea rows="2" maxlength="1000"></textarea>'
        '</label><p class="note">Góp ý được lưu cùng câu hỏi và câu trả lời này.</p>'
        '<div class="actions"><button type="submit" class="primary">Gửi góp ý</button>'
        f"{_action(number, 'down', 'Thôi', 'Đóng phần góp ý')}</div></form>"
    )


def _suggestions(turn: Turn) -> str:
    if not turn.suggestions:
        return ""
    buttons = "".join(_question_button("suggestion", question) for question in turn.suggestions)
    return f'<div class="next"><h3>Hỏi tiếp</h3><ul class="questions">{buttons}</ul></div>'


def _question_button(kind: str, question: str) -> str:
    words = escape(question)
    return f'<li><button type="button" class="{kind}" data-action="ask" data-question="{words}">{words}</button></li>'
