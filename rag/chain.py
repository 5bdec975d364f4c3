"""The retrieval chain: question → query → passages → evidence → draft → checked, cited answer.

A LangChain composition: ``invoke`` gives the ``Answer``; ``stream`` gives the events: ``Retrieved`` before the
model has said a word, each ``Sentence`` once it is checked, then ``Finished``. Batches, callbacks and tracers
work as for any Runnable.
"""

import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.prompt_values import PromptValue
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import Runnable, RunnableConfig, RunnableGenerator, RunnableLambda
from langchain_core.runnables.config import ensure_config
from langchain_core.runnables.utils import AddableDict

from index.index import Index
from prompts import Prompt
from rag.evidence import RankedSentence, rank_sentences, select_evidence
from rag.finishing import Finishing
from rag.models import endpoint_errors
from rag.query import prepare_query
from rag.retriever import HybridRetriever, passages_of
from rag.settings import Settings
from rag.types import Evidence

State = Mapping[str, Any]

STOPPED = "stopped"
"""Key of ``config["configurable"]`` under which a ``threading.Event`` tells the model to stop."""

# A question is put to the model only if some sentence, under its title, carries this share of the question's
# weighted content words. On the bundled dev questions 0.4 turns away 6 of 8 off-topic ones and 3 of 56 answerable
# ones; it says little about on-topic questions that the articles do not answer (AUROC 0.5 to 0.7).
ANSWERABLE = 0.4
# Extractive answers quote a second sentence when it fits the question nearly as well as the first.
_QUOTE_TOO = 0.92
_MAX_QUOTES = 2


def answer_chain(
    index: Index, model: Callable[[], BaseChatModel] | None, prompt: Prompt, settings: Settings
) -> Runnable[Any, Any]:
    """Compose the chain. Its input is a question, or a mapping of ``question`` and ``history``.

    Args:
        index: The articles.
        model: Gives the chat model when it is first needed; None to answer by quoting the articles.
        prompt: Template with the variables ``evidence`` and ``question``.
        settings: Numbers of passages and tokens.
    """
    retriever = HybridRetriever(index=index, passages=settings.passages)
    search = RunnableLambda(_standalone) | retriever | RunnableLambda(lambda found: passages_of(index, found))
    rank = _step(lambda state: rank_sentences(index, state["query"], state["passages"]))
    select = _step(lambda state: select_evidence(state["ranked"], settings.evidence_tokens))
    if model is None:
        answer = _then("quotes", _step(_best_sentences))
    else:
        draft = _step(_variables) | _template(prompt) | _wording(model)
        answer = _then("draft", _step(lambda state: draft if _answerable(state) else ""))
    fingerprints = {"llm": settings.llm_name, "prompt": f"{prompt.name}-{prompt.fingerprint}"}
    return (
        RunnableLambda(_prepare)
        | _then("passages", search)
        | _then("ranked", rank)
        | _then("evidence", select)
        | answer
        | Finishing(index, "extractive" if model is None else "llm", fingerprints)
    )


def _step(function: Callable[[State], Any]) -> Runnable[Any, Any]:
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


def _prepare(question: str | Mapping[str, Any]) -> dict[str, Any]:
    started = time.perf_counter()
    if isinstance(question, str):
        question = {"question": question}
    return {"query": prepare_query(question["question"], question.get("history", ())), "started": started}


def _standalone(state: State) -> str:
    return str(state["query"].standalone)


def _answerable(state: State) -> bool:
    ranked: list[RankedSentence] = state["ranked"]
    return any(sentence.coverage >= ANSWERABLE for sentence in ranked)


def _best_sentences(state: State) -> list[RankedSentence]:
    """What to quote without a model: the best sentence, and the next one when it fits nearly as well."""
    ranked: list[RankedSentence] = state["ranked"]
    if not _answerable(state):
        return []
    return [sentence for sentence in ranked[:_MAX_QUOTES] if sentence.score >= ranked[0].score * _QUOTE_TOO]


def _wording(model: Callable[[], BaseChatModel]) -> Runnable[Any, str]:
    """The chat model as a step that streams plain text and fails in one line."""

    def speak(prompts: Iterator[PromptValue]) -> Iterator[str]:
        config = ensure_config()
        for prompt in prompts:
            with endpoint_errors():
                for message in model().stream(prompt):
                    if _stopped(config):
                        return
                    yield message.text

    async def speak_async(prompts: AsyncIterator[PromptValue]) -> AsyncIterator[str]:
        config = ensure_config()
        async for prompt in prompts:
            with endpoint_errors():
                async for message in model().astream(prompt):
                    if _stopped(config):
                        return
                    yield message.text

    return RunnableGenerator(speak, speak_async)


def _stopped(config: RunnableConfig) -> bool:
    """Whether the reader has gone. LangChain drains a closed stream, so the model must be told to stop."""
    stopped = config.get("configurable", {}).get(STOPPED)
    return stopped is not None and stopped.is_set()


def _template(prompt: Prompt) -> ChatPromptTemplate:
    return ChatPromptTemplate.from_messages(list(prompt.messages))


def _variables(state: State) -> dict[str, str]:
    evidence: tuple[Evidence, ...] = state["evidence"]
    return {"evidence": "\n".join(_numbered(item) for item in evidence), "question": _inert(state["query"].standalone)}


def _numbered(evidence: Evidence) -> str:
    article = evidence.passage.article
    published = f" ({article.published:%d/%m/%Y})" if article.published else ""
    quotes = " … ".join(" ".join(quote.split()) for quote in evidence.quotes())
    return f"[{evidence.passage.number}] {_inert(article.title)}{published}: {_inert(quotes)}"


def _inert(text: str) -> str:
    """Text that can neither end its line of the prompt, nor pass for a marker or a control token."""
    return " ".join(text.replace("[", "(").replace("]", ")").replace("<|", "< |").replace("|>", "| >").split())
