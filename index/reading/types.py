"""The vocabulary of reading: what a file's format gives, what lines say, what is known of an article."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from index.reading.labels import Field
from index.types import Span


@dataclass(frozen=True, slots=True)
class Declared:
    """What a file says about its article in fields of its own, each on one line; "" where it does not."""

    title: str = ""
    author: str = ""
    source: str = ""
    published: date | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A file as the reader of its format gives it, before furniture is taken out.

    Attributes:
        lines: In normal form; an empty one separates paragraphs.
        protected: Lines that are known to be headings or rows of tables and therefore stay.
        declared: The file's fields.
        shown: Whether those fields are part of what the format shows, so that they belong into the text; the
            properties of PDF and Word documents are not.
    """

    lines: Sequence[str]
    protected: frozenset[str] = frozenset()
    declared: Declared = field(default_factory=Declared)
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """A value found in a line, at the half-open range ``[start, end)`` of its characters."""

    field: Field
    value: str
    start: int
    end: int
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """What an article says, and where: ``text[span.start:span.end] == words``; no span, not in its text."""

    words: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line, where it starts in the text, and what it says about the article."""

    text: str
    start: int
    statements: tuple[Statement, ...] = ()

    def part(self, words: str, start: int = 0) -> Value:
        """The words that stand ``start`` characters into the line."""
        return Value(words, Span(self.start + start, self.start + start + len(words)))


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known about an article besides its text.

    Attributes:
        values: "title", "author", "source", "published" and "url", those that are known.
        day: The date that ``values["published"]`` writes.
    """

    values: Mapping[str, Value] = field(default_factory=dict)
    day: date | None = None
