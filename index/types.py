"""The vocabulary of the index: what an article, a piece of it, a search hit and a damage are."""

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
class Interpretation:
    """A question as a search understands it.

    Attributes:
        text: As typed, NFC.
        meant: With accents restored and slips mended, as far as the articles' words tell; what is embedded.
        readings: ``meant`` and what else it may mean: abbreviations spelled out, places by their other name.
    """

    text: str
    meant: str
    readings: tuple[str, ...]

    @classmethod
    def literal(cls, text: str) -> "Interpretation":
        """The question taken at its word."""
        return cls(text, text, (text,))


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles a search may find; an empty field lets all through.

    Attributes:
        published_from: First day of publication. Undated articles are left out when a day is asked for.
        published_to: Last day of publication.
        sources: Names of sources, exactly as articles give them.
        authors: Names of authors, exactly as articles give them.
    """

    published_from: date | None = None
    published_to: date | None = None
    sources: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk found by a search, with all of its raw scores.

    The lexical scores are BM25 scores divided by the summed inverse document frequencies of the question's words: 0 or
    more, seldom above 1.

    Attributes:
        chunk_id: The chunk.
        dense: Cosine similarity of question and chunk, in [-1, 1].
        lexical: Sum of the four lexical scores below.
        score: What a ranking makes of them all; 0 until one has set it.
        closeness: ``dense`` counted from what the model gives unrelated texts (0) to equal ones (1).
        words: Lexical score of accented words.
        pairs: Lexical score of accented pairs of neighbours.
        folded_words: Lexical score of words without accents.
        folded_pairs: Lexical score of pairs without accents.
    """

    chunk_id: int
    dense: float
    lexical: float
    score: float
    closeness: float
    words: float
    pairs: float
    folded_words: float
    folded_pairs: float


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with an index.

    Attributes:
        kind: What is affected: "store", "facts", "article", "chunks", "vectors", "counts", "removed", "segments"
            or "leftovers".
        message: What is wrong, one Vietnamese line.
        done: What was done about it, Vietnamese; empty where nothing was.
        is_damage: Whether it needs mending; otherwise it is only worth knowing.
    """

    kind: str
    message: str
    done: str = ""
    is_damage: bool = True
