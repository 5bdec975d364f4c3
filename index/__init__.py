"""Articles in, a searchable index on disk. Knows nothing of answering policy or language models."""

from typing import TYPE_CHECKING, Any

from index.errors import (
    ArticleError,
    DuplicateArticle,
    HoidapError,
    IndexBusy,
    IndexDamaged,
    IndexMismatch,
    IndexMissing,
    ModelMissing,
    QuestionError,
)
from index.settings import IndexSettings
from index.types import Article, Chunk, Filters, Hit, Interpretation, Span

if TYPE_CHECKING:
    from index.index import Index
    from index.ingestion import IngestReport, ingest

__all__ = [
    "Article",
    "ArticleError",
    "Chunk",
    "DuplicateArticle",
    "Filters",
    "Hit",
    "HoidapError",
    "Index",
    "IndexBusy",
    "IndexDamaged",
    "IndexMismatch",
    "IndexMissing",
    "IndexSettings",
    "IngestReport",
    "Interpretation",
    "ModelMissing",
    "QuestionError",
    "Span",
    "ingest",
]


def __getattr__(name: str) -> Any:
    """Load FAISS and the readers only when they are first asked for (PEP 562)."""
    if name == "Index":
        from index.index import Index

        return Index
    if name in ("IngestReport", "ingest"):
        from index import ingestion

        return getattr(ingestion, name)
    raise AttributeError(f"module 'index' has no attribute {name!r}")
