"""The retrieval chain: question → query → passages → evidence → draft → checked, cited answer.

A LangChain composition: ``invoke`` gives the ``Answer``; ``stream`` gives the events: ``Retrieved`` before the
model has said a word, each ``Sentence`` once it is checked, then ``Finished``. Batches, callbacks and tracers
work as for any Runnable.
"""

import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.runnables import Runnable, RunnableGenerator, RunnableLambda
from langchain_core.runnables.utils import AddableDict

from index import ModelMissing
from index.index import Index
from prompts import Prompt
from rag.answerability import WORTH_ANSWERING, answerability
from rag.evidence import rank_sentences, select_evidence
from rag.finishing import Finishing
from rag.prompting import prompt_variables, template
from rag.query import prepare_query
from rag.retriever import HybridRetriever, passages_of
from rag.scope import out_of_scope
from rag.settings import Settings
from rag.wording import STOPPED, Patience, wording

__all__ = ["STOPPED", "answer_chain"]

State = Mapping[str, Any]


def answer_chain(
    index: Index, model: Callable[[], BaseChatModel] | None, prompt: Prompt, settings: Settings
) -> Runnable[Any, Any]:
    """Compose the chain. Its input is a question, or a mapping of ``question``, ``history`` and ``filters``.

    Args:
        index: The articles.
        model: Gives the chat model when it is first needed; None to answer by quoting the articles.
        prompt: Template with the variables ``evidence`` and ``question``.
        settings: Numbers of passages and tokens.
    """
    retriever = HybridRetriever(index=index, passages=settings.passages)
    search = _step(lambda state: _searching(retriever, state)) | _step(lambda found: passages_of(index, found))
    interpret = _step(lambda state: index.interpret(state["query"].standalone))
    rank = _step(lambda state: rank_sentences(index, state["interpretation"], state["passages"]))
    select = _step(lambda state: select_evidence(state["ranked"], settings.evidence_tokens))
    patience = Patience(settings.llm_first_token_seconds, settings.llm_next_token_seconds)
    confidence = _step(lambda state: _confidence(index, state))
    draft = _step(prompt_variables) | template(prompt) | wording(model, patience) if model else _step(lambda _: "")
    fingerprints = {"llm": settings.llm_name, "prompt": f"{prompt.name}-{prompt.fingerprint}"}
    return (
        RunnableLambda(_prepare)
        | _then("interpretation", interpret)
        | _then("passages", search)
        | _then("ranked", rank)
        | _then("confidence", confidence)
        | _then("evidence", select)
        | _or_failure(_then("draft", _step(lambda state: draft if state["confidence"] >= WORTH_ANSWERING else "")))
        | Finishing(index, fingerprints)
    )


def _step(function: Callable[[Any], Any]) -> Runnable[Any, Any]:
    return RunnableLambda(function)


def _then(name: str, step: Runnable[Any, Any]) -> RunnableGenerator[Any, Any]:
    """Pass the state on at once, then add what ``step`` makes of it under ``name``, streamed.

    ``RunnablePassthrough.assign`` does the same with a second thread, whose race for the input delayed the
    passages behind the ranking in half of the questions.
    """

    def add(parts: Iterator[State]) -> Iterator[State]:
        state = AddableDict()
        for part in parts:
            state |= part
            yield AddableDict(part)
        for value in step.stream(state):
            yield AddableDict({name: value})

    async def add_async(parts: AsyncIterator[State]) -> AsyncIterator[State]:
        state = AddableDict()
        async for part in parts:
            state |= part
            yield AddableDict(part)
        async for value in step.astream(state):
            yield AddableDict({name: value})

    return RunnableGenerator(add, add_async)


def _confidence(index: Index, state: State) -> float:
    interpretation = state["interpretation"]
    if out_of_scope(interpretation.text) and out_of_scope(interpretation.meant):
        return 0.0
    return answerability(index, interpretation, state["ranked"])


def _or_failure(step: Runnable[Any, Any]) -> RunnableGenerator[Any, Any]:
    """The step; when the model fails, why it did under ``failure`` in place of what is missing."""

    def attempt(parts: Iterator[State]) -> Iterator[State]:
        try:
            yield from step.transform(parts)
        except ModelMissing as error:
            yield AddableDict(failure=str(error))

    async def attempt_async(parts: AsyncIterator[State]) -> AsyncIterator[State]:
        try:
            async for part in step.atransform(parts):
                yield part
        except ModelMissing as error:
            yield AddableDict(failure=str(error))

    return RunnableGenerator(attempt, attempt_async)


def _prepare(question: str | Mapping[str, Any]) -> dict[str, Any]:
    started = time.perf_counter()
    if isinstance(question, str):
        question = {"question": question}
    query = prepare_query(question["question"], question.get("history", ()))
    return {"query": query, "filters": question.get("filters"), "started": started}


def _searching(retriever: HybridRetriever, state: State) -> Runnable[Any, Any]:
    """The retriever with the filters of this question."""
    filtered = retriever.model_copy(update={"filters": state["filters"]})
    return RunnableLambda(lambda state: str(state["query"].standalone)) | filtered
