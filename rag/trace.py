"""How one answer came about: what the chain's steps saw, made and took, as JSON-ready data."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from langchain_core.tracers.base import BaseTracer
from langchain_core.tracers.schemas import Run

from rag.answerability import WORTH_ANSWERING, WORTH_QUOTING_THOUGH_DENIED
from rag.chain import PASSING_ON
from rag.finishing import FINISHING, SENTENCE, Outcome
from rag.grounding import SUPPORTED
from rag.types import Evidence, Finished


class AnswerTracer(BaseTracer):
    """Keeps the runs of one streamed answer, as LangChain reports them to any tracer."""

    def __init__(self) -> None:
        super().__init__(_schema_format="original+chat")  # the messages as sent, not run together into one text
        self._answering: Run | None = None

    def _persist_run(self, run: Run) -> None:
        """The outermost run has ended."""
        self._answering = run

    def facts(self) -> dict[str, Any]:
        """What explains the answer, once it is finished."""
        assert self._answering is not None, "the answer is not finished"  # noqa: S101
        runs = list(_within(self._answering))
        finishing = next(run for run in runs if run.name == FINISHING)
        finished: Finished = (finishing.outputs or {})["output"]
        state = finishing.inputs
        return {
            "standalone": state["query"].standalone,
            "meant": state["interpretation"].meant,
            "readings": list(state["interpretation"].readings),
            "parts": list(state["compound"].parts) if state["compound"] else [],
            "passages": [passage.to_dict() for passage in state["passages"]],
            "confidence": round(state["confidence"], 4),
            "thresholds": {
                "confidence": WORTH_ANSWERING,
                "confidence_though_denied": WORTH_QUOTING_THOUGH_DENIED,
                "support": SUPPORTED,
            },
            "evidence": [sentence for evidence in state["evidence"] for sentence in _sentences(evidence)],
            "model_calls": [_model_call(run) for run in runs if run.run_type == "chat_model"],
            "draft": state.get("draft", ""),
            "draft_sentences": [_outcome((run.outputs or {})["output"]) for run in runs if run.name == SENTENCE],
            "answer": finished.answer.to_dict(),
            "steps": list(_steps(self._answering, self._answering.start_time)),
        }


def _within(run: Run) -> Iterator[Run]:
    """All runs inside a run, in the order in which they began."""
    for child in run.child_runs:
        yield child
        yield from _within(child)


def _steps(run: Run, origin: datetime) -> Iterator[dict[str, Any]]:
    """The steps inside a run, nested; ``start`` and ``seconds`` include waiting for what is streamed to a step."""
    for child in run.child_runs:
        if child.name.startswith(PASSING_ON):
            yield from _steps(child, origin)
        else:
            ended = child.end_time or child.start_time
            yield {
                "name": child.name,
                "kind": child.run_type,
                "start": round((child.start_time - origin).total_seconds(), 4),
                "seconds": round((ended - child.start_time).total_seconds(), 4),
                "steps": list(_steps(child, origin)),
            }


def _sentences(evidence: Evidence) -> Iterator[dict[str, Any]]:
    for span, quote in zip(evidence.sentences, evidence.quotes(), strict=True):
        yield {"passage": evidence.passage.number, "start": span.start, "end": span.end, "text": quote}


def _model_call(run: Run) -> dict[str, Any]:
    """One request to the model; ``complete`` is false where it failed or was cut off."""
    generations = (run.outputs or {}).get("generations") or [[]]
    return {
        "model": run.name,
        "messages": [_message(message["kwargs"]) for message in run.inputs["messages"][0]],
        "reply": "".join(generation["text"] for generation in generations[0]),
        "complete": run.error is None,
    }


def _message(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {"role": fields["type"], "content": fields["content"]}


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "text": outcome.sentence.text,
        "verdict": outcome.verdict,
        "verified": outcome.sentence.verified,
        "support": None if outcome.support is None else round(outcome.support, 4),
        "failed": outcome.failed,
        "citations": [citation.number for citation in outcome.sentence.citations],
    }
