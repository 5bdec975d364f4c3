"""The chat model's words, streamed: in Vietnamese, within its time, and gone when told to stop."""

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from concurrent.futures import Future
from contextlib import aclosing
from dataclasses import dataclass
from functools import cache
from typing import TypeVar, cast

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage, HumanMessage
from langchain_core.prompt_values import PromptValue
from langchain_core.runnables import RunnableConfig

from index import ModelMissing
from prompts import Prompt, load_prompt
from rag.chat_models import endpoint_errors
from rag.fluency import FluentText
from rag.prompting import template
from rag.steps import ModelCall, Step

_STOP_CHECK_SECONDS = 0.05
_T = TypeVar("_T")
_starting = threading.Lock()


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a model.

    Attributes:
        first_seconds: For the first token, the reading of the prompt and the questions before it included.
        next_seconds: For each further one.
    """

    first_seconds: float = 120
    next_seconds: float = 30


class Writer:
    """Has the chat model word an answer.

    Args:
        model: Gives the chat model when it is first needed.
        prompt: Template with the variables ``evidence`` and ``question``.
        patience: Waits for the model's tokens.
    """

    def __init__(self, model: Callable[[], BaseChatModel], prompt: Prompt, patience: Patience | None = None) -> None:
        self._model = model
        self._template = template(prompt)
        self._patience = patience or Patience()

    def draft(self, variables: dict[str, str], stopped: threading.Event, step: Step | None = None) -> Generator[str]:
        """The model's words as they come.

        A beginning that is no Vietnamese answer is not passed on; the model is then asked once more, firmly, and if
        that fails too nothing comes. The stream ends where the text turns to another script or to a loop. When
        ``stopped`` is set, or the stream is closed, the request is dropped at once, and with it the work of a server
        that notices closed connections.

        Args:
            variables: Of the prompt.
            stopped: Tells the model to stop, from any thread.
            step: The step that this is part of.

        Raises:
            ModelMissing: The model cannot be reached, takes too long or refuses the request.
        """
        step = step or Step()
        config: RunnableConfig = {"callbacks": step.callbacks}
        prompt = self._template.invoke(variables, {**config, "run_name": "prompt"})
        answer = self._answer(prompt, config, stopped, step)
        try:
            while (text := _on_model_loop(anext(answer, None)).result()) is not None:
                yield text
        finally:
            _on_model_loop(answer.aclose()).result()

    async def _answer(
        self, prompt: PromptValue, config: RunnableConfig, stopped: threading.Event, step: Step
    ) -> AsyncGenerator[str, None]:
        """What a reader may see of the answer, or nothing."""
        model = await asyncio.to_thread(self._model)
        for messages in (prompt.to_messages(), _asked_again(prompt)):
            fluent = FluentText()
            passed = False
            async with aclosing(self._tokens(model, messages, config, stopped, step)) as tokens:
                async for token in tokens:
                    if text := fluent.feed(token):
                        passed = True
                        yield text
                    if fluent.ended:
                        break
            if text := fluent.finish():
                passed = True
                yield text
            if passed or stopped.is_set():
                return

    async def _tokens(
        self,
        model: BaseChatModel,
        messages: list[BaseMessage],
        config: RunnableConfig,
        stopped: threading.Event,
        step: Step,
    ) -> AsyncGenerator[str, None]:
        """The model's text until it ends, is told to stop or takes too long; leaving early closes its connection."""
        seconds = self._patience.first_seconds
        stream = cast(AsyncGenerator[AIMessageChunk, None], model.astream(messages, config))
        said: list[str] = []
        complete = False
        try:
            with endpoint_errors():
                async with aclosing(stream):
                    while (message := await _unless_stopped(anext(stream, None), stopped, seconds)) is not None:
                        said.append(message.text)
                        yield message.text
                        seconds = self._patience.next_seconds
            complete = not stopped.is_set()
        finally:
            sent = tuple((message.type, str(message.content)) for message in messages)
            step.calls.append(ModelCall(model.get_name(), sent, "".join(said), complete))


def read_ahead(model: BaseChatModel, prompt: Prompt) -> None:
    """Have the model read the fixed beginning of the prompt, which a runtime with a prompt cache then need not again.

    Of the bundled model's prompt it is 345 tokens of some 850, read at 30 to 70 a second.
    """
    empty = dict.fromkeys(prompt.variables, "")
    with endpoint_errors():
        model.invoke(template(prompt).invoke(empty), max_completion_tokens=1)


async def _unless_stopped(coming: Awaitable[_T], stopped: threading.Event, seconds: float) -> _T | None:
    """What is coming; None once stopped."""
    waiting = asyncio.ensure_future(coming)
    deadline = time.monotonic() + seconds
    try:
        while not waiting.done():
            if stopped.is_set():
                return None
            if time.monotonic() > deadline:
                raise ModelMissing(
                    f"Mô hình ngôn ngữ im lặng quá {seconds:g} giây. Hãy thử lại, đặt thời gian chờ dài hơn, "
                    "hoặc đặt HOIDAP_LLM=extractive."
                )
            await asyncio.wait([waiting], timeout=_STOP_CHECK_SECONDS)
        return waiting.result()
    finally:
        if not waiting.done():
            waiting.cancel()
            await asyncio.wait([waiting])


def _asked_again(prompt: PromptValue) -> list[BaseMessage]:
    """The same prompt with a firmer last line; its beginning stays in the runtime's cache."""
    *before, question = prompt.to_messages()
    (_, firmer), *_ = load_prompt("retry").messages
    return [*before, HumanMessage(f"{question.text}\n\n{firmer}")]


def _on_model_loop(coming: Awaitable[_T]) -> Future[_T]:
    """Run it on the one event loop on which all models speak.

    Cancelling a request there is what closes its connection while the prompt is still being read, which a thread
    that waits for a socket cannot do; and an asynchronous HTTP client belongs to one loop.
    """

    async def run() -> _T:
        return await coming

    with _starting:
        loop = _loop()
    return asyncio.run_coroutine_threadsafe(run(), loop)


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="hoidap-model", daemon=True).start()
    return loop
