"""What loading any sentence-transformers model takes: its folder, the number format, and quiet."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_HUB_TIMEOUT_SECONDS = 5


def model_folder(model: str) -> str:
    """The folder of a model given as a folder or as a hub name; only what is not there yet is downloaded.

    Raises:
        OSError, ValueError: It is no folder, and no hub has it or can be reached.
    """
    from huggingface_hub import snapshot_download

    folder = Path(model).expanduser()
    return str(folder) if folder.is_dir() else snapshot_download(model, etag_timeout=_HUB_TIMEOUT_SECONDS)


def loading_arguments(float32: bool = False) -> dict[str, Any]:
    """Arguments for a model on the CPU that never waits for a hub: bfloat16 where the CPU computes it natively.

    Args:
        float32: Keep to float32 even there.
    """
    import torch

    cpu = torch.cpu.get_capabilities()
    native = cpu.get("avx512_bf16") or cpu.get("amx_bf16")
    dtype = torch.bfloat16 if native and not float32 else torch.float32
    return {"device": "cpu", "local_files_only": True, "model_kwargs": {"dtype": dtype}}


@contextmanager
def quiet_transformers() -> Iterator[None]:
    """Loading prints bars and reports meant for developers of models, not for people who ask questions."""
    from transformers.utils import logging as transformers_logging

    logger = logging.getLogger("transformers")
    level = logger.level
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
