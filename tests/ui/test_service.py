"""What every door goes through: numbers, counts and log lines of questions, on an index in this process."""

import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index import Index, ModelMissing, QuestionError
from rag import Assistant, Finished, Settings
from rag.scripted import Scripted
from ui.server.health import HealthCheck
from ui.server.logs import configure_logging
from ui.server.metrics import Metrics
from ui.server.queue import ShuttingDown, TooBusy
from ui.service import Service, Waiting
from ui.settings import PageSettings

QUESTION = "Chỉ số cải cách hành chính của huyện Đông Hải là bao nhiêu?"
OFF_TOPIC = "Giá vàng ở Luân Đôn hôm nay?"


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """A file that all logs go to; afterwards they go where they went."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()
    configure_logging(tmp_path / "logs" / "hoidap.jsonl")
    yield tmp_path / "logs" / "hoidap.jsonl"
    for handler in root.handlers:
        handler.close()
    root.handlers[:], root.level = handlers, level
    logging.getLogger("hoidap").setLevel(logging.NOTSET)


def service(metrics: Metrics, **limits: Any) -> Service:
    return Service(PageSettings(**limits), metrics)


def value(metrics: Metrics, name: str) -> float:
    lines = metrics.exposition().decode().splitlines()
    return next((float(line.split()[-1]) for line in lines if line.startswith(f"{name} ")), 0.0)


def test_questions_are_counted_once_by_door_and_outcome(index: Index, settings: Settings, metrics: Metrics) -> None:
    assistant, taken = Assistant(index, settings), service(metrics)
    answer = taken.answer(assistant, QUESTION, (), door="mcp", owner="a")
    assert "8,5 điểm" in answer["text"] and len(answer["request_id"]) == 24
    assert taken.answer(assistant, OFF_TOPIC, (), door="page", owner="a")["refused"]
    with pytest.raises(QuestionError):
        taken.ask(assistant, "  ", door="api", owner="a")
    for door, outcome in (("mcp", "answered"), ("page", "refused"), ("api", "rejected")):
        assert value(metrics, f'hoidap_questions_total{{door="{door}",outcome="{outcome}"}}') == 1
    assert value(metrics, 'hoidap_sentences_total{verdict="verified"}') == len(answer["sentences"])
    for step in ("waiting", "retrieval", "first", "total"):
        assert value(metrics, f'hoidap_answer_seconds_count{{mode="extractive",step="{step}"}}') == 2


def test_dropped_sentences_and_failed_models_are_counted(index: Index, settings: Settings, metrics: Metrics) -> None:
    draft = Scripted(replies=["Huyện Đông Hải đạt 8,5 điểm. Cả tỉnh ăn mừng suốt ba ngày."])
    answer = service(metrics).answer(Assistant(index, settings, draft), QUESTION, (), door="api", owner="a")
    assert answer["mode"] == "llm"
    assert value(metrics, 'hoidap_sentences_total{verdict="dropped"}') == answer["dropped"] == 1
    gone = settings.model_copy(update={"llm": "endpoint", "llm_base_url": "http://127.0.0.1:9/v1", "llm_model": "m"})
    failed = service(metrics).answer(Assistant(index, gone), QUESTION, (), door="api", owner="a")
    assert failed["notice"] and failed["model_failed"] and failed["mode"] == "extractive"
    assert value(metrics, "hoidap_model_failures_total") == 1


def test_a_log_line_tells_everything_but_the_words(
    index: Index, settings: Settings, metrics: Metrics, log: Path
) -> None:
    answer = service(metrics).answer(Assistant(index, settings), QUESTION, (), door="api", owner="ai đó")
    told = service(metrics, log_questions=True).answer(Assistant(index, settings), OFF_TOPIC, (), door="api", owner="a")
    quiet, open_ = (json.loads(line) for line in log.read_text(encoding="utf-8").splitlines())
    assert (quiet["event"], quiet["level"], quiet["logger"]) == ("question", "INFO", "hoidap")
    assert quiet["request_id"] == answer["request_id"] and quiet["outcome"] == "answered"
    assert quiet["timings"]["total"] >= quiet["timings"]["retrieval"] and quiet["waited"] < 1
    assert "question" not in quiet and "Đông Hải" not in json.dumps(quiet, ensure_ascii=False)
    assert open_["request_id"] == told["request_id"] and open_["question"] == OFF_TOPIC


def test_a_bug_is_logged_with_its_traceback_and_raised(
    index: Index, settings: Settings, metrics: Metrics, log: Path
) -> None:
    class Broken(Scripted):
        def _next(self, messages: Any) -> str:
            raise RuntimeError("a bug")

    with pytest.raises(RuntimeError):
        service(metrics).answer(Assistant(index, settings, Broken(replies=[])), QUESTION, (), door="page", owner="a")
    line = json.loads(log.read_text(encoding="utf-8").splitlines()[-1])
    assert line["level"] == "ERROR" and line["outcome"] == "broken" and "RuntimeError: a bug" in line["exc_info"]
    assert value(metrics, 'hoidap_questions_total{door="page",outcome="broken"}') == 1


def test_waiting_is_told_and_stopping_gives_the_place_back(index: Index, settings: Settings, metrics: Metrics) -> None:
    taken = service(metrics, quoting=1, waiting=1)
    assistant = Assistant(index, settings)
    sitting = taken.ask(assistant, QUESTION, door="api", owner="a")
    waiting = taken.ask(assistant, QUESTION, door="api", owner="b")
    with pytest.raises(TooBusy):
        taken.ask(assistant, QUESTION, door="api", owner="c")
    events = waiting.events()
    assert next(events) == Waiting(1) and taken.has_line
    assert value(metrics, 'hoidap_questions_now{lane="quoting",state="waiting"}') == 1
    waiting.stop()
    assert list(events) == [] and not taken.has_line
    assert isinstance(list(sitting.events())[-1], Finished)
    assert value(metrics, 'hoidap_questions_now{lane="quoting",state="running"}') == 0
    assert value(metrics, 'hoidap_questions_total{door="api",outcome="stopped"}') == 1


def test_closing_lets_answers_finish_and_takes_no_more(index: Index, settings: Settings, metrics: Metrics) -> None:
    taken = service(metrics)
    assistant = Assistant(index, settings)
    events = taken.ask(assistant, QUESTION, door="api", owner="a").events()
    next(events)
    assert not taken.close(0.01)
    with pytest.raises(ShuttingDown):
        taken.ask(assistant, QUESTION, door="api", owner="b")
    finishing = threading.Thread(target=lambda: list(events))
    finishing.start()
    assert taken.close(10)
    finishing.join()
    assert value(metrics, 'hoidap_questions_total{door="api",outcome="answered"}') == 1


def test_health_tells_index_model_and_closing(
    index: Index, settings: Settings, metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    quoting = HealthCheck(Assistant(index, settings))
    assert quoting().status == "ok" and quoting().articles == 3 and quoting().model_reachable is None
    gone = settings.model_copy(update={"llm": "endpoint", "llm_base_url": "http://127.0.0.1:9/v1", "llm_model": "m"})
    endpoint = HealthCheck(Assistant(index, gone))
    assert endpoint().status == "degraded" and endpoint().ready and endpoint().model_reachable is False
    assert HealthCheck(Assistant(index, settings), lambda: True)().status == "closing"
    metrics.watch_health(endpoint)
    assert value(metrics, "hoidap_model_reachable") == 0 and value(metrics, "hoidap_ready") == 1
    assert value(metrics, "hoidap_index_generation") == index.store.generation()
    monkeypatch.setattr(index.store, "generation", _raise)
    assert quoting().status == "unavailable" and not quoting().ready and quoting().problem == "hỏng"


def test_health_does_not_wait_for_a_probe_that_another_began(
    index: Index, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def probe(_: Settings) -> bool:
        begun.set()
        return go_on.wait(10)

    monkeypatch.setattr("rag.chat_models.is_reachable", probe)
    check = HealthCheck(Assistant(index, settings))
    first = threading.Thread(target=check)
    first.start()
    assert begun.wait(10)
    assert check().model_reachable is None
    go_on.set()
    first.join()
    assert check().model_reachable


def _raise() -> int:
    raise ModelMissing("hỏng")
