"""``ask`` and ``search`` for programs: Gradio's API and the MCP tools of the same names."""

from collections.abc import Callable
from typing import Any

import gradio as gr

from index import HoidapError
from rag import Assistant, Passage

_MOST_FOUND = 20


def search_rows(assistant: Assistant, question: str, count: int) -> list[dict[str, Any]]:
    """The best passages as JSON-ready data: the form of the API and the MCP tool."""
    from rag.query import prepare_query
    from rag.retriever import retrieve

    return [_row(passage) for passage in retrieve(assistant.index, prepare_query(question).standalone, count)]


def _row(passage: Passage) -> dict[str, Any]:
    article = passage.article
    published = article.published.isoformat() if article.published else None
    return {**passage.to_dict(), "source": article.source, "published": published, "url": article.url}


def endpoints(assistant: Assistant) -> tuple[Callable[..., dict[str, Any]], Callable[..., list[dict[str, Any]]]]:
    """The functions behind the endpoints; names, annotations and docstrings are what clients are shown."""

    def ask(question: str, history: list[dict[str, str]] = []) -> dict[str, Any]:  # noqa: B006 - a client is shown it
        """Answer a question from the indexed Vietnamese articles, or say that they do not answer it.

        Every sentence of the answer cites the exact words that support it.

        Args:
            question: The question, in Vietnamese, with or without accents.
            history: Earlier turns, oldest first, as {"role": "user" or "assistant", "content": "..."}.

        Returns:
            text, refused, mode, sentences, citations (with article_id, start, end, quote), passages, timings.
        """
        try:
            return assistant.ask(question, tuple(history)).to_dict()
        except HoidapError as error:
            raise gr.Error(str(error)) from error

    def search(question: str, count: int = 4) -> list[dict[str, Any]]:
        """Find the passages of the indexed Vietnamese articles that fit a question best, without a language model.

        Args:
            question: What to look for, in Vietnamese, with or without accents.
            count: How many passages to return, from 1 to 20.

        Returns:
            Passages, best first, with article_id, title, source, published, url, start, end, text and score.
        """
        try:
            return search_rows(assistant, question, max(1, min(count, _MOST_FOUND)))
        except HoidapError as error:
            raise gr.Error(str(error)) from error

    return ask, search
