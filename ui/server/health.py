"""``/health``: whether the server can do its work. The index opens, the model answers, it is not shutting down."""

import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from index import HoidapError
from rag import Assistant
from ui.server.login import signed_in
from ui.server.paths import HEALTH
from ui.settings import PageSettings

_PROBE_SECONDS = 5.0  # a model is asked at most this often, however often health is
_REPLY_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Health:
    """State of a server, or of an index without one.

    Attributes:
        status: "ok", "degraded" where answers quote because the model cannot be reached, "unavailable", or "closing".
        generation: Number of changes made to the index; None where it cannot be read.
        articles: Articles in it.
        chunks: Chunks in it.
        llm: What words the answers.
        model_reachable: Whether the language model can be reached; None where there is none, or it has not started.
        problem: What is wrong, in one line, or "".
    """

    status: Literal["ok", "degraded", "unavailable", "closing"]
    generation: int | None
    articles: int | None
    chunks: int | None
    llm: str
    model_reachable: bool | None
    problem: str = ""

    @property
    def ready(self) -> bool:
        """Whether questions can be answered, by quotes at least."""
        return self.status in ("ok", "degraded")

    def to_dict(self) -> dict[str, Any]:
        """As ``/health`` and ``hoidap info`` show it."""
        return asdict(self)


class HealthCheck:
    """Looks after one assistant.

    Args:
        assistant: Whose index and model are looked at.
        is_closing: Whether the server has begun to shut down.
    """

    def __init__(self, assistant: Assistant, is_closing: Callable[[], bool] = lambda: False) -> None:
        self._assistant = assistant
        self._is_closing = is_closing
        self._probing = threading.Lock()
        self._probed_at = float("-inf")
        self._reachable: bool | None = None

    def __call__(self) -> Health:
        """The state now."""
        llm = self._assistant.settings.llm_name
        try:
            store = self._assistant.index.store
            generation, (articles, chunks) = store.generation(), store.counts()
        except HoidapError as error:
            return Health("unavailable", None, None, None, llm, None, str(error))
        reachable = self._model_reachable()
        status: Literal["ok", "degraded", "unavailable", "closing"] = "degraded" if reachable is False else "ok"
        problem = "" if status == "ok" else "Không gọi được mô hình ngôn ngữ; câu trả lời là trích dẫn nguyên văn."
        if not articles:
            status, problem = "unavailable", "Chỉ mục chưa có bài viết nào."
        if self._is_closing():
            status, problem = "closing", "Máy chủ đang tắt."
        return Health(status, generation, articles, chunks, llm, reachable, problem)

    def _model_reachable(self) -> bool | None:
        from rag.chat_models import is_reachable

        if not self._probing.acquire(blocking=False):
            return self._reachable  # of the last probe: nobody waits for one that another began
        try:
            if time.monotonic() - self._probed_at >= _PROBE_SECONDS:
                self._reachable = is_reachable(self._assistant.settings)
                self._probed_at = time.monotonic()
            return self._reachable
        finally:
            self._probing.release()


def health_route(check: Callable[[], Health]) -> Route:
    """``/health`` for whoever restarts servers."""

    def health(request: Request) -> Response:  # blocks, so Starlette runs it in a thread
        """200 while questions can be answered, else 503. That it answers at all says that the process lives."""
        found = check()
        facts = found.to_dict() if signed_in(request) is not None else {"status": found.status}
        return JSONResponse(facts, 200 if found.ready else 503, {"cache-control": "no-store"})

    return Route(HEALTH, health)


def health_at(url: str) -> dict[str, Any]:
    """What a running server says of itself. It is shown the key of the settings, where they have one.

    Raises:
        HoidapError: No server of ours answers there.
    """
    key = PageSettings().api_key.get_secret_value()
    try:
        reply = httpx.get(
            f"{url.rstrip('/')}/health", headers={"authorization": f"Bearer {key}"} if key else None,
            timeout=_REPLY_SECONDS, trust_env=False,
        )  # fmt: skip
        found: dict[str, Any] = reply.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise HoidapError(f"Không có máy chủ hoidap nào trả lời ở {url}. Hãy chạy: hoidap serve") from error
    return found
