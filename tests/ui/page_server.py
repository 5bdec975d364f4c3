"""Serves the page for ``test_page.py``: ``page_server.py INDEX PORT [held]``, until it is terminated.

A process of its own, because Gradio leaves event loops and sockets to the garbage collector, and a warning is an
error in tests. With "held", answers come from a model that says "asked" on standard error, waits for a line on
standard input before each reply, and whose third reply is a bug.
"""

import sys
from typing import Any

from index import HoidapError
from rag import Assistant
from rag.scripted import Scripted
from ui.server.app import start
from ui.settings import PageSettings

QUOTE = "Thư viện xã Bình Sơn có 2.350 đầu sách."


class Held(Scripted):
    """A model that speaks only once it is let go, and fails when it has nothing to say."""

    def _next(self, messages: Any) -> str:
        sys.stderr.write("asked\n")
        sys.stderr.flush()
        sys.stdin.readline()
        reply = super()._next(messages)
        if not reply:
            raise RuntimeError("a bug")
        return reply


def main(folder: str, port: str, *held: str) -> None:
    settings = PageSettings(index=folder, embedding_model="hashing", llm="extractive")
    model = Held(replies=[QUOTE, QUOTE, ""]) if held else None
    try:
        start(Assistant.open(folder, settings, model), port=int(port), settings=settings).run()
    except HoidapError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
