"""What single lines above and below the body say: a label with its value, a date line, an address, a name."""

import re
from datetime import date

from index.reading.labels import Field, find_label, is_issue
from index.reading.shape import has_surname, is_item, is_office, is_person, word_count
from index.reading.types import Statement
from index.vietnamese.dates import DateMention, full_dates
from index.vietnamese.lexicon import WEEKDAYS, any_of

_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"|)]+[^\s<>\"|).,;]", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:[\w-]+\.)+(?:vn|com|net|org|gov|edu|info)(?:\.vn)?", re.IGNORECASE)
_PARENTHESIS = re.compile(r"\s*\(\s*(?:theo |nguồn:? ?)?(?P<inside>[^()]{2,60})\)\s*", re.IGNORECASE)
_THEO = re.compile(r"\(?(?:(?P<name>.+?)\s*[-–/(,]?\s*)?\btheo (?P<source>[^\W\d_].{1,60}?)\)?\.?", re.IGNORECASE)
_GLUED_THEO = re.compile(r"(?P<name>.+?[^\W\d_])(?:\s*[-–/(]\s*)?Theo (?P<source>[^\W\d_].{1,60}?)\)?")
_SEGMENT = re.compile(r"[^|•·]+")
_DATE_SEGMENT = re.compile(r"(?:(?!\s[-–—]\s)[^|•·])+")
# What may stand beside the date on a date line besides names: weekday, hour, zone, and words for them.
_DATE_COMPANY = re.compile(
    rf"thứ\s*(?:{any_of(WEEKDAYS)}|[2-7])\b|chủ nhật|\bt[2-7]\b|\bcn\b"
    r"|\d{1,2}\s*[:hg]\s*\d{0,2}(?:\s*[:']\s*\d{2})?(?:\s*phút)?|t\d\d:\d\d.*"
    r"|\b(?:am|pm|sa|ch|sáng|chiều|tối|trưa)\b|\(?\b(?:gmt|utc)\s*[+-]?\s*\d*(?::\d+)?\)?|\(vietnam\)"
    r"|\b(?:ngày|lúc|vào|hồi|giờ|phút|số|đăng|đăng tải|cập nhật|xuất bản|thời gian|lần cuối|lượt xem|date"
    r"|post(?:ed)?)\b",
    re.IGNORECASE,
)
# Labels, dates and names fill a line, not a paragraph; and on a paragraph of nothing but dates each would be compared
# with all others.
_LONGEST_CHARACTERS = 1000
_THEO_WORDS = 9
_AUTHOR_WORDS = 12
_DATED_WORDS = 14
_SOURCE_WORDS = 16
_ORDINARY = re.compile(r"[^\W\d_]+")


def read_line(line: str) -> list[Statement]:
    """Returns the statements that a line above or below the body makes; an ordinary line makes none.

    Where nothing is left of a value ("Nguồn: .") nothing is said.

    Example:
        >>> [(found.field, found.value) for found in read_line("Thứ Ba, 14/05/2024 08:15 | Lê Hằng")]
        [('published', '14/05/2024'), ('author', 'Lê Hằng')]
    """
    return [statement for statement in _statements(line) if statement.value]


def _statements(line: str) -> list[Statement]:
    if len(line) > _LONGEST_CHARACTERS:
        return []
    whole = _labelled(line, 0)
    if whole and (len(line.split("|")) == 1):
        return whole
    mention = next((found for found in full_dates(line)), None)
    dated = _date_line(line, mention) if mention else []
    if dated:
        return dated
    found: list[Statement] = []
    segments = list(_SEGMENT.finditer(line))
    for segment in segments:
        text, start = _stripped(segment[0], segment.start())
        found.extend(_labelled(text, start) or _bare(text, start))
    # Cells of a table may hold a name; only a line whose every cell says something is a byline.
    return found if len(found) >= len(segments) else []


def _labelled(text: str, start: int) -> list[Statement]:
    label = find_label(text)
    if not label:
        return []
    field, value, offset = label[0], label[1], start + label[2]
    address = _URL.search(value)
    if address and field in ("url", "source"):
        return [_said("url", address[0], offset + address.start())]
    if field in ("published", "updated"):
        mention = next((found for found in full_dates(value)), None)
        if mention is None or word_count(value) > _DATED_WORDS:
            return []
        rest = _company(value, mention)
        extras = [] if not rest else _names_beside(value, mention, offset)
        kind: Field = "updated" if field == "updated" else "published"
        written = value[mention.start : mention.end]
        return [_said(kind, written, offset + mention.start, mention.date), *extras]
    if field == "author":
        return _author(value, offset)
    if field == "title":
        return [_said("title", value, offset)]
    if field == "source" and word_count(value) <= _SOURCE_WORDS:
        value = value.rstrip(" .")
        return [_said("source", value, offset)]
    return []


