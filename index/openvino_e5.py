"""The bundled sentence model in 8-bit arithmetic on OpenVINO: twice as fast as PyTorch's bfloat16, a second to open.

Converted once into the cache: weights and activations of its matrix products become 8-bit numbers, with ranges that the
texts of calibration.txt set (NNCF's post-training quantisation for transformers). No hub and no network is involved.
"""

import contextlib
import hashlib
import importlib.util
import io
import logging
import os
import sys
import threading
import warnings
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.cache import atomic_folder
from index.e5 import PASSAGE_PROMPT, QUERY_PROMPT, bundled_e5, bundled_name
from index.e5_module import e5_as_module, e5_tokenizer, token_arrays
from index.embedding import Progress, Vectors, embed_by_length
from index.local_models import quiet_transformers

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_BYTES_NEEDED = 130_000_000
_MODEL = "model.xml"
_CALIBRATION = Path(__file__).with_name("calibration.txt")
"""One passage a line, of many kinds. The ranges need texts like those to come: mean cosines to PyTorch's vectors were
0.998 for passages and 0.997 for questions; 0.994 for questions with one sentence of each passage instead of all of
them, 0.986 for passages with a dozen short sentences alone."""


def openvino_installed() -> bool:
    """Whether the packages that convert and run the model are here."""
    return all(importlib.util.find_spec(name) is not None for name in ("openvino", "nncf"))


def computes_8_bit() -> bool:
    """Whether OpenVINO finds 8-bit arithmetic on this processor."""
    capabilities: list[str] = _core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return "INT8" in capabilities


class OpenVinoE5:
    """multilingual-e5-small on OpenVINO. Safe to share between threads, which take turns.

    Args:
        cache: Where the converted model is, or will be.

    Raises:
        ModelMissing: The weights are not installed, or the cache cannot be written.
    """

    def __init__(self, cache: Path) -> None:
        self.fingerprint = bundled_name()
        folder = _converted(cache)
        self._tokenizer = _tokenizer(folder)
        self._counter = _tokenizer(folder)
        self._counter.no_truncation()
        # OpenVINO does not read the variable by which other numeric libraries, and Ray, share out cores; 0 is all.
        threads = int(os.environ.get("OMP_NUM_THREADS", "").split(",")[0] or 0)
        options = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": threads}
        self._model = _core().compile_model(folder / _MODEL, "CPU", options)
        self._lock = threading.Lock()
        self.dimensions = int(self._model.output(0).partial_shape[1].get_length())

    def fits(self, text: str) -> bool:
        """Whether the model reads all of ``text`` with its passage prompt."""
        passage = PASSAGE_PROMPT + text
        return len(self._counter.encode(passage)) == len(self._tokenizer.encode(passage))

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Unit vectors of passages, shape ``(len(texts), dimensions)``; longest first, batches of like length."""
        return embed_by_length(texts, self.dimensions, lambda batch: self._encode(batch, PASSAGE_PROMPT), progress)

    def embed_query(self, text: str) -> Vectors:
        """Unit vector of a question, shape ``(dimensions,)``."""
        vector: Vectors = self._encode([text], QUERY_PROMPT)[0]
        return vector

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        inputs = token_arrays(self._tokenizer, [prompt + text for text in texts])
        with self._lock:  # one request at a time: a second call would overwrite the first one's inputs
            return np.array(self._model(inputs)[0], np.float32)


def _core() -> Any:
    _without_telemetry()
    from openvino import Core

    return Core()


def _without_telemetry() -> None:
    """OpenVINO and NNCF report their use to a server through this package, and do without it when it is not there."""
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]


def _converted(cache: Path) -> Path:
    """The folder of the 8-bit model, made on first use (half a minute, 120 MB) and again when its texts change."""
    texts = hashlib.sha256(_CALIBRATION.read_bytes()).hexdigest()
    target = cache / f"{bundled_name()}-openvino-int8-{texts[:8]}"
    if not target.is_dir():
        source = bundled_e5(cache)
        with atomic_folder(target, _BYTES_NEEDED, "mô hình câu 8 bit") as folder:
            _convert(source, folder)
    return target


def _convert(source: Path, folder: Path) -> None:
    _without_telemetry()
    import nncf
    import openvino
    import torch

    model, tokenizer = e5_as_module(source), e5_tokenizer(source)
    tokenizer.save(str(folder / "tokenizer.json"))
    texts = _calibration_texts()
    example = tuple(torch.from_numpy(one) for one in token_arrays(tokenizer, texts[-2:]))
    any_size = openvino.PartialShape([-1, -1])
    with warnings.catch_warnings(), quiet_transformers(), torch.inference_mode():
        warnings.simplefilter("ignore")  # the tracer's, about branches that padding does not take
        graph = openvino.convert_model(model, example_input=example, input=[any_size, any_size])
    calibration = nncf.Dataset([token_arrays(tokenizer, [text]) for text in texts])
    nncf.set_log_level(logging.ERROR)
    with contextlib.redirect_stdout(io.StringIO()):  # its progress bars, which --json must not carry
        small = nncf.quantize(graph, calibration, subset_size=len(texts), model_type=nncf.ModelType.TRANSFORMER)
    openvino.save_model(small, folder / _MODEL)


def _calibration_texts() -> list[str]:
    """Passages of one and of two paragraphs, and single sentences where questions would be."""
    passages = _CALIBRATION.read_text(encoding="utf-8").splitlines()
    pairs = [f"{first} {second}" for first, second in pairwise(passages)]
    sentences = [sentence for passage in passages for sentence in passage.split(". ")]
    return [PASSAGE_PROMPT + text for text in passages + pairs] + [QUERY_PROMPT + text for text in sentences]


def _tokenizer(folder: Path) -> "Tokenizer":
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(folder / "tokenizer.json"))
