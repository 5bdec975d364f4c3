"""What all commands share: their options, and how they show answers, their sources and failures."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from index import Article, Filters, Span
from rag import Answer, Assistant, Citation, Finished, Passage, Retrieved, Sentence, Settings

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


def print_passage(passage: Passage, marked: Sequence[Span]) -> None:
    """A passage under its number and title, with the marked spans of its text standing out."""
    output.print(
        f"[bold]{passage.number}. {escape(passage.article.title)}[/bold] ({passage.score:.2f})", highlight=False
    )
    text = Text(passage.text)
    for span in marked:
        text.stylize("bold yellow", span.start, span.end)
    output.print(text)
    if passage.also_in:
        output.print(f"Cũng đăng ở: {'; '.join(map(_named, passage.also_in))}", style="dim", markup=False)
    output.print()


def print_answer(
    assistant: Assistant, question: str, history: list[dict[str, str]], filters: Filters | None = None
) -> Answer:
    """Sentences as they are checked, then the quotes and where they stand."""
    for event in assistant.stream(question, history, filters):
        if isinstance(event, Retrieved):
            if event.standalone != " ".join(question.split()):
                errors.print(f"Đang tìm: {event.standalone}", style="dim", markup=False, highlight=False)
            errors.print(f"Đang đọc {len(event.passages)} đoạn …", style="dim")
        elif isinstance(event, Sentence):
            markers = "".join(f"[{citation.number}]" for citation in event.citations)
            output.print(f"{event.text} {markers}", markup=False, highlight=False)
        elif isinstance(event, Finished):
            answer = event.answer
    if answer.refused:
        output.print(answer.text, style="yellow")
    if answer.notice:
        output.print(f"{answer.notice}.", style="yellow", markup=False, highlight=False)
    _print_sources(answer)
    return answer


def _print_sources(answer: Answer) -> None:
    articles = {passage.article.id: passage.article for passage in answer.passages}
    output.print()
    if answer.refused and articles:
        output.print("Bài gần nhất:", style="dim")
        for article in articles.values():
            output.print(f"  • {_named(article)}", style="dim", markup=False, highlight=False)
    for citation in answer.citations:
        _print_citation(citation, articles[citation.article_id])


def _print_citation(citation: Citation, article: Article) -> None:
    output.print(f"[{citation.number}] {_named(article)}", style="bold", markup=False, highlight=False)
    output.print(f"    “{' '.join(citation.quote.split())}”", style="dim", markup=False, highlight=False)


def _named(article: Article) -> str:
    parts = [article.title, article.source, f"{article.published:%d/%m/%Y}" if article.published else None]
    return " · ".join(part for part in parts if part)
