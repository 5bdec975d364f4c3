"""What every peer is given: articles, chunks, questions and all of their vectors, as files.

See ``evals.baselines.peers.protocol`` for the files. At the size of the pool texts and vectors are real. Beyond it the
articles are those of the pool with their sentences dealt out anew, and the vectors are the pool's moved by some noise:
good for what things take, not for recall.
"""

import hashlib
import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from evals.benchmarks.many_chunks import SEED, dealt, near
from evals.benchmarks.recorder import Recorder
from index import Article, Index
from index.chunks import chunk_spans, indexed_text
from index.models.embedding import Vectors, unrelated_similarity
from index.store.vector_cache import VectorCache
from index.vietnamese import split_sentences
from rag import Settings
from rag.search import retrieve

ADDED = 5
"""How many further articles each peer adds one by one."""
_TITLE_WORDS = 10

Chunk = dict[str, Any]
"""A row of ``chunks.jsonl``."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """One size of what the peers are given.

    Attributes:
        folder: Of the files.
        articles: How many.
        chunks: How many.
        added_chunks: Of each further article.
        cutting_seconds: What cutting the articles into chunks took, which only the product does within its indexing.
    """

    folder: Path
    articles: int
    chunks: int
    added_chunks: tuple[int, ...]
    cutting_seconds: float


class PeerInputs:
    """Writes what the peers are given, at any size.

    Args:
        articles: Of the pool.
        questions: As they are typed.
        index: Of the pool, to learn which texts the product asks the vectors of.
        settings: Name the sentence model and the cache that holds the pool's vectors.
    """

    def __init__(self, articles: Sequence[Article], questions: Sequence[str], index: Index, settings: Settings) -> None:
        embedder = index.embedder
        recorder = Recorder(embedder)
        unrelated_similarity(recorder)  # what a new index asks for
        with Index.open(index.folder, settings, recorder) as recorded:
            for question in questions:
                retrieve(recorded, question, 1)
        typed = {question: embedder.embed_query(question) for question in questions}
        self._texts = {"questions": typed, "known-questions": recorder.questions, "known-passages": recorder.passages}
        self._articles = articles
        self._pool = [chunk for article in articles for chunk in _cut(article)]
        cache = VectorCache(settings.cache, embedder.fingerprint, embedder.dimensions)
        self._vectors = cache.embed([chunk["text"] for chunk in self._pool], embedder.embed_passages)

    def passages(self, count: int) -> list[str]:
        """The first ``count`` chunks of the pool as they are embedded."""
        return [chunk["text"] for chunk in self._pool[:count]]

    def write(self, folder: Path, chunks: int | None = None) -> Inputs:
        """Write the files.

        Args:
            folder: Where; made when it is not there.
            chunks: How many to index at least, for no article is cut short; None for the pool as it is.
        """
        generator = np.random.default_rng(SEED)
        made = _made_articles(self._articles)
        added = [self._write_added(folder / f"added-{n}", next(made), generator) for n in range(ADDED)]
        articles: list[Article] = []
        rows: list[Chunk] = []
        seconds = 0.0
        for article in self._articles if chunks is None else chain(self._articles, made):
            if chunks is not None and len(rows) >= chunks:
                break
            started = time.perf_counter()
            rows += _cut(article)
            seconds += time.perf_counter() - started
            articles.append(article)
        more = near(self._vectors, max(len(rows) - len(self._vectors), 0), generator)
        vectors = np.concatenate([self._vectors[: len(rows)], more])
        _write_articles(folder, articles, rows, vectors)
        for name, known in self._texts.items():
            _write_texts(folder / name, known)
        return Inputs(folder, len(articles), len(rows), tuple(added), round(seconds, 2))

    def _write_added(self, folder: Path, article: Article, generator: np.random.Generator) -> int:
        rows = _cut(article)
        vectors = near(self._vectors, len(rows), generator)
        _write_articles(folder, [article], rows, vectors)
        first, *_ = split_sentences(article.text)
        _write_texts(folder / "questions", {article.text[first.start : first.end]: vectors[0]})
        return len(rows)


def _cut(article: Article) -> list[Chunk]:
    """The chunks that the index makes of an article, with what it embeds of each."""
    return [
        {
            "id": f"{article.id}-{number}",
            "article": article.id,
            "start": span.start,
            "end": span.end,
            "text": indexed_text(article.title, article.text[span.start : span.end]),
        }
        for number, span in enumerate(chunk_spans(article.text))
    ]


def _made_articles(articles: Sequence[Article]) -> Iterator[Article]:
    """Articles without end, of the sentences of some."""
    for number, text in enumerate(dealt([article.text for article in articles]), 1):
        name = f"{number}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
        yield Article(name, " ".join(text.split()[:_TITLE_WORDS]), None, None, None, None, text, path=name)


def _write_articles(folder: Path, articles: Iterable[Article], rows: Sequence[Chunk], vectors: Vectors) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    facts = ({"id": one.id, "title": one.title, "text": one.text, "path": one.path} for one in articles)
    _write_rows(folder / "articles.jsonl", facts)
    _write_rows(folder / "chunks.jsonl", rows)
    np.save(folder / "chunks.npy", vectors)


def _write_texts(path: Path, known: Mapping[str, Vectors]) -> None:
    _write_rows(path.with_suffix(".jsonl"), ({"text": text} for text in known))
    np.save(path.with_suffix(".npy"), np.array([*known.values()], np.float32))


def _write_rows(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
