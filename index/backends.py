"""The back end that keeps an index in a folder, and the choice between it and Milvus."""

from collections.abc import Mapping

from index.backend import Backend, Search
from index.search.searchers import Searchers
from index.search.segments import save_segments
from index.settings import IndexSettings
from index.store.schema import FORMAT_VERSION
from index.store.store import Store


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


def open_backend(settings: IndexSettings) -> Backend:
    """Open what the settings name.

    Raises:
        IndexMissing: There is no index.
        IndexDamaged: It cannot be read or reached.
        ModelMissing: The client for Milvus is not installed.
    """
    if settings.store == "milvus":
        from index.milvus.store import MilvusBackend  # here, for few need it

        return MilvusBackend.open(settings.store_uri, settings.store_token.get_secret_value())
    return LocalBackend.open(settings.index)


def create_backend(settings: IndexSettings, meta: Mapping[str, str]) -> Backend:
    """Make an empty index where the settings say, with some facts about it; errors as in ``open_backend``."""
    if settings.store == "milvus":
        from index.milvus.store import MilvusBackend

        return MilvusBackend.create(settings.store_uri, settings.store_token.get_secret_value(), meta)
    return LocalBackend.create(settings.index, meta)
