"""The page: Gradio components and events around the handlers of its three tabs.

How a click on a citation opens the article: the conversation is one ``gr.HTML`` of our own markup; a delegated
listener in ``conversation.js`` turns a click into the component's event "open" with the turn and the citation's
number; its handler looks both up in the tab's state and sends the article's HTML. So what is marked is decided
on this side, from the citations that were shown, and the browser only scrolls to it. Hidden panels rendered ahead
would send every article with every answer, and a hidden text box would need its value set behind Gradio's back.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.utils import get_upload_folder

from rag import Assistant
from ui.page.article_panel import NOTHING_OPEN, NOTHING_OPEN_IN_LIBRARY
from ui.page.chat_tab import ChatTab, Screen
from ui.page.conversations import Conversations
from ui.page.library import Library
from ui.page.library_list import drop_html
from ui.page.library_tab import LibraryTab, Shelf
from ui.page.preferences import Assistants
from ui.page.settings_tab import build_settings
from ui.page.state import PageState
from ui.service import Service
from ui.settings import PageSettings

_ASSETS = Path(__file__).parent / "assets"
_FONTS = ("-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "system-ui", "sans-serif")
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
_AT_ONCE: dict[str, Any] = _QUIET | {"queue": False}


def look() -> dict[str, Any]:
    """What the page looks like, as arguments of ``launch``: Gradio 6 wants them there."""
    theme = gr.themes.Base(font=_FONTS, font_mono=("ui-monospace", "Consolas", "monospace"))
    return {"theme": theme, "css_paths": _ASSETS / "style.css", "footer_links": []}


def build_page(
    assistant: Assistant, service: Service, settings: PageSettings, conversations: Conversations, own_machine: bool,
    has_login: bool, add_endpoints: Callable[[], None],
) -> gr.Blocks:  # fmt: skip
    """The page as Gradio blocks.

    Args:
        assistant: What answers.
        service: Takes the questions.
        settings: Limits, and where the page keeps its files.
        conversations: Where conversations are kept.
        own_machine: Whether only this machine can reach the page; its user may then choose a model's address.
        has_login: Whether users log in.
        add_endpoints: Called inside the page, to add what programs may call.
    """
    # "multiple": the conversation itself knows whether it is busy, and a stopped answer may take a while to end.
    # No limit of Gradio's: ``service`` has questions wait, and they have to reach it for their place to be known.
    answering = _QUIET | {"concurrency_limit": None}
    page: gr.Blocks = gr.Blocks(title="hoidap", analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600))
    chat = ChatTab(Assistants(assistant), conversations, service)
    with page:
        state = gr.State(PageState())
        header = _html(chat.header(), "header")  # as at the start; `load` counts anew
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab("Trò chuyện", id="chat-tab"):
                _build_chat(page, chat, state, header, answering | {"trigger_mode": "multiple"})
            with gr.Tab("Kho bài viết", id="library-tab") as library_tab:
                _build_library(assistant, settings, header, library_tab)
            with gr.Tab("Cài đặt", id="settings-tab"):
                build_settings(page, state, conversations, own_machine and not has_login, has_login)
        add_endpoints()
    return page


def _build_chat(page: gr.Blocks, chat: ChatTab, state: gr.State, header: gr.HTML, answering: dict[str, Any]) -> None:
    past = gr.Button("☰ Lịch sử", elem_id="show-past", size="sm")
    with gr.Row(elem_id="columns"):
        with gr.Column(elem_id="past"):
            new = gr.Button("+ Cuộc trò chuyện mới", elem_id="new", size="sm")
            words = gr.Textbox(
                placeholder="Tìm trong lịch sử …", label="Tìm trong lịch sử", show_label=False, container=False,
                elem_id="history-words", max_lines=1, max_length=200,
            )  # fmt: skip
            history = _html("", "history", script="conversation_list")
        with gr.Column(elem_id="chat"):
            conversation = _html("", "conversation", script="conversation")
            with gr.Column(elem_id="composer"):
                filters = _html("", "filters", script="filters")
                with gr.Row(elem_id="ask"):
                    question = gr.Textbox(
                        placeholder="Nhập câu hỏi …", label="Câu hỏi", show_label=False, lines=1,
                        max_lines=6, autofocus=True, container=False, elem_id="question",
                    )  # fmt: skip
                    send = gr.Button("Gửi", variant="primary", elem_id="send", min_width=88)
                    stop = gr.Button("Dừng", variant="stop", elem_id="stop", min_width=88, visible=False)
                hint = _html("", "hint")
        article = _html(NOTHING_OPEN, "reader", "reader-panel", script="article_panel", nothing_open=NOTHING_OPEN)

    # Read out by a screen reader once an answer is whole, not with every word of it.
    said = _html("", "said", html_template='<p role="status" aria-live="polite">${value}</p>')
    screen = list(Screen(conversation, question, send, stop, hint, said, history, article, header, filters))
    typed = gr.on([question.submit, send.click], chat.answer, [question, state], screen, **answering)
    picked = conversation.ask(chat.answer_example, [state], screen, **answering)
    acted = conversation.act(chat.act, [state], screen, **answering)
    for asked in (typed, picked, acted):
        asked.failure(chat.failed, [state], screen, **_QUIET)
    page.load(chat.load, [state], screen, **_QUIET)
    past.click(None, js="() => { document.querySelector('#columns').classList.toggle('past-open'); }", **_AT_ONCE)
    stop.click(chat.stop, [state], screen, **_AT_ONCE)
    new.click(chat.new, [state], screen, **_AT_ONCE)
    words.input(chat.search_history, [words, state], [history], trigger_mode="always_last", **_QUIET)
    filters.filter(chat.filter, [state], [filters], **_QUIET)
    history.manage(chat.manage, [state], screen, **_AT_ONCE)
    conversation.open(chat.open_article, [state], [article], **_AT_ONCE)


def _build_library(assistant: Assistant, settings: PageSettings, header: gr.HTML, tab: gr.Tab) -> None:
    library = Library(
        assistant.index,
        folder=settings.page_folder / "uploads",
        inbox=Path(get_upload_folder()),
        most_files=settings.upload_files,
        most_bytes=settings.upload_bytes,
    )
    handlers = LibraryTab(library)
    shelf = gr.State(Shelf())
    with gr.Row(elem_id="library"):
        with gr.Column(elem_id="pile"):
            drop = _html(drop_html(settings.upload_files, settings.upload_bytes), "drop", script="library")
            batch = _html("", "batch")
            tools = _html("", "tools")
            listed = _html("", "shelf", script="library_list")
        article = _html(
            NOTHING_OPEN_IN_LIBRARY, "library-reader", "reader-panel", script="article_panel",
            nothing_open=NOTHING_OPEN_IN_LIBRARY,
        )  # fmt: skip
    tab.select(handlers.load, [shelf], [tools, listed], **_QUIET)
    listed.query(handlers.query, [shelf], [listed], trigger_mode="always_last", **_QUIET)
    listed.manage(handlers.manage, [shelf], [tools, listed, header], **_QUIET)
    listed.open(handlers.open_article, None, [article], **_QUIET)
    drop.uploaded(handlers.upload, [shelf], [batch, tools, listed, header], concurrency_limit=None, **_QUIET)


def _html(value: Any, elem_id: str, elem_class: str | None = None, script: str = "", **props: Any) -> gr.HTML:
    """A part of the page in our own markup."""
    return gr.HTML(
        value, elem_id=elem_id, elem_classes=elem_class, js_on_load=_script(script) if script else None,
        apply_default_css=False, **props,
    )  # fmt: skip


def _script(name: str) -> str:
    return (_ASSETS / f"{name}.js").read_text(encoding="utf-8")
