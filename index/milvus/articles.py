"""Articles and chunks as rows in Milvus, and back."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from index.milvus.rows import Row
from index.search.arrays import Terms
from index.search.saturation import norms, saturated
from index.types import Article, Chunk, Span

ARTICLE_FIELDS = ("id", "parts", "title", "source", "author", "published", "url", "path", "spans", "text")
CHUNK_FIELDS = ("id", "article_id", "start", "stop")
_PART_CHARACTERS = 16_000  # at most 64,000 bytes
# Words and pairs of a chunk, the mean of 3,833 news and encyclopedia articles.
USUAL_LENGTH = 480.0
# A dimension of a sparse vector in Milvus is below this.
DIMENSIONS = np.uint64(2**32 - 1)


@dataclass(frozen=True, slots=True)
class ChunkTerms:
    """The terms of a chunk, how often each stands there, and the number of words and pairs."""

    terms: Terms
    counts: npt.NDArray[np.uint8]
    length: int


def chunk_of(row: Row) -> Chunk:
    """The chunk of a row with ``CHUNK_FIELDS``."""
    return Chunk(row["id"], row["article_id"], row["start"], row["stop"])


def chunk_row(article: Article, span: Span, vector: Any, found: ChunkTerms, generation: int) -> Row:
    """A chunk with all that it is found by. Its id follows from its article and place: writing it twice is no harm."""
    digest = hashlib.blake2b(f"{article.id}\0{span.start}".encode(), digest_size=8).digest()
    return {
        "id": int.from_bytes(digest, "little") >> 1,
        "article_id": article.id,
        "start": span.start,
        "stop": span.end,
        "source": article.source or "",
        "author": article.author or "",
        "published": article.published.toordinal() if article.published else 0,
        "length": found.length,
        "generation": generation,
        "terms": _sparse(found.terms, found.counts, found.length),
        "vector": vector.astype(np.float16).astype(np.float32),  # as the local index keeps them: equal scores
    }


def article_rows(article: Article, generation: int) -> list[Row]:
    """An article in as many rows as its text needs, ``part`` 0 with the facts last."""
    texts = [
        article.text[start : start + _PART_CHARACTERS] for start in range(0, len(article.text), _PART_CHARACTERS)
    ] or [""]
    spans = json.dumps({name: (span.start, span.end) for name, span in article.spans.items()})
    first: Row = {
        "id": article.id,
        "part": 0,
        "parts": len(texts),
        "title": article.title,
        "source": article.source or "",
        "author": article.author or "",
        "published": article.published.toordinal() if article.published else 0,
        "url": article.url or "",
        "path": article.path,
        "spans": spans,
        "text": texts[0],
        "generation": generation,
    }
    blank = first | {"parts": 0, "title": "", "source": "", "author": "", "url": "", "path": "", "spans": ""}
    more = [
        blank | {"id": f"{article.id}/{part}", "part": part, "text": text} for part, text in enumerate(texts[1:], 1)
    ]
    return [*more, first]


def article_of(row: Row, texts: Mapping[str, str]) -> Article:
    """The article of its first row, with the texts of its other rows by their ids."""
    more = (texts[f"{row['id']}/{part}"] for part in range(1, row["parts"]))
    return Article(
        id=row["id"],
        title=row["title"],
        source=row["source"] or None,
        author=row["author"] or None,
        published=date.fromordinal(row["published"]) if row["published"] else None,
        url=row["url"] or None,
        text="".join([row["text"], *more]),
        path=row["path"],
        spans={name: Span(*span) for name, span in json.loads(row["spans"]).items()},
    )


def _sparse(terms: Terms, counts: npt.NDArray[np.uint8], length: int) -> dict[int, float]:
    """A chunk's terms as Milvus holds them; never empty, which it would not take."""
    worth = saturated(counts, norms(np.array([length]), USUAL_LENGTH))
    return dict(zip((terms % DIMENSIONS).tolist(), worth.tolist(), strict=True)) or {0: 0.5}
