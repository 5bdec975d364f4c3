"""hoidap inside LangChain: the pipeline as a Runnable whose steps tracers see, and the search as a retriever."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from langchain_core.callbacks import (
    AsyncCallbackManagerForChainRun,
    CallbackManager,
    CallbackManagerForChainRun,
    CallbackManagerForRetrieverRun,
)
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableConfig
from pydantic import ConfigDict, Field

from index import Filters
from index.index import Index
from rag.pipeline import Pipeline
from rag.search import retrieve
from rag.steps import Kind, Step
from rag.types import Answer, Event, Finished, Passage, Request


class AnswerRunnable(Runnable[Any, Any]):
    """The pipeline as a LangChain Runnable: ``invoke`` and ``batch`` give the ``Answer``, ``stream`` gives the events.

    Its input is a question, or ``{"question": …, "history": […], "filters": …}``. Tracers see each step under its name.

    Args:
        pipeline: Gives the pipeline when it is first needed.
    """

    def __init__(self, pipeline: Callable[[], Pipeline]) -> None:
        self.name = "hoidap"
        self._pipeline = pipeline

    def invoke(self, input: Any, config: RunnableConfig | None = None, **_: Any) -> Answer:  # noqa: A002
        """The finished answer."""
        answer: Answer = self._call_with_config(self._answer, input, config)
        return answer

    def stream(self, input: Any, config: RunnableConfig | None = None, **_: Any) -> Iterator[Event]:  # noqa: A002
        """The events of the answer."""
        yield from self.transform(iter([input]), config)

    def transform(
        self,
        input: Iterator[Any],  # noqa: A002
        config: RunnableConfig | None = None,
        **_: Any,
    ) -> Iterator[Event]:
        """The events of the answer to the question that arrives."""
        yield from self._transform_stream_with_config(input, self._events, config)

    async def astream(self, input: Any, config: RunnableConfig | None = None, **_: Any) -> AsyncIterator[Event]:  # noqa: A002
        """The events of the answer, worked out in another thread."""

        async def only() -> AsyncIterator[Any]:
            yield input

        async for event in self._atransform_stream_with_config(only(), self._async_events, config):
            yield event

    def _answer(self, asked: Any, run_manager: CallbackManagerForChainRun) -> Answer:
        *_, last = self._events(iter([asked]), run_manager)
        assert isinstance(last, Finished), "the pipeline always ends with Finished"  # noqa: S101
        return last.answer

    def _events(self, asked: Iterator[Any], run_manager: CallbackManagerForChainRun) -> Iterator[Event]:
        for one in asked:
            yield from self._pipeline().answer(_request(one), _WatchedStep(manager=run_manager))

    async def _async_events(
        self, asked: AsyncIterator[Any], run_manager: AsyncCallbackManagerForChainRun
    ) -> AsyncIterator[Event]:
        async for one in asked:
            events = self._events(iter([one]), run_manager.get_sync())
            with closing(events):  # type: ignore[type-var]
                while (event := await asyncio.to_thread(next, events, None)) is not None:
                    yield event


class HybridRetriever(BaseRetriever):
    """The best passages for a question, as LangChain documents.

    ``page_content`` is the chunk's text; ``metadata`` holds article_id, title, published, source, url, start, end,
    score and also_in (ids of articles with nearly the same words); ``id`` is the chunk's id.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Index = Field(exclude=True, repr=False)
    passages: int
    filters: Filters | None = None

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [_document(passage) for passage in retrieve(self.index, query, self.passages, self.filters)]


@dataclass(slots=True)
class _WatchedStep(Step):
    """A step that LangChain's callbacks are told of, as a run within the run of the step around it."""

    manager: Any = None

    def begin(self, name: str, inputs: Any, kind: Kind) -> Step:
        within: CallbackManager = self.manager.get_child()
        if kind == "retriever":
            return _WatchedStep(name, manager=within.on_retriever_start({"name": name}, inputs, name=name))
        return _WatchedStep(name, manager=within.on_chain_start({"name": name}, {"input": inputs}, name=name))

    def end(self) -> None:
        if isinstance(self.manager, CallbackManagerForRetrieverRun):
            self.manager.on_retriever_end([_document(passage) for passage in self.result])
        else:
            self.manager.on_chain_end({"output": self.result})

    def fail(self, error: Exception) -> None:
        if isinstance(self.manager, CallbackManagerForRetrieverRun):
            self.manager.on_retriever_error(error)
        else:
            self.manager.on_chain_error(error)

    @property
    def callbacks(self) -> Any:
        return self.manager.get_child()


def _request(asked: Any) -> Request:
    if not isinstance(asked, Mapping):
        return Request(asked)
    return Request(asked["question"], asked.get("history", ()), asked.get("filters"))


def _document(passage: Passage) -> Document:
    article = passage.article
    return Document(
        id=str(passage.chunk.id),
        page_content=passage.text,
        metadata={
            "article_id": article.id,
            "title": article.title,
            "published": article.published.isoformat() if article.published else None,
            "source": article.source,
            "url": article.url,
            "start": passage.chunk.start,
            "end": passage.chunk.end,
            "score": passage.score,
            "also_in": [copy.id for copy in passage.also_in],
        },
    )
