"""What the library tab does on each event."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from index import Article, HoidapError
from ui.page.answers import header_html
from ui.page.article_panel import article_html, problem_html
from ui.page.library import Library, Upload
from ui.page.library_list import Wanted, batch_html, list_html, read_wanted, select, tools_html

_LOOK_EVERY_SECONDS = 0.3
_GONE = "Bài viết này không còn trong kho."

Update = Any


class Shelf:
    """What one tab shows of the library."""

    def __init__(self) -> None:
        self.wanted = Wanted()
        self.removed: Article | None = None


class LibraryTab:
    """The handlers of the library tab."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._openings = 0

    def load(self, shelf: Shelf) -> tuple[str, str]:
        """The filters and the list, as when the page is opened."""
        return self._tools(), self._list(shelf)

    def query(self, shelf: Shelf, event: gr.EventData) -> str:
        """The list as searched, sorted and filtered."""
        shelf.wanted = read_wanted(dict(event.wanted))
        return self._list(shelf)

    def upload(self, shelf: Shelf, event: gr.EventData) -> Iterator[tuple[str, Update, Update, Update]]:
        """Index what was uploaded, and show how far it has come; leaving the page does not stop it."""
        same = gr.skip()
        try:
            uploads = [Upload(Path(str(sent["path"])), str(sent["name"])) for sent in event.files]
            batch = self._library.add(uploads, str(event.replaces))
        except HoidapError as error:
            yield batch_html(None, str(error)), same, same, same
            return
        while not batch.finished.wait(_LOOK_EVERY_SECONDS):
            yield batch_html(batch), same, same, same
        shelf.removed = None
        yield batch_html(batch), self._tools(), self._list(shelf), self._header()

    def manage(self, shelf: Shelf, event: gr.EventData) -> tuple[Update, str, Update]:
        """Remove or restore an article."""
        try:
            if event.action == "remove":
                shelf.removed = self._library.remove(str(event.article))
            elif event.action == "restore" and self._library.restore(str(event.article)):
                shelf.removed = None
        except HoidapError as error:
            return gr.skip(), batch_html(None, str(error)), gr.skip()
        return self._tools(), self._list(shelf), self._header()

    def open_article(self, event: gr.EventData) -> str:
        """An article, in the panel beside the list."""
        self._openings += 1
        try:
            article = self._library.index.article(str(event.article))
        except HoidapError as error:
            return problem_html(str(error))
        return article_html(article, opening=self._openings) if article else problem_html(_GONE)

    def _tools(self) -> str:
        return tools_html(sorted({article.source for article in self._library.index.articles() if article.source}))

    def _list(self, shelf: Shelf) -> str:
        articles = list(self._library.index.articles())
        return list_html(select(articles, shelf.wanted), shelf.wanted, len(articles), shelf.removed)

    def _header(self) -> str:
        return header_html(self._library.index.store.counts()[0])
