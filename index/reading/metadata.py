"""Title, date, author, source and address that a cleaned text states about itself, and where it does."""

import re
from datetime import date

from index.reading.edges import Edges, find_edges
from index.reading.shape import is_person, office_in, word_count
from index.reading.title import find_title, split_trailing_date
from index.reading.types import Line, Metadata, Value

_LEAD = re.compile(r"\(\s*(?P<source>[^\W\d_][^()\d:]{1,40})\s*\)\s*[-–—:.]?\s*[^\W_]")
_LEAD_WORDS = 5
_LABELLED = re.compile(r"\W*(?:nguồn|theo|cơ quan|đơn vị|source)", re.IGNORECASE)


def find_metadata(text: str) -> Metadata:
    """Reads what the lines above and below the body of a cleaned text say about it.

    A date inside the body is never taken: it says when something happened, not when it was written.

    Args:
        text: Cleaned text.
    """
    edges = find_edges(text)
    headline = find_title(edges.header)
    title_line = headline[0] if headline else None
    said = [(line, found) for line in (*edges.header, *edges.footer) for found in line.statements]
    below = [(line, found) for line in reversed(edges.footer) for found in line.statements]
    values: dict[str, Value] = {}
    day: date | None = None
    if headline:
        values["title"] = headline[1]
    # A byline below the body is the author's; a name above it may be anyone's, so it comes second.
    for name, places in (("author", below + said), ("source", said), ("url", said)):
        for line, found in places:
            if found.field == name and line != title_line:
                values[name] = line.part(found.value, found.start)
                break
    dates = [pair for kind in ("published", "updated") for pair in said if pair[1].field == kind]
    if dates:
        line, found = dates[0]
        values["published"], day = line.part(found.value, found.start), found.day
    elif headline and (apart := split_trailing_date(headline[0])):
        values["title"], values["published"], day = apart
    source = _source(edges, title_line)
    if source:
        values["source"] = source
    return Metadata(values, day)


def _source(edges: Edges, title_line: Line | None) -> Value | None:
    """Who published: a label first, then the site's name at the top, the lead's "(LĐTĐ)", a byline."""
    for line in (*edges.header, *edges.footer):
        for found in line.statements:
            if found.field == "source" and _LABELLED.match(line.text):
                return line.part(found.value, found.start)
    unsaid = [line for line in (*edges.header, *reversed(edges.footer)) if not line.statements and line != title_line]
    for line in unsaid:
        name = office_in(line.text)
        if name:
            return line.part(name)
    if edges.header and edges.header[0] in unsaid and edges.header[0].text.isupper():
        return edges.header[0].part(edges.header[0].text)
    match = _LEAD.match(edges.lead.text) if edges.lead else None
    if edges.lead and match and word_count(match["source"]) <= _LEAD_WORDS and not _is_common(match["source"]):
        return edges.lead.part(match["source"].strip(), match.start("source"))
    return None


def _is_common(words: str) -> bool:
    return (words[0].islower() and "." not in words) or is_person(words)
