"""ChunkMaker embedded by many processes or machines at once, through Ray.

Each worker opens the sentence model that the settings name; the machines of a cluster need hoidap of the same version
and the model. Questions and token counts stay with the embedder at hand.
"""

import logging
import os
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import numpy as np

from index.errors import HoidapError, ModelMissing
from index.models.embedders import embedder_fingerprint, open_embedder
from index.models.embedding import Embedder, Progress, Vectors, like_length
from index.settings import IndexSettings

_CORES_OF_A_WORKER = 2
# A worker that dies is started again and its batch goes on; one that keeps dying has a cause that a retry won't mend.
_RESTARTS = 3


class RayEmbedder:
    """An ``Embedder`` whose passages are embedded by Ray workers; vectors come back in the order of the texts.

    Nothing is kept of a call that fails: the caller commits what it has got, and embeds the rest the next time.

    Args:
        settings: Name the sentence model, and the cluster if it is not this machine.
        embedder: The same model at hand, for questions and for token counts.
        workers: How many; by default one for every two cores of the cluster.

    Raises:
        ModelMissing: Ray is not installed, or its cluster cannot be reached.
    """

    def __init__(self, settings: IndexSettings, embedder: Embedder, workers: int | None = None) -> None:
        # Ray counts its users by default; nothing leaves this machine but what the cluster needs.
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        try:
            import ray
            from ray.util import ActorPool
        except ModuleNotFoundError as error:
            raise ModelMissing("Chưa cài Ray. Hãy chạy: pip install 'hoidap[ray]', hoặc bỏ --workers ray.") from error
        self.fingerprint = embedder.fingerprint
        self.dimensions = embedder.dimensions
        self._embedder = embedder
        self._connected_here = not ray.is_initialized()
        if self._connected_here:
            _connect(settings.ray_address, workers)
        cores = _CORES_OF_A_WORKER if workers is None else 1
        cluster: Mapping[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
        count = workers or max(1, int(cluster.get("CPU", 1)) // cores)
        worker: Any = ray.remote(num_cpus=cores, max_restarts=_RESTARTS, max_task_retries=_RESTARTS)(_Worker)
        self._workers = [worker.remote(settings, self.fingerprint) for _ in range(count)]
        self._pool = ActorPool(self._workers)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the workers, and Ray where this embedder started it."""
        import ray

        for worker in self._workers:
            ray.kill(worker)
        if self._connected_here:
            ray.shutdown()

    def fits(self, text: str) -> bool:
        """As the embedder at hand."""
        return self._embedder.fits(text)

    def embed_query(self, text: str) -> Vectors:
        """As the embedder at hand, shape ``(dimensions,)``."""
        return self._embedder.embed_query(text)

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Unit vectors of passages, shape ``(len(texts), dimensions)``; longest first, batches of like length.

        Raises:
            HoidapError: The workers have no such model, or they keep dying.
        """
        from ray.exceptions import RayActorError, RayTaskError

        vectors = np.empty((len(texts), self.dimensions), np.float32)
        batches = like_length(texts)
        try:
            made = self._pool.map(lambda worker, batch: worker.embed.remote([texts[at] for at in batch]), batches)
            for batch, rows in zip(batches, made, strict=True):
                vectors[batch] = rows
                if progress is not None:
                    progress(len(batch))
        except RayTaskError as error:
            if isinstance(error.cause, HoidapError):
                raise error.cause from error
            raise
        except RayActorError as error:
            raise ModelMissing(
                f"Tiến trình Ray dừng {_RESTARTS + 1} lần liền, thường vì thiếu bộ nhớ. "
                "Hãy bớt tiến trình hoặc thêm bộ nhớ rồi chạy lại; phần đã ghi vẫn còn."
            ) from error
        return vectors


class _Worker:
    """Lives in a process of its own, perhaps on another machine; loads the model with its first batch."""

    def __init__(self, settings: IndexSettings, fingerprint: str) -> None:
        self._settings = settings
        self._fingerprint = fingerprint
        self._embedder: Embedder | None = None

    def embed(self, texts: Sequence[str]) -> Vectors:
        if self._embedder is None:
            found = embedder_fingerprint(self._settings)
            if found != self._fingerprint:
                raise ModelMissing(
                    f"Mô hình câu trên máy Ray là {found}, không phải {self._fingerprint}. "
                    "Hãy cài cùng phiên bản hoidap và cùng mô hình trên mọi máy."
                )
            self._embedder = open_embedder(self._settings)
        return self._embedder.embed_passages(texts)


def _connect(address: str, workers: int | None) -> None:
    """Join the cluster, or start a Ray of this machine alone that listens on loopback only."""
    import ray

    options: dict[str, Any] = {"address": address}
    if not address:
        options = {"address": "local", "num_cpus": workers, "include_dashboard": False, "_node_ip_address": "127.0.0.1"}
    try:
        ray.init(**options, log_to_driver=False, logging_level=logging.ERROR)
    except (ConnectionError, RuntimeError, ValueError) as error:
        where = f"cụm Ray ở {address}" if address else "Ray trên máy này"
        raise ModelMissing(
            f"Không nối được với {where}. Hãy kiểm tra HOIDAP_RAY_ADDRESS, hoặc bỏ --workers ray."
        ) from error
