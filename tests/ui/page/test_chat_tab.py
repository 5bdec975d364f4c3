"""The conversation's handlers while others are answered, without a browser."""

from collections.abc import Iterator
from pathlib import Path

import gradio as gr
import pytest
from starlette.requests import Request

from index import Index
from rag import Assistant, Settings
from ui.page.chat_tab import ChatTab
from ui.page.conversations import Conversations
from ui.page.preferences import Assistants
from ui.page.state import BROWSER_COOKIE, PageState
from ui.server.metrics import Metrics
from ui.service import Asked, Service
from ui.settings import PageSettings

QUESTION = "Chỉ số cải cách hành chính của huyện Đông Hải là bao nhiêu?"


def request(browser: str) -> gr.Request:
    headers = [(b"cookie", f"{BROWSER_COOKIE}={browser}".encode())]
    scope = {"type": "http", "method": "GET", "path": "/", "headers": headers, "query_string": b""}
    return gr.Request(request=Request(scope))


@pytest.fixture
def conversations(tmp_path: Path) -> Iterator[Conversations]:
    opened = Conversations(tmp_path / "conversations.sqlite3")
    yield opened
    opened.close()


@pytest.fixture
def service() -> Service:
    return Service(PageSettings(quoting=1), Metrics())


@pytest.fixture
def chat(index: Index, settings: Settings, conversations: Conversations, service: Service) -> ChatTab:
    return ChatTab(Assistants(Assistant(index, settings)), conversations, service)


@pytest.fixture
def sitting(index: Index, settings: Settings, service: Service) -> Asked:
    """Somebody else's question, which has the only seat."""
    return service.ask(Assistant(index, settings), QUESTION, door="api", owner="another")


def test_a_reader_is_told_his_place_and_then_answered(chat: ChatTab, sitting: Asked) -> None:
    screens = chat.answer(QUESTION, PageState(), request("an"))
    next(screens)  # the question is shown
    assert "đứng thứ 1 trong hàng chờ" in next(screens).hint
    list(sitting.events())
    assert "8,5 điểm" in list(screens)[-1].conversation


def test_who_stops_waiting_leaves_the_line(
    chat: ChatTab, sitting: Asked, service: Service, conversations: Conversations
) -> None:
    state = PageState()
    screens = chat.answer(QUESTION, state, request("an"))
    assert "đứng thứ 1" in [next(screens), next(screens)][1].hint and service.has_line
    chat.stop(state, request("an"))
    assert "Đã dừng" in list(screens)[-1].conversation and not service.has_line
    assert len(conversations.listed("browser:an")) == 1
    list(sitting.events())


def test_a_question_that_cannot_wait_is_told_so(index: Index, settings: Settings, conversations: Conversations) -> None:
    closed = Service(PageSettings(), Metrics())
    assert closed.close(0)
    chat = ChatTab(Assistants(Assistant(index, settings)), conversations, closed)
    assert "Máy chủ đang tắt" in list(chat.answer(QUESTION, PageState(), request("an")))[-1].conversation
