"""Which articles the library shows, in what order, and how they look as HTML."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from index import Article
from index.reading import SUFFIXES
from index.vietnamese import fold
from ui.page.answers import grouped
from ui.page.filters import read_day
from ui.page.library import Batch
from ui.page.types import source_of

PAGE_SIZE = 50
ORDERS = {"newest": "Mới nhất trước", "oldest": "Cũ nhất trước", "title": "Tên A–Z", "source": "Theo nguồn"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the library is asked to show.

    Attributes:
        words: Words that title, source or author hold, with or without accents.
        order: One of ``ORDERS``.
        source: The source, or "" for all.
        since: First day of publication, or None.
        until: Last day of publication, or None.
        page: Number of the page, from 0.
    """

    words: str = ""
    order: str = "newest"
    source: str = ""
    since: date | None = None
    until: date | None = None
    page: int = 0


def read_wanted(sent: Mapping[str, Any]) -> Wanted:
    """What the browser asks for; whatever does not fit is left at its default."""
    page = sent.get("page")
    return Wanted(
        words=str(sent.get("words") or "")[:200],
        order=order if (order := str(sent.get("order"))) in ORDERS else "newest",
        source=str(sent.get("source") or ""),
        since=read_day(sent.get("since")),
        until=read_day(sent.get("until")),
        page=page if isinstance(page, int) and page >= 0 else 0,
    )


def select(articles: Iterable[Article], wanted: Wanted) -> list[Article]:
    """The articles asked for, in the order asked for; those without a date come last, whichever way round."""
    words = fold(wanted.words.strip())
    chosen = [article for article in articles if _fits(article, wanted, words)]
    if wanted.order == "title":
        return sorted(chosen, key=lambda article: fold(article.title))
    if wanted.order == "source":
        return sorted(chosen, key=lambda article: (fold(article.source or "\uffff"), fold(article.title)))
    sign = 1 if wanted.order == "oldest" else -1
    return sorted(
        chosen,
        key=lambda article: (
            article.published is None,
            sign * article.published.toordinal() if article.published else 0,
            fold(article.title),
        ),
    )


def _fits(article: Article, wanted: Wanted, words: str) -> bool:
    if wanted.source and article.source != wanted.source:
        return False
    if wanted.since and (article.published is None or article.published < wanted.since):
        return False
    if wanted.until and (article.published is None or article.published > wanted.until):
        return False
    return words in fold(" ".join(part for part in (article.title, article.source, article.author) if part))


def tools_html(sources: Sequence[str]) -> str:
    """What the list is searched, sorted and filtered by."""
    orders = "".join(f'<option value="{name}">{words}</option>' for name, words in ORDERS.items())
    named = "".join(f'<option value="{escape(source)}">{escape(source)}</option>' for source in sources)
    return (
        '<form class="tools" role="search">'
        '<label>Tìm bài viết<input type="search" name="words" placeholder="Tên bài, nguồn, tác giả …"></label>'
        f'<label>Sắp xếp<select name="order">{orders}</select></label>'
        f'<label>Nguồn<select name="source"><option value="">Tất cả</option>{named}</select></label>'
        '<label>Từ ngày<input type="date" name="since"></label>'
        '<label>Đến ngày<input type="date" name="until"></label></form>'
    )


def drop_html(most_files: int, most_bytes: int) -> str:
    """Where files are dropped or chosen."""
    kinds = ", ".join(suffix for suffix in SUFFIXES if suffix.count(".") == 1)
    return (
        f'<div class="drop" data-most="{most_files}" data-bytes="{most_bytes}">'
        '<label for="files"><strong>Kéo thả bài viết vào đây</strong><br><span class="choose">Chọn tệp</span></label>'
        f'<input type="file" id="files" multiple accept="{",".join((*SUFFIXES, ".gz"))}">'
        f"<p>{kinds}; mỗi tệp tối đa {most_bytes // (1024 * 1024)} MB, mỗi lần tối đa {most_files} tệp.</p>"
        '<input type="file" id="newer" hidden aria-label="Chọn bản mới của bài viết">'
        '<p class="sending" role="status"></p></div>'
    )


def batch_html(batch: Batch | None, problem: str = "") -> str:
    """How far an upload has come: a bar, and a line for each file."""
    if problem:
        return f'<p class="problem" role="alert">{escape(problem)}</p>'
    if batch is None:
        return ""
    count, ended = len(batch.lines), batch.finished.is_set()
    head = f"Xong {count} tệp." if ended else f"Đang lập chỉ mục: {batch.read}/{count} tệp …"
    marks = {"done": "✓", "unchanged": "=", "failed": "!", "waiting": "…"}
    lines = "".join(
        f'<li class="{line.state}"><span aria-hidden="true">{marks[line.state]}</span>'
        f"<strong>{escape(line.name)}</strong>: {escape(line.words)}</li>"
        for line in batch.lines
    )
    bar = "" if ended else f'<progress max="{count}" value="{batch.read}" aria-label="Tiến độ"></progress>'
    return f'<div class="batch"><p role="status">{head}</p>{bar}<ul>{lines}</ul></div>'


def list_html(articles: Sequence[Article], wanted: Wanted, in_all: int, removed: Article | None = None) -> str:
    """One page of the list, with what can be done to each article.

    Args:
        articles: Every article that fits, in order.
        wanted: What was asked for.
        in_all: Number of articles in the library.
        removed: The article that was just removed and can be brought back.
    """
    undo = ""
    if removed is not None:
        undo = (
            f'<p class="undo" role="status">Đã xóa “{escape(removed.title)}”. '
            f'<button type="button" data-action="restore" data-article="{escape(removed.id)}">Hoàn tác</button></p>'
        )
    pages = max(1, -(-len(articles) // PAGE_SIZE))
    page = min(wanted.page, pages - 1)
    shown = articles[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    all_shown = len(articles) == in_all
    count = f"{grouped(in_all)} bài viết" if all_shown else f"{grouped(len(articles))} trong {grouped(in_all)} bài viết"
    rows = "".join(_row(article) for article in shown)
    listed = (
        f"<ul>{rows}</ul>"
        if rows
        else f'<p class="none">{"Không có bài nào khớp." if in_all else "Kho còn trống."}</p>'
    )
    return f'{undo}<p class="count" role="status">{count}</p>{listed}{_pager(page, pages)}'


def _row(article: Article) -> str:
    title, key, about = escape(article.title), escape(article.id), escape(source_of(article).byline)
    return (
        f'<li><div><button type="button" class="source" data-action="open" data-article="{key}">{title}</button>'
        f'<span class="about">{about or "Không rõ nguồn và ngày"}</span></div>'
        f'<button type="button" class="tool" data-action="update" data-article="{key}" aria-label="Cập nhật: {title}">'
        f'Cập nhật</button><button type="button" class="tool" data-action="remove" data-article="{key}"'
        f' aria-label="Xóa: {title}">Xóa</button></li>'
    )


def _pager(page: int, pages: int) -> str:
    if pages == 1:
        return ""
    back = f'<button type="button" data-page="{page - 1}"{" disabled" if page == 0 else ""}>Trang trước</button>'
    on = f'<button type="button" data-page="{page + 1}"{" disabled" if page == pages - 1 else ""}>Trang sau</button>'
    return f'<nav class="pager" aria-label="Trang">{back}<span>Trang {page + 1}/{pages}</span>{on}</nav>'
