"""A web page as the blocks a reader sees: paragraphs, headings, list items, rows of tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement

from index.reading.characters import one_line
from index.reading.shape import word_count

_UNREAD_TAGS = (
    "script", "style", "noscript", "template", "iframe", "svg", "math", "button", "select", "textarea",
    "object", "embed", "canvas", "video", "audio", "head", "nav", "input", "dialog",
)  # fmt: skip
_HIDING_STYLE = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|font-size:0(?:\.0+)?(?:px|pt|em|rem|%)?(?:;|!|$)|opacity:0(?:\.0+)?(?:;|!|$)"
)
_HIDING_CLASSES = frozenset({"hidden", "d-none", "visually-hidden", "sr-only"})
_BLOCK_TAGS = frozenset(
    (
        "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure "
        "footer form h1 h2 h3 h4 h5 h6 header hr html legend li main ol p pre section summary table tbody td tfoot "
        "th thead tr ul"
    ).split()
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_DATA_CELL_WORDS = 60  # a longer cell is a column of the page's layout


@dataclass(slots=True)
class Block:
    """A line of a page.

    Attributes:
        text: Its words on one line.
        element: The element they stand in.
        linked: How many of the words are in links.
        tight: Whether it belongs to the block before it: a row, an item, a line after a line break.
    """

    text: str
    element: HtmlElement
    linked: int = 0
    tight: bool = False

    @property
    def is_heading(self) -> bool:
        """Whether the page marks it as a heading."""
        return self.element.tag in _HEADINGS

    @property
    def is_link(self) -> bool:
        """Whether nearly all of it is a link."""
        return self.linked >= 0.8 * max(1, word_count(self.text))


def drop_unseen(tree: HtmlElement) -> None:
    """Removes from a page what no reader sees: scripts, form fields, comments and hidden elements."""
    for element in list(tree.iter()):
        parent = element.getparent()
        if parent is None:
            continue
        if not isinstance(element.tag, str) or element.tag in _UNREAD_TAGS or _is_hidden(element):
            _remove(element)


def _remove(element: HtmlElement) -> None:
    parent, before = element.getparent(), element.getprevious()
    if element.tail:
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _is_hidden(element: HtmlElement) -> bool:
    style = re.sub(r"\s+", "", element.get("style") or "").casefold()
    return (
        element.get("hidden") is not None
        or (element.get("aria-hidden") or "").casefold() == "true"
        or bool(style and _HIDING_STYLE.search(style))
        or not _HIDING_CLASSES.isdisjoint((element.get("class") or "").split())
    )


def blocks(tree: HtmlElement) -> list[Block]:
    """Returns the blocks of a page without unseen elements, in the order of the document."""
    found: list[Block] = []
    pieces: list[tuple[str, bool]] = []
    links = 0
    owners: list[HtmlElement] = [tree]
    tight = False

    def flush(next_tight: bool = False) -> None:
        nonlocal tight
        text = one_line("".join(piece for piece, _ in pieces))
        if text:
            linked = sum(word_count(piece) for piece, in_link in pieces if in_link)
            owner = owners[-1]
            item = owner.tag == "li" and not text.startswith(("-", "•", "*", "+"))
            if found and owner.tag == "li" and found[-1].element.tag == "li":
                tight = True
            found.append(Block(f"- {text}" if item and not tight_line(owner) else text, owner, linked, tight))
        pieces.clear()
        tight = next_tight and bool(text or tight)

    def tight_line(owner: HtmlElement) -> bool:
        return bool(found) and found[-1].element is owner

    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if tag == "table" and _is_data_table(element):
                flush()
                found.extend(_rows(element))
                walk.skip_subtree()
                continue
            if tag in _BLOCK_TAGS:
                flush()
                owners.append(element)
            links += tag == "a"
            if tag and element.text:
                pieces.append((element.text, links > 0))
        else:
            if tag in _BLOCK_TAGS:
                flush()
                if len(owners) > 1 and owners[-1] is element:
                    owners.pop()
            elif tag == "br":
                flush(next_tight=True)
            links -= tag == "a"
            if element.tail and element is not tree:
                pieces.append((element.tail, links > 0))
    flush()
    return found


def _is_data_table(table: HtmlElement) -> bool:
    rows = list(table.iter("tr"))
    if len(rows) < 2 or next(table.iterdescendants("table"), None) is not None:
        return False
    cells = [[cell for cell in row if cell.tag in ("td", "th")] for row in rows]
    if max(map(len, cells)) < 2:
        return False
    return all(word_count(_words(cell)) <= _DATA_CELL_WORDS for row in cells for cell in row)


def _rows(table: HtmlElement) -> Iterator[Block]:
    for caption in table.iter("caption"):
        if words := _words(caption):
            yield Block(words, table)
    first = True
    for row in table.iter("tr"):
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        line = " | ".join(map(_words, cells)).strip()
        if line.strip(" |"):
            linked = sum(word_count(_words(link)) for link in row.iter("a"))
            yield Block(line, table, linked, not first)
            first = False


def _words(element: HtmlElement) -> str:
    pieces: list[str] = []
    for piece in element.iter():
        if isinstance(piece.tag, str):
            pieces.append(" " if piece.tag in _BLOCK_TAGS or piece.tag == "br" else "")
            pieces.append(piece.text or "")
        if piece is not element:
            pieces.append(piece.tail or "")
    return one_line("".join(pieces))
