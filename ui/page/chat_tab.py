"""What the conversation, its list and the article beside it do on each event."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from html import escape
from itertools import count, islice
from typing import Any, NamedTuple

import gradio as gr

from index import HoidapError
from ui.page.answers import REASONS, announcement, conversation_html, header_html, welcome_html
from ui.page.article_panel import NOTHING_OPEN, article_html, gone_html, problem_html
from ui.page.conversation_list import history_html
from ui.page.conversations import Conversations
from ui.page.filters import filters_html, read_filters
from ui.page.preferences import Assistants, Preferences
from ui.page.state import PageState, client_of
from ui.page.suggestions import example_questions, suggestions
from ui.page.types import Feedback, Turn
from ui.service import Service, Waiting

# Enough for four questions (14 of 250 news articles give one), read at each opening of the page.
_ARTICLES_FOR_EXAMPLES = 200
_COMMENT_CHARACTERS = 1000
_QUOTING = Preferences(wording="extractive")

_EMPTY = "Hãy nhập câu hỏi rồi bấm Gửi."
_BUSY = "Đang trả lời câu trước. Hãy chờ, hoặc bấm Dừng."
_IN_LINE = "Máy chủ đang trả lời người khác. Câu hỏi của bạn đứng thứ {} trong hàng chờ."
_UNEXPECTED = "Có lỗi ngoài dự kiến. Hãy thử lại; chi tiết nằm trong nhật ký của máy chủ."

Update = Any  # what Gradio takes for a component: a value, or gr.update(…)
_SAME = gr.skip()


class Screen(NamedTuple):
    """Values of the components that the conversation's events change; by default each stays as it is."""

    conversation: Update = _SAME
    question: Update = _SAME
    send: Update = _SAME
    stop: Update = _SAME
    hint: Update = _SAME
    said: Update = _SAME
    history: Update = _SAME
    article: Update = _SAME
    header: Update = _SAME
    filters: Update = _SAME


