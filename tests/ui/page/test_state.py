from pathlib import Path

import gradio as gr
import pytest
from starlette.requests import Request

from ui.page.conversations import Conversations
from ui.page.preferences import Preferences
from ui.page.state import BROWSER_COOKIE, PageState, owner_of
from ui.page.types import Turn


def request(browser: str = "", user: str | None = None) -> gr.Request:
    headers = [(b"cookie", f"{BROWSER_COOKIE}={browser}".encode())] if browser else []
    scope = {"type": "http", "method": "GET", "path": "/", "headers": headers, "query_string": b""}
    return gr.Request(request=Request(scope), username=user)


@pytest.mark.parametrize(
    ("browser", "user", "owner"), [("", None, ""), ("abc", None, "browser:abc"), ("abc", "an", "user:an")]
)
def test_things_belong_to_the_user_else_to_the_browser(browser: str, user: str | None, owner: str) -> None:
    assert owner_of(request(browser, user)) == owner


def test_a_state_asked_for_by_another_is_empty(tmp_path: Path) -> None:
    conversations = Conversations(tmp_path / "conversations.sqlite3")
    conversations.set_preferences("browser:binh", {"passages": 8})
    state = PageState()
    state.belongs_to(request("an"), conversations)
    state.conversation.begin(Turn("Chuyện của An?", 1))
    state.api_key = "khóa của An"
    state.belongs_to(request("an"), conversations)
    assert state.conversation.turns and state.api_key
    state.belongs_to(request("binh"), conversations)
    assert not state.conversation.turns and not state.api_key
    assert (state.owner, state.preferences) == ("browser:binh", Preferences(passages=8))
    conversations.close()
