"""The chat page: Gradio components and events around ``turns``, ``render`` and ``reader``.

How a click on a citation reaches the reader: the conversation is one ``gr.HTML`` of our own markup; a delegated
listener in ``conversation.js`` turns a click into the component's event "open" with the turn and the citation's
number; its handler looks both up in the session's state and sends the reader's HTML. So what is marked is decided
on this side, from the citations that were shown, and the browser only scrolls to it. Hidden panels rendered ahead
would send every article with every answer, and a hidden text box would need its value set behind Gradio's back.
"""

from pathlib import Path
from typing import Any

import gradio as gr

from index import HoidapError
from rag import Assistant
from ui.handlers import Handlers
from ui.reader import NOTHING_OPEN
from ui.turns import Conversation

# Questions answered side by side, and those that may wait: a local model answers one after another, and a reader
# does not wait for the seventeenth.
_ANSWERING = 2
_WAITING = 16

_FOLDER = Path(__file__).parent
_FONTS = ("-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "system-ui", "sans-serif")


def build_page(assistant: Assistant) -> gr.Blocks:
    """The page as Gradio blocks. ``serve`` launches it with its style."""
    handlers = Handlers(assistant)
    page: gr.Blocks = gr.Blocks(title="hoidap", analytics_enabled=False, fill_width=True)
    with page:
        session = gr.State(Conversation())
        with gr.Row(elem_id="top"):
            gr.HTML(handlers.header, elem_id="header", js_on_load=None, apply_default_css=False)
            new = gr.Button("Cuộc trò chuyện mới", elem_id="new", size="sm")
        with gr.Row(elem_id="columns"):
            with gr.Column(elem_id="chat"):
                conversation = gr.HTML(
                    handlers.welcome, elem_id="conversation", apply_default_css=False,
                    js_on_load=_script("conversation"),
                )  # fmt: skip
                with gr.Column(elem_id="composer"):
                    with gr.Row(elem_id="ask"):
                        question = gr.Textbox(
                            placeholder="Nhập câu hỏi …", label="Câu hỏi", show_label=False, lines=1,
                            max_lines=6, autofocus=True, container=False, elem_id="question",
                        )  # fmt: skip
                        send = gr.Button("Gửi", variant="primary", elem_id="send", min_width=88)
                        stop = gr.Button("Dừng", variant="stop", elem_id="stop", min_width=88, visible=False)
                    hint = gr.HTML("", elem_id="hint", js_on_load=None, apply_default_css=False)
            reader = gr.HTML(
                NOTHING_OPEN, elem_id="reader", js_on_load=_script("reader"), apply_default_css=False,
                nothing_open=NOTHING_OPEN,
            )  # fmt: skip

        screen = [conversation, question, send, stop, hint]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        # "multiple": the conversation itself knows whether it is busy, and a stopped answer may take a while to end.
        answering = quiet | {"concurrency_limit": _ANSWERING, "concurrency_id": "answers", "trigger_mode": "multiple"}
        typed = gr.on([question.submit, send.click], handlers.answer, [question, session], screen, **answering)
        picked = conversation.ask(handlers.answer_example, [session], screen, **answering)
        for asked in (typed, picked):
            asked.failure(handlers.failed, [session], screen, **quiet)
        stop.click(handlers.stop, [session], screen, queue=False, **quiet)
        new.click(handlers.clear, [session], [*screen, reader], queue=False, **quiet)
        conversation.open(handlers.open, [session], [reader], queue=False, **quiet)
    return page


def serve(
    assistant: Assistant, host: str = "127.0.0.1", port: int = 7860, *, prevent_thread_lock: bool = False
) -> gr.Blocks:
    """Serve the page until interrupted; nothing outside ``host`` is ever contacted.

    Args:
        assistant: What answers.
        host: Address to listen on; only this machine by default.
        port: Port to listen on.
        prevent_thread_lock: Return at once, the server running in a thread; stop it with ``close()``.

    Raises:
        HoidapError: The port is taken.
    """
    page = build_page(assistant)
    page.queue(max_size=_WAITING, default_concurrency_limit=_ANSWERING, api_open=False)
    theme = gr.themes.Base(font=_FONTS, font_mono=("ui-monospace", "Consolas", "monospace"))
    try:
        page.launch(
            server_name=host, server_port=port, share=False, prevent_thread_lock=prevent_thread_lock, quiet=True,
            theme=theme, css_paths=_FOLDER / "style.css", footer_links=[], run_history=False, pwa=False,
            enable_monitoring=False, ssr_mode=False, mcp_server=False, inbrowser=False,
        )  # fmt: skip
    except OSError as error:
        raise HoidapError(
            f"Không mở được {host}:{port}: địa chỉ sai hoặc cổng đang bận. Hãy chọn cổng khác bằng --port."
        ) from error
    return page


def _script(name: str) -> str:
    return (_FOLDER / f"{name}.js").read_text(encoding="utf-8")
