"""The index of a folder: articles in, hits out."""

import shutil
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from index.chunks import CHUNK_TOKENS, chunk_spans
from index.cross_encoder import CrossEncoder, CrossEncoderModel
from index.dense import Dense, Mask, Rows
from index.embedding import Embedder, Progress, embedder_fingerprint, open_embedder, unrelated_similarity
from index.errors import IndexMismatch, IndexMissing
from index.lexical import Lexical, LexicalScores, Scores
from index.readings import readings
from index.settings import IndexSettings
from index.speller import Speller
from index.store import FORMAT_VERSION, Store, has_store
from index.types import Article, Chunk, Filters, Hit, Interpretation, Span
from index.vector_cache import VectorCache
from index.vietnamese import nfc, usual_tone_placement


@dataclass(frozen=True, slots=True)
class _Searchers:
    """What one generation of the store looks like to a search. Row i is ``chunks[i]``."""

    generation: int
    chunks: list[Chunk]
    dense: Dense
    lexical: Lexical
    speller: Speller


class Index:
    """Articles, their chunks and both searches over them. Safe to share between threads.

    Use ``Index.open`` or ``Index.open_or_create``; the constructor takes ready parts.
    """

    def __init__(self, folder: Path, store: Store, settings: IndexSettings, embedder: Embedder | None = None) -> None:
        self.folder = folder
        self.store = store
        self._settings = settings
        self._embedder = embedder
        self._cross_encoder: CrossEncoder | None = None
        self._searchers: _Searchers | None = None
        self._lock = threading.Lock()

    @classmethod
    def open(cls, folder: Path | str, settings: IndexSettings | None = None, embedder: Embedder | None = None) -> Self:
        """Open an existing index; the sentence model loads on first use.

        Raises:
            IndexMissing: There is none.
            IndexMismatch: It was made by another model, format or chunk setting.
            IndexDamaged: Its store cannot be read.
        """
        folder, settings = Path(folder), settings or IndexSettings()
        opened = cls(folder, Store.open(folder), settings, embedder)
        opened._check()
        return opened

    @classmethod
    def open_or_create(
        cls, folder: Path | str, settings: IndexSettings | None = None, embedder: Embedder | None = None
    ) -> Self:
        """Open the index in ``folder``, or make an empty one there."""
        folder, settings = Path(folder), settings or IndexSettings()
        if has_store(folder):
            return cls.open(folder, settings, embedder)
        maker = embedder or open_embedder(settings)
        meta = {
            "embedding": maker.fingerprint,
            "dimensions": str(maker.dimensions),
            "chunk_tokens": str(CHUNK_TOKENS),
        }
        return cls(folder, Store.create(folder, meta), settings, maker)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the store."""
        self.store.close()

    @property
    def embedder(self) -> Embedder:
        """The sentence model, loaded on first use."""
        with self._lock:
            if self._embedder is None:
                self._embedder = open_embedder(self._settings)
            return self._embedder

    @property
    def cross_encoder(self) -> CrossEncoder | None:
        """The model that reads the best passages once more, loaded on first use; None where the settings name none.

        Raises:
            ModelMissing: It cannot be loaded.
        """
        with self._lock:
            if self._cross_encoder is None and self._settings.cross_encoder:
                self._cross_encoder = CrossEncoderModel(self._settings.cross_encoder)
            return self._cross_encoder

    @cached_property
    def _unrelated_similarity(self) -> float:
        return unrelated_similarity(self.embedder)

    @property
    def fingerprint(self) -> str:
        """Names the sentence model and the generation of the articles."""
        meta = self.store.meta()
        return f"{meta['embedding']}@{meta['generation']}"

    def add(self, articles: Sequence[Article], progress: Progress | None = None) -> None:
        """Chunk, embed and store articles; one that was read from a known file takes the old one's place.

        Each article is written with its vectors in one transaction, so an interruption loses only those not
        yet written. Vectors are made together, which is several times faster than one article at a time.

        Args:
            articles: Articles that the index does not hold yet.
            progress: Called with the number of chunks embedded since the last call.
        """
        spans = [self._chunk(article) for article in articles]
        texts = [
            indexed_text(article, span)
            for article, its_spans in zip(articles, spans, strict=True)
            for span in its_spans
        ]
        embedder = self.embedder
        cache = VectorCache(self._settings.cache, embedder.fingerprint, embedder.dimensions)
        vectors = cache.embed(texts, lambda missing: embedder.embed_passages(missing, progress))
        start = 0
        for article, its_spans in zip(articles, spans, strict=True):
            end = start + len(its_spans)
            replaces = self.store.article_at(article.path) if article.path else None
            self.store.add(article, its_spans, vectors[start:end], replaces)
            start = end

    def remove(self, article_id: str) -> bool:
        """Delete an article; whether it was there. No later search finds it."""
        return self.store.remove(article_id)

    def articles(self) -> Iterator[Article]:
        """Every article, newest first, undated ones last."""
        return self.store.articles()

    def article(self, article_id: str) -> Article | None:
        """One article, or None."""
        return self.store.article(article_id)

    def chunk(self, chunk_id: int) -> Chunk | None:
        """One chunk, or None."""
        return self.store.chunk(chunk_id)

    def interpret(self, question: str) -> Interpretation:
        """What a question means to these articles: accents restored, slips mended, short forms spelled out.

        Raises:
            IndexMissing: The index holds no article.
        """
        question = nfc(question)
        meant = usual_tone_placement(self._current().speller.restore(question))
        return Interpretation(question, meant, readings(meant, self.store.expansions))

    def search(self, question: str | Interpretation, candidates: int = 50, filters: Filters | None = None) -> list[Hit]:
        """The best ``candidates`` of dense search, of accented and of folded lexical search, with all raw scores.

        Hits come in no meaningful order: ranking them is the caller's policy. Of several readings of the question
        each chunk gets the scores of the one that fits it best.

        Args:
            question: Text, which is interpreted first, or what ``interpret`` gave.
            candidates: How many to take from each search.
            filters: Which articles may be found.

        Raises:
            IndexMissing: The index holds no article.
        """
        if isinstance(question, str):
            question = self.interpret(question)
        vector = self.embedder.embed_query(question.meant)  # before FAISS loads: the other order crashes on macOS
        searchers = self._current()
        allowed = self._allowed(searchers, filters)
        if allowed is not None and not allowed.any():
            return []
        by_reading = [searchers.lexical.scores(reading) for reading in question.readings]
        accented = _masked(np.max([scores.words + scores.pairs for scores in by_reading], axis=0), allowed)
        folded = _masked(np.max([scores.folded_words + scores.folded_pairs for scores in by_reading], axis=0), allowed)
        nearest = searchers.dense.nearest(vector, candidates, allowed)
        rows = np.unique(np.concatenate([nearest, _best(accented, candidates), _best(folded, candidates)]))
        # Shape (readings, lexical scores, rows); each row keeps the reading that fits it best.
        names = [part.name for part in fields(LexicalScores)]
        scores = np.array([[getattr(reading, name)[rows] for name in names] for reading in by_reading])
        best = scores.sum(axis=1).argmax(axis=0)
        lexical = scores[best, :, np.arange(len(rows))]
        nothing = self._unrelated_similarity
        return [
            Hit(
                searchers.chunks[row].id,
                dense=float(cosine),
                lexical=float(parts.sum()),
                score=0.0,
                closeness=(float(cosine) - nothing) / (1 - nothing),
                **dict(zip(names, map(float, parts), strict=True)),
            )
            for row, cosine, parts in zip(rows, searchers.dense.scores(vector, rows), lexical, strict=True)
        ]

    def rarities(self, folded_tokens: Iterable[str]) -> dict[str, float]:
        """Inverse document frequency of folded syllables and numbers, in [0, 1]; 1 for those in no article."""
        lexical = self._current().lexical
        return {token: lexical.rarity(token) for token in folded_tokens}

    def save_searchers(self) -> None:
        """Write the derived search files, so that the next opening need not rebuild them."""
        if self.store.counts()[1]:
            self._current()

    def _chunk(self, article: Article) -> list[Span]:
        embedder = self.embedder
        return chunk_spans(article.text, fits=lambda piece: embedder.fits(_with_title(article.title, piece)))

    def _check(self) -> None:
        meta = self.store.meta()
        wanted = {
            "format": FORMAT_VERSION,
            "embedding": self._embedder.fingerprint if self._embedder else embedder_fingerprint(self._settings),
            "chunk_tokens": str(CHUNK_TOKENS),
        }
        for key, value in wanted.items():
            if meta.get(key) != value:
                raise IndexMismatch(
                    f"Chỉ mục ở {self.folder} được tạo với {key} = {meta.get(key)}, hiện đang dùng {value}. "
                    "Hãy dùng lại cấu hình cũ, hoặc tạo chỉ mục mới ở thư mục khác bằng hoidap index … --index THƯ_MỤC."
                )

    def _current(self) -> _Searchers:
        """The searchers of the store's present generation: in memory, on disk, or built now."""
        with self._lock:
            generation = self.store.generation()
            if self._searchers is None or self._searchers.generation != generation:
                self._searchers = self._load(generation) or self._build()
            return self._searchers

    def _derived(self, generation: int) -> Path:
        """Folder of the derived files; the store's id tells a store made anew from the one before."""
        return self.folder / f"derived-{self.store.meta()['id']}-{generation}"

    def _load(self, generation: int) -> _Searchers | None:
        folder = self._derived(generation)
        if not folder.is_dir():
            return None
        chunks = self.store.chunks()
        try:
            dense, lexical = Dense.load(folder / "dense.faiss"), Lexical.load(folder / "lexical")
        except (OSError, EOFError, ValueError, KeyError, RuntimeError):
            return None  # derived files are only a saving: a damaged one is rebuilt from the store
        if not len(dense) == len(lexical) == len(chunks) or self.store.generation() != generation:
            return None
        return _Searchers(generation, chunks, dense, lexical, self._speller())

    def _build(self) -> _Searchers:
        generation, chunks, vectors, articles = self.store.snapshot()
        if not chunks:
            raise IndexMissing(f"Chỉ mục ở {self.folder} chưa có bài viết nào. Hãy thêm bằng: hoidap index THƯ_MỤC")
        texts = (indexed_text(articles[chunk.article_id], Span(chunk.start, chunk.end)) for chunk in chunks)
        searchers = _Searchers(generation, chunks, Dense.build(vectors), Lexical.build(texts), self._speller())
        self._save(searchers)
        return searchers

    def _speller(self) -> Speller:
        return Speller(self.store.syllables, self.store.pairs, self.store.vocabulary(), self.store.word_count())

    def _allowed(self, searchers: _Searchers, filters: Filters | None) -> Mask | None:
        """Which rows the filters let through; None for all."""
        if filters is None or filters == Filters():
            return None
        articles = self.store.matching(filters)
        return np.fromiter((chunk.article_id in articles for chunk in searchers.chunks), bool, len(searchers.chunks))

    def _save(self, searchers: _Searchers) -> None:
        """Keep derived files for the next opening. A folder that cannot be written only costs time then."""
        target = self._derived(searchers.generation)
        try:
            with tempfile.TemporaryDirectory(prefix=".derived-", dir=self.folder) as name:
                temporary = Path(name) / target.name
                temporary.mkdir()
                searchers.dense.save(temporary / "dense.faiss")
                searchers.lexical.save(temporary / "lexical")
                shutil.rmtree(target, ignore_errors=True)
                temporary.rename(target)
            for old in self.folder.glob("derived-*"):
                if old != target:
                    shutil.rmtree(old, ignore_errors=True)
        except (OSError, RuntimeError):
            return


def _masked(scores: Scores, allowed: Mask | None) -> Scores:
    return scores if allowed is None else np.where(allowed, scores, np.float32(0))


def _best(scores: Scores, count: int) -> Rows:
    """The rows with the ``count`` highest scores above 0, in no order."""
    count = min(count, len(scores))
    rows = np.argpartition(-scores, count - 1)[:count]
    return rows[scores[rows] > 0]


def indexed_text(article: Article, span: Span) -> str:
    """What is embedded and counted for a chunk: its words under its article's title."""
    return _with_title(article.title, article.text[span.start : span.end])


def _with_title(title: str, text: str) -> str:
    return text if text.startswith(title) else f"{title}\n{text}"
