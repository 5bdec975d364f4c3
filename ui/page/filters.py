"""Which articles a conversation may draw on: the form above the question, and what it sends."""

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

from pydantic import TypeAdapter

from index import Filters

_MOST_SOURCES = 50
_FILTERS = TypeAdapter(Filters)


def read_filters(sent: Mapping[str, Any]) -> Filters:
    """Filters as the form sends them; whatever does not fit lets all articles through."""
    sources = sent.get("sources")
    return Filters(
        published_from=read_day(sent.get("since")),
        published_to=read_day(sent.get("until")),
        sources=tuple(str(source) for source in sources[:_MOST_SOURCES]) if isinstance(sources, list) else (),
    )


def read_day(value: object) -> date | None:
    """A day as ``<input type="date">`` sends it, or None."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def stored_filters(stored: str) -> Filters:
    """Filters as a conversation keeps them; "" is none."""
    return _FILTERS.validate_json(stored) if stored else Filters()


def filters_json(filters: Filters) -> str:
    """Filters to be kept."""
    return _FILTERS.dump_json(filters).decode()


def filters_html(filters: Filters, sources: Sequence[str], is_open: bool = False) -> str:
    """The form, folded under what it says at the moment.

    Args:
        filters: The filters of the open conversation.
        sources: Names of all sources in the index.
        is_open: Whether the form is unfolded, because it was just used.
    """
    boxes = "".join(_box(source, source in filters.sources) for source in sources[:_MOST_SOURCES])
    since = filters.published_from.isoformat() if filters.published_from else ""
    until = filters.published_to.isoformat() if filters.published_to else ""
    chosen = f"<fieldset><legend>Nguồn</legend>{boxes}</fieldset>" if boxes else ""
    return (
        f"<details{' open' if is_open else ''}><summary>Tìm trong: {escape(filters_words(filters))}</summary><form>"
        f'<label>Đăng từ ngày<input type="date" name="since" value="{since}"></label>'
        f'<label>đến ngày<input type="date" name="until" value="{until}"></label>'
        f'{chosen}<button type="reset">Bỏ lọc</button></form></details>'
    )


def filters_words(filters: Filters) -> str:
    """The filters in a few words."""
    parts = []
    if filters.published_from:
        parts.append(f"từ {filters.published_from:%d/%m/%Y}")
    if filters.published_to:
        parts.append(f"đến {filters.published_to:%d/%m/%Y}")
    if filters.sources:
        parts.append(filters.sources[0] if len(filters.sources) == 1 else f"{len(filters.sources)} nguồn")
    return ", ".join(parts) or "mọi bài viết"


def _box(source: str, checked: bool) -> str:
    name = escape(source)
    return f'<label><input type="checkbox" name="source" value="{name}"{" checked" if checked else ""}> {name}</label>'
