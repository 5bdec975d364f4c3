"""What a web page declares about its article: JSON-LD, og: and other meta tags, its title."""

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from lxml.html import HtmlElement
from trafilatura.metadata import extract_metadata

from index.reading.characters import one_line
from index.reading.shape import is_office, word_count
from index.reading.types import Declared
from index.vietnamese.dates import full_dates

_ARTICLE_TYPES = re.compile(r"Article|BlogPosting|Report|Posting", re.IGNORECASE)
_DATE_FIELDS = (
    "article:published_time", "datepublished", "pubdate", "publishdate", "publish-date", "publish_date",
    "og:published_time", "date", "dc.date", "dc.date.issued", "dcterms.created", "dcterms.date",
    "datecreated", "article:modified_time", "datemodified",
)  # fmt: skip
_AUTHOR_FIELDS = ("author", "article:author", "dc.creator", "creator", "byl", "sailthru.author")
_SUFFIX = re.compile(r"\s+[-–—|»:]\s+(?P<site>[^|»]{2,60})$")
_JSON_DEPTH = 8


def read_fields(tree: HtmlElement) -> tuple[Declared, str, bool]:
    """Returns the declared fields, the page's description and whether it declares itself an article.

    Dates come from fields only, never from a search of the page: one inside a sentence says something else.

    Args:
        tree: The page as parsed, scripts included.
    """
    metas = _metas(tree)
    articles = [thing for thing in _json_things(tree) if _ARTICLE_TYPES.search(str(thing.get("@type", "")))]
    article: dict[str, Any] = articles[0] if articles else {}
    general = extract_metadata(tree, extensive=False)
    publisher = article.get("publisher")
    names = _names(publisher) if publisher else []
    source = metas.get("og:site_name") or (names[0] if names else "") or str(general.sitename or "")
    url = metas.get("og:url") or _canonical(tree) or str(general.url or "")
    authors = [*_names(article.get("author")), *(metas[name] for name in _AUTHOR_FIELDS if name in metas)]
    declared = Declared(
        title=_title(
            tree,
            [
                one_line(article.get("headline") or ""),
                metas.get("og:title", ""),
                one_line(general.title or ""),
            ],
            source,
        ),
        author=next((author for author in authors if _is_author(author, source, url)), ""),
        source=one_line(source),
        published=_date([article.get("datePublished"), *(metas.get(name) for name in _DATE_FIELDS)], tree),
        url=url if re.match(r"https?://\S+$", url) else "",
    )
    description = metas.get("og:description") or metas.get("description") or one_line(article.get("description") or "")
    return declared, description, bool(article)


def _metas(tree: HtmlElement) -> dict[str, str]:
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        for attribute in ("property", "name", "itemprop"):
            name, content = (meta.get(attribute) or "").casefold(), one_line(meta.get("content") or "")
            if name and content:
                metas.setdefault(name, content)
    return metas


def _json_things(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or ""):
            continue
        try:
            yield from _things(json.loads(script.text or "", strict=False), 0)
        except (ValueError, RecursionError):
            continue  # pages with broken JSON-LD are common; their meta tags still speak


def _things(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _JSON_DEPTH:
        return
    if isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "itemListElement"):
            yield from _things(value.get(key), depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from _things(item, depth + 1)


def _names(value: Any) -> list[str]:
    if isinstance(value, list):
        return [name for item in value[:5] for name in _names(item)]
    if isinstance(value, dict):
        if "Person" not in str(value.get("@type", "Person")) and "rganization" not in str(value.get("@type")):
            return []
        return _names(value.get("name"))
    return [one_line(value)] if isinstance(value, str) and value.strip() else []


def _is_author(name: str, source: str, url: str) -> bool:
    """Whether a declared author is a person: many sites declare themselves or an account."""
    squeezed = re.sub(r"\W|_", "", name.casefold())
    site = re.sub(r"\W|_", "", (source + url).casefold())
    return (
        2 <= word_count(name) <= 10
        and "://" not in name
        and "@" not in name
        and not is_office(name)
        and squeezed not in site
        and "admin" not in squeezed
    )


def _date(values: list[Any], tree: HtmlElement) -> date | None:
    times = [time.get("datetime") for time in tree.iter("time") if time.get("datetime")]
    for value in (*values, *(times if len(set(times)) == 1 else [])):
        mention = next(full_dates(str(value)), None) if value else None
        if mention:
            return mention.date
    return None


def _canonical(tree: HtmlElement) -> str:
    return next((link.get("href") or "" for link in tree.iter("link") if (link.get("rel") or "") == "canonical"), "")


def _title(tree: HtmlElement, declared: list[str], source: str) -> str:
    """The page's first-level heading where it agrees with the declared titles, else the first of those."""
    titles = [_without_site(title, source) for title in declared if title]
    titles += [_without_site(one_line(title.text_content()), source) for title in tree.iter("title")][:1]
    headings = [one_line(heading.text_content()) for heading in tree.iter("h1")]
    for heading in headings:
        words = set(heading.casefold().split())
        if (
            words
            and any(2 * len(words & set(title.casefold().split())) >= len(words) for title in titles)
            and not is_office(heading)
        ):
            return heading
    candidates = [title for title in (*titles, *headings) if title and not is_office(title)]
    return candidates[0] if candidates else ""


def _without_site(title: str, source: str) -> str:
    match = _SUFFIX.search(title)
    if match and (
        is_office(match["site"])
        or match["site"].casefold() in source.casefold()
        or source.casefold() in match["site"].casefold()
    ):
        return title[: match.start()]
    return title
