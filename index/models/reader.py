"""The reader's network at work: pairs of texts in, logits out, computed by OpenVINO or by PyTorch."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from index.models.cache import atomic_folder
from index.models.e5 import bundled_e5
from index.models.reader_input import ReaderInput
from index.models.reader_weights import ReaderWeights, read_reader
from index.models.word_vectors import WordVectors

if TYPE_CHECKING:
    from index.models.reader_network import ReaderNetwork

_MODEL = "reader.xml"
_BYTES_NEEDED = 60_000_000

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
    """

    def __init__(self, folder: Path, weights: ReaderWeights) -> None:
        from tokenizers import Tokenizer

        self.fingerprint = weights.fingerprint
        self.calibration: Mapping[str, float] = weights.calibration
        self.scale, self.none = weights.scale, weights.none
        self.tokenizer: Tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()
        self._pad = self.tokenizer.token_to_id("<pad>") or 0
        self._words = WordVectors(folder)

    def read(self, pairs: Sequence[ReaderInput]) -> list[PairReading]:
        """What the network says of each pair; they are computed as one batch."""
        if not pairs:
            return []
        longest = max(len(pair.ids) for pair in pairs)
        ids = np.full((len(pairs), longest), self._pad, np.int64)
        mask = np.zeros((len(pairs), longest), np.int64)
        for row, pair in enumerate(pairs):
            ids[row, : len(pair.ids)] = pair.ids
            mask[row, : len(pair.ids)] = 1
        spans, answerable, support = self._run(self._words(ids), mask)
        return [
            PairReading(spans[row, : len(pair.ids)], float(answerable[row]), support[row])
            for row, pair in enumerate(pairs)
        ]

    @abstractmethod
    def _run(self, words: Floats, mask: npt.NDArray[np.int64]) -> tuple[Floats, Floats, Floats]:
        """Logits of a batch: spans, answerable and support."""


class TorchReader(ReaderModel):
    """On PyTorch, in bfloat16 where the processor computes it natively."""

    def __init__(self, folder: Path, weights: ReaderWeights) -> None:
        import torch

        super().__init__(folder, weights)
        self._network = _network(folder, weights)
        capabilities = torch.cpu.get_capabilities()
        self._bfloat16 = bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))

    def _run(self, words: Floats, mask: npt.NDArray[np.int64]) -> tuple[Floats, Floats, Floats]:
        import torch

        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=self._bfloat16):
            spans, answerable, support = self._network(torch.from_numpy(words), torch.from_numpy(mask))
        return spans.float().numpy(), answerable.float().numpy(), support.float().numpy()


class OpenVinoReader(ReaderModel):
    """On OpenVINO; converted once into the cache.

    Args:
        folder: Of the converted sentence model.
        weights: Of the reader.
        cache: Where the converted network is kept.
    """

    def __init__(self, folder: Path, weights: ReaderWeights, cache: Path) -> None:
        from index.models.openvino_e5 import openvino_core

        super().__init__(folder, weights)
        target = cache / f"{weights.fingerprint}-openvino"
        if not target.is_dir():
            with atomic_folder(target, _BYTES_NEEDED, "bộ đọc cho OpenVINO") as made:
                _convert(_network(folder, weights), made)
        self._model = openvino_core().compile_model(target / _MODEL, "CPU", {"PERFORMANCE_HINT": "LATENCY"})
        self._lock = threading.Lock()

    def _run(self, words: Floats, mask: npt.NDArray[np.int64]) -> tuple[Floats, Floats, Floats]:
        with self._lock:  # one request at a time: a second call would overwrite the first one's inputs
            found = self._model((words, mask))
            return np.array(found[0], np.float32), np.array(found[1], np.float32), np.array(found[2], np.float32)


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


def _network(folder: Path, weights: ReaderWeights) -> "ReaderNetwork":
    from index.models.reader_network import ReaderNetwork

    network = ReaderNetwork(folder)
    network.load_own_weights(weights.tensors())
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
