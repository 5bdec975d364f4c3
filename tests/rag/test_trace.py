"""What tracers see of an answer, and the trace that explains it."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.tracers.base import BaseTracer
from langchain_core.tracers.schemas import Run

from index import Index, QuestionError
from rag import Assistant, Settings
from rag.scripted import Scripted

QUESTION = "Chỉ số cải cách hành chính của huyện Đông Hải là bao nhiêu?"
DRAFT = "Huyện Đông Hải đạt 8,5 điểm [1]. Huyện Đông Hải đạt 9,9 điểm. Huyện Đông Hải đạt 8,5 điểm."
STEPS = "question interpretation compound passages reading evidence answer".split()


class Tracer(BaseTracer):
    """Like those of LangSmith and OpenTelemetry: told of runs and what they run in."""

    def __init__(self) -> None:
        super().__init__(_schema_format="original+chat")
        self.answers: list[Run] = []

    def _persist_run(self, run: Run) -> None:
        self.answers.append(run)


def paths(run: Run, *above: str) -> Iterator[tuple[str, ...]]:
    """The names from the outermost run to each run inside it."""
    here = (*above, run.name)
    yield here
    for child in run.child_runs:
        yield from paths(child, *here)


def scripted(index: Index, settings: Settings, *replies: str) -> Assistant:
    return Assistant(index, settings, Scripted(replies=replies))


def invoke(chain: Any, tracer: Tracer) -> None:
    chain.invoke(QUESTION, {"callbacks": [tracer]})


def stream(chain: Any, tracer: Tracer) -> None:
    list(chain.stream(QUESTION, {"callbacks": [tracer]}))


def batch(chain: Any, tracer: Tracer) -> None:
    chain.batch([QUESTION, {"question": QUESTION}], {"callbacks": [tracer]})


def stream_asynchronously(chain: Any, tracer: Tracer) -> None:
    async def drain() -> None:
        async for _ in chain.astream(QUESTION, {"callbacks": [tracer]}):
            pass

    asyncio.run(drain())


@pytest.mark.parametrize("ask", [invoke, stream, batch, stream_asynchronously])
def test_tracers_see_the_named_steps_within_the_chain(index: Index, settings: Settings, ask: Any) -> None:
    tracer = Tracer()
    ask(scripted(index, settings, DRAFT).as_runnable(), tracer)
    assert len(tracer.answers) == (2 if ask is batch else 1)
    for answer in tracer.answers:
        assert answer.name == "hoidap"
        seen = list(paths(answer))
        for step in STEPS:
            assert any(path[-1] == step for path in seen), step
        retriever = next(path for path in seen if path[-1] == "search")
        assert "passages" in retriever
        prompt = next(path for path in seen if path[-1] == "prompt")
        model = next(path for path in seen if path[-1] == "Scripted")
        assert "draft" in prompt
        assert "draft" in model
        assert [path[:-1] for path in seen if path[-1] == "sentence"] == [("hoidap", "answer")] * 3
        assert not any(name.startswith("Runnable") for path in seen for name in path)


def test_event_streams_name_the_steps(index: Index, settings: Settings) -> None:
    chain = scripted(index, settings, DRAFT).as_runnable()

    async def names() -> set[str]:
        return {event["name"] async for event in chain.astream_events(QUESTION, version="v2")}

    assert {"hoidap", "search", "draft", "prompt", "Scripted", "sentence", *STEPS} <= asyncio.run(names())


def test_the_trace_explains_an_answer_of_the_model(index: Index, settings: Settings) -> None:
    assistant = scripted(index, settings, DRAFT)
    trace = json.loads(json.dumps(assistant.trace(QUESTION), ensure_ascii=False))
    assert trace["question"] == trace["standalone"] == trace["meant"] == trace["readings"][0] == QUESTION
    assert [place["number"] for place in trace["passages"]] == [1, 2, 3]
    for place in trace["passages"]:
        assert set(place) == set("number article_id title start end score text".split())
        article = index.article(place["article_id"])
        assert article is not None
        assert article.title == place["title"]
        assert article.text[place["start"] : place["end"]] == place["text"]
    assert trace["confidence"] >= trace["thresholds"]["confidence"]
    assert any("8,5 điểm" in sentence["text"] for sentence in trace["evidence"])
    (call,) = trace["model_calls"]
    assert (call["reply"], call["complete"]) == (DRAFT, True)
    assert call["messages"][0]["role"] == "system"
    assert QUESTION in call["messages"][-1]["content"]
    assert trace["draft"] == DRAFT
    judged = trace["draft_sentences"]
    assert [sentence["verdict"] for sentence in judged] == ["shown", "unsupported", "repeated"]
    assert [sentence["verified"] for sentence in judged] == [True, False, False]
    assert judged[0]["support"] >= trace["thresholds"]["support"]
    assert (judged[0]["failed"], judged[0]["citations"], judged[2]["support"]) == ("", [1], None)
    assert judged[1]["failed"]
    assert [step["name"] for step in trace["steps"]] == STEPS
    assert all(step["start"] >= 0 and step["seconds"] >= 0 for step in trace["steps"])
    answer = assistant.ask(QUESTION).to_dict()
    assert {**trace["answer"], "timings": {}} == {**answer, "timings": {}}


def test_the_trace_shows_both_calls_where_the_model_was_asked_again(index: Index, settings: Settings) -> None:
    english = "The answer is not in Vietnamese, and it goes on and on for a while."
    first, second = scripted(index, settings, english, "Huyện Đông Hải đạt 8,5 điểm.").trace(QUESTION)["model_calls"]
    assert english.startswith(first["reply"])
    assert (first["complete"], second["complete"]) == (False, True)
    assert first["messages"][-1] != second["messages"][-1]


def test_the_trace_of_a_denied_answer_says_so(index: Index, settings: Settings) -> None:
    (judged,) = scripted(index, settings, "KHÔNG TÌM THẤY.").trace(QUESTION)["draft_sentences"]
    assert (judged["verdict"], judged["verified"], judged["support"]) == ("denial", False, None)


def test_the_trace_without_a_model(index: Index, settings: Settings) -> None:
    trace = Assistant(index, settings).trace("chi so cai cach hanh chinh cua huyen Dong Hai la bao nhieu?")
    assert trace["question"] == trace["standalone"]
    assert "chỉ số cải cách hành chính" in trace["meant"].lower()
    assert (trace["model_calls"], trace["draft"], trace["draft_sentences"]) == ([], "", [])
    assert trace["answer"]["mode"] == "extractive"
    assert [step["name"] for step in trace["steps"]] == STEPS


def test_the_trace_of_a_follow_up_and_of_a_refusal(index: Index, settings: Settings) -> None:
    history = [{"role": "user", "content": "Xã Bình Sơn có thư viện không?"}, {"role": "assistant", "content": "Có."}]
    trace = Assistant(index, settings).trace("Ai quản lý ở đó?", history)
    assert trace["standalone"] == "Xã Bình Sơn có thư viện không? Ai quản lý ở đó?"
    refused = scripted(index, settings, "Trời nắng đẹp.").trace("Dự báo thời tiết cuối tuần ở Paris ra sao?")
    assert refused["answer"]["refused"]
    assert refused["model_calls"] == []
    assert refused["confidence"] < refused["thresholds"]["confidence"]


def test_a_model_that_fails_is_traced(index: Index, settings: Settings) -> None:
    dead = settings.model_copy(update={"llm": "endpoint", "llm_base_url": "http://127.0.0.1:9/v1", "llm_model": "x"})
    trace = Assistant(index, dead).trace(QUESTION)
    assert [call["complete"] for call in trace["model_calls"]] == [False]
    assert "HOIDAP_LLM" in trace["answer"]["notice"]


def test_a_bad_question_is_one_error(index: Index, settings: Settings) -> None:
    with pytest.raises(QuestionError):
        Assistant(index, settings).trace("")
