"""Settings of the page, on top of those of answering."""

import re
from pathlib import Path

from pydantic import Field, SecretStr, field_validator

from index.reading import MAX_FILE_BYTES
from rag import Settings

MIN_KEY_CHARACTERS = 16  # more than can be guessed, so that wrong keys need not be counted


class PageSettings(Settings):
    """All configuration of ``hoidap serve``, read once from ``HOIDAP_…`` variables or given as arguments.

    Attributes:
        page: Folder of what the page keeps: conversations, uploaded files, accounts. By default beside the index,
            so that an index can be deleted and made again without losing them.
        upload_files: Most files in one upload.
        upload_bytes: Largest uploaded file.
        answering: Questions answered side by side with a language model. The bundled one words one answer after
            another; the second question is searched for meanwhile.
        quoting: Questions answered side by side by quotes.
        waiting: Questions that may wait for their turn, of each kind; the next one is told to come back.
        waiting_each: Most of them of one user.
        grace_seconds: How long answers that have begun may take when the server is told to end.
        api_key: What programs show as ``Authorization: Bearer``; empty for none. Where there are accounts a name and
            password do as well.
        root_path: The path under which a proxy serves the page, such as "/hoi-dap", whether it cuts that off or not.
        log_file: Where logs go; standard error by default.
        log_questions: Whether logs hold the questions.
    """

    page: Path | None = None
    upload_files: int = Field(default=50, ge=1)
    upload_bytes: int = Field(default=MAX_FILE_BYTES, ge=1, le=MAX_FILE_BYTES)
    answering: int = Field(default=2, ge=1)
    quoting: int = Field(default=2, ge=1)
    waiting: int = Field(default=64, ge=1)
    waiting_each: int = Field(default=8, ge=1)
    grace_seconds: float = Field(default=30, ge=0)
    api_key: SecretStr = SecretStr("")
    root_path: str = ""
    log_file: Path | None = None
    log_questions: bool = False

    @field_validator("api_key")
    @classmethod
    def _long_enough(cls, key: SecretStr) -> SecretStr:
        if 0 < len(key.get_secret_value()) < MIN_KEY_CHARACTERS:
            raise ValueError(f"cần ít nhất {MIN_KEY_CHARACTERS} ký tự")
        return key

    @field_validator("root_path")
    @classmethod
    def _absolute(cls, path: str) -> str:
        path = path.rstrip("/")
        if path and not re.fullmatch(r"(/[\w.~-]+)+", path, re.ASCII):
            raise ValueError("viết như /hoi-dap")
        return path

    @field_validator("page", "log_file")
    @classmethod
    def _expand_page_home(cls, path: Path | None) -> Path | None:
        return path.expanduser() if path else None

    @property
    def page_folder(self) -> Path:
        """Where the page keeps its files."""
        return self.page or self.index.with_name(f"{self.index.name}.page")
