"""The bundled sentence model on OpenVINO: half as fast again as PyTorch, and open in a second, for torch is not loaded.

Converted once into the cache, without quantisation: OpenVINO computes in bfloat16 where the processor does and in
float32 elsewhere, as PyTorch does here, so vectors of both share an index (cosine 0.9999).
"""

import importlib.util
import os
import sys
import threading
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.models.cache import atomic_folder
from index.models.e5 import bundled_e5, bundled_name
from index.models.e5_engine import E5Engine, Tokens, e5_as_module, e5_tokenizer, token_arrays, whole_text_tokenizer
from index.models.embedding import Vectors
from index.models.local_models import quiet_transformers

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MODEL = "model.xml"
TOKENIZER = "tokenizer.json"
_BYTES_NEEDED = 250_000_000


def openvino_installed() -> bool:
    """Whether the package that converts and runs the model is here."""
    return importlib.util.find_spec("openvino") is not None


class OpenVinoE5(E5Engine):
    """multilingual-e5-small on OpenVINO. Safe to share between threads, which take turns.

    Args:
        folder: Of the converted model, as ``openvino_e5`` gives it.
    """

    def __init__(self, folder: Path) -> None:
        options = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": openvino_threads()}
        self._model = openvino_core().compile_model(folder / MODEL, "CPU", options)
        self._lock = threading.Lock()
        dimensions = int(self._model.output(0).partial_shape[1].get_length())
        super().__init__(bundled_name(), dimensions, _tokenizer(folder), whole_text_tokenizer(folder / TOKENIZER))

    def _run(self, ids: Tokens, mask: Tokens) -> Vectors:
        with self._lock:  # one request at a time: a second call would overwrite the first one's inputs
            return np.array(self._model((ids, mask))[0], np.float32)


def openvino_threads() -> int:
    """How many cores to compute on; 0 for all.

    OpenVINO does not read the variable by which other numeric libraries, and Ray, share out cores.
    """
    threads = os.environ.get("OMP_NUM_THREADS", "").split(",")[0].strip()
    return int(threads) if threads.isdecimal() else 0


def openvino_core() -> Any:
    """OpenVINO's runtime, which reports its use to nobody."""
    _without_telemetry()
    from openvino import Core

    return Core()


def _without_telemetry() -> None:
    """OpenVINO reports its use to a server through this package, and does without it when it is not there."""
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]


def openvino_folder(cache: Path) -> Path:
    """Where ``openvino_e5`` puts the model, made or not."""
    return cache / f"{bundled_name()}-openvino"


def openvino_e5(cache: Path) -> Path:
    """The folder of the model in OpenVINO's form, made on first use (some seconds, 240 MB).

    Raises:
        ModelMissing: The weights are not installed, or the cache cannot be written.
    """
    target = openvino_folder(cache)
    if not target.is_dir():
        source = bundled_e5(cache)
        with atomic_folder(target, _BYTES_NEEDED, "mô hình câu cho OpenVINO") as folder:
            _convert(source, folder)
    return target


def _convert(source: Path, folder: Path) -> None:
    _without_telemetry()
    import openvino
    import torch

    model, tokenizer = e5_as_module(source), e5_tokenizer(source)
    tokenizer.save(str(folder / TOKENIZER))
    example = tuple(torch.from_numpy(one) for one in token_arrays(tokenizer, ["query: ai", "passage: ở đâu"]))
    any_size = openvino.PartialShape([-1, -1])
    with warnings.catch_warnings(), quiet_transformers(), torch.inference_mode():
        warnings.simplefilter("ignore")  # the tracer's, about branches that padding does not take
        graph = openvino.convert_model(model, example_input=example, input=[any_size, any_size])
    openvino.save_model(graph, folder / MODEL)  # weights in half precision, which is how they came


def _tokenizer(folder: Path) -> "Tokenizer":
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(folder / TOKENIZER))
