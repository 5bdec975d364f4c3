"""``ask`` and ``search`` for programs: Gradio's API and the MCP tools of the same names."""

from typing import Any

import gradio as gr
from gradio.events import api

from index import HoidapError
from rag import Assistant
from ui.page.state import client_of
from ui.service import Door, Service

_MCP_HEADER = "mcp-protocol-version"  # sent with every call; Gradio passes an MCP client's headers on
_MOST_FOUND = 20


def _told(message: str) -> gr.Error:
    """What the caller did wrong, told to him alone: the server's log has its line already."""
    return gr.Error(message, print_exception=False)


def add_endpoints(assistant: Assistant, service: Service) -> None:
    """Add both to the page that is being built. Names, annotations and docstrings are what clients are shown."""

    def ask(  # noqa: D417 - Gradio fills in the request, clients do not see it
        question: str,
        request: gr.Request,
        history: list[dict[str, str]] = [],  # noqa: B006 - a client is shown it
    ) -> dict[str, Any]:
        """Answer a question from the indexed Vietnamese articles, or say that they do not answer it.

        Every sentence of the answer cites the exact words that support it.

        Args:
            question: The question, in Vietnamese, with or without accents.
            history: Earlier turns, oldest first, as {"role": "user" or "assistant", "content": "..."}.

        Returns:
            text, refused, mode, sentences, citations (with article_id, start, end, quote), passages, timings, and
            request_id, under which the server's log has it.
        """
        door: Door = "mcp" if _MCP_HEADER in request.headers else "api"
        if not isinstance(question, str) or not isinstance(history, list | None):
            raise _told("Câu hỏi phải là chữ, lịch sử trò chuyện phải là một danh sách.")
        try:
            return service.answer(assistant, question, tuple(history or ()), door=door, owner=client_of(request))
        except HoidapError as error:
            raise _told(str(error)) from error

    def search(question: str, count: int = 4) -> list[dict[str, Any]]:
        """Find the passages of the indexed Vietnamese articles that fit a question best, without a language model.

        Args:
            question: What to look for, in Vietnamese, with or without accents.
            count: How many passages to return, from 1 to 20.

        Returns:
            Passages, best first, with article_id, title, source, published, url, start, end, text,
            score, highlights and also_in.
        """
        if not isinstance(question, str) or not isinstance(count, int | float):
            raise _told("Điều cần tìm phải là chữ, số đoạn phải là một số.")
        try:
            return assistant.search(question, count=int(max(1, min(count, _MOST_FOUND)))).rows()
        except HoidapError as error:
            raise _told(str(error)) from error

    api(ask, concurrency_limit=None)
    api(search)
