"""The page, the doors for programs and what watches over them, served by one process until it is told to end."""

import logging
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address

import gradio as gr
from gradio.utils import get_upload_folder
from starlette.middleware import Middleware
from starlette.routing import Mount

from index import HoidapError
from rag import Assistant
from ui.page.conversations import Conversations
from ui.page.layout import build_page, look
from ui.server.accounts import Accounts
from ui.server.api import add_endpoints
from ui.server.headers import ReplyHeaders
from ui.server.health import HealthCheck, health_route
from ui.server.login import Login, signed_in
from ui.server.logs import LOGGER, adopt
from ui.server.metrics import Metrics
from ui.server.openai import openai_api
from ui.server.paths import OPENAI, RootPath
from ui.service import Service
from ui.settings import PageSettings

# What else the page does (opening, searching its history, the library) takes milliseconds: many may be queued, few at a
# time need run. Gradio has one queue for each event and one bound for all of them.
_EVENTS_AT_ONCE = 4
_MOST_EVENTS = 500
_THREADS = 40  # Gradio's number, on top of one for each question that is answered or waits
_DELIVERY_SECONDS = 5.0  # whoever has not fetched his answer by then has gone
_DELIVERY_LOOK_SECONDS = 0.1
_log = logging.getLogger(LOGGER)


@dataclass(frozen=True, slots=True)
class Server:
    """A page that is being served.

    Attributes:
        address: Where.
        page: Its blocks.
        service: What its questions go through.
        conversations: Its database.
        grace_seconds: How long answers that have begun may take at the end.
    """

    address: str
    page: gr.Blocks
    service: Service
    conversations: Conversations
    grace_seconds: float

    def run(self) -> None:
        """Wait for SIGTERM or Ctrl-C, then close; a second one ends the process at once."""
        with _end_signal() as told_to_end:
            told_to_end.wait()
        self.close()

    def _deliver(self) -> None:
        """Wait until Gradio has run its handlers to their ends and handed out what they said.

        Closing the page cuts both off: the last screen of an answer, with the buttons under it, would be lost.
        """
        queue = self.page._queue
        deadline = time.monotonic() + _DELIVERY_SECONDS
        while time.monotonic() < deadline and (
            queue.get_active_worker_count()
            or any(not waiting.empty() for waiting in list(queue.pending_messages_per_session.values()))
        ):
            time.sleep(_DELIVERY_LOOK_SECONDS)
        time.sleep(_DELIVERY_LOOK_SECONDS)  # what was taken out last is on its way

    def close(self) -> bool:
        """Take nothing new, let answers that have begun finish and be stored, then stop; whether all finished."""
        _log.info("closing")
        finished = self.service.close(self.grace_seconds)
        self._deliver()
        self.page.close(verbose=False)
        self.conversations.close()
        _log.info("closed", extra={"all_finished": finished})
        return finished


def start(
    assistant: Assistant, host: str = "127.0.0.1", port: int = 7860, settings: PageSettings | None = None
) -> Server:
    """Serve the page from a thread, until closed; nothing outside ``host`` is ever contacted.

    Args:
        assistant: What answers.
        host: Address to listen on; only this machine by default.
        port: Port to listen on.
        settings: Limits and places; those of the environment by default.

    Raises:
        HoidapError: The port is taken, or the page's folder cannot be used.
    """
    settings = settings or PageSettings()
    accounts = Accounts(settings.page_folder / "accounts.json")
    conversations = Conversations(settings.page_folder / "conversations.sqlite3")
    metrics = Metrics()
    service = Service(settings, metrics)
    check = HealthCheck(assistant, lambda: service.closing)
    metrics.watch_health(check)
    own_machine = _is_loopback(host)
    page = build_page(
        assistant, service, settings, conversations, own_machine, bool(accounts),
        lambda: add_endpoints(assistant, service),
    )  # fmt: skip
    page.queue(max_size=_MOST_EVENTS, default_concurrency_limit=_EVENTS_AT_ONCE, api_open=False)
    login = Middleware(
        Login, accounts=accounts, api_key=settings.api_key.get_secret_value(), own_machine=own_machine,
        is_closing=lambda: service.closing,
    )  # fmt: skip
    middleware = [Middleware(RootPath), Middleware(ReplyHeaders), login]
    routes = [Mount(OPENAI, openai_api(assistant, service)), health_route(check), metrics.route()]
    try:
        page.launch(
            **look(), server_name=host, server_port=port, root_path=settings.root_path or None, share=False,
            prevent_thread_lock=True, quiet=True, run_history=False, pwa=False, enable_monitoring=False, ssr_mode=False,
            mcp_server=True, inbrowser=False, max_file_size=settings.upload_bytes,
            blocked_paths=[get_upload_folder(), str(settings.page_folder)],
            max_threads=_THREADS + service.capacity, app_kwargs={"middleware": middleware, "routes": routes},
            auth_dependency=signed_in if accounts else None,
        )  # fmt: skip
    except OSError as error:
        raise HoidapError(
            f"Không mở được {host}:{port}: địa chỉ sai hoặc cổng đang bận. Hãy chọn cổng khác bằng --port."
        ) from error
    adopt("uvicorn")
    _log.info("serving", extra={"address": f"{host}:{port}", **check().to_dict()})
    return Server(f"http://{host}:{port}", page, service, conversations, settings.grace_seconds)


@contextmanager
def _end_signal() -> Iterator[threading.Event]:
    """An event that SIGTERM or SIGINT sets. Behind the block the signals do what they did before."""
    told = threading.Event()
    earlier = {number: signal.signal(number, lambda *_: told.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield told
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