class ChatTab:
    """The handlers of the conversation.

    Args:
        assistants: What answers.
        conversations: Where conversations and feedback are kept.
        service: Takes the questions.
    """

    def __init__(self, assistants: Assistants, conversations: Conversations, service: Service) -> None:
        self._assistants = assistants
        self._service = service
        self._conversations = conversations
        self._index = assistants.default.index
        self._openings = count(1)

    def header(self) -> str:
        """The page's heading, counted anew at each opening."""
        return header_html(self._articles_searched())

    def welcome(self) -> str:
        """The empty conversation."""
        newest = islice(self._index.articles(), _ARTICLES_FOR_EXAMPLES)
        return welcome_html(self._articles_searched(), example_questions(newest))

    def load(self, state: PageState, request: gr.Request) -> Screen:
        """A tab has been opened."""
        state.belongs_to(request, self._conversations)
        return self._whole(state)

    def answer(self, question: str, state: PageState, request: gr.Request) -> Iterator[Screen]:
        """Ask, and show the answer as it comes; an expected failure is a line in the conversation."""
        state.belongs_to(request, self._conversations)
        conversation = state.conversation
        if not question.strip():
            yield self._screen(state, hint=_EMPTY)
            return
        earlier = conversation.history()
        turn = Turn(question.strip(), len(self._index.store.matching(conversation.filters)))
        if not conversation.begin(turn):
            yield self._screen(state, hint=_BUSY)
            return
        yield self._screen(state, question="")
        assistant = self._assistants.answering(state.preferences, state.api_key)
        try:
            asked = self._service.ask(
                assistant, turn.question, earlier, conversation.filters,
                door="page", owner=client_of(request), stopped=conversation.stopped,
            )  # fmt: skip
            with closing(asked.events()) as events:
                for event in events:
                    if isinstance(event, Waiting):
                        yield self._screen(state, hint=_IN_LINE.format(event.place))
                        continue
                    later = turn.after(event)
                    if not conversation.replace(turn, later):
                        break
                    turn = later
                    if not turn.finished:
                        yield self._screen(state)
        except HoidapError as error:
            failed = replace(turn, problem=str(error))
            if conversation.replace(turn, failed):
                turn = failed
        if not turn.running:
            turn = self._stored(state, turn)
        # Gradio repeats the last screen when a generator ends: it has to be the true one, whatever was clicked since.
        yield self._screen(state, said=escape(announcement(turn)), history=self._history(state))
        # Suggestions are tried before they are offered, up to five questions each time: not while others wait.
        if turn.finished and not self._service.has_line and self._suggested(state, turn):
            yield self._screen(state)

    def answer_example(self, state: PageState, request: gr.Request, event: gr.EventData) -> Iterator[Screen]:
        """Ask the example question or suggestion that was clicked."""
        yield from self.answer(str(event.question), state, request)

    def act(self, state: PageState, request: gr.Request, event: gr.EventData) -> Iterator[Screen]:
        """Do what a button under an answer says."""
        state.belongs_to(request, self._conversations)
        turns = state.conversation.turns
        number = event.turn
        if not isinstance(number, int) or not 0 <= number < len(turns):
            yield self._whole(state)
            return
        if event.action == "retry":
            taken_back = state.conversation.take_back()
            if taken_back is not None:
                self._conversations.take_back(state.owner, taken_back)
                yield from self.answer(taken_back.question, state, request)
            return
        self._rate(state, turns[number], event)
        yield self._screen(state)

    def stop(self, state: PageState, request: gr.Request) -> Screen:
        """Stop the answer that is coming; what is shown of it stays."""
        state.belongs_to(request, self._conversations)
        return self._ended(state)

    def failed(self, state: PageState) -> Screen:
        """Say that an answer failed for a reason nobody foresaw; Gradio logs the traceback."""
        return self._ended(state, _UNEXPECTED)

    def open_article(self, state: PageState, request: gr.Request, event: gr.EventData) -> str:
        """The article that was clicked, as the answer of that turn cites it."""
        state.belongs_to(request, self._conversations)
        turns = state.conversation.turns
        turn = turns[event.turn] if isinstance(event.turn, int) and 0 <= event.turn < len(turns) else None
        citations = turn.citations if turn else ()
        clicked = next((citation.number for citation in citations if citation.number == event.number), None)
        article_id = str(event.article)
        try:
            article = self._index.article(article_id)
        except HoidapError as error:
            return problem_html(str(error))
        if article is None:
            quotes = [citation.quote for citation in citations if citation.article_id == article_id]
            return gone_html(turn.title_of(article_id) if turn else "", quotes)
        return article_html(article, citations, event.turn, clicked, next(self._openings))

    def new(self, state: PageState, request: gr.Request) -> Screen:
        """Begin anew: an empty conversation, no article beside it."""
        state.belongs_to(request, self._conversations)
        state.conversation.show()
        return self._whole(state)

    def filter(self, state: PageState, request: gr.Request, event: gr.EventData) -> str:
        """Draw on other articles from the next question on."""
        state.belongs_to(request, self._conversations)
        conversation = state.conversation
        conversation.filters = read_filters(dict(event.wanted))
        if conversation.id:
            self._conversations.set_filters(state.owner, conversation.id, conversation.filters)
        return self._filters(state, is_open=True)

    def search_history(self, words: str, state: PageState, request: gr.Request) -> str:
        """The list of the conversations that hold some words."""
        state.belongs_to(request, self._conversations)
        state.words = words
        return self._history(state)

    def manage(self, state: PageState, request: gr.Request, event: gr.EventData) -> Screen:
        """Open, rename, delete or restore the conversation that was clicked in the list."""
        state.belongs_to(request, self._conversations)
        owner, chosen = state.owner, str(event.conversation)
        if event.action == "show":
            turns, filters = self._conversations.turns(owner, chosen), self._conversations.filters(owner, chosen)
            state.conversation.show(chosen, turns, filters)
            return self._whole(state)
        if event.action == "rename":
            self._conversations.rename(owner, chosen, str(event.title))
        elif event.action == "restore" and self._conversations.restore(owner, chosen):
            state.deleted = ""
        elif event.action == "delete" and self._conversations.delete(owner, chosen):
            state.deleted = chosen
            if state.conversation.id == chosen:
                state.conversation.show()
                return self._whole(state)
        return Screen(history=self._history(state))

    def _stored(self, state: PageState, turn: Turn) -> Turn:
        """Keep a turn that has ended, in the database and under its number there; clients without a name excepted."""
        conversation = state.conversation
        if not state.owner or turn not in conversation.turns:
            return turn
        if not conversation.id:
            conversation.id = self._conversations.begin(state.owner, turn.question)
            self._conversations.set_filters(state.owner, conversation.id, conversation.filters)
        stored = replace(turn, stored=self._conversations.add(state.owner, conversation.id, turn))
        conversation.replace(turn, stored)
        return stored

    def _suggested(self, state: PageState, turn: Turn) -> bool:
        """Add questions that may come next; whether there are any."""
        asked = {earlier.question for earlier in state.conversation.turns}
        cited = list(dict.fromkeys(citation.article_id for citation in turn.citations))
        found = suggestions(self._assistants.answering(_QUOTING), cited, asked)
        later = replace(turn, suggestions=found)
        if not found or not state.conversation.replace(turn, later):
            return False
        if later.stored is not None:
            self._conversations.keep(state.owner, later)
        return True

    def _rate(self, state: PageState, turn: Turn, event: gr.EventData) -> None:
        feedback, asking = turn.feedback, False
        if event.action == "up":
            feedback = None if feedback == Feedback("up") else Feedback("up")
        elif event.action == "down":
            asking = not turn.rating_down and not (feedback and feedback.rating == "down")
            feedback = feedback if asking or turn.rating_down else None
        elif event.action == "reason" and event.reason in REASONS:
            feedback = Feedback("down", str(event.reason), str(event.comment).strip()[:_COMMENT_CHARACTERS])
        rated = replace(turn, feedback=feedback, rating_down=asking)
        turns = state.conversation.turns
        history = tuple(message for earlier in turns[: turns.index(turn)] for message in earlier.messages())
        if state.conversation.replace(turn, rated) and feedback != turn.feedback:
            self._conversations.rate(state.owner, rated, history, feedback)

    def _ended(self, state: PageState, problem: str = "") -> Screen:
        turn = state.conversation.end(problem)
        if turn is not None:
            self._stored(state, turn)
        return self._screen(state, said=escape(announcement(turn)) if turn else "", history=self._history(state))

    def _history(self, state: PageState) -> str:
        listed = self._conversations.listed(state.owner, state.words)
        return history_html(listed, state.conversation.id, state.words, state.deleted)

    def _screen(self, state: PageState, **changes: Update) -> Screen:
        """The conversation as it stands, its buttons, and what else has changed."""
        conversation = state.conversation
        shown = {
            "conversation": conversation_html(conversation.turns) if conversation.turns else _SAME,
            "send": gr.update(visible=not conversation.running),
            "stop": gr.update(visible=conversation.running),
            "hint": "",
        }
        return Screen(**(shown | changes))

    def _whole(self, state: PageState) -> Screen:
        """Everything, as when a conversation has been opened."""
        changes: dict[str, Update] = {"question": "", "said": "", "article": NOTHING_OPEN, "header": self.header()}
        changes["filters"] = self._filters(state)
        if not state.conversation.turns:
            changes["conversation"] = self.welcome()
        return self._screen(state, history=self._history(state), **changes)

    def _filters(self, state: PageState, is_open: bool = False) -> str:
        sources = sorted({article.source for article in self._index.articles() if article.source})
        return filters_html(state.conversation.filters, sources, is_open)

    def _articles_searched(self) -> int:
        return self._index.store.counts()[0]
