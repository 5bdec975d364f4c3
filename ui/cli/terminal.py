"""What the commands share: their options, exit codes and settings, and how they print."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from rag import Settings

EXIT_FAILED = 1
EXIT_REFUSED = 3  # the articles do not answer the question

IndexOption = Annotated[Path | None, typer.Option("--index", help="Thư mục chỉ mục (mặc định data/index).")]
JsonOption = Annotated[bool, typer.Option("--json", help="In kết quả dạng JSON.")]
PortOption = Annotated[int, typer.Option(min=0, max=65535, help="Cổng.")]

output = Console()
errors = Console(stderr=True)


def command_settings(index: Path | None, **others: str | None) -> Settings:
    """The settings, with what was named on the command line in place of the environment's."""
    given: dict[str, Any] = {"index": index, "store": "faiss"} if index else {}  # a named folder is meant
    return Settings(**given | {name: value for name, value in others.items() if value})


def print_error(line: str, style: str = "red") -> None:
    """One line on standard error."""
    errors.print(escape(line), style=style, soft_wrap=True, highlight=False)


def print_line(line: str) -> None:
    """One line on standard output, however long, to be read as it is."""
    output.print(line, markup=False, highlight=False, soft_wrap=True)


def print_json(value: object) -> None:
    """A value as JSON, for programs."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


@contextmanager
def progress_bar(label: str, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, moved by what is yielded: (steps done, steps in all)."""
    columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, disable=quiet) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
