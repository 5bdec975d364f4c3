"""An OpenAI-compatible endpoint that repeats the best of its evidence: ``fake_model.py PORT SECONDS``.

Every word takes SECONDS. It is a process of its own, so that it can be killed and started again.
"""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

_EVIDENCE = re.compile(r"^\[1\] [^:]*: (.+)$", re.MULTILINE)


def main(port: str, seconds: str) -> None:
    async def complete(request: Request) -> StreamingResponse:
        body = await request.json()
        return StreamingResponse(words(body["messages"][-1]["content"]), media_type="text/event-stream")

    async def words(prompt: str) -> AsyncIterator[str]:
        found = _EVIDENCE.search(prompt)
        for word in (found[1].replace(" … ", " ") if found else "KHÔNG TÌM THẤY.").split():
            await asyncio.sleep(float(seconds))
            yield line({"content": f"{word} "}, None)
        yield line({}, "stop")
        yield "data: [DONE]\n\n"

    def line(delta: dict[str, str], finish: str | None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        body = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "fake", "choices": [choice]}
        return f"data: {json.dumps(body)}\n\n"

    async def models(request: Request) -> JSONResponse:
        return JSONResponse({"object": "list", "data": [{"id": "fake", "object": "model"}]})

    routes = [Route("/v1/chat/completions", complete, methods=["POST"]), Route("/v1/models", models)]
    uvicorn.run(Starlette(routes=routes), host="127.0.0.1", port=int(port), log_level="error")


if __name__ == "__main__":
    main(*sys.argv[1:])
