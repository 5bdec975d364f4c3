"""The command line: a front over index, rag and the page. It owns no logic."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import date, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from platformdirs import user_data_path
from pydantic import ValidationError
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from index import Article, Filters, HoidapError
from index.vietnamese import nfc, usual_tone_placement
from rag import Assistant, Settings
from ui.page_commands import PortOption, page_app, serve_command
from ui.terminal import errors, output, print_answer, print_error, print_passage

if TYPE_CHECKING:
    from index.embedding import Embedder

EXIT_FAILED = 1
EXIT_REFUSED = 3  # the articles do not answer the question

app = typer.Typer(no_args_is_help=True, add_completion=False)
IndexOption = Annotated[Path | None, typer.Option("--index", help="Thư mục chỉ mục (mặc định data/index).")]
FromOption = Annotated[str | None, typer.Option("--from", metavar="NGÀY", help="Chỉ bài đăng từ ngày này.")]
ToOption = Annotated[str | None, typer.Option("--to", metavar="NGÀY", help="Chỉ bài đăng đến hết ngày này.")]
SourceOption = Annotated[list[str] | None, typer.Option("--source", help="Chỉ bài của nguồn này; lặp lại được.")]
AuthorOption = Annotated[list[str] | None, typer.Option("--author", help="Chỉ bài của tác giả này; lặp lại được.")]
JsonOption = Annotated[bool, typer.Option("--json", help="In kết quả dạng JSON.")]
app.add_typer(page_app)  # serve, feedback, user


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"hoidap {metadata.version('hoidap')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="In phiên bản rồi thoát.")
    ] = False,
) -> None:
    """Hỏi đáp tiếng Việt trên kho bài viết của bạn."""


def main() -> None:
    """Run the command line; expected failures print one line and exit 1."""
    if sys.argv[1:2] in ([], ["--help"], ["eval"]):  # every other command does without the evaluation
        try:
            from evals.cli import eval_app
        except ModuleNotFoundError as error:
            if sys.argv[1:2] == ["eval"]:
                print_error(f"Thiếu {error.name} cho phần đo đạc. Hãy chạy: pip install 'hoidap[evals]'")
                sys.exit(EXIT_FAILED)
        else:
            app.add_typer(eval_app, name="eval")
    try:
        app()
    except HoidapError as error:
        print_error(str(error))
        sys.exit(EXIT_FAILED)
    except ValidationError as error:
        parts = [f"HOIDAP_{'_'.join(map(str, part['loc'])).upper()} ({part['msg']})" for part in error.errors()]
        print_error(f"Cấu hình sai: {', '.join(parts)}")
        sys.exit(EXIT_FAILED)
    except OSError as error:  # an index folder or result file that the system does not let us use
        print_error(f"{error.filename or 'Hệ thống'}: {error.strerror or error}")
        sys.exit(EXIT_FAILED)


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


def _settings(index: Path | None, **others: str | None) -> Settings:
    given: dict[str, Any] = {"index": index, "store": "faiss"} if index else {}  # a named folder is meant
    return Settings(**given | {name: value for name, value in others.items() if value})


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


@app.command("index")
def index_command(
    paths: Annotated[list[Path], typer.Argument(help="Tệp hoặc thư mục bài viết.")],
    index: Annotated[Path | None, typer.Option("--index", "--to", help="Thư mục chỉ mục.")] = None,
    prune: Annotated[bool, typer.Option("--prune", help="Xóa khỏi chỉ mục các bài có tệp không còn nữa.")] = False,
    workers: Annotated[
        Literal["local", "ray"],
        typer.Option(help="Nơi tính véc-tơ: tiến trình này, hoặc nhiều máy bằng Ray."),
    ] = "local",
    store: Annotated[
        Literal["faiss", "milvus"] | None, typer.Option(help="Nơi giữ chỉ mục: thư mục này hoặc Milvus (HOIDAP_STORE).")
    ] = None,
    uri: Annotated[
        str | None, typer.Option(help="Milvus: http://MÁY:19530/CƠ_SỞ_DỮ_LIỆU hoặc tệp .db (HOIDAP_STORE_URI).")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Đưa bài viết (.txt .md .html .pdf .docx) vào chỉ mục. Bài không đổi được bỏ qua; chạy lại thì làm tiếp."""
    from index import Index, ingest

    settings = _settings(index, store=store, store_uri=uri)
    with (
        _embedder(settings, workers) as embedder,
        Index.open_or_create(settings=settings, embedder=embedder) as opened,
        _progress_bar("Đang lập chỉ mục", quiet=as_json) as step,
    ):
        report = ingest(opened, paths, step, prune, many_workers=workers == "ray")
        articles, chunks = opened.store.counts()
        added = [article for article_id in report.added if as_json and (article := opened.article(article_id))]
    for error in report.errors:
        print_error(str(error), "yellow")
    if as_json:
        _print_json(
            {
                "added": [_article_row(article) for article in added],
                "unchanged": [str(path) for path in report.unchanged],
                "removed": report.removed,
                "errors": [str(error) for error in report.errors],
                "articles": articles,
                "chunks": chunks,
            }
        )
    else:
        output.print(
            f"Đã thêm {len(report.added)} bài, không đổi {len(report.unchanged)}, bỏ qua {len(report.errors)}"
            f"{f', xóa {len(report.removed)}' if prune else ''}. "
            f"Chỉ mục {opened.store.location} có {articles} bài, {chunks} đoạn.",
            markup=False,
            highlight=False,
        )
    if report.errors and not (report.added or report.unchanged):
        raise typer.Exit(EXIT_FAILED)


