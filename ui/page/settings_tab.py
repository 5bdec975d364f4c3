"""The settings tab: how answers are made, and how the page looks."""

from dataclasses import asdict
from html import escape
from typing import Any

import gradio as gr

from index import HoidapError
from ui.page.conversations import Conversations
from ui.page.preferences import SOURCE_COUNTS, read_preferences
from ui.page.state import PageState

_WORDING = [
    ("Như máy chủ đã đặt", "default"),
    ("Mô hình ngôn ngữ viết câu trả lời, từng câu được kiểm chứng", "llm"),
    ("Trích nguyên văn bài viết, trả lời ngay", "extractive"),
]
_PASSAGES = [("Như máy chủ đã đặt", 0), *((str(count), count) for count in SOURCE_COUNTS)]
_THEMES = [("Theo máy của bạn", "auto"), ("Sáng", "light"), ("Tối", "dark")]
# Runs in the browser: Gradio's own dark theme is a class of the body.
THEME_JS = """(theme) => {
  localStorage.setItem("hoidap-theme", theme);
  const dark = theme === "dark" || (theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.body.classList.toggle("dark", dark);
  return theme;
}"""
STORED_THEME_JS = """() => {
  const theme = localStorage.getItem("hoidap-theme") ?? "auto";
  if (theme !== "auto") document.body.classList.toggle("dark", theme === "dark");
  return theme;
}"""


def build_settings(
    page: gr.Blocks, state: gr.State, conversations: Conversations, may_set_endpoint: bool, may_log_out: bool
) -> None:
    """The tab's components and events.

    Args:
        page: The whole page, whose loading fills in what the owner set.
        state: The tab's ``PageState``.
        conversations: Where preferences are kept.
        may_set_endpoint: Whether this user may make the server call an address of his choice.
        may_log_out: Whether there is a login to leave.
    """
    with gr.Column(elem_id="settings"):
        _html("<h2>Cách trả lời</h2>")
        wording = gr.Radio(_WORDING, value="default", label="Ai viết câu trả lời", elem_id="wording")
        passages = gr.Radio(_PASSAGES, value=0, label="Số đoạn bài viết dùng cho mỗi câu trả lời", elem_id="passages")
        base_url, model, key = _endpoint_fields(may_set_endpoint)
        save = gr.Button("Lưu cách trả lời", variant="primary", elem_id="save", size="md")
        saved = _html("", elem_id="saved")
        _html("<h2>Giao diện</h2>")
        theme = gr.Radio(_THEMES, value="auto", label="Nền", elem_id="theme")
        if may_log_out:
            _html('<form method="post" action="dang-xuat"><button class="plain">Đăng xuất</button></form>')

    def fill(holder: PageState, request: gr.Request) -> tuple[str, int, str, str]:
        holder.belongs_to(request, conversations)
        preferences = holder.preferences
        return preferences.wording, preferences.passages, preferences.base_url, preferences.model

    def keep(
        wording: str, passages: int, base_url: str, model: str, key: str, holder: PageState, request: gr.Request
    ) -> str:
        holder.belongs_to(request, conversations)
        sent: dict[str, Any] = {"wording": wording, "passages": passages}
        if may_set_endpoint:
            sent |= {"base_url": base_url, "model": model}
        try:
            holder.preferences = read_preferences(sent)
            conversations.set_preferences(holder.owner, asdict(holder.preferences))
        except HoidapError as error:
            return _line(str(error), "problem")
        holder.api_key = key.strip()
        return _line("Đã lưu. Có hiệu lực từ câu hỏi sau.", "done")

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    page.load(fill, [state], [wording, passages, base_url, model], **quiet)
    page.load(None, None, [theme], js=STORED_THEME_JS, **quiet)
    save.click(keep, [wording, passages, base_url, model, key, state], [saved], **quiet)
    theme.input(None, [theme], [theme], js=THEME_JS, **quiet)


def _endpoint_fields(visible: bool) -> tuple[gr.Textbox, gr.Textbox, gr.Textbox]:
    """Address, model and key of an endpoint of the reader's own."""
    with gr.Column(visible=visible, elem_id="endpoint"):
        _html(
            "<h2>Mô hình ngôn ngữ của bạn</h2><p>Để trống thì dùng mô hình của máy chủ. Máy chủ nào theo giao thức "
            "OpenAI cũng được: vLLM, Ollama, llama-server hoặc dịch vụ trên mạng.</p>"
        )
        return (
            gr.Textbox(label="Địa chỉ", placeholder="http://127.0.0.1:8000/v1", max_length=500),
            gr.Textbox(label="Tên mô hình", max_length=200),
            gr.Textbox(
                label="Khóa truy cập", type="password", max_length=500,
                info="Chỉ nằm trong bộ nhớ cho tới khi đóng trang, không ghi xuống đĩa.",
            ),
        )  # fmt: skip


def _html(content: str, elem_id: str | None = None) -> gr.HTML:
    return gr.HTML(content, elem_id=elem_id, js_on_load=None, apply_default_css=False)


def _line(words: str, kind: str) -> str:
    return f'<p class="{kind}" role="status">{escape(words)}</p>'
