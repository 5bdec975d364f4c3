"""A stand-in for a language model that says what it is told: shipped for tests and offline demos."""

from collections.abc import Iterator, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult


class Scripted(BaseChatModel):
    """Answers with ``replies`` in turn, the last one again and again, streamed in pieces of ``piece`` characters.

    Attributes:
        replies: What to say; the prompt is kept in ``asked``.
        piece: Characters in each streamed piece; small ones tear markers apart, as real models do.
        asked: The messages of every call so far.
    """

    replies: Sequence[str]
    piece: int = 3
    asked: list[list[BaseMessage]] = []  # noqa: RUF012 - pydantic copies defaults

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage(self._next(messages)))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        reply = self._next(messages)
        for start in range(0, max(len(reply), 1), self.piece):
            yield ChatGenerationChunk(message=AIMessageChunk(content=reply[start : start + self.piece]))

    def _next(self, messages: list[BaseMessage]) -> str:
        self.asked.append(messages)
        return self.replies[min(len(self.asked), len(self.replies)) - 1]
