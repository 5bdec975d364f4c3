"""Formats that state title, author and date outside the text (HTML, front matter): one text from both."""

from collections.abc import Mapping
from dataclasses import replace

from index.reading.characters import normalise
from index.reading.metadata import find_metadata
from index.reading.types import Declared, Metadata, Value
from index.types import Span

_NAME_FROM_END_CHARACTERS = 200
_TITLE_LINES = 6  # a page repeats its headline at the top, under breadcrumbs and the date at most


def compose(body: str, declared: Declared) -> tuple[str, Metadata]:
    """Returns the text that opens with title and byline, and the metadata with their places in it.

    What the body says itself is not repeated: its own date line or byline is the one that is cited.

    Args:
        body: Cleaned body.
        declared: The file's fields.
    """
    lines = body.split("\n")
    title = declared.title
    if title:
        head = [place for place, line in enumerate(lines) if line][:_TITLE_LINES]
        twin = next((place for place in head if lines[place].casefold() == title.casefold()), None)
        if twin is not None:
            title = lines.pop(twin)
            body = normalise("\n".join(lines))
        return _with_byline(title, body, declared)
    found = find_metadata(body)
    text, metadata = _with_byline("", body, declared)
    title_found = {name: value for name, value in found.values.items() if name == "title"}
    moved = _shifted(title_found, len(text) - len(body))
    return text, replace(metadata, values={**moved, **metadata.values})


def _with_byline(title: str, body: str, declared: Declared) -> tuple[str, Metadata]:
    """Puts title and byline above the body; what the body states itself keeps its own place."""
    said = find_metadata(f"{title}\n\n{body}" if title else body)
    own = {name: value for name, value in said.values.items() if name != "title"}
    if title:  # offsets from the start of the body, like those below
        own = _shifted(own, -len(title) - 2)
        own = {name: value for name, value in own.items() if value.span and value.span.start >= 0}
    if declared.author and declared.author.casefold() != _words(own, "author"):
        own.update(_name_below(body, declared.author))
    parts: list[tuple[str, str, str]] = []
    day = said.day if "published" in own else None
    if declared.published and day != declared.published:
        parts.append(("published", "Ngày đăng: ", f"{declared.published:%d/%m/%Y}"))
    for name, label, value in (
        ("author", "Tác giả: ", declared.author),
        ("source", "Nguồn: ", declared.source),
        ("url", "", declared.url),
    ):
        if value and _words(own, name) != value.casefold():
            parts.append((name, label, value))
    byline, places = _byline(parts)
    text = "\n\n".join(part for part in (title, byline, body) if part)
    top = len(title) + 2 if title else 0
    values = {**_shifted(own, len(text) - len(body)), **_shifted(places, top)}
    if title:
        values["title"] = Value(title, Span(0, len(title)))
    return text, Metadata(values, declared.published if "published" in places else day)


def _shifted(values: Mapping[str, Value], distance: int) -> dict[str, Value]:
    moved: dict[str, Value] = {}
    for name, value in values.items():
        if value.span:
            span = Span(value.span.start + distance, value.span.end + distance)
            moved[name] = Value(value.words, span)
    return moved


def _words(values: Mapping[str, Value], name: str) -> str:
    return values[name].words.casefold() if name in values else ""


def _name_below(body: str, name: str) -> dict[str, Value]:
    """The declared author's own line at the end of the body, in capitals perhaps."""
    start = 0
    for line in body.split("\n"):
        if line.casefold() == name.casefold() and len(body) - start <= _NAME_FROM_END_CHARACTERS:
            return {"author": Value(line, Span(start, start + len(line)))}
        start += len(line) + 1
    return {}


def _byline(parts: list[tuple[str, str, str]]) -> tuple[str, dict[str, Value]]:
    line = ""
    places: dict[str, Value] = {}
    for name, label, value in parts:
        line += (" | " if line else "") + label
        places[name] = Value(value, Span(len(line), len(line) + len(value)))
        line += value
    return line, places
