"""Settings of the page, on top of those of answering."""

from pathlib import Path

from pydantic import Field, field_validator

from index.reading import MAX_FILE_BYTES
from rag import Settings


class PageSettings(Settings):
    """All configuration of ``hoidap serve``, read once from ``HOIDAP_…`` variables or given as arguments.

    Attributes:
        page: Folder of what the page keeps: conversations, uploaded files, accounts. By default beside the index,
            so that an index can be deleted and made again without losing them.
        upload_files: Most files in one upload.
        upload_bytes: Largest uploaded file.
        answering: Questions answered side by side; a local model answers one after another anyway.
        waiting: Questions that may wait for their turn; the next one is told to come back.
    """

    page: Path | None = None
    upload_files: int = Field(default=50, ge=1)
    upload_bytes: int = Field(default=MAX_FILE_BYTES, ge=1, le=MAX_FILE_BYTES)
    answering: int = Field(default=2, ge=1)
    waiting: int = Field(default=16, ge=1)

    @field_validator("page")
    @classmethod
    def _expand_page_home(cls, path: Path | None) -> Path | None:
        return path.expanduser() if path else None

    @property
    def page_folder(self) -> Path:
        """Where the page keeps its files."""
        return self.page or self.index.with_name(f"{self.index.name}.page")
