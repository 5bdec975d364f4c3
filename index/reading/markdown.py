"""Markdown: front matter to fields, marks of formatting away, every word kept."""

import html
import re

from index.reading.characters import normalise, one_line
from index.reading.shape import is_item
from index.reading.types import Declared, Draft
from index.vietnamese.dates import full_dates

_FRONT_MATTER = re.compile(r"(?:---|\+\+\+)[ \t]*\n(?P<fields>.*?)\n(?:---|\+\+\+|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_FIELD = re.compile(r"(?P<name>[^\W\d][\w .-]{0,40}?)\s*[:=]\s*(?P<value>.*)")
_LIST_VALUE = re.compile(r"\s+-\s+(?P<value>.+)")
_NAMES = {
    "title": ("title", "tiêu đề", "tieu_de"),
    "author": ("author", "authors", "tác giả", "tac_gia", "byline"),
    "source": ("source", "publisher", "site", "sitename", "nguồn", "nguon"),
    "published": (
        "date",
        "published",
        "publish_date",
        "pubdate",
        "ngày",
        "ngày đăng",
        "ngay_dang",
        "ngay",
        "created",
    ),
    "url": ("url", "link", "canonical", "canonical_url", "source_url", "đường dẫn"),
}
_HEADING = re.compile(r"#{1,6}(?:\s+|$)(?P<words>.*?)\s*#*$")
_RULE = re.compile(r"(?:[-*_=]\s*){3,}$")
_TABLE_RULE = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?$")
_FENCE = re.compile(r"(?:```|~~~).*$")
_REFERENCE = re.compile(r"\[[^\]^]+\]:\s+\S+.*$")
_QUOTE = re.compile(r"(?:>\s?)+")
_TASK = re.compile(r"^(?P<bullet>\s*[-*+]\s+)\[[ xX]\]\s+")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,300}>")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_INLINE = (
    (
        re.compile(r"!\[([^\]]*)\]\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+[\"'][^)]*)?\)"),
        r"\1",
    ),  # image: its words
    (
        re.compile(r"\[([^\[\]]+)\]\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+[\"'][^)]*)?\)"),
        r"\1",
    ),  # link: its words
    (re.compile(r"\[([^\[\]]+)\]\[[^\[\]]*\]"), r"\1"),
    (re.compile(r"<(https?://[^<>\s]+)>"), r"\1"),
    (re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)"), r"\2"),
    (re.compile(r"(?<![\w*])(\*{1,3})(?=\S)([^*\n]+?)(?<=\S)\1(?!\*)"), r"\2"),
    (re.compile(r"(?<!\w)(_{1,3})(?=\S)([^_\n]+?)(?<=\S)\1(?!\w)"), r"\2"),
    (re.compile(r"~~(?=\S)(.+?)(?<=\S)~~"), r"\1"),
)
_LINK = r"\[[^\[\]]+\]\([^()]*\)"
_ONLY_LINKS = re.compile(rf"{_LINK}(?:\s*[|•·/>»]\s*{_LINK})+")  # navigation copied along with the page
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])")
# An escaped mark hides in the private use area while the others are taken away.
_ESCAPE_BASE = 0xE000
_ESCAPES = re.compile("[\ue021-\ue07e]")
_LINE_LIMIT = 20_000  # formatting in longer lines stays: nobody writes them, and the patterns take quadratic time


def read_markdown(text: str) -> Draft:
    """Returns a Markdown document without its marks.

    The title is the front matter's, or the first heading.

    Args:
        text: Decoded document.
    """
    text = text.lstrip("\ufeff \t\r\n").replace("\r\n", "\n").replace("\r", "\n")
    fields: dict[str, str] = {}
    match = _FRONT_MATTER.match(text)
    if match:
        fields = _fields(match["fields"])
        text = text[match.end() :]
    lines, headings, rows = _lines(_COMMENT.sub("", text))
    first_heading = next((line for line in lines if line in headings), "")
    mention = next(full_dates(fields.get("published", "")), None)
    declared = Declared(
        title=fields.get("title") or first_heading,
        author=fields.get("author", ""),
        source=fields.get("source", ""),
        published=mention.date if mention else None,
        url=fields.get("url", ""),
    )
    return Draft(lines, frozenset(headings | rows), declared, shown=True)


def _fields(front_matter: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    name = ""
    for line in front_matter.split("\n"):
        field, item = _FIELD.fullmatch(line), _LIST_VALUE.fullmatch(line)
        if item and name:
            fields[name] = ", ".join(filter(None, (fields.get(name, ""), _value(item["value"]))))
        elif field:
            name = next((known for known, names in _NAMES.items() if field["name"].casefold() in names), "")
            if name and (value := _value(field["value"])):
                fields.setdefault(name, value)
    return fields


def _value(written: str) -> str:
    written = written.strip()
    if written.startswith("[") and written.endswith("]"):
        return ", ".join(filter(None, map(_value, written[1:-1].split(","))))
    if len(written) >= 2 and written[0] == written[-1] and written[0] in "\"'":
        written = written[1:-1].replace('\\"', '"')
    else:
        written = re.sub(r"\s+#.*$", "", written)
    return "" if written in ("null", "~", "|", ">") else one_line(written)


def _lines(text: str) -> tuple[list[str], set[str], set[str]]:
    """Lines in normal form, wrapped paragraphs joined; the headings and the rows of tables among them."""
    lines: list[str] = []
    headings: set[str] = set()
    rows: set[str] = set()
    open_paragraph = False
    for raw in text.split("\n"):
        line = _QUOTE.sub("", raw.strip(), count=1) if raw.strip().startswith(">") else raw.strip()
        if (
            _FENCE.fullmatch(line)
            or _TABLE_RULE.fullmatch(line)
            or _REFERENCE.fullmatch(line)
            or _ONLY_LINKS.fullmatch(line)
        ):
            continue
        if _RULE.fullmatch(line):
            if open_paragraph and set(line) <= set("-="):  # the underlined form of a heading
                headings.add(lines[-1])
            line = ""
        heading = _HEADING.fullmatch(line)
        if heading:
            words = one_line(_plain(heading["words"]))
            lines.extend(("", words, ""))
            headings.add(words)
            open_paragraph = False
        elif "|" in line and line.startswith("|"):
            cells = (one_line(_plain(cell)) for cell in re.split(r"(?<!\\)\|", line.strip("|")))
            lines.append(" | ".join(cells).strip())
            rows.add(lines[-1])
            open_paragraph = False
        else:
            for place, words in enumerate(normalise(_plain(line)).split("\n")):
                if words and open_paragraph and not place and not is_item(line):
                    lines[-1] += " " + words
                else:
                    lines.append(words)
                open_paragraph = bool(words) and not raw.endswith(("  ", "\\"))
    headings.discard("")
    return lines, headings, rows


def _plain(line: str) -> str:
    if len(line) > _LINE_LIMIT:
        return line
    line = _ESCAPED.sub(lambda match: chr(_ESCAPE_BASE + ord(match[1])), _TASK.sub(r"\g<bullet>", line))
    line = _TAG.sub("", _BREAK.sub("\n", line))
    for pattern, words in _INLINE:
        line = pattern.sub(words, line)
    line = html.unescape(line).rstrip("\\")
    return re.sub(_ESCAPES, lambda match: chr(ord(match[0]) - _ESCAPE_BASE), line)
