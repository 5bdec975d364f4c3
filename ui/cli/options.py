"""What the commands share: their options, the settings these make, and exit codes."""

from pathlib import Path
from typing import Annotated, Any

import typer

from rag import Settings

EXIT_FAILED = 1
EXIT_REFUSED = 3  # the articles do not answer the question

IndexOption = Annotated[Path | None, typer.Option("--index", help="Thư mục chỉ mục (mặc định data/index).")]
JsonOption = Annotated[bool, typer.Option("--json", help="In kết quả dạng JSON.")]
PortOption = Annotated[int, typer.Option(min=0, max=65535, help="Cổng.")]


def command_settings(index: Path | None, **others: str | None) -> Settings:
    """The settings, with what was named on the command line in place of the environment's."""
    given: dict[str, Any] = {"index": index, "store": "faiss"} if index else {}  # a named folder is meant
    return Settings(**given | {name: value for name, value in others.items() if value})