@app.command("demo")
def demo_command(
    index: Annotated[
        Path | None, typer.Option("--index", help="Thư mục chỉ mục (mặc định trong thư mục dữ liệu của người dùng).")
    ] = None,
    port: PortOption = 7860,
) -> None:
    """Dùng thử: lập chỉ mục các bài viết mẫu đi kèm rồi mở trang hỏi đáp."""
    from evals.suite import BUNDLED
    from index import Index, ingest

    settings = _settings(index or user_data_path("hoidap") / "demo")
    with (
        Index.open_or_create(settings.index, settings) as opened,
        _progress_bar("Đang lập chỉ mục bài mẫu", quiet=False) as step,
    ):
        ingest(opened, [BUNDLED / "articles"], step)  # what another installation has put there already is no news
    line = f'Hỏi ở dòng lệnh: hoidap ask "…" --index "{settings.index}"'
    output.print(line, markup=False, highlight=False, soft_wrap=True)
    serve_command(settings.index, port=port)


@app.command("remove")
def remove_command(
    ids: Annotated[list[str], typer.Argument(help="Mã bài viết, xem bằng: hoidap list")],
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Xóa bài viết khỏi chỉ mục."""
    from index import Index

    settings = _settings(index)
    with Index.open(settings=settings) as opened:
        removed = [article_id for article_id in ids if opened.remove(article_id)]
    missing = [article_id for article_id in ids if article_id not in removed]
    if as_json:
        _print_json({"removed": removed, "missing": missing})
    else:
        output.print(f"Đã xóa {len(removed)} bài.")
    for article_id in missing:
        print_error(f"Không có bài nào mang mã {article_id}.", "yellow")
    if missing:
        raise typer.Exit(EXIT_FAILED)


@app.command("list")
def list_command(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Liệt kê các bài viết trong chỉ mục."""
    from index import Index

    settings = _settings(index)
    with Index.open(settings=settings) as opened:
        articles = list(opened.articles())
    if as_json:
        _print_json([_article_row(article) for article in articles])
        return
    table = Table("Mã", "Ngày", "Tiêu đề", "Nguồn")
    for article in articles:
        published = f"{article.published:%d/%m/%Y}" if article.published else ""
        table.add_row(article.id, published, escape(article.title), escape(article.source or ""))
    output.print(table)


@app.command("info")
def info_command(
    index: IndexOption = None,
    url: Annotated[str | None, typer.Option(help="Địa chỉ của máy chủ đang chạy, thay cho một thư mục.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Cho biết chỉ mục có gì, do mô hình nào tạo ra và có trả lời được không; với --url thì hỏi máy chủ đang chạy."""
    from ui.health import HealthCheck, health_at

    if url is not None:
        facts = health_at(url)
    else:
        settings = _settings(index)
        assistant = Assistant.open(settings=settings)
        facts = {"index": assistant.index.store.location, **assistant.index.store.meta(), "cache": str(settings.cache)}
        facts |= HealthCheck(assistant)().to_dict()
        assistant.index.close()
    if as_json:
        _print_json(facts)
        return
    for name, value in facts.items():
        output.print(f"{name}: {value}", highlight=False, markup=False)


@app.command("check")
def check_command(
    index: IndexOption = None,
    repair: Annotated[bool, typer.Option("--repair", help="Sửa những gì hỏng.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Tìm chỗ hỏng trong chỉ mục và, với --repair, sửa lại. Mã thoát 0 khi không có hoặc không còn chỗ hỏng."""
    from index.check import check

    settings = _settings(index)
    if settings.store == "milvus":
        raise HoidapError("hoidap check dùng cho chỉ mục trong thư mục; Milvus có công cụ kiểm tra của nó.")
    found: list[dict[str, Any]] = []
    for finding in check(settings.index, settings, repair=repair):
        found.append(asdict(finding))
        if not as_json:
            print_error(f"{finding.message} {finding.done}".strip(), "yellow" if finding.is_damage else "dim")
    damages = [finding for finding in found if finding["is_damage"]]
    left = [finding for finding in damages if not finding["done"]]
    if as_json:
        _print_json(found)
    elif not damages:
        output.print("Chỉ mục lành lặn.")
    elif repair:
        output.print(f"Đã sửa {len(damages) - len(left)} chỗ hỏng, không sửa được {len(left)}.", highlight=False)
    else:
        output.print(f"Có {len(damages)} chỗ hỏng. Sửa bằng: hoidap check --repair", highlight=False)
    if left:
        raise typer.Exit(EXIT_FAILED)


@app.command("search")
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
    from rag.highlights import highlights
    from rag.query import prepare_query
    from rag.retriever import retrieve

    settings = _settings(index)
    searched = Assistant.open(settings=settings).index
    text = prepare_query(question).standalone
    interpretation = searched.interpret(text)
    filters = _filters(published_from, published_to, source, author)
    passages = retrieve(searched, interpretation, settings.passages, filters)
    if as_json:
        rows = [
            {
                **passage.to_dict(),
                "highlights": [
                    [passage.chunk.start + span.start, passage.chunk.start + span.end]
                    for span in highlights(interpretation, passage.text)
                ],
                "also_in": [article.id for article in passage.also_in],
            }
            for passage in passages
        ]
        _print_json(rows)
        return
    if interpretation.meant != usual_tone_placement(text):
        print_error(f"Hiểu là: {interpretation.meant}", "dim")
    for passage in passages:
        print_passage(passage, highlights(interpretation, passage.text))
    if not passages:
        print_error("Không có bài nào qua được bộ lọc.", "yellow")


@app.command("ask")
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
    assistant = Assistant.open(settings=_settings(index))
    filters = _filters(published_from, published_to, source, author)
    if trace:
        facts = assistant.trace(question, filters=filters)
        _print_json(facts)
        refused = facts["answer"]["refused"]
    elif as_json:
        answer = assistant.ask(question, filters=filters)
        _print_json(answer.to_dict())
        refused = answer.refused
    else:
        refused = print_answer(assistant, question, [], filters).refused
    if refused:
        raise typer.Exit(EXIT_REFUSED)


@app.command("chat")
def chat_command(index: IndexOption = None) -> None:
    """Trò chuyện trong cửa sổ dòng lệnh; dòng trống hoặc Ctrl-D để thoát."""
    assistant = Assistant.open(settings=_settings(index))
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


@app.command("bench")
def bench_command(
    name: Annotated[str, typer.Argument(help="Tên phép đo; tên sai sẽ được đáp bằng danh sách.")],
    path: Annotated[
        Path | None, typer.Argument(help="Thư mục bộ câu hỏi (mặc định data trong HOIDAP_DATA), hoặc tệp của phép đo.")
    ] = None,
    split: Annotated[Literal["tune", "report"], typer.Option(help="Nửa câu hỏi, với phép đo ablation.")] = "tune",
) -> None:
    """Đo và ghi kết quả vào evals/results (dành cho người phát triển)."""
    try:
        from evals.benchmarks import Choices, run_benchmark
    except ModuleNotFoundError as error:
        raise HoidapError(f"Thiếu {error.name} cho phần đo đạc. Hãy chạy: pip install 'hoidap[evals]'") from error
    with _progress_bar(name, quiet=False) as step:
        result, figures = run_benchmark(name, Choices(path, split, step))
    _print_json(figures)
    print_error(str(result), "dim")


@contextmanager
def _embedder(settings: Settings, workers: Literal["local", "ray"]) -> "Iterator[Embedder | None]":
    """What embeds articles; None for what the settings name."""
    if workers == "local":
        yield None
        return
    from index.embedding import open_embedder
    from index.ray_embedding import RayEmbedder

    with RayEmbedder(settings, open_embedder(settings)) as embedder:
        yield embedder


def _article_row(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "source": article.source,
        "author": article.author,
        "published": article.published.isoformat() if article.published else None,
        "url": article.url,
        "path": article.path,
        "characters": len(article.text),
    }


@contextmanager
def _progress_bar(label: str, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, disable=quiet) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
