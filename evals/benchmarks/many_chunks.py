"""An index of many chunks made from a small one, without a sentence model.

It begins with the small index's own articles. Then come their sentences, shuffled anew and dealt out again as often as
it takes, so that words and pairs are as frequent as they were, with the small index's vectors and some noise. Good for
timing; recall only shows whether an inexact search finds what an exact one finds.
"""

import hashlib
import random
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import chain, groupby, islice
from pathlib import Path

import numpy as np

from evals.benchmarks.choices import Progress
from index import Article, Index, IndexSettings, Span
from index.chunks import Entry
from index.models.embedding import Vectors
from index.store.store import ChunkContent, Store
from index.vietnamese import split_sentences

CHUNKS_OF_AN_ARTICLE = 20
# Noise of this length beside a unit vector: cosine to the original about 0.96, like two passages on one topic.
_NOISE = 0.3
SEED = 7
# Articles written together.
_GROUP = 50


def build_many_chunks(
    folder: Path, source: Index, chunks: int, settings: IndexSettings, progress: Progress | None = None
) -> None:
    """Make an index of ``chunks`` chunks in an empty folder; a search opens it like any other.

    Args:
        folder: Where.
        source: The small index.
        chunks: How many at least; the last article is written whole.
        settings: Name the sentence model that made the small index.
        progress: Called with (chunks written, chunks in all).
    """
    meta = source.store.meta()
    kept = ("embedding", "dimensions", "chunk_tokens", "unrelated_similarity")
    store = Store.create(folder, {key: meta[key] for key in kept})
    entries = chain(_real_entries(source), _made_entries(source))
    written = 0
    while written < chunks:
        if progress is not None:
            progress(written, chunks)
        group: list[Entry] = []
        while len(group) < _GROUP and written < chunks:
            entry = next(entries)
            group.append(entry)
            written += len(entry.spans)
        store.add(group)
    store.close()
    with Index.open(folder, settings) as index:
        index.save_searchers()


def _real_entries(source: Index) -> Iterator[Entry]:
    """The small index's own articles with their chunks and vectors."""
    vectors = {content.id: content.vector for content in _contents(source)}
    for article_id, chunks in groupby(source.store.chunks(), key=lambda chunk: chunk.article_id):
        article = source.article(article_id)
        if article is not None:
            of_article = list(chunks)
            spans = [Span(chunk.start, chunk.end) for chunk in of_article]
            yield Entry(article, spans, np.array([vectors[chunk.id] for chunk in of_article], np.float32))


def _made_entries(source: Index) -> Iterator[Entry]:
    vectors = np.array([content.vector for content in _contents(source)], np.float32)
    generator = np.random.default_rng(SEED)
    texts = shuffled_chunks(source)
    while True:
        article, spans = _article(list(islice(texts, CHUNKS_OF_AN_ARTICLE)))
        yield Entry(article, spans, near(vectors, len(spans), generator))


def _contents(source: Index) -> list[ChunkContent]:
    with closing(Store.open(source.folder)) as store:
        return store.contents(store.chunk_ids())


def shuffled_chunks(source: Index) -> Iterator[str]:
    """Chunks without end, of the sentences of the small index."""
    articles = {article.id: article.text for article in source.articles()}
    return dealt([articles[chunk.article_id][chunk.start : chunk.end] for chunk in source.store.chunks()])


def dealt(texts: Sequence[str]) -> Iterator[str]:
    """Texts like these without end: every sentence comes once, in a new order, before any comes again."""
    by_text = [[text[span.start : span.end] for span in split_sentences(text)] for text in texts]
    sentences = [sentence for of_text in by_text for sentence in of_text]
    draw = random.Random(SEED)  # noqa: S311 - a reproducible order, no secret
    while True:
        draw.shuffle(sentences)
        left = iter(sentences)
        for of_text in by_text:
            yield " ".join(islice(left, len(of_text)))


def near(vectors: Vectors, count: int, generator: np.random.Generator) -> Vectors:
    """Unit vectors, each near one of some unit vectors."""
    drawn = vectors[generator.integers(len(vectors), size=count)]
    noise = generator.standard_normal(drawn.shape).astype(np.float32)
    moved: Vectors = drawn + _NOISE * noise / np.linalg.norm(noise, axis=1, keepdims=True)
    moved /= np.linalg.norm(moved, axis=1, keepdims=True)
    return moved


def _article(texts: Sequence[str]) -> tuple[Article, list[Span]]:
    spans: list[Span] = []
    for text in texts:
        start = spans[-1].end + 2 if spans else 0
        spans.append(Span(start, start + len(text)))
    whole = "\n\n".join(texts)
    title = " ".join(texts[0].split()[:10])
    return Article(hashlib.sha256(whole.encode()).hexdigest()[:12], title, None, None, None, None, whole), spans
