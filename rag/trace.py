"""How one answer came about: what the pipeline's steps saw, made and took, as JSON-ready data."""

from collections.abc import Iterator
from typing import Any

from rag.answering import Outcome
from rag.grounding import SUPPORTED
from rag.refusal import WORTH_ANSWERING, WORTH_QUOTING_THOUGH_DENIED
from rag.steps import ModelCall, Step
from rag.types import Evidence, Finished


def trace_of(answering: Step) -> dict[str, Any]:
    """What explains an answer.

    Args:
        answering: The outermost step, with the steps of ``rag.pipeline`` within, all of them done.
    """
    taken = {step.name: step for step in answering.steps}
    interpretation, compound = taken["interpretation"].result, taken["compound"].result
    finished: Finished = taken["answer"].result
    drafts = [step for step in taken["answer"].steps if step.name == "draft"]
    return {
        "standalone": taken["question"].result.standalone,
        "meant": interpretation.meant,
        "readings": list(interpretation.readings),
        "parts": list(compound.parts) if compound else [],
        "passages": [passage.to_dict() for passage in finished.answer.passages],
        "confidence": round(taken["reading"].result.probability, 4),
        "thresholds": {
            "confidence": WORTH_ANSWERING,
            "confidence_though_denied": WORTH_QUOTING_THOUGH_DENIED,
            "support": SUPPORTED,
        },
        "evidence": [sentence for evidence in taken["evidence"].result for sentence in _sentences(evidence)],
        "model_calls": [_model_call(call) for draft in drafts for call in draft.calls],
        "draft": "".join(draft.result or "" for draft in drafts),
        "draft_sentences": [_outcome(step.result) for step in taken["answer"].steps if step.name == "sentence"],
        "answer": finished.answer.to_dict(),
        "steps": list(_steps(answering, answering.started)),
    }


def _steps(step: Step, origin: float) -> Iterator[dict[str, Any]]:
    """The steps inside a step, nested; ``seconds`` include waiting for what is streamed to a step."""
    for inner in step.steps:
        yield {
            "name": inner.name,
            "start": round(inner.started - origin, 4),
            "seconds": round(inner.seconds, 4),
            "steps": list(_steps(inner, origin)),
        }


def _sentences(evidence: Evidence) -> Iterator[dict[str, Any]]:
    for span, quote in zip(evidence.sentences, evidence.quotes(), strict=True):
        yield {"passage": evidence.passage.number, "start": span.start, "end": span.end, "text": quote}


def _model_call(call: ModelCall) -> dict[str, Any]:
    """One request to the model; ``complete`` is false where it failed or was cut off."""
    return {
        "model": call.model,
        "messages": [{"role": role, "content": content} for role, content in call.messages],
        "reply": call.reply,
        "complete": call.complete,
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "text": outcome.sentence.text,
        "verdict": outcome.verdict,
        "verified": outcome.sentence.verified,
        "support": None if outcome.support is None else round(outcome.support, 4),
        "failed": outcome.failed,
        "citations": [citation.number for citation in outcome.sentence.citations],
    }
