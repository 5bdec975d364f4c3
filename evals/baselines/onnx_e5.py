"""The bundled sentence model on ONNX Runtime, its matrix products in 8 bits: measured beside the product's engines.

Weights are quantised beforehand and activations as they come, which is what sentence-transformers'
``export_dynamic_quantized_onnx_model`` does through optimum, whose releases do not go with the product's transformers.
"""

import warnings
from pathlib import Path

import numpy as np

from index.models.cache import atomic_folder
from index.models.e5 import bundled_e5, bundled_name
from index.models.e5_engine import E5Engine, Tokens, e5_as_module, e5_tokenizer, token_arrays, whole_text_tokenizer
from index.models.embedding import Vectors

_BYTES_NEEDED = 900_000_000
_DIMENSIONS = 384
_INPUTS = ("input_ids", "attention_mask")


class OnnxE5(E5Engine):
    """multilingual-e5-small on ONNX Runtime.

    Args:
        cache: Where the converted model is, or will be.
    """

    def __init__(self, cache: Path) -> None:
        from onnxruntime import InferenceSession

        source, target = bundled_e5(cache), cache / f"{bundled_name()}-onnx-int8"
        if not target.is_dir():
            with atomic_folder(target, _BYTES_NEEDED, "ONNX") as folder:
                _convert(source, folder)
        super().__init__(
            target.name, _DIMENSIONS, e5_tokenizer(source), whole_text_tokenizer(source / "tokenizer.json")
        )
        self._session = InferenceSession(target / "model.onnx", providers=["CPUExecutionProvider"])

    def _run(self, ids: Tokens, mask: Tokens) -> Vectors:
        return np.asarray(self._session.run(None, dict(zip(_INPUTS, (ids, mask), strict=True)))[0], np.float32)


def _convert(source: Path, folder: Path) -> None:
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    example = tuple(map(torch.from_numpy, token_arrays(e5_tokenizer(source), ["query: ai", "passage: ở đâu"])))
    plain = folder / "float32.onnx"
    sizes = {name: {0: "texts", 1: "tokens"} for name in _INPUTS}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer's, about branches that padding does not take
        torch.onnx.export(
            e5_as_module(source),
            example,
            plain,
            input_names=list(_INPUTS),
            dynamic_axes=sizes,
            opset_version=18,
            dynamo=False,
        )
    target = folder / "model.onnx"
    quantize_dynamic(plain, target, per_channel=True, weight_type=QuantType.QInt8, op_types_to_quantize=["MatMul"])
    plain.unlink()
