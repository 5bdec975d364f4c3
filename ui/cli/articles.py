"""The command line's part about the index: articles in and out, what it holds, and whether it is sound."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.markup import escape
from rich.table import Table

from index import Article, HoidapError
from rag import Assistant, Settings
from ui.cli.terminal import (
    EXIT_FAILED,
    IndexOption,
    JsonOption,
    command_settings,
    output,
    print_error,
    print_json,
    progress_bar,
)

if TYPE_CHECKING:
    from index.models.embedding import Embedder

index_app = typer.Typer(add_completion=False)


@index_app.command("index")
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

    settings = command_settings(index, store=store, store_uri=uri)
    with (
        _embedder(settings, workers) as embedder,
        Index.open_or_create(settings=settings, embedder=embedder) as opened,
        progress_bar("Đang lập chỉ mục", quiet=as_json) as step,
    ):
        report = ingest(opened, paths, step, prune, many_workers=workers == "ray")
        articles, chunks = opened.store.counts()
        added = [article for article_id in report.added if as_json and (article := opened.article(article_id))]
    for error in report.errors:
        print_error(str(error), "yellow")
    if as_json:
        print_json(
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


@index_app.command("remove")
def remove_command(
    ids: Annotated[list[str], typer.Argument(help="Mã bài viết, xem bằng: hoidap list")],
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Xóa bài viết khỏi chỉ mục."""
    from index import Index

    settings = command_settings(index)
    with Index.open(settings=settings) as opened:
        removed = [article_id for article_id in ids if opened.remove(article_id)]
    missing = [article_id for article_id in ids if article_id not in removed]
    if as_json:
        print_json({"removed": removed, "missing": missing})
    else:
        output.print(f"Đã xóa {len(removed)} bài.")
    for article_id in missing:
        print_error(f"Không có bài nào mang mã {article_id}.", "yellow")
    if missing:
        raise typer.Exit(EXIT_FAILED)


@index_app.command("list")
def list_command(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Liệt kê các bài viết trong chỉ mục."""
    from index import Index

    settings = command_settings(index)
    with Index.open(settings=settings) as opened:
        articles = list(opened.articles())
    if as_json:
        print_json([_article_row(article) for article in articles])
        return
    table = Table("Mã", "Ngày", "Tiêu đề", "Nguồn")
    for article in articles:
        published = f"{article.published:%d/%m/%Y}" if article.published else ""
        table.add_row(article.id, published, escape(article.title), escape(article.source or ""))
    output.print(table)


@index_app.command("info")
def info_command(
    index: IndexOption = None,
    url: Annotated[str | None, typer.Option(help="Địa chỉ của máy chủ đang chạy, thay cho một thư mục.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Cho biết chỉ mục có gì, do mô hình nào tạo ra và có trả lời được không; với --url thì hỏi máy chủ đang chạy."""
    from ui.server.health import HealthCheck, health_at

    if url is not None:
        facts = health_at(url)
    else:
        settings = command_settings(index)
        assistant = Assistant.open(settings=settings)
        facts = {"index": assistant.index.store.location, **assistant.index.store.meta(), "cache": str(settings.cache)}
        facts |= HealthCheck(assistant)().to_dict()
        assistant.index.close()
    if as_json:
        print_json(facts)
        return
    for name, value in facts.items():
        if value not in (None, ""):
            output.print(f"{name}: {value}", highlight=False, markup=False)


@index_app.command("check")
def check_command(
    index: IndexOption = None,
    repair: Annotated[bool, typer.Option("--repair", help="Sửa những gì hỏng.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Tìm chỗ hỏng trong chỉ mục và, với --repair, sửa lại. Mã thoát 0 khi không có hoặc không còn chỗ hỏng."""
    from index.check import check

    settings = command_settings(index)
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
        print_json(found)
    elif not damages:
        output.print("Chỉ mục lành lặn.")
    elif repair:
        output.print(f"Đã sửa {len(damages) - len(left)} chỗ hỏng, không sửa được {len(left)}.", highlight=False)
    else:
        output.print(f"Có {len(damages)} chỗ hỏng. Sửa bằng: hoidap check --repair", highlight=False)
    if left:
        raise typer.Exit(EXIT_FAILED)


def _embedder(settings: Settings, workers: Literal["local", "ray"]) -> "AbstractContextManager[Embedder | None]":
    """What embeds articles; None for what the settings name."""
    if workers == "local":
        return nullcontext()
    from index.models.embedders import open_embedder
    from index.models.ray_embedding import RayEmbedder

    return RayEmbedder(settings, open_embedder(settings))


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
