"""Users of a server: some at the page, some with an OpenAI client, each with conversations of his own.

A load generator of our own and not Locust: what has to be driven is Gradio's queue (a post, then an event stream that
holds the reply) with a cookie, a session and a heartbeat for each user, and what has to be checked is that each user
sees his own conversation and nobody else's. Locust would send the requests of all that we would still have to write,
and brings gevent, Flask and pyzmq.
"""

import asyncio
import json
import random
import re
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any, Protocol

import httpx
from communes import FOLLOW_UP, Commune

TIMEOUT_SECONDS = 300
_QUESTIONS = re.compile(r'<h2 class="question">(.*?)</h2>')
_SENTENCES = re.compile(r'<span class="sentence [a-z]+">(.*?)<', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Served:
    """One question and how it went.

    Attributes:
        user: Who asked.
        at: When it was asked, in seconds of ``time.monotonic``.
        first_seconds: Until the first words of the answer.
        seconds: Until all of it was there.
        text: The answer.
        problem: What was wrong, or "".
        mode: "llm" or "extractive"; "" where the door does not say.
    """

    user: str
    at: float
    first_seconds: float
    seconds: float
    text: str
    problem: str = ""
    mode: str = ""


class User(Protocol):
    """Somebody who asks."""

    name: str

    async def start_over(self) -> None:
        """Begin another conversation."""

    async def ask(self, question: str) -> Served:
        """Ask, and wait for the whole answer."""


@dataclass
class ApiUser:
    """A user of an OpenAI client, who sends the conversation along."""

    name: str
    http: httpx.AsyncClient
    address: str
    messages: list[dict[str, str]] = field(default_factory=list)

    async def start_over(self) -> None:
        self.messages = []

    async def ask(self, question: str) -> Served:
        began = time.monotonic()
        self.messages.append({"role": "user", "content": question})
        body = {"model": "hoidap", "messages": self.messages, "stream": True, "user": self.name}
        text, first, mode, problem = "", 0.0, "", "no end"
        try:
            async with self.http.stream("POST", f"{self.address}/v1/chat/completions", json=body) as reply:
                if reply.status_code != httpx.codes.OK:
                    problem = f"{reply.status_code} {(await reply.aread()).decode()}"
                async for line in reply.aiter_lines():
                    data = line.removeprefix("data: ")
                    if data == "[DONE]":
                        problem = ""
                    elif line.startswith("data: {"):
                        chunk = json.loads(data)
                        if "error" in chunk:
                            problem = str(chunk["error"])
                            break
                        text += chunk["choices"][0]["delta"].get("content") or ""
                        first = first or (time.monotonic() - began if text else 0.0)
                        mode = chunk.get("hoidap", {}).get("mode", mode)
        except httpx.HTTPError as error:
            problem = f"{type(error).__name__}: {error}"
        seconds = time.monotonic() - began
        self.messages.append({"role": "assistant", "content": text})
        return Served(self.name, began, first or seconds, seconds, text, problem, mode)


@dataclass(frozen=True, slots=True)
class PageEvents:
    """Which of the page's events is which, in the numbers of its configuration."""

    answer: int
    new: int
    loads: tuple[int, ...]
    conversation: int  # place of the conversation among the outputs of ``answer``

    @classmethod
    async def of(cls, http: httpx.AsyncClient, address: str) -> "PageEvents":
        config = (await http.get(f"{address}/config")).json()
        ids = {each["props"].get("elem_id"): each["id"] for each in config["components"]}
        found: dict[tuple[Any, str], Any] = {}
        loads = []
        for event in config["dependencies"]:
            for target, kind in event["targets"]:
                found[target, kind] = event
                if kind == "load" and event["backend_fn"]:
                    loads.append(event["id"])
        answer = found[ids["question"], "submit"]
        place = answer["outputs"].index(ids["conversation"])
        return cls(answer["id"], found[ids["new"], "click"]["id"], tuple(loads), place)


@dataclass
class PageUser:
    """A user at the page: a cookie, a session, and the queue's protocol as the browser speaks it."""

    name: str
    http: httpx.AsyncClient
    address: str
    events: PageEvents
    asked: list[str] = field(default_factory=list)
    session: str = field(default_factory=lambda: secrets.token_hex(8))

    async def open(self) -> None:
        """Load the page."""
        (await self.http.get(f"{self.address}/")).raise_for_status()
        for event in self.events.loads:
            await self._finished(event, [None])

    async def start_over(self) -> None:
        body = {"data": [None], "fn_index": self.events.new, "session_hash": self.session}
        reply = await self.http.post(f"{self.address}/gradio_api/run/predict", json=body)
        reply.raise_for_status()
        self.asked = []

    async def ask(self, question: str) -> Served:
        began = time.monotonic()
        self.asked.append(question)
        first, html, problem = 0.0, "", "no end"
        try:
            async for message in self._messages(self.events.answer, [question, None]):
                output = message.get("output") or {}
                if message["msg"] == "process_generating" and not first and 'class=\\"answer' in json.dumps(output):
                    first = time.monotonic() - began
                elif message["msg"] == "process_completed":
                    problem = "" if message["success"] else str(output)
                    html = self._conversation(output) if message["success"] else ""
        except httpx.HTTPError as error:
            problem = f"{type(error).__name__}: {error}"
        seconds = time.monotonic() - began
        shown = [unescape(words) for words in _QUESTIONS.findall(html)]
        if not problem and shown != self.asked:
            problem = f"another's conversation: {shown} in place of {self.asked}"
        turn = html.rpartition('<section class="turn"')[2]
        text = " ".join(unescape(words) for words in _SENTENCES.findall(turn)) or turn
        return Served(self.name, began, first or seconds, seconds, text, problem)

    @asynccontextmanager
    async def beating(self) -> AsyncIterator[None]:
        """The connection by which Gradio knows that a tab is open."""

        async def beat() -> None:
            async with self.http.stream("GET", f"{self.address}/gradio_api/heartbeat/{self.session}") as reply:
                async for _ in reply.aiter_bytes():
                    pass

        task = asyncio.create_task(beat())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    def _conversation(self, output: dict[str, Any]) -> str:
        value = output["data"][self.events.conversation]
        return str(value["value"] if isinstance(value, dict) else value)

    async def _finished(self, event: int, data: list[Any]) -> None:
        messages = [message async for message in self._messages(event, data)]
        assert messages[-1]["msg"] == "process_completed" and messages[-1]["success"], messages[-1]

    async def _messages(self, event: int, data: list[Any]) -> AsyncIterator[dict[str, Any]]:
        body = {"data": data, "fn_index": event, "session_hash": self.session, "trigger_id": event}
        joined = await self.http.post(f"{self.address}/gradio_api/queue/join", json=body)
        joined.raise_for_status()
        mine = joined.json()["event_id"]
        url = f"{self.address}/gradio_api/queue/data?session_hash={self.session}"
        async with self.http.stream("GET", url) as reply:
            async for line in reply.aiter_lines():
                if line.startswith("data:"):
                    message = json.loads(line.removeprefix("data:"))
                    if message.get("event_id") == mine:
                        yield message
                        if message["msg"] == "process_completed":
                            return


def judged(served: Served, commune: Commune, others: list[Commune], follow_up: bool) -> Served:
    """The same, with what is wrong in the answer as its problem."""
    if served.problem:
        return served
    wanted = commune.librarian if follow_up else commune.books
    foreign = [other.name for other in others if other.books in served.text or other.librarian in served.text]
    problem = f"«{wanted}» is not in «{served.text[:300]}»" if wanted not in served.text else ""
    if foreign:
        problem = f"the answer to {commune.name} speaks of {foreign}: «{served.text[:300]}»"
    return Served(served.user, served.at, served.first_seconds, served.seconds, served.text, problem, served.mode)


async def use(user: User, commune: Commune, others: list[Commune], until: float, pause_seconds: float) -> list[Served]:
    """Hold conversations of a question and a follow-up until the time is up."""
    pauses = random.Random(user.name)  # noqa: S311 - the same crowd each time
    done: list[Served] = []
    while time.monotonic() < until:
        await user.start_over()
        for follow_up, question in enumerate((commune.question, FOLLOW_UP)):
            done.append(judged(await user.ask(question), commune, others, bool(follow_up)))
            await asyncio.sleep(pauses.uniform(0, 2 * pause_seconds))
    return done


@asynccontextmanager
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """Connections and cookies of one user."""
    async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False) as opened:
        yield opened
