"""The reader's network at work: pairs of texts in, logits out, computed by OpenVINO or by PyTorch."""

import os
import shutil
import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from index.errors import ModelMissing
from index.models.cache import atomic_folder
from index.models.e5 import bundled_e5
from index.models.e5_engine import whole_text_tokenizer
from index.models.reader_input import ReaderInput
from index.models.reader_weights import WHAT_TO_DO, ReaderWeights, read_reader
from index.models.word_vectors import WordVectors

if TYPE_CHECKING:
    from index.models.reader_network import ReaderNetwork

_MODEL = "reader.xml"
_BYTES_NEEDED = 60_000_000
_MOST_AT_A_TIME = 4  # pairs: as many as an answer draws on passages

Floats = npt.NDArray[np.float32]


class PairReading(NamedTuple):
    """What the network says of one pair.

    Attributes:
        spans: Logits of each token as first and as last one of the answer, shape ``(tokens, 2)``.
        answerable: Logit of the text answering the question.
        support: Logits of the source supporting, contradicting and not stating the claim, shape ``(3,)``.
    """

    spans: Floats
    answerable: float
    support: Floats


class ReaderModel(ABC):
    """The network with its tokenizer. Safe to share between threads.

    Args:
        folder: Of the converted sentence model.
        weights: Of the reader.
        tokenizer_file: A copy of the sentence model's that is open already, if there is one.
    """

    def __init__(self, folder: Path, weights: ReaderWeights, tokenizer_file: Path | None = None) -> None:
        self.fingerprint = weights.fingerprint
        self.calibration: Mapping[str, float] = weights.calibration
        self.scale, self.none = weights.scale, weights.none
        self.tokenizer = whole_text_tokenizer(tokenizer_file or folder / "tokenizer.json")
        self._words = WordVectors(folder)

    def read(self, pairs: Sequence[ReaderInput]) -> list[PairReading]:
        """What the network says of each pair; each is computed by itself, so that none is filled up."""
        return self._run([self._words(np.array([pair.ids], np.int64)) for pair in pairs])

    @abstractmethod
    def _run(self, words: Sequence[Floats]) -> list[PairReading]:
        """What the network says of pairs, from the vectors of their tokens, each of shape ``(1, tokens, width)``."""


class TorchReader(ReaderModel):
    """On PyTorch, in bfloat16 where the processor computes it natively."""

    def __init__(self, folder: Path, weights: ReaderWeights) -> None:
        import torch

        super().__init__(folder, weights)
        self._network = _network(folder, weights)
        capabilities = torch.cpu.get_capabilities()
        self._bfloat16 = bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))

    def _run(self, words: Sequence[Floats]) -> list[PairReading]:
        import torch

        found: list[PairReading] = []
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=self._bfloat16):
            for one in words:
                mask = torch.ones(one.shape[:2], dtype=torch.long)
                spans, answerable, support = self._network(torch.from_numpy(one), mask)
                found.append(PairReading(spans[0].float().numpy(), float(answerable[0]), support[0].float().numpy()))
        return found


class OpenVinoReader(ReaderModel):
    """On OpenVINO, as many pairs at a time as there are cores; converted once into the cache.

    A pair to a core takes half the time of a filled-up batch over all cores (0.14 s against 0.25 for four passages on
    two cores).

    Args:
        folder: Of the converted sentence model.
        weights: Of the reader.
        cache: Where the converted network is kept.
    """

    def __init__(self, folder: Path, weights: ReaderWeights, cache: Path) -> None:
        from index.models.openvino_e5 import TOKENIZER, openvino_core, openvino_folder, openvino_threads

        shared = openvino_folder(cache) / TOKENIZER
        super().__init__(folder, weights, shared if shared.is_file() else None)
        core = openvino_core()
        from openvino import AsyncInferQueue

        threads = min(_MOST_AT_A_TIME, openvino_threads() or _cores())
        options = {"PERFORMANCE_HINT": "THROUGHPUT", "NUM_STREAMS": threads, "INFERENCE_NUM_THREADS": threads}
        target = cache / f"{weights.fingerprint}-openvino"
        try:
            compiled = core.compile_model(self._converted(target, folder, weights), "CPU", options)
        except RuntimeError:  # a damaged file, or one of another version: it is made anew
            shutil.rmtree(target, ignore_errors=True)
            compiled = core.compile_model(self._converted(target, folder, weights), "CPU", options)
        self._requests = AsyncInferQueue(compiled, threads)
        self._lock = threading.Lock()

    @staticmethod
    def _converted(target: Path, folder: Path, weights: ReaderWeights) -> Path:
        if not target.is_dir():
            with atomic_folder(target, _BYTES_NEEDED, "bộ đọc cho OpenVINO") as made:
                _convert(_network(folder, weights), made)
        return target / _MODEL

    def _run(self, words: Sequence[Floats]) -> list[PairReading]:
        found: dict[int, PairReading] = {}

        def keep(request: Any, number: int) -> None:
            spans, answerable, support = (np.array(request.get_output_tensor(at).data, np.float32) for at in range(3))
            found[number] = PairReading(spans[0], float(answerable[0]), support[0])

        with self._lock:  # one question at a time: another one's pairs would be kept with these
            self._requests.set_callback(keep)
            try:
                for number, one in enumerate(words):
                    self._requests.start_async((one, np.ones(one.shape[:2], np.int64)), number)
            finally:
                self._requests.wait_all()
        return [found[number] for number in range(len(words))]


def open_reader(path: Path, cache: Path, openvino: bool) -> ReaderModel:
    """The reader whose weights are in a file.

    Args:
        path: Of the weights.
        cache: Folder for converted models.
        openvino: Whether OpenVINO computes it, else PyTorch.

    Raises:
        ModelMissing: The weights, or the sentence model that they build on, cannot be read.
    """
    weights, folder = read_reader(path), bundled_e5(cache)
    return OpenVinoReader(folder, weights, cache) if openvino else TorchReader(folder, weights)


def _cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _network(folder: Path, weights: ReaderWeights) -> "ReaderNetwork":
    from index.models.reader_network import ReaderNetwork

    network = ReaderNetwork(folder)
    try:
        network.load_own_weights(weights.tensors())
    except ValueError as error:
        raise ModelMissing(f"Tệp «{weights.path}» là trọng số của một mạng khác. {WHAT_TO_DO}") from error
    return network.eval()


def _convert(network: "ReaderNetwork", folder: Path) -> None:
    import warnings

    import openvino
    import torch

    from index.models.local_models import quiet_transformers

    width = network.span.in_features
    example = (torch.zeros(2, 8, width), torch.ones(2, 8, dtype=torch.long))
    sizes = [openvino.PartialShape([-1, -1, width]), openvino.PartialShape([-1, -1])]
    with warnings.catch_warnings(), quiet_transformers(), torch.inference_mode():
        warnings.simplefilter("ignore")  # the tracer's, about branches that padding does not take
        graph = openvino.convert_model(network, example_input=example, input=sizes)
    openvino.save_model(graph, folder / _MODEL)