def _author(value: str, offset: int) -> list[Statement]:
    """An author's name, with the newspaper that may follow it in parentheses or after "Theo"."""
    found: list[Statement] = []
    theo = _GLUED_THEO.fullmatch(value)
    parenthesis = _PARENTHESIS.search(value)
    name = value
    if parenthesis and parenthesis.start():
        name = value[: parenthesis.start()]
        found.append(_said("source", parenthesis["inside"].strip(), offset + parenthesis.start("inside")))
    elif theo:
        name = theo["name"]
        found.append(_said("source", theo["source"], offset + theo.start("source")))
    name = name.rstrip(" .,;-–|")
    if not name or word_count(name) > _AUTHOR_WORDS or name.endswith(("?", "!")):
        return []  # "PV: ..." opens a question of an interview, too
    return [_said("author", name, offset), *found]


def _bare(text: str, start: int) -> list[Statement]:
    """What a segment without a label says: an address, a name, a name with its newspaper, "Theo ..."."""
    address = _URL.fullmatch(text)
    if address:
        return [_said("url", text, start)]
    if word_count(text) > _THEO_WORDS:
        return []
    inner = text.strip("* ")
    if inner.startswith("(") and inner.endswith(")"):
        inner = inner[1:-1].strip()
    inner = inner.rstrip(" .")
    start += text.find(inner)
    if is_person(inner):
        return [_said("author", inner, start)]
    if _DOMAIN.fullmatch(inner):
        return [_said("source", inner, start)]
    for pattern in (_GLUED_THEO, _THEO):
        match = pattern.fullmatch(inner)
        if match and (not match["name"] or is_person(match["name"].rstrip(" -–/(,"))):
            return _theo(match, start)
    parenthesis = _PARENTHESIS.search(inner)
    if parenthesis and parenthesis.end() == len(inner) and is_person(inner[: parenthesis.start()]):
        return _author(inner, start)
    name, mark, source = inner.partition("/")
    if mark and is_person(name.strip()) and not is_person(source.strip()) and source.strip():
        source = source.strip()
        at = start + inner.rindex(source)
        return [
            _said("author", name.strip(), start),
            _said("source", source, at),
        ]
    return []


def _theo(match: re.Match[str], start: int) -> list[Statement]:
    found: list[Statement] = []
    if match["name"]:
        name = match["name"].rstrip(" -–/(,")
        found.append(_said("author", name, start + match.start("name")))
    source = match["source"].strip()
    at = start + match.start("source")
    person = is_person(source) and has_surname(source)
    field: Field = "author" if person and not found else "source"
    return [*found, _said(field, source, at)]


def _date_line(line: str, mention: DateMention) -> list[Statement]:
    """The date of a line that holds little else: weekday, hour, place, and names of people and offices."""
    if mention.short_year or is_item(line[: mention.start]) or (line.endswith(".") and _company(line, mention)):
        return []
    if _company(line, mention) and any(
        not (
            is_person(text)
            or is_office(text)
            or _DOMAIN.fullmatch(text)
            or _labelled(text, 0)
            or _bare(text, 0)
            or _is_place(text)
            or is_issue(text)
        )
        for text in _segments_beside(line, mention)
    ):
        return []
    label = re.search(r"cập nhật|update", line[: mention.start], re.IGNORECASE)
    field: Field = "updated" if label else "published"
    return [
        _said(field, line[mention.start : mention.end], mention.start, mention.date),
        *_names_beside(line, mention, 0),
    ]


def _company(line: str, mention: DateMention) -> str:
    """What a line holds besides its dates and their usual company."""
    rest = line[: mention.start] + " " + line[mention.end :]
    for other in full_dates(rest):
        rest = rest.replace(rest[other.start : other.end], " " * (other.end - other.start))
    return " ".join(_ORDINARY.findall(_DATE_COMPANY.sub(" ", rest)))


def _segments_beside(line: str, mention: DateMention) -> list[str]:
    blanked = line[: mention.start] + "|" * (mention.end - mention.start) + line[mention.end :]
    segments = (_DATE_COMPANY.sub(" ", segment).strip(" ,.;:-–—'\"*") for segment in _DATE_SEGMENT.findall(blanked))
    return [segment for segment in segments if _ORDINARY.search(segment)]


def _names_beside(line: str, mention: DateMention, offset: int) -> list[Statement]:
    found: list[Statement] = []
    for segment in _segments_beside(line, mention):
        at = line.find(segment)
        if at < 0:
            continue
        labelled = _labelled(segment, offset + at)
        if labelled:
            found.extend(statement for statement in labelled if statement.day is None)
        elif bare := _bare(segment, offset + at):
            # "Hà Lam, ngày 3/5/2024" names a place, in the manner of official letters.
            if not line[at + len(segment) :].startswith(", ngày"):
                found.extend(bare)
        elif is_office(segment) or _DOMAIN.fullmatch(segment):
            found.append(_said("source", segment, offset + at))
    return found


def _is_place(text: str) -> bool:
    return word_count(text) <= 4 and all(word[0].isupper() for word in text.split() if word[0].isalpha())


def _said(field: Field, value: str, start: int, day: date | None = None) -> Statement:
    return Statement(field, value, start, start + len(value), day)


def _stripped(text: str, start: int) -> tuple[str, int]:
    return text.strip(), start + len(text) - len(text.lstrip())
