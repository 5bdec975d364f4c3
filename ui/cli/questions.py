"""The command line's part about questions: passages and answers, one by one or in a conversation."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.text import Text

from index import Article, Filters, HoidapError, Span
from index.vietnamese import nfc, usual_tone_placement
from rag import Answer, Assistant, Citation, Finished, Passage, Retrieved, Sentence
from ui.cli.terminal import (
    EXIT_REFUSED,
    IndexOption,
    JsonOption,
    command_settings,
    errors,
    output,
    print_error,
    print_json,
)

question_app = typer.Typer(add_completion=False)
FromOption = Annotated[str | None, typer.Option("--from", metavar="NGÀY", help="Chỉ bài đăng từ ngày này.")]
ToOption = Annotated[str | None, typer.Option("--to", metavar="NGÀY", help="Chỉ bài đăng đến hết ngày này.")]
SourceOption = Annotated[list[str] | None, typer.Option("--source", help="Chỉ bài của nguồn này; lặp lại được.")]
AuthorOption = Annotated[list[str] | None, typer.Option("--author", help="Chỉ bài của tác giả này; lặp lại được.")]


@question_app.command("search")
def search_command(
    question: Annotated[str, typer.Argument(help="Điều cần tìm.")],
    index: IndexOption = None,
    published_from: FromOption = None,
    published_to: ToOption = None,
    source: SourceOption = None,
    author: AuthorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tìm các đoạn liên quan nhất, không cần mô hình ngôn ngữ."""
    assistant = Assistant.open(settings=command_settings(index))
    found = assistant.search(question, filters=_filters(published_from, published_to, source, author))
    if as_json:
        print_json(found.rows())
        return
    if found.question.meant != usual_tone_placement(found.question.text):
        print_error(f"Hiểu là: {found.question.meant}", "dim")
    for passage in found.passages:
        _print_passage(passage, found.highlights(passage))
    if not found.passages:
        print_error("Không có bài nào qua được bộ lọc.", "yellow")


@question_app.command("ask")
def ask_command(
    question: Annotated[str, typer.Argument(help="Câu hỏi.")],
    index: IndexOption = None,
    published_from: FromOption = None,
    published_to: ToOption = None,
    source: SourceOption = None,
    author: AuthorOption = None,
    as_json: JsonOption = False,
    trace: Annotated[bool, typer.Option("--trace", help="In JSON từng bước đã dẫn đến câu trả lời.")] = False,
) -> None:
    """Trả lời một câu hỏi, kèm trích dẫn. Mã thoát 3 khi các bài viết không có câu trả lời."""
    assistant = Assistant.open(settings=command_settings(index))
    filters = _filters(published_from, published_to, source, author)
    if trace:
        facts = assistant.trace(question, filters=filters)
        print_json(facts)
        refused = facts["answer"]["refused"]
    elif as_json:
        answer = assistant.ask(question, filters=filters)
        print_json(answer.to_dict())
        refused = answer.refused
    else:
        refused = _print_answer(assistant, question, [], filters).refused
    if refused:
        raise typer.Exit(EXIT_REFUSED)


@question_app.command("chat")
def chat_command(index: IndexOption = None) -> None:
    """Trò chuyện trong cửa sổ dòng lệnh; dòng trống hoặc Ctrl-D để thoát."""
    assistant = Assistant.open(settings=command_settings(index))
    history: list[dict[str, str]] = []
    while True:
        try:
            question = output.input("[bold cyan]Hỏi:[/bold cyan] ").strip()
        except (EOFError, KeyboardInterrupt):
            break
        if not question:
            break
        try:
            answer = _print_answer(assistant, question, history)
        except HoidapError as error:
            print_error(str(error))
            continue
        history += [{"role": "user", "content": question}, {"role": "assistant", "content": answer.text}]


def _print_passage(passage: Passage, marked: Sequence[Span]) -> None:
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


def _print_answer(
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


def _filters(
    published_from: str | None, published_to: str | None, sources: list[str] | None, authors: list[str] | None
) -> Filters:
    return Filters(
        _day(published_from),
        _day(published_to),
        tuple(nfc(source) for source in sources or ()),
        tuple(nfc(author) for author in authors or ()),
    )


def _day(text: str | None) -> date | None:
    """The day written as 31/12/2024 or 2024-12-31."""
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        with suppress(ValueError):
            return datetime.strptime(text, form).date() if text else None
    raise HoidapError(f"Ngày «{text}» không đúng. Hãy viết như 31/12/2024 hoặc 2024-12-31.")
