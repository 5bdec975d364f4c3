"""What the page does on each event."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count, islice
from typing import Any

import gradio as gr

from index import HoidapError
from rag import Assistant
from ui.examples import example_questions
from ui.reader import NOTHING_OPEN, problem_html, reader_html
from ui.render import conversation_html, header_html, welcome_html
from ui.turns import Conversation, Turn

# Enough for four questions (14 of 250 news articles give one), read at each opening of the page.
_ARTICLES_FOR_EXAMPLES = 200

_EMPTY = "Hãy nhập câu hỏi rồi bấm Gửi."
_BUSY = "Đang trả lời câu trước. Hãy chờ, hoặc bấm Dừng."
_UNEXPECTED = "Có lỗi ngoài dự kiến. Hãy thử lại; chi tiết nằm trong nhật ký của máy chủ."
_GONE = "Bài viết này không còn trong chỉ mục."

Update = Any  # what Gradio takes for a component: a value, or gr.update(…)
Screen = tuple[Update, Update, Update, Update, str]


class Handlers:
    """The page's event handlers over one assistant.

    Args:
        assistant: What answers, and whose articles are read.
    """

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._openings = count(1)

    def header(self) -> str:
        """The page's heading, counted anew at each opening."""
        return header_html(self._articles_searched())

    def welcome(self) -> str:
        """The empty conversation."""
        newest = islice(self._assistant.index.articles(), _ARTICLES_FOR_EXAMPLES)
        return welcome_html(self._articles_searched(), example_questions(newest))

    def answer(self, question: str, conversation: Conversation) -> Iterator[Screen]:
        """Ask, and show the answer as it comes; an expected failure is a line in the conversation."""
        if not question.strip():
            yield _screen(conversation, hint=_EMPTY)
            return
        earlier = conversation.history()
        turn = Turn(question.strip(), self._articles_searched())
        if not conversation.begin(turn):
            yield _screen(conversation, hint=_BUSY)
            return
        yield _screen(conversation, question="")
        try:
            for event in self._assistant.stream(turn.question, earlier):
                later = turn.after(event)
                if not conversation.replace(turn, later):
                    break
                turn = later
                yield _screen(conversation)
        except HoidapError as error:
            conversation.replace(turn, replace(turn, problem=str(error)))
        # Gradio repeats the last screen when a generator ends: it has to be the true one, whatever was clicked since.
        yield _screen(conversation)

    def answer_example(self, conversation: Conversation, event: gr.EventData) -> Iterator[Screen]:
        """Ask the example question that was clicked."""
        yield from self.answer(str(event.question), conversation)

    def stop(self, conversation: Conversation) -> Screen:
        """Stop the answer that is coming; what is shown of it stays."""
        conversation.end()
        return _screen(conversation)

    def failed(self, conversation: Conversation) -> Screen:
        """Say that an answer failed for a reason nobody foresaw; Gradio logs the traceback."""
        conversation.end(_UNEXPECTED)
        return _screen(conversation)

    def clear(self, conversation: Conversation) -> tuple[Update, ...]:
        """Begin anew: an empty conversation, nothing in the reader."""
        conversation.clear()
        return (self.welcome(), *_screen(conversation, question="")[1:], NOTHING_OPEN)

    def open(self, conversation: Conversation, event: gr.EventData) -> str:
        """The reader with the article that was clicked, as the answer of that turn cites it."""
        citations = conversation.turns[event.turn].citations
        clicked = next((citation.number for citation in citations if citation.number == event.number), None)
        try:
            article = self._assistant.index.article(str(event.article))
        except HoidapError as error:
            return problem_html(str(error))
        if article is None:
            return problem_html(_GONE)
        return reader_html(article, citations, event.turn, clicked, next(self._openings))

    def _articles_searched(self) -> int:
        return self._assistant.index.store.counts()[0]


def _screen(conversation: Conversation, question: Update = None, hint: str = "") -> Screen:
    """Values of the conversation, the question's box, both buttons and the hint."""
    return (
        conversation_html(conversation.turns) if conversation.turns else gr.skip(),
        gr.skip() if question is None else question,
        gr.update(visible=not conversation.running),
        gr.update(visible=conversation.running),
        hint,
    )
