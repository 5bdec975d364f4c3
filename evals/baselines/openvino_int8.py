"""The bundled sentence model on OpenVINO with weights and activations of its matrix products in 8 bits.

NNCF's post-training quantisation for transformers, over the product's own OpenVINO form. Measured and not offered: 40 %
faster than bfloat16, but dense recall@1 on tune rows fell from 63.9 to 61.4 (viquad2_dev) and from 80.7 to 78.8
(xquad_vi), nearly all of it by the question vectors. That was with one sentence of each passage for questions; with all
of them the cosine of questions rises from 0.994 to 0.997, and recall has not been measured again.
"""

import contextlib
import hashlib
import io
import logging
from itertools import pairwise
from pathlib import Path

from index.models.cache import atomic_folder
from index.models.e5 import PASSAGE_PROMPT, QUERY_PROMPT, bundled_e5, bundled_name
from index.models.e5_engine import e5_tokenizer, token_arrays
from index.models.openvino_e5 import MODEL, openvino_core, openvino_e5

_BYTES_NEEDED = 130_000_000
_CALIBRATION = Path(__file__).with_name("calibration.txt")
"""One passage a line, of many kinds. The ranges need texts like those to come: with a dozen short sentences the mean
cosine of passages to PyTorch's vectors falls from 0.998 to 0.986."""


def openvino_int8_e5(cache: Path) -> Path:
    """The folder of the 8-bit model for ``OpenVinoE5``, made on first use (half a minute, 120 MB)."""
    texts = hashlib.sha256(_CALIBRATION.read_bytes()).hexdigest()
    target = cache / f"{bundled_name()}-openvino-int8-{texts[:8]}"
    if not target.is_dir():
        with atomic_folder(target, _BYTES_NEEDED, "mô hình câu 8 bit") as folder:
            _quantise(openvino_e5(cache), e5_texts(), bundled_e5(cache), folder)
    return target


def e5_texts() -> list[str]:
    """Passages of one and of two paragraphs, and single sentences where questions would be."""
    passages = _CALIBRATION.read_text(encoding="utf-8").splitlines()
    pairs = [f"{first} {second}" for first, second in pairwise(passages)]
    sentences = [sentence for passage in passages for sentence in passage.split(". ")]
    return [PASSAGE_PROMPT + text for text in passages + pairs] + [QUERY_PROMPT + text for text in sentences]


def _quantise(source: Path, texts: list[str], weights: Path, folder: Path) -> None:
    core = openvino_core()
    import nncf
    import openvino

    tokenizer = e5_tokenizer(weights)
    tokenizer.save(str(folder / "tokenizer.json"))
    calibration = nncf.Dataset([token_arrays(tokenizer, [text]) for text in texts])
    nncf.set_log_level(logging.ERROR)
    with contextlib.redirect_stdout(io.StringIO()):  # its progress bars
        small = nncf.quantize(
            core.read_model(source / MODEL), calibration, subset_size=len(texts), model_type=nncf.ModelType.TRANSFORMER
        )
    openvino.save_model(small, folder / MODEL)
