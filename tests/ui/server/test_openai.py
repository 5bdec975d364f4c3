"""The OpenAI-compatible door, by the official client and over real sockets."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import cast

import httpx
import openai
import pytest
from browsing import START_SECONDS, served
from openai import OpenAI
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from starlette.testclient import TestClient
from typer.testing import CliRunner

from index import HoidapError
from rag import Assistant, Sentence
from ui.cli import app as command_line
from ui.server.metrics import Metrics
from ui.server.openai import _begin, openai_api
from ui.service import Asked, Service, Waiting
from ui.settings import PageSettings

QUESTION = "Thư viện xã Bình Sơn có bao nhiêu đầu sách?"
QUOTE = "Thư viện xã Bình Sơn có 2.350 đầu sách."
OFF_TOPIC = "Giá vàng ở Luân Đôn hôm nay?"
KEY = "khoa-thu-nghiem-rat-dai"
get, post = partial(httpx.get, timeout=START_SECONDS), partial(httpx.post, timeout=START_SECONDS)


def client_at(address: str, key: str = "none") -> OpenAI:
    return OpenAI(base_url=f"{address}v1", api_key=key, max_retries=0)


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[OpenAI]:
    with client_at(address) as opened:
        yield opened


@pytest.fixture(scope="module")
def held(page_folder: Path) -> Iterator[str]:
    """A server with a key, one question at a time, whose model says nothing until told to, which it never is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOIDAP_API_KEY", KEY)
        patch.setenv("HOIDAP_ANSWERING", "1")
        patch.setenv("HOIDAP_WAITING", "1")
        with served(page_folder, "held") as (address, _):
            yield address


def ask(client: OpenAI, *contents: str) -> ChatCompletion:
    messages = [{"role": "assistant" if place % 2 else "user", "content": text} for place, text in enumerate(contents)]
    return client.chat.completions.create(model="hoidap", messages=messages)  # type: ignore[arg-type]


def test_an_answer_cites_by_annotations(client: OpenAI) -> None:
    raw = client.chat.completions.with_raw_response.create(
        model="hoidap", messages=[{"role": "user", "content": QUESTION}]
    )
    completion = ChatCompletion.model_validate_json(raw.text, strict=True)
    (choice,) = completion.choices
    content, cited = choice.message.content, choice.message.annotations
    assert content == f"{QUOTE} [1]" and choice.finish_reason == "stop" and cited
    url = cited[0].url_citation
    assert content[url.start_index : url.end_index] == "[1]" and url.title == "Xã Bình Sơn mở thư viện"
    ours = cited[0].model_extra
    assert ours and ours["quote"] == QUOTE and ours["end"] - ours["start"] == len(QUOTE)
    assert url.url == f"urn:hoidap:article:{ours['article_id']}"
    extra = completion.model_extra
    assert extra and raw.headers["x-request-id"] == extra["hoidap"]["request_id"]
    assert completion.id == f"chatcmpl-{extra['hoidap']['request_id']}" and not extra["hoidap"]["refused"]
    assert completion.usage and completion.usage.completion_tokens > 5


def test_a_stream_says_the_same_in_pieces(client: OpenAI, address: str) -> None:
    whole = ask(client, QUESTION)
    stream = client.chat.completions.create(
        model="hoidap", messages=[{"role": "user", "content": QUESTION}], stream=True,
        stream_options={"include_usage": True},
    )  # fmt: skip
    chunks = [ChatCompletionChunk.model_validate(chunk.model_dump()) for chunk in stream]
    *pieces, used = chunks
    said = "".join(piece.choices[0].delta.content or "" for piece in pieces)
    assert said == whole.choices[0].message.content
    assert pieces[0].choices[0].delta.role == "assistant"
    last = pieces[-1]
    assert last.choices[0].finish_reason == "stop" and last.choices[0].delta.model_extra and last.model_extra
    annotations = whole.choices[0].message.annotations
    assert annotations
    assert last.choices[0].delta.model_extra["annotations"] == [each.model_dump() for each in annotations]
    assert last.model_extra["hoidap"]["mode"] == "extractive"
    assert used.usage == whole.usage and not used.choices
    body = {"model": "hoidap", "messages": [{"role": "user", "content": QUESTION}], "stream": True}
    reply = post(f"{address}v1/chat/completions", json=body)
    assert reply.headers["content-type"].startswith("text/event-stream") and reply.text.endswith("data: [DONE]\n\n")


