"""Which sentence model the settings name."""

import hashlib
from pathlib import Path

from index.errors import ModelMissing
from index.models.e5 import bundled_e5, bundled_name
from index.models.embedding import Embedder, Hashing, SentenceModel
from index.models.openvino_e5 import OpenVinoE5, openvino_e5, openvino_installed
from index.settings import BUNDLED, IndexSettings


def open_embedder(settings: IndexSettings) -> Embedder:
    """The embedder that the settings name.

    Raises:
        ModelMissing: Its weights, or the package that computes them, are not available.
    """
    name = settings.embedding_model
    if name == "hashing":
        return Hashing()
    if name == BUNDLED and _openvino_serves(settings):
        return OpenVinoE5(openvino_e5(settings.cache))
    model = str(bundled_e5(settings.cache)) if name == BUNDLED else name
    return SentenceModel(model, embedder_fingerprint(settings))


def embedder_fingerprint(settings: IndexSettings) -> str:
    """Fingerprint of the embedder that the settings name, without loading it.

    A folder is told apart by the names and sizes of its files, a hub model by its name.
    """
    name = settings.embedding_model
    if name == "hashing":
        return Hashing.fingerprint
    if name == BUNDLED:
        return bundled_name()
    folder = Path(name).expanduser()
    if not folder.is_dir():
        return name
    files = sorted((str(f.relative_to(folder)), f.stat().st_size) for f in folder.rglob("*") if f.is_file())
    return f"{folder.resolve().name}-{hashlib.sha256(repr(files).encode()).hexdigest()[:12]}"


def _openvino_serves(settings: IndexSettings) -> bool:
    """Whether the bundled model is computed by OpenVINO.

    Raises:
        ModelMissing: The settings ask for it and it is not installed.
    """
    if settings.embedding_backend == "auto":
        return openvino_installed()
    if settings.embedding_backend == "openvino" and not openvino_installed():
        raise ModelMissing(
            "Chưa cài OpenVINO. Hãy chạy: pip install 'hoidap[openvino]', hoặc bỏ HOIDAP_EMBEDDING_BACKEND."
        )
    return settings.embedding_backend == "openvino"
