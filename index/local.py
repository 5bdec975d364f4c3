"""An index in a folder: the store, and the segments made from it."""

from index.backend import Search
from index.schema import FORMAT_VERSION
from index.searchers import Searchers
from index.segments import save_segments
from index.store import Store


class LocalBackend(Store):
    """Articles in SQLite, searches over segments beside it. Safe to share between threads."""

    format = FORMAT_VERSION

    @property
    def location(self) -> str:
        """The folder."""
        return str(self.folder)

    def searchers(self, known: Search | None = None) -> Search:
        """Searches over the present generation; segments of ``known`` are used again."""
        return Searchers.open(self.folder, self, known if isinstance(known, Searchers) else None)

    def save_searchers(self) -> None:
        """Write what has been added to segments, so that the next opening need not prepare it.

        Raises:
            OSError: The folder cannot be written.
        """
        save_segments(self.folder, self)
