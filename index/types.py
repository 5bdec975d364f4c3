"""The vocabulary of the index: what an article, a piece of it and a search hit are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range of characters ``[start, end)`` of an article's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Article:
    """One cleaned article. Every offset in the product refers to ``text``.

    Attributes:
        id: First 12 hexadecimal digits of the SHA-256 of ``text``: the same words are the same article.
        title: Headline, or the file's name where none was found.
        source: Who published it (site, newspaper or office), if the article says so.
        author: Who wrote it, if the article says so.
        published: Day of publication, if the article says so.
        url: Address it was taken from, if the article says so.
        text: The cleaned text, NFC, paragraphs separated by blank lines. Title, date, byline and source
            lines stay in it.
        path: The file it was read from.
        spans: Where ``title``, ``source``, ``author``, ``published`` and ``url`` stand in ``text``, for
            those that do.
    """

    id: str
    title: str
    source: str | None
    author: str | None
    published: date | None
    url: str | None
    text: str
    path: str = ""
    spans: Mapping[str, Span] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of whole sentences of one article: ``article.text[start:end]``."""

    id: int
    article_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk found by a search, with both of its raw scores.

    Attributes:
        chunk_id: The chunk.
        dense: Cosine similarity of question and chunk, in [-1, 1].
        lexical: BM25 score, 0 or more; unbounded.
        score: The fused score that ranks hits, in [0, 1]; 0 until fusion has set it.
    """

    chunk_id: int
    dense: float
    lexical: float
    score: float = 0.0
