"""Answers and conversations as Markdown, to be copied or saved: the answer, then what each number stands for."""

import re

from ui.page.types import Turn

_SPECIAL = re.compile(r"([\\`*_<>\[\]])")


def turn_markdown(turn: Turn) -> str:
    """A finished question and its answer with numbered sources; "" for any other turn."""
    if not turn.finished:
        return ""
    lines = [f"## {_plain(turn.question)}", "", _answer(turn), ""]
    bylines = {source.article_id: source.byline for source in turn.sources or ()}
    for citation in turn.citations:
        named = " · ".join(
            part for part in (turn.title_of(citation.article_id), bylines.get(citation.article_id)) if part
        )
        lines.append(f"[{citation.number}] {_plain(named)}: “{_plain(citation.quote)}”  ")
    return "\n".join(lines).strip() + "\n"


def _answer(turn: Turn) -> str:
    if not turn.sentences:
        return _plain(turn.text)
    return " ".join(
        _plain(sentence.text)
        + ("" if sentence.verified else " (chưa kiểm chứng)")
        + "".join(f" [{citation.number}]" for citation in sentence.citations)
        for sentence in turn.sentences
    )


def _plain(text: str) -> str:
    """Text on one line whose characters mean only themselves."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
