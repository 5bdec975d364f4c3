"""The OpenAI-compatible door, ``/v1/chat/completions`` and ``/v1/models``, for Open WebUI and every OpenAI client."""

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from index import HoidapError, QuestionError
from rag import Answer, Assistant, Event, Finished, Sentence
from ui.server.login import client_of
from ui.server.openai_format import (
    MODEL,
    MOST_BODY_BYTES,
    BadRequest,
    Reply,
    content_of,
    error_body,
    model_body,
    models_body,
    read_request,
)
from ui.server.queue import ShuttingDown, TooBusy
from ui.service import Asked, Service, Waiting

_ALIVE_SECONDS = 10.0  # a comment at least this often, so that no proxy takes a thinking server for a dead one
_RETRY_SECONDS = 5
_CLIENT_GONE = 499  # nginx's number for it; nobody is there to read it
_UNEXPECTED = "Có lỗi ngoài dự kiến; chi tiết nằm trong nhật ký của máy chủ."

Coming = asyncio.Queue[Waiting | Event | Exception | None]


def openai_api(assistant: Assistant, service: Service) -> Starlette:
    """The door as an application to mount at ``/v1``."""
    door = _Door(assistant, service)
    routes = [
        Route("/chat/completions", door.complete, methods=["POST"]),
        Route("/models", door.models),
        Route("/models/{name}", door.model),
    ]
    handlers: dict[Any, Any] = {HoidapError: _failed, HTTPException: _http_error, Exception: _failed}
    return Starlette(routes=routes, exception_handlers=handlers)


class _Door:
    """The handlers."""

    def __init__(self, assistant: Assistant, service: Service) -> None:
        self._assistant = assistant
        self._service = service
        self._created = int(time.time())

    async def models(self, request: Request) -> Response:
        return JSONResponse(models_body(self._created))

    async def model(self, request: Request) -> Response:
        if request.path_params["name"] != MODEL:
            raise BadRequest(f"Chỉ có mô hình {MODEL}.", 404, code="model_not_found", param="model")
        return JSONResponse(model_body(self._created))

    async def complete(self, request: Request) -> Response:
        """Answer the last message."""
        wanted = read_request(await _body(request))
        question, history = wanted.question()
        owner = f"{client_of(request)}/{wanted.user or ''}"
        asked = self._service.ask(self._assistant, question, history, door="openai", owner=owner)
        messages = [*history, {"role": "user", "content": question}]
        reply, headers = Reply(asked.id), {"x-request-id": asked.id}
        coming = _begin(asked)
        if not wanted.stream:
            answer = await _answer_unless_gone(request, asked, coming)
            if answer is None:
                return Response(status_code=_CLIENT_GONE, headers=headers)
            return JSONResponse(reply.whole(answer, messages), headers=headers)
        first = await coming.get()
        if isinstance(first, Exception):  # while it can still be told by the status
            raise first
        usage_for = messages if wanted.stream_options and wanted.stream_options.include_usage else None
        return EventSourceResponse(
            _events(asked, reply, first, coming, usage_for), headers=headers, sep="\n",
            ping=_ALIVE_SECONDS, ping_message_factory=lambda: _comment("đang trả lời"),
        )  # fmt: skip


def _begin(asked: Asked) -> Coming:
    """Answer in a thread of its own, for answering blocks; what comes of it, ended by None or an exception."""
    loop = asyncio.get_running_loop()
    coming: Coming = asyncio.Queue()

    def tell(what: Waiting | Event | Exception | None) -> None:
        try:
            loop.call_soon_threadsafe(coming.put_nowait, what)
        except RuntimeError:  # the server has ended: nobody listens any more
            asked.stop()

    def answer() -> None:
        last: Exception | None = None
        try:
            for event in asked.events():
                tell(event)
        except Exception as error:
            last = error  # raised where ``coming`` is read
        tell(last)

    threading.Thread(target=answer, name=f"hoidap-{asked.id}", daemon=True).start()
    return coming


async def _answer_unless_gone(request: Request, asked: Asked, coming: Coming) -> Answer | None:
    """The whole answer; None when the client did not wait for it."""

    async def stop_when_gone() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        asked.stop()

    watching = asyncio.create_task(stop_when_gone())
    try:
        answer = None
        while (event := await coming.get()) is not None:
            if isinstance(event, Exception):
                raise event
            if isinstance(event, Finished):
                answer = event.answer
        return answer
    finally:
        watching.cancel()


async def _events(
    asked: Asked, reply: Reply, first: Waiting | Event | None, coming: Coming,
    usage_for: Sequence[Mapping[str, str]] | None,
) -> AsyncIterator[ServerSentEvent]:  # fmt: skip
    """The answer as server-sent events, stopped when nobody reads them any more; waiting is told in comments."""
    said = ""
    event: Waiting | Event | Exception | None = first
    try:
        yield _data(reply.chunk({"role": "assistant", "content": ""}))
        while event is not None:
            if isinstance(event, Exception):
                yield _data(_failure(event)[1])
                return
            if isinstance(event, Waiting):
                yield _comment(f"đứng thứ {event.place} trong hàng chờ")
            elif isinstance(event, Sentence):
                piece = f" {event.marked_text}" if said else event.marked_text
                said += piece
                yield _data(reply.chunk({"content": piece}))
            elif isinstance(event, Finished):
                rest = content_of(event.answer).removeprefix(said)  # a refusal, or a note
                if rest:
                    yield _data(reply.chunk({"content": rest}))
                yield _data(reply.last(event.answer))
                if usage_for is not None:
                    yield _data(reply.used(event.answer, usage_for))
                yield ServerSentEvent("[DONE]", sep="\n")
            event = await coming.get()
    finally:
        asked.stop()


def _data(body: Mapping[str, Any]) -> ServerSentEvent:
    return ServerSentEvent(json.dumps(body, ensure_ascii=False), sep="\n")


def _comment(words: str) -> ServerSentEvent:
    """What clients skip."""
    return ServerSentEvent(comment=words, sep="\n")


async def _body(request: Request) -> bytes:
    """The body, if it is JSON and not too long.

    Only JSON: a form, which any web page may send to any address, must not make a server without accounts work.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise BadRequest("Yêu cầu phải có Content-Type: application/json.", 415)
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BODY_BYTES:
            raise BadRequest(f"Yêu cầu dài hơn {MOST_BODY_BYTES // 1024} KB.", 413)
    return bytes(body)


def _failure(error: Exception) -> tuple[int, dict[str, Any]]:
    """Status and body that tell of a failure."""
    if isinstance(error, BadRequest):
        return error.status, error_body(str(error), error.kind, error.code, error.param)
    if isinstance(error, QuestionError):
        return 400, error_body(str(error), "invalid_request_error", param="messages")
    if isinstance(error, TooBusy):
        return 429, error_body(str(error), "rate_limit_error", "rate_limit_exceeded")
    if isinstance(error, ShuttingDown):
        return 503, error_body(str(error), "server_error", "shutting_down")
    if isinstance(error, HoidapError):
        return 503, error_body(str(error), "server_error")
    return 500, error_body(_UNEXPECTED, "server_error")


async def _failed(request: Request, error: Exception) -> Response:
    status, body = _failure(error)
    headers = {"retry-after": str(_RETRY_SECONDS)} if status in (429, 503) else None
    return JSONResponse(body, status, headers)


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    message = f"Không có {request.method} {request.url.path}."
    return JSONResponse(error_body(message, "invalid_request_error"), status)