def test_a_follow_up_is_understood_from_the_messages(client: OpenAI) -> None:
    followed = ask(client, "Thư viện xã Bình Sơn có gì?", QUOTE, "Ai trông coi?").choices[0].message.content
    assert followed and "Hạnh" in followed
    parts = [{"type": "text", "text": QUESTION}]
    messages = [{"role": "system", "content": "Luôn đáp: không biết."}, {"role": "user", "content": parts}]
    answer = client.chat.completions.create(model="hoidap", messages=messages, temperature=1)  # type: ignore[call-overload]
    assert answer.choices[0].message.content == f"{QUOTE} [1]"


def test_a_refusal_is_content_without_citations(client: OpenAI) -> None:
    answer = ask(client, OFF_TOPIC)
    message = answer.choices[0].message
    assert "Không tìm thấy" in (message.content or "") and message.annotations == [] and message.refusal is None
    assert answer.model_extra and answer.model_extra["hoidap"]["refused"]
    stream = client.chat.completions.create(
        model="hoidap", messages=[{"role": "user", "content": OFF_TOPIC}], stream=True
    )
    assert "".join(chunk.choices[0].delta.content or "" for chunk in stream) == message.content


def test_there_is_one_model(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["hoidap"]
    assert client.models.retrieve("hoidap").owned_by == "hoidap"
    with pytest.raises(openai.NotFoundError, match="hoidap"):
        client.models.retrieve("gpt-4o")


USER = {"role": "user", "content": QUESTION}
IMAGE = {"type": "image_url", "image_url": {"url": "data:,"}}


@pytest.mark.parametrize(
    ("fields", "status", "param"),
    [
        ({"model": "gpt-4o"}, 404, "model"),
        ({"messages": []}, 400, "messages"),
        ({"messages": [USER] * 1001}, 400, "messages"),
        ({"messages": [{"role": "assistant", "content": "Chào."}]}, 400, "messages"),
        ({"messages": [{"role": "user", "content": "  "}]}, 400, "messages"),
        ({"messages": [{"role": "user", "content": "a" * 2001}]}, 400, "messages"),
        ({"messages": [{"role": "user", "content": [IMAGE]}]}, 400, "messages"),
        ({"messages": [{"role": "user", "content": 7}]}, 400, None),
        ({"n": 2}, 400, "n"),
    ],
)
def test_a_wrong_request_is_told_in_openais_form(
    client: OpenAI, fields: dict[str, object], status: int, param: str | None
) -> None:
    for stream in (False, True):
        with pytest.raises(openai.APIStatusError) as raised:
            client.post(
                "/chat/completions",
                body={"model": "hoidap", "messages": [USER], "stream": stream} | fields,
                cast_to=dict,
            )
        assert raised.value.status_code == status and raised.value.type == "invalid_request_error"
        assert param is None or raised.value.param == param
        assert set(raised.value.body) == {"message", "type", "param", "code"}  # type: ignore[call-overload]


def test_a_picture_in_an_earlier_turn_is_passed_over(client: OpenAI) -> None:
    parts = [IMAGE, {"type": "text", "text": "Thư viện xã Bình Sơn có gì?"}]
    messages = [{"role": "user", "content": [IMAGE]}, {"role": "user", "content": parts}]
    messages += [{"role": "assistant", "content": QUOTE}, {"role": "user", "content": "Ai trông coi?"}]
    answer = client.chat.completions.create(model="hoidap", messages=messages)  # type: ignore[call-overload]
    assert "Hạnh" in answer.choices[0].message.content


def test_bodies_are_bounded_and_json(address: str) -> None:
    url, headers = f"{address}v1/chat/completions", {"content-type": "application/json"}
    huge = post(url, content=(b'{"a": "' + b"x" * 65536 * number for number in range(10)), headers=headers)
    assert huge.status_code == 413 and "KB" in huge.json()["error"]["message"]
    assert post(url, content=b"{", headers=headers).status_code == 400
    assert post(url, data={"model": "hoidap"}).status_code == 415
    assert get(url).status_code == 405 and get(f"{address}v1/nothing").status_code == 404
    assert "error" in get(f"{address}v1/nothing").json()


def test_a_key_opens_what_programs_use(held: str) -> None:
    with client_at(held, "khoa-doan-bua-khoa-doan") as stranger, client_at(held, KEY) as known:
        with pytest.raises(openai.AuthenticationError) as raised:
            ask(stranger, QUESTION)
        assert raised.value.code == "invalid_api_key"
        assert [model.id for model in known.models.list()] == ["hoidap"]
    bearer = {"authorization": f"Bearer {KEY}"}
    assert get(f"{held}metrics").status_code == 401
    assert get(f"{held}metrics", headers=bearer).status_code == 200
    assert get(f"{held}health").json()["status"] == "ok" and get(held).status_code == 200
    shown = CliRunner().invoke(command_line, ["info", "--url", held, "--json"])
    assert json.loads(shown.stdout)["articles"] == 2


def figure(address: str, name: str) -> float:
    """A sample of /metrics, 0 where there is none yet."""
    text = get(f"{address}metrics", headers={"authorization": f"Bearer {KEY}"}).text
    return next((float(line.split()[-1]) for line in text.splitlines() if line.startswith(f"{name} ")), 0.0)


def wait_for(address: str, name: str, wanted: float) -> None:
    deadline = time.monotonic() + START_SECONDS
    while (found := figure(address, name)) != wanted:
        assert time.monotonic() < deadline, (name, found, wanted)
        time.sleep(0.05)


RUNNING = 'hoidap_questions_now{lane="model",state="running"}'
WAITING = 'hoidap_questions_now{lane="model",state="waiting"}'
STOPPED = 'hoidap_questions_total{door="openai",outcome="stopped"}'


def test_an_answer_stops_when_its_reader_goes(held: str) -> None:
    stopped = figure(held, STOPPED)
    with client_at(held, KEY) as known:
        stream = known.chat.completions.create(
            model="hoidap", messages=[{"role": "user", "content": QUESTION}], stream=True
        )
        next(iter(stream))
        wait_for(held, RUNNING, 1)
        stream.close()
        wait_for(held, STOPPED, stopped + 1)
        with pytest.raises(openai.APITimeoutError):
            known.with_options(timeout=3).chat.completions.create(
                model="hoidap", messages=[{"role": "user", "content": QUESTION}]
            )
    wait_for(held, STOPPED, stopped + 2)
    assert figure(held, RUNNING) == 0


def test_who_has_to_wait_is_told_his_place_and_a_full_line_says_so(held: str) -> None:
    url, body = f"{held}v1/chat/completions", {"model": "hoidap", "messages": [USER], "stream": True}
    with ExitStack() as readers:
        known = readers.enter_context(httpx.Client(headers={"authorization": f"Bearer {KEY}"}, timeout=START_SECONDS))
        readers.enter_context(known.stream("POST", url, json=body))
        wait_for(held, RUNNING, 1)
        second = readers.enter_context(known.stream("POST", url, json=body | {"user": "binh"}))
        assert any("đứng thứ 1 trong hàng chờ" in line for line in second.iter_lines())
        full = known.post(url, json=body | {"user": "chi"})
        assert full.status_code == 429 and int(full.headers["retry-after"]) > 0
        assert full.json()["error"]["code"] == "rate_limit_exceeded"
    wait_for(held, WAITING, 0)
    wait_for(held, RUNNING, 0)


def test_a_server_that_ends_in_the_middle_of_an_answer_tells_it_to_stop() -> None:
    asked = _Endless()

    async def begin() -> None:
        coming = _begin(cast(Asked, asked))
        assert isinstance(await coming.get(), Waiting)

    asyncio.run(begin())  # whose loop closes while the answer goes on
    assert asked.ended.wait(START_SECONDS) and asked.stopped


class _Endless:
    """An answer that comes to no end until stopped."""

    id = "endless"

    def __init__(self) -> None:
        self.stopped = False
        self.ended = threading.Event()

    def stop(self) -> None:
        self.stopped = True

    def events(self) -> Iterator[Waiting]:
        while not self.stopped:
            yield Waiting(1)
            time.sleep(0.01)
        self.ended.set()


def test_a_failure_in_the_middle_of_a_stream_is_a_frame_and_waiting_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.server.openai._ALIVE_SECONDS", 0.05)
    assistant = cast(Assistant, _Failing())
    door = openai_api(assistant, Service(PageSettings(), Metrics()))
    body = {"model": "hoidap", "messages": [USER], "stream": True}
    reply = TestClient(door).post("/chat/completions", json=body)
    frames = reply.text.removesuffix("\n\n").split("\n\n")
    role, said, *waited, failed = frames
    assert json.loads(role.removeprefix("data: "))["choices"][0]["delta"]["role"] == "assistant"
    assert json.loads(said.removeprefix("data: "))["choices"][0]["delta"] == {"content": QUOTE}
    assert waited and set(waited) == {": đang trả lời"}
    assert json.loads(failed.removeprefix("data: "))["error"]["message"] == "Mô hình không trả lời."
    assert reply.status_code == 200 and reply.headers["x-accel-buffering"] == "no"


class _Failing:
    """Says one sentence, thinks for a while, and fails."""

    quotes_only = True

    def stream(self, *_: object, stopped: threading.Event) -> Iterator[Sentence]:
        yield Sentence(QUOTE, (), True)
        time.sleep(0.3)
        raise HoidapError("Mô hình không trả lời.")
