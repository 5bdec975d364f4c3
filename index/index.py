"""The index: articles in, hits out, wherever both are kept."""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from index.backend import Backend, Search
from index.chunk_vectors import ChunkMaker, facts_of
from index.chunks import CHUNK_TOKENS, Entry, indexed_texts
from index.errors import IndexMismatch, IndexMissing
from index.models.cross_encoder import CrossEncoder, CrossEncoderModel
from index.models.embedders import open_embedder
from index.models.embedding import Embedder, Progress, unrelated_similarity
from index.search.bm25 import KINDS
from index.search.readings import readings
from index.search.searchers import LocalBackend
from index.settings import IndexSettings
from index.types import Article, Chunk, Filters, Hit, Interpretation
from index.vietnamese.folding import nfc, usual_tone_placement


class Index:
    """Articles, their chunks and both searches over them. Safe to share between threads.

    Use ``Index.open`` or ``Index.open_or_create``; the constructor takes ready parts.
    """

    def __init__(self, folder: Path, store: Backend, settings: IndexSettings, embedder: Embedder | None = None) -> None:
        self.folder = folder
        self.store = store
        self._settings = settings
        self._chunk_maker = ChunkMaker(settings, embedder)
        self._cross_encoder: CrossEncoder | None = None
        self._searchers: Search | None = None
        self._lock = threading.Lock()

    @classmethod
    def open(
        cls, folder: Path | str | None = None, settings: IndexSettings | None = None, embedder: Embedder | None = None
    ) -> Self:
        """Open an existing index; the sentence model loads on first use.

        Args:
            folder: Of a local index. None for what the settings name, which may be a Milvus.
            settings: Read from the environment if not given.
            embedder: The sentence model, if not the one that the settings name.

        Raises:
            IndexMissing: There is none.
            IndexMismatch: It was made by another model, format or chunk setting.
            IndexDamaged: Its store cannot be read.
        """
        settings = _placed(folder, settings)
        opened = cls(settings.index, _open_backend(settings), settings, embedder)
        try:
            opened._check()
        except BaseException:
            opened.close()
            raise
        return opened

    @classmethod
    def open_or_create(
        cls, folder: Path | str | None = None, settings: IndexSettings | None = None, embedder: Embedder | None = None
    ) -> Self:
        """Open the index in ``folder`` or where the settings say, or make an empty one there."""
        with suppress(IndexMissing):
            return cls.open(folder, settings, embedder)
        settings = _placed(folder, settings)
        maker = embedder or open_embedder(settings)
        return cls(settings.index, _create_backend(settings, facts_of(maker)), settings, maker)

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
        return self._chunk_maker.embedder

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
        stored = self.store.meta().get("unrelated_similarity")
        return float(stored) if stored else unrelated_similarity(self.embedder)

    @property
    def fingerprint(self) -> str:
        """Names the sentence model and the generation of the articles."""
        meta = self.store.meta()
        return f"{meta['embedding']}@{meta['generation']}"

    def add(self, articles: Sequence[Article], progress: Progress | None = None) -> None:
        """Chunk, embed and store articles; one that was read from a known file takes the old one's place.

        All are written in one transaction, or none. Vectors are made together, which is several times faster than one
        article at a time.

        Args:
            articles: What the index holds already stays as it is.
            progress: Called with the number of chunks embedded since the last call.
        """
        spans = [self._chunk_maker.cut(article) for article in articles]
        texts = [text for parts in zip(articles, spans, strict=True) for text in indexed_texts(*parts)]
        vectors = self._chunk_maker.embed(texts, progress)
        starts = np.cumsum([len(its_spans) for its_spans in spans])[:-1]
        by_article = np.split(vectors, starts) if articles else []
        self.store.add([Entry(*parts) for parts in zip(articles, spans, by_article, strict=True)])

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
            IndexDamaged: It cannot be read.
        """
        if isinstance(question, str):
            question = self.interpret(question)
        vector = self.embedder.embed_query(question.meant)  # before FAISS loads: the other order crashes on macOS
        found = self._current().search(vector, question.readings, candidates, filters)
        nothing = self._unrelated_similarity
        return [
            Hit(
                chunk_id,
                dense=cosine,
                lexical=sum(parts),
                score=0.0,
                closeness=(cosine - nothing) / (1 - nothing),
                **dict(zip(KINDS, parts, strict=True)),
            )
            for chunk_id, cosine, parts in zip(
                found.ids.tolist(), found.dense.tolist(), found.lexical.T.tolist(), strict=True
            )
        ]

    def rarities(self, folded_tokens: Iterable[str]) -> dict[str, float]:
        """Inverse document frequency of folded syllables and numbers, in [0, 1]; 1 for those in no article."""
        return self._current().rarities(list(folded_tokens))

    def save_searchers(self) -> None:
        """Write what has been added to the derived search files, so that the next opening need not prepare it.

        Raises:
            OSError: The folder cannot be written; the articles are safe, searching them only begins later.
        """
        self.store.save_searchers()

    def _check(self) -> None:
        meta = self.store.meta()
        wanted = {
            "format": self.store.format,
            "embedding": self._chunk_maker.fingerprint,
            "chunk_tokens": str(CHUNK_TOKENS),
        }
        for key, value in wanted.items():
            if meta.get(key) != value:
                raise IndexMismatch(
                    f"Chỉ mục ở {self.store.location} được tạo với {key} = {meta.get(key)}, hiện đang dùng {value}. "
                    "Hãy dùng lại cấu hình cũ, hoặc tạo chỉ mục mới ở thư mục khác bằng hoidap index … --index THƯ_MỤC."
                )

    def _current(self) -> Search:
        """The searchers of the store's present generation."""
        with self._lock:
            if self._searchers is None or self._searchers.generation != self.store.generation():
                searchers = self.store.searchers(self._searchers)
                if not len(searchers):
                    raise IndexMissing(
                        f"Chỉ mục ở {self.store.location} chưa có bài viết nào. Hãy thêm bằng: hoidap index THƯ_MỤC"
                    )
                self._searchers = searchers
            return self._searchers


def _placed(folder: Path | str | None, settings: IndexSettings | None) -> IndexSettings:
    """The settings, or those of a local index in ``folder`` where one is given."""
    settings = settings or IndexSettings()
    return settings if folder is None else settings.model_copy(update={"store": "faiss", "index": Path(folder)})


def _open_backend(settings: IndexSettings) -> Backend:
    """What the settings name.

    Raises:
        IndexMissing: There is no index.
        IndexDamaged: It cannot be read or reached.
        ModelMissing: The client for Milvus is not installed.
    """
    if settings.store == "milvus":
        from index.milvus.store import MilvusBackend  # here, for few need it

        return MilvusBackend.open(settings.store_uri, settings.store_token.get_secret_value())
    return LocalBackend.open(settings.index)


def _create_backend(settings: IndexSettings, meta: Mapping[str, str]) -> Backend:
    """Make an empty index where the settings say, with some facts about it; errors as in ``_open_backend``."""
    if settings.store == "milvus":
        from index.milvus.store import MilvusBackend

        return MilvusBackend.create(settings.store_uri, settings.store_token.get_secret_value(), meta)
    return LocalBackend.create(settings.index, meta)
