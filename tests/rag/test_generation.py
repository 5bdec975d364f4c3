import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from pydantic import SecretStr

from index import ModelMissing
from prompts import load_prompt
from rag import Settings
from rag.chat_models import open_chat_model
from rag.generation import Patience, Writer
from rag.scripted import Scripted

VARIABLES = {"question": "Mở cửa khi nào?", "evidence": ""}
GOOD = "Thư viện xã Bình Sơn mở cửa từ thứ Hai đến thứ Bảy [1]. Thư viện có 2.350 đầu sách [2]."
ENGLISH = "The library is open from Monday to Saturday."
CHINESE = "图书馆从星期一开放到星期六。"
BUSY_SECONDS = 60  # what a busy machine may take for what should happen at once


def say(*replies: str) -> tuple[str, Scripted]:
    model = Scripted(replies=replies)
    return "".join(Writer(lambda: model, load_prompt("answer")).draft(VARIABLES, threading.Event())), model


@pytest.mark.parametrize("reply", [GOOD, "KHÔNG TÌM THẤY.", "2.350", "M-Score [1]", "Trang An"])
def test_an_answer_passes_unchanged(reply: str) -> None:
    said, model = say(reply)
    assert said == reply
    assert len(model.asked) == 1


@pytest.mark.parametrize(
    "bad", ["", " \n", "[1]", ENGLISH, CHINESE, "Библиотека открыта", "def answer of one two three"]
)
def test_what_is_no_answer_is_asked_for_once_more(bad: str) -> None:
    said, model = say(bad, GOOD)
    assert said == GOOD
    first, second = model.asked
    assert second[0] == first[0]
    assert second[-1].text.startswith(first[-1].text)
    assert "tiếng Việt" in second[-1].text
    assert say(bad, bad)[0] == ""


def test_it_ends_where_it_turns_to_another_script() -> None:
    said, model = say(f"{GOOD} {CHINESE * 4}")
    assert said.startswith(GOOD)
    assert len(said) < len(GOOD) + 40
    assert len(model.asked) == 1


@pytest.mark.parametrize("loop", [f" {GOOD}", " của", " xã này."])
def test_a_loop_is_cut_off(loop: str) -> None:
    said, _ = say(GOOD + loop * 50)
    assert said.startswith(GOOD)
    assert len(said) < 2 * len(GOOD) + 40


@contextmanager
def silent_endpoint(
    settings: Settings, sent: bytes = b""
) -> Iterator[tuple[Settings, threading.Event, threading.Event]]:
    """An endpoint that answers ``sent`` and then nothing. Its events: it was asked, its client has gone."""
    asked, gone = threading.Event(), threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, suppress(ConnectionError):
            connection.recv(65536)
            asked.set()
            connection.sendall(sent)
            while connection.recv(65536):
                """The rest of the request."""
        gone.set()

    threading.Thread(target=serve, daemon=True).start()
    with listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        changes = {"llm": "endpoint", "llm_base_url": address, "llm_model": "x", "llm_api_key": SecretStr("key")}
        yield settings.model_copy(update=changes), asked, gone


def ask(settings: Settings, patience: Patience, stopped: threading.Event) -> list[str]:
    model = open_chat_model(settings)
    assert model is not None
    return list(Writer(lambda: model, load_prompt("answer"), patience).draft(VARIABLES, stopped))


def test_stopping_closes_the_connection_before_the_first_token(settings: Settings) -> None:
    with silent_endpoint(settings) as (endpoint, asked, gone):
        stopped = threading.Event()
        threading.Thread(target=lambda: (asked.wait(), stopped.set()), daemon=True).start()
        started = time.perf_counter()
        assert ask(endpoint, Patience(first_seconds=2 * BUSY_SECONDS), stopped) == []
        assert gone.wait(BUSY_SECONDS)
        assert time.perf_counter() - started < BUSY_SECONDS


HEADERS = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
CHUNK = (
    b'data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"x",'
    b'"choices":[{"index":0,"delta":{"role":"assistant","content":"Xa"},"finish_reason":null}]}\n\n'
)


@pytest.mark.parametrize(
    ("sent", "patience", "waited"),
    [(b"", Patience(0.3, 60), "0.3"), (HEADERS, Patience(0.3, 60), "0.3"), (HEADERS + CHUNK, Patience(60, 0.2), "0.2")],
)
def test_silence_is_one_error(settings: Settings, sent: bytes, patience: Patience, waited: str) -> None:
    with silent_endpoint(settings, sent) as (endpoint, asked, gone):
        with pytest.raises(ModelMissing, match=f"im lặng quá {waited} giây") as caught:
            ask(endpoint, patience, threading.Event())
        assert "\n" not in str(caught.value)
        assert gone.wait(BUSY_SECONDS) or not asked.is_set()  # a busy machine may not even have connected by then
