"""Which back end keeps an index, as the settings say."""

from collections.abc import Mapping

from index.backend import Backend
from index.local import LocalBackend
from index.settings import IndexSettings


def open_backend(settings: IndexSettings) -> Backend:
    """Open what the settings name.

    Raises:
        IndexMissing: There is no index.
        IndexDamaged: It cannot be read or reached.
        ModelMissing: The client for Milvus is not installed.
    """
    if settings.store == "milvus":
        from index.milvus import MilvusBackend  # here, for few need it

        return MilvusBackend.open(settings.store_uri, settings.store_token.get_secret_value())
    return LocalBackend.open(settings.index)


def create_backend(settings: IndexSettings, meta: Mapping[str, str]) -> Backend:
    """Make an empty index where the settings say, with some facts about it; errors as in ``open_backend``."""
    if settings.store == "milvus":
        from index.milvus import MilvusBackend

        return MilvusBackend.create(settings.store_uri, settings.store_token.get_secret_value(), meta)
    return LocalBackend.create(settings.index, meta)
