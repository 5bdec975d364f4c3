"""Sentence embeddings: the protocol the index relies on, sentence-transformers behind it, and a stand-in."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from index.errors import ModelMissing
from index.models.local_models import loading_arguments, model_folder, quiet_transformers
from index.vietnamese.syllables import words

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]
Progress = Callable[[int], None]
"""Called with the number of texts done since the last call."""

# Small batches of similar length waste little on padding; 8, 16 and 32 were within 3 % on 2 cores.
_BATCH = 16

# Any question beside any passage; none answers another.
_UNRELATED = (
    ("Lễ hội đua thuyền được tổ chức vào ngày nào?", "Đội bóng chuyền nữ giành huy chương bạc sau ván thứ năm."),
    ("Ai là hiệu trưởng trường tiểu học?", "Nước sôi ở nhiệt độ thấp hơn khi lên núi vì áp suất giảm."),
    ("Giá lúa mì trên thế giới tăng bao nhiêu?", "Chiếc cầu treo bắc qua suối giúp học sinh đến lớp."),
    ("Vì sao mặt trăng có lúc tròn lúc khuyết?", "Ngân hàng điều chỉnh lãi suất tiền gửi kỳ hạn sáu tháng."),
    ("Cách sửa xe đạp bị tuột xích?", "Bệnh nhân được khuyên uống nhiều nước sau ca mổ mắt."),
    ("Bảo tàng trưng bày những gì?", "Bà con vùng trũng xuống giống vụ hè thu sau khi nước rút."),
)


class Embedder(Protocol):
    """Turns texts into unit vectors whose inner product says how close their meanings are."""

    @property
    def fingerprint(self) -> str:
        """Names model and weights; vectors of different fingerprints never mix."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        ...

    def fits(self, text: str) -> bool:
        """Whether the model reads all of ``text`` as a passage, by its own tokenizer."""
        ...

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Unit vectors of passages, shape ``(len(texts), dimensions)``."""
        ...

    def embed_query(self, text: str) -> Vectors:
        """Unit vector of a question, shape ``(dimensions,)``."""
        ...


class SentenceModel:
    """A sentence-transformers model on the CPU, in bfloat16 where the CPU computes it natively.

    Measured on 2 cores with AVX512-BF16, passages of 223 tokens: 23.7/s against 11.6/s in float32, cosine
    between the two at least 0.9999; without such units bfloat16 is slower and float32 is kept.

    Args:
        model: Folder or name of the model.
        fingerprint: What the index records as its maker.
        float32: Keep to float32 even where bfloat16 is native.

    Raises:
        ModelMissing: The model can neither be found here nor be downloaded.
    """

    def __init__(self, model: str, fingerprint: str, float32: bool = False) -> None:
        self.fingerprint = fingerprint
        self._model = _load(model, float32)
        self._query_prompt, self._passage_prompt = _prompts(self._model, model)
        self.dimensions = int(self._model.get_embedding_dimension() or 0)

    def fits(self, text: str) -> bool:
        """Whether the model reads all of ``text`` with its passage prompt."""
        limit = self._model.max_seq_length
        return limit is None or len(self._tokens(self._passage_prompt + text)) <= limit

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Unit vectors of passages, shape ``(len(texts), dimensions)``; longest first, batches of like length."""
        return embed_by_length(
            texts, self.dimensions, lambda batch: self._encode(batch, self._passage_prompt), progress
        )

    def embed_query(self, text: str) -> Vectors:
        """Unit vector of a question, shape ``(dimensions,)``."""
        vector: Vectors = self._encode([text], self._query_prompt)[0]
        return vector

    def _tokens(self, text: str) -> list[int]:
        ids: list[int] = self._model.tokenizer(text, verbose=False)["input_ids"]
        return ids

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        encoded = self._model.encode(list(texts), prompt=prompt, batch_size=_BATCH, show_progress_bar=False)
        return _unit(np.asarray(encoded, np.float32))


class Hashing:
    """Model-free stand-in: syllables hashed into buckets, so that shared words mean near vectors.

    Predictable and instant, which is what tests need; it knows nothing of meaning.
    """

    fingerprint = "hashing-256"
    dimensions = 256

    def fits(self, text: str) -> bool:
        """Always: nothing is cut off."""
        return True

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Unit vectors of passages, shape ``(len(texts), 256)``."""
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in enumerate(texts):
            for word in words(text):
                digest = hashlib.blake2b(word.folded.encode(), digest_size=4).digest()
                vectors[row, int.from_bytes(digest, "big") % self.dimensions] += 1
        if progress is not None:
            progress(len(texts))
        return _unit(vectors)

    def embed_query(self, text: str) -> Vectors:
        """Unit vector of a question, shape ``(256,)``."""
        vector: Vectors = self.embed_passages([text])[0]
        return vector


def like_length(texts: Sequence[str]) -> list[list[int]]:
    """Positions of the texts in batches of like length, longest first: little is then computed for padding.

    >>> like_length(["a", "long text"])
    [[1, 0]]
    """
    order = sorted(range(len(texts)), key=lambda at: -len(texts[at]))
    return [order[start : start + _BATCH] for start in range(0, len(order), _BATCH)]


def embed_by_length(
    texts: Sequence[str], dimensions: int, encode: Callable[[Sequence[str]], Vectors], progress: Progress | None
) -> Vectors:
    """Vectors of ``texts`` in their order, shape ``(len(texts), dimensions)``, made batch by batch.

    Args:
        texts: What to embed.
        dimensions: Length of a vector.
        encode: Makes the vectors of one batch.
        progress: Called with the number of texts done since the last call.
    """
    vectors = np.empty((len(texts), dimensions), np.float32)
    for batch in like_length(texts):
        vectors[batch] = encode([texts[at] for at in batch])
        if progress is not None:
            progress(len(batch))
    return vectors


def unrelated_similarity(embedder: Embedder) -> float:
    """Mean cosine of questions and passages that have nothing to do with one another: a model's idea of zero.

    0.79 for multilingual-e5-small, whose cosines all lie in the uppermost fifth; near 0 for many others.
    """
    questions = np.array([embedder.embed_query(question) for question, _ in _UNRELATED])
    similarities = questions @ embedder.embed_passages([passage for _, passage in _UNRELATED]).T
    return float(similarities.mean())


def _unit(vectors: Vectors) -> Vectors:
    scaled: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return scaled


def _load(model: str, float32: bool) -> "SentenceTransformer":
    with quiet_transformers():
        from sentence_transformers import SentenceTransformer

        try:
            return SentenceTransformer(model_folder(model), **loading_arguments(float32))
        except (OSError, ValueError) as error:
            raise ModelMissing(
                f"Không tải được mô hình câu «{model}»: thư mục không đúng dạng sentence-transformers hoặc không có "
                "mạng. Hãy kiểm tra HOIDAP_EMBEDDING_MODEL, hoặc bỏ nó đi để dùng mô hình đi kèm."
            ) from error


def _prompts(model: "SentenceTransformer", name: str) -> tuple[str, str]:
    """Query and passage prompts from the model's own settings; E5 models need theirs even if unsaid."""
    prompts = model.prompts
    query, passage = prompts.get("query") or "", prompts.get("document") or prompts.get("passage") or ""
    if not query and not passage and "e5" in Path(name).name.lower():
        return "query: ", "passage: "
    return query, passage
