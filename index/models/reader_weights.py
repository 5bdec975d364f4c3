"""The reader's weights in a file: safetensors in bfloat16, with what calibrates their scores in its header."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import ModelMissing
from index.models.e5 import bundled_name

if TYPE_CHECKING:
    import torch

BUNDLED_READER = Path(__file__).with_name("reader.safetensors")
_FORMAT = "hoidap-reader-1"
_NEEDED = {"bias", "quote_too"}
WHAT_TO_DO = "Hãy kiểm tra HOIDAP_READER, hoặc bỏ nó đi để dùng bộ đọc đi kèm."


@dataclass(frozen=True, slots=True)
class ReaderWeights:
    """A file of weights whose header has been read.

    Attributes:
        path: The file.
        calibration: By which scores become an order and a probability; ``rag.trained_reader`` reads it.
        fingerprint: Of the file.
        scale: The network's parameter of this name: what a span's logits count for in that of its sentence.
        none: Logit of no sentence answering.
    """

    path: Path
    calibration: Mapping[str, float]
    fingerprint: str
    scale: float
    none: float

    def tensors(self) -> dict[str, "torch.Tensor"]:
        """By name, as ``ReaderNetwork.own_weights`` gives them."""
        from safetensors.torch import load_file

        return load_file(self.path)


def write_reader(path: Path, tensors: Mapping[str, "torch.Tensor"], calibration: Mapping[str, float]) -> None:
    """Write weights under a temporary name, then under theirs."""
    import torch
    from safetensors.torch import save_file

    header = {
        "format": _FORMAT,
        "base": bundled_name(),
        "calibration": json.dumps(calibration),
        "scale": str(float(tensors["scale"])),
        "none": str(float(tensors["none"])),
    }
    part = path.with_suffix(".part")
    save_file({name: one.to(torch.bfloat16).contiguous() for name, one in tensors.items()}, part, header)
    part.replace(path)


def read_reader(path: Path) -> ReaderWeights:
    """The weights of a file; the tensors themselves are read when they are asked for.

    Raises:
        ModelMissing: There is no such file, or it holds no weights of a reader on the bundled sentence model.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "np") as file:
            header = file.metadata() or {}
        if (header.get("format"), header.get("base")) != (_FORMAT, bundled_name()):
            raise ModelMissing(f"Tệp «{path}» không phải trọng số bộ đọc của phiên bản này. {WHAT_TO_DO}")
        fingerprint = f"reader-{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"
        calibration = {name: float(weight) for name, weight in json.loads(header["calibration"]).items()}
        if not calibration.keys() >= _NEEDED:
            raise KeyError(*_NEEDED - calibration.keys())
        return ReaderWeights(path, calibration, fingerprint, float(header["scale"]), float(header["none"]))
    except (OSError, SafetensorError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise ModelMissing(f"Không đọc được trọng số bộ đọc «{path}». {WHAT_TO_DO}") from error
