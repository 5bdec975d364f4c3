"""The façade: open an index, ask in Vietnamese, get a cited answer or a refusal."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from prompts import Prompt, load_prompt
from rag.settings import Settings
from rag.steps import Step
from rag.types import Answer, Event, Finished, Found, History, Request

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.retrievers import BaseRetriever
    from langchain_core.runnables import Runnable

    from index import Filters, Index
    from rag.generation import Writer
    from rag.pipeline import Pipeline


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
        self._building = threading.Lock()
        self._built: Pipeline | None = None

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
        return self._events(Request(question, history, filters, stopped or threading.Event()), Step())

    def search(
        self, question: str, history: History = (), filters: "Filters | None" = None, count: int | None = None
    ) -> Found:
        """The best passages for a question, without reading them.

        Args:
            question: With or without accents.
            history: Earlier turns, as of ``stream``.
            filters: Which articles may be found.
            count: Most passages; by default as many as an answer draws on.

        Raises:
            QuestionError: The question is empty or too long.
            IndexMissing: The index holds no article.
        """
        from rag.follow_ups import prepare_query
        from rag.search import retrieve

        interpretation = self.index.interpret(prepare_query(question, history).standalone)
        return Found(interpretation, retrieve(self.index, interpretation, count or self.settings.passages, filters))

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
        from rag.trace import trace_of

        answering = Step()
        for _ in self._events(Request(question, history, filters), answering):
            pass
        return {"question": question, **trace_of(answering)}

    def _events(self, request: Request, steps: Step) -> Iterator[Event]:
        # Named, and not "yield from": otherwise the pipeline would be closed before ``stopped`` is set.
        events = self._pipeline.answer(request, steps)
        try:
            for event in events:  # noqa: UP028
                yield event
        finally:
            request.stopped.set()

    def as_runnable(self) -> "Runnable[Any, Any]":
        """The pipeline as a LangChain Runnable.

        Its input is a question, or ``{"question": …, "history": […], "filters": …}``; ``invoke`` and ``batch`` give
        ``Answer``, ``stream`` gives events.
        """
        from rag.langchain_adapter import AnswerRunnable

        return AnswerRunnable(lambda: self._pipeline)

    def as_retriever(self) -> "BaseRetriever":
        """The search as a LangChain retriever."""
        from rag.langchain_adapter import HybridRetriever

        return HybridRetriever(index=self.index, passages=self.settings.passages)

    def warm_up(self) -> None:
        """Load the models now, so that the first question does not wait for them."""
        self.index.embedder.embed_query("khởi động")
        _ = self._pipeline
        if self._model is None and self.settings.llm == "bundled":
            from rag.generation import read_ahead

            read_ahead(self._chat_model(), load_prompt("answer"))

    @property
    def _pipeline(self) -> "Pipeline":
        with self._building:  # two threads would both load the reader
            if self._built is None:
                self._built = self._build()
            return self._built

    def _build(self) -> "Pipeline":
        from rag.pipeline import Pipeline
        from rag.readers import open_reader

        prompt = load_prompt("answer")
        reader = open_reader(self.settings, self.index.rarities)
        fingerprints = {
            "reader": reader.fingerprint,
            "llm": self.settings.llm_name,
            "prompt": f"{prompt.name}-{prompt.fingerprint}",
        }
        return Pipeline(self.index, reader, self._writer(prompt), self.settings, fingerprints)

    def _writer(self, prompt: Prompt) -> "Writer | None":
        if self.quotes_only:
            return None
        from rag.generation import Patience, Writer

        patience = Patience(self.settings.llm_first_token_seconds, self.settings.llm_next_token_seconds)
        return Writer(self._chat_model, prompt, patience)

    def _chat_model(self) -> "BaseChatModel":
        from rag.chat_models import open_chat_model

        with self._opening:
            if self._model is None:
                self._model = open_chat_model(self.settings)
            assert self._model is not None, "asked for a model in extractive mode"  # noqa: S101
            return self._model
