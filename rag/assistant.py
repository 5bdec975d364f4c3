"""The façade: open an index, ask in Vietnamese, get a cited answer or a refusal."""

import threading
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from prompts import load_prompt
from rag.settings import Settings
from rag.types import Answer, Event, Finished, History

if TYPE_CHECKING:
    from langchain_core.callbacks import BaseCallbackHandler
    from langchain_core.language_models import BaseChatModel
    from langchain_core.retrievers import BaseRetriever
    from langchain_core.runnables import Runnable

    from index import Filters, Index


class Assistant:
    """Answers questions over one index. Safe to share between threads.

    Use ``Assistant.open``; the constructor takes ready parts.

    Args:
        index: The articles.
        settings: How to answer.
        model: A LangChain chat model to use in place of the one the settings name.

    Example:
        >>> assistant = Assistant.open("data/index")  # doctest: +SKIP
        >>> assistant.ask("Xã nào được chọn làm thí điểm?").text  # doctest: +SKIP
        'Xã Phú Thọ được chọn làm thí điểm mô hình tiếp xúc, đối thoại với nhân dân. [1]'
    """

    def __init__(self, index: "Index", settings: Settings | None = None, model: "BaseChatModel | None" = None) -> None:
        self.index = index
        self.settings = settings or Settings()
        self._model = model
        self._opening = threading.Lock()

    @classmethod
    def open(
        cls, path: Path | str | None = None, settings: Settings | None = None, model: "BaseChatModel | None" = None
    ) -> Self:
        """Open the index in a folder (by default what the settings name). Models load on first use.

        Raises:
            IndexMissing: There is no index in the folder.
            IndexMismatch: It was made by another sentence model or format.
            IndexDamaged: It cannot be read.
        """
        from index import Index

        settings = settings or Settings()
        return cls(Index.open(path, settings), settings, model)

    def ask(self, question: str, history: History = (), filters: "Filters | None" = None) -> Answer:
        """The whole answer: ``stream`` drained.

        Raises:
            QuestionError: The question is empty or too long.
            ModelMissing: A model is not available or does not answer.
        """
        answer: Answer | None = None
        for event in self.stream(question, history, filters):
            if isinstance(event, Finished):
                answer = event.answer
        assert answer is not None, "the chain always ends with Finished"  # noqa: S101
        return answer

    def stream(
        self,
        question: str,
        history: History = (),
        filters: "Filters | None" = None,
        stopped: threading.Event | None = None,
    ) -> Iterator[Event]:
        """The answer as it comes: ``Retrieved``, then each ``Sentence`` once checked, then ``Finished``.

        Args:
            question: What to answer, in Vietnamese, with or without accents.
            history: Earlier turns as mappings of "role" ("user" or "assistant") and "content"; not changed.
            filters: Which articles may be drawn on.
            stopped: When another thread sets it the model is told to stop at once, and what still comes may be thrown
                away; closing the stream does the same, but not while it is waiting for the model.
        """
        return self._stream({"question": question, "history": history, "filters": filters}, stopped=stopped)

    @property
    def quotes_only(self) -> bool:
        """Whether answers quote the articles, without a language model."""
        return self._model is None and self.settings.llm == "extractive"

    def trace(self, question: str, history: History = (), filters: "Filters | None" = None) -> dict[str, Any]:
        """How the answer came about, as JSON-ready data: the form of ``hoidap ask --trace``.

        It holds the question as understood, the passages, the evidence, what the model was sent and replied, what
        became of each drafted sentence, the answer in the form of ``Answer.to_dict`` and the steps with their times.

        Raises:
            QuestionError: The question is empty or too long.
            ModelMissing: A model is not available.
        """
        from rag.trace import AnswerTracer

        tracer = AnswerTracer()
        for _ in self._stream({"question": question, "history": history, "filters": filters}, tracer):
            pass
        return {"question": question, **tracer.facts()}

    def _stream(
        self, asked: dict[str, Any], *callbacks: "BaseCallbackHandler", stopped: threading.Event | None = None
    ) -> Iterator[Event]:
        from rag.wording import STOPPED

        stopped = stopped or threading.Event()
        # Named, and not "yield from": otherwise the chain would be closed, and drained, before ``stopped`` is set.
        events = self._chain.stream(asked, {"configurable": {STOPPED: stopped}, "callbacks": list(callbacks)})
        try:
            for event in events:  # noqa: UP028
                yield event
        finally:
            stopped.set()

    def as_runnable(self) -> "Runnable[Any, Any]":
        """The chain as a LangChain Runnable.

        Its input is a question, or ``{"question": …, "history": […], "filters": …}``; ``invoke`` and ``batch`` give
        ``Answer``, ``stream`` gives events.
        """
        return self._chain

    def as_retriever(self) -> "BaseRetriever":
        """The search as a LangChain retriever."""
        from rag.retriever import HybridRetriever

        return HybridRetriever(index=self.index, passages=self.settings.passages)

    def warm_up(self) -> None:
        """Load the models now, so that the first question does not wait for them."""
        self.index.embedder.embed_query("khởi động")
        if self._model is None and self.settings.llm == "bundled":
            from rag.wording import read_ahead

            read_ahead(self._chat_model(), load_prompt("answer"))

    @cached_property
    def _chain(self) -> "Runnable[Any, Any]":
        from rag.chain import answer_chain

        model = None if self.quotes_only else self._chat_model
        return answer_chain(self.index, model, load_prompt("answer"), self.settings)

    def _chat_model(self) -> "BaseChatModel":
        from rag.models import open_chat_model

        with self._opening:
            if self._model is None:
                self._model = open_chat_model(self.settings)
            assert self._model is not None, "asked for a model in extractive mode"  # noqa: S101
            return self._model
