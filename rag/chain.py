"""The retrieval chain: question → query → passages → evidence → draft → checked, cited answer.

A LangChain composition: ``invoke`` gives the ``Answer``; ``stream`` gives the events: ``Retrieved`` before the
model has said a word, each ``Sentence`` once it is checked, then ``Finished``. Batches, callbacks and tracers
work as for any Runnable; the runs that they see bear the names of the steps.
"""

import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any

from langchain_core.documents import Document
from langchain_core.language_models import BaseChatModel
from langchain_core.runnables import Runnable, RunnableGenerator, RunnableLambda
from langchain_core.runnables.utils import AddableDict

from index import ModelMissing
from index.index import Index
from prompts import Prompt
from rag.answerability import WORTH_ANSWERING, answerability
from rag.compound import Compound, compound
from rag.evidence import RankedSentence, rank_sentences, select_evidence
from rag.finishing import Finishing
from rag.prompting import prompt_variables, template
from rag.query import prepare_query
from rag.retriever import HybridRetriever, passages_of
from rag.scope import out_of_scope
from rag.settings import Settings
from rag.wording import Patience, wording

PASSING_ON = "with "
"""Begins the names of runs that only pass the state on, around the run that does the work."""

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
    search = _step("search", lambda state: _search(retriever, state)) | _step(
        "numbering", lambda found: passages_of(index, found)
    )
    interpret = _step("interpretation", lambda state: index.interpret(state["query"].standalone))
    divide = _step("compound", lambda state: _compound(index, state, settings.passages))
    find = _step("passages", _unless_compound("passages", lambda _: search.with_config(run_name="searching")))
    rank = _step("ranked", _unless_compound("ranked", lambda state: _rank(index, state)))
    confidence = _step("confidence", _unless_compound("confidence", lambda state: _confidence(index, state)))
    select = _step("evidence", lambda state: select_evidence(state["ranked"], settings.evidence_tokens))
    ask = _asking(model, prompt, settings) if model else ""
    draft = _step("draft", lambda state: ask if state["confidence"] >= WORTH_ANSWERING else "")
    fingerprints = {"llm": settings.llm_name, "prompt": f"{prompt.name}-{prompt.fingerprint}"}
    chain = (
        _step("question", _prepare)
        | _then("interpretation", interpret)
        | _then("compound", divide)
        | _then("passages", find)
        | _then("ranked", rank)
        | _then("confidence", confidence)
        | _then("evidence", select)
        | _or_failure(_then("draft", draft))
        | Finishing(index, fingerprints)
    )
    return chain.with_config(run_name="hoidap")


def _asking(model: Callable[[], BaseChatModel], prompt: Prompt, settings: Settings) -> Runnable[Any, Any]:
    """From the state with its evidence to the model's words."""
    patience = Patience(settings.llm_first_token_seconds, settings.llm_next_token_seconds)
    chain = _step("variables", prompt_variables) | template(prompt).with_config(run_name="prompt")
    return (chain | wording(model, patience)).with_config(run_name="asking")


def _step(name: str, function: Callable[[Any], Any]) -> Runnable[Any, Any]:
    return RunnableLambda(function, name=name)


def _then(name: str, step: Runnable[Any, Any]) -> RunnableGenerator[Any, Any]:
    """Pass the state on at once, then add what ``step`` makes of it under ``name``, streamed.

    ``RunnablePassthrough.assign`` does the same with a second thread, whose race for the input delayed the
    passages behind the ranking in half of the questions. Tracers see the work as a run called ``name``; the run
    around it also spans the wait for the steps before.
    """
    step = step.with_config(run_name=name)

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

    return RunnableGenerator(add, add_async, name=f"{PASSING_ON}{name}")


def _unless_compound(name: str, otherwise: Callable[[State], Any]) -> Callable[[State], Any]:
    """What is known of a compound question already, or what ``otherwise`` finds."""
    return lambda state: getattr(state["compound"], name) if state["compound"] else otherwise(state)


def _compound(index: Index, state: State, count: int) -> Compound | None:
    query = state["query"]
    if query.standalone != query.text:  # what was asked before is not asked again
        return None
    return compound(index, state["interpretation"].meant, state["filters"], count)


def _rank(index: Index, state: State) -> list[RankedSentence]:
    return rank_sentences(index, state["interpretation"], state["passages"])


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

    return RunnableGenerator(attempt, attempt_async, name=f"{PASSING_ON}failure")


def _prepare(question: str | Mapping[str, Any]) -> dict[str, Any]:
    started = time.perf_counter()
    if isinstance(question, str):
        question = {"question": question}
    query = prepare_query(question["question"], question.get("history", ()))
    return {"query": query, "filters": question.get("filters"), "started": started}


def _search(retriever: HybridRetriever, state: State) -> list[Document]:
    """What the retriever finds with the filters of this question."""
    filtered = retriever.model_copy(update={"filters": state["filters"]})
    return filtered.invoke(state["query"].standalone, interpretation=state["interpretation"])
