"""The command line's part about questions: passages and answers, one by one or in a conversation."""

from contextlib import suppress
from datetime import date, datetime
from typing import Annotated

import typer

from index import Filters, HoidapError
from index.vietnamese import nfc, usual_tone_placement
from rag import Assistant
from ui.cli.terminal import (
    EXIT_REFUSED,
    IndexOption,
    JsonOption,
    command_settings,
    output,
    print_answer,
    print_error,
    print_json,
    print_passage,
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
        print_passage(passage, found.highlights(passage))
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
        refused = print_answer(assistant, question, [], filters).refused
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
            answer = print_answer(assistant, question, history)
        except HoidapError as error:
            print_error(str(error))
            continue
        history += [{"role": "user", "content": question}, {"role": "assistant", "content": answer.text}]


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
