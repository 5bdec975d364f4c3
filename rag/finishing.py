"""Last step of the chain: the draft becomes checked sentences, and they become the answer."""

import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig

from index.index import Index
from rag.drafts import DraftSentence, DraftSplitter, says_not_found
from rag.evidence import RankedSentence
from rag.grounding import Grounder
from rag.types import Answer, Citation, Event, Finished, Mode, Passage, Retrieved, Sentence

_REFUSAL = "Không tìm thấy câu trả lời trong các bài viết hiện có."


class Finishing(Runnable[Mapping[str, Any], Any]):
    """Takes the chain's state, streams events and ends in an ``Answer``.

    Args:
        index: The articles, for the weights of words and the fingerprint.
        mode: How the draft was made.
        fingerprints: Names of the language model and the prompt.
    """

    def __init__(self, index: Index, mode: Mode, fingerprints: Mapping[str, str]) -> None:
        self._index = index
        self._mode = mode
        self._fingerprints = fingerprints

    def invoke(self, input: Mapping[str, Any], config: RunnableConfig | None = None, **_: Any) -> Answer:  # noqa: A002
        """The finished answer."""
        answer: Answer = self._call_with_config(lambda state: _last_answer(self._events(iter([state]))), input, config)
        return answer

    def stream(self, input: Mapping[str, Any], config: RunnableConfig | None = None, **_: Any) -> Iterator[Event]:  # noqa: A002
        """The events of one finished draft."""
        return self.transform(iter([input]), config)

    def transform(
        self,
        input: Iterator[Mapping[str, Any]],  # noqa: A002
        config: RunnableConfig | None = None,
        **_: Any,
    ) -> Iterator[Event]:
        """Events as the parts of the state arrive."""
        yield from self._transform_stream_with_config(input, self._events, config)

    async def atransform(
        self,
        input: AsyncIterator[Mapping[str, Any]],  # noqa: A002
        config: RunnableConfig | None = None,
        **_: Any,
    ) -> AsyncIterator[Event]:
        """Events as the parts of the state arrive, asynchronously."""
        async for event in self._atransform_stream_with_config(input, self._async_events, config):
            yield event

    def _events(self, parts: Iterator[Mapping[str, Any]]) -> Iterator[Event]:
        answering = _Answering(self._index, self._mode, self._fingerprints)
        for part in parts:
            yield from answering.take(part)
        yield from answering.finish()

    async def _async_events(self, parts: AsyncIterator[Mapping[str, Any]]) -> AsyncIterator[Event]:
        answering = _Answering(self._index, self._mode, self._fingerprints)
        async for part in parts:
            for event in answering.take(part):
                yield event
        for event in answering.finish():
            yield event


class _Answering:
    """One answer in the making."""

    def __init__(self, index: Index, mode: Mode, fingerprints: Mapping[str, str]) -> None:
        self._index = index
        self._mode = mode
        self._fingerprints = fingerprints
        self._started = time.perf_counter()
        self._timings: dict[str, float] = {}
        self._passages: tuple[Passage, ...] = ()
        self._grounder = Grounder((), index.rarities)
        self._splitter = DraftSplitter()
        self._sentences: list[Sentence] = []

    def take(self, part: Mapping[str, Any]) -> Iterator[Event]:
        """Some of the state has arrived."""
        self._started = part.get("started", self._started)
        if "passages" in part:
            self._passages = part["passages"]
            self._grounder = Grounder(self._passages, self._index.rarities)
            self._note("retrieval")
            yield Retrieved(self._passages)
        if "quotes" in part:
            yield from self._quoted(part["quotes"])
        if "draft" in part:
            yield from self._checked(self._splitter.feed(part["draft"]))

    def finish(self) -> Iterator[Event]:
        """The draft has ended."""
        yield from self._checked(self._splitter.finish())
        self._note("first")
        self._note("total")
        yield Finished(self._answer())

    def _quoted(self, quotes: Sequence[RankedSentence]) -> Iterator[Sentence]:
        """Sentences of the articles as they stand; the same words of two articles are shown once."""
        for ranked in quotes:
            sentence = self._grounder.quote(ranked.passage, ranked.span)
            if all(sentence.text != shown.text for shown in self._sentences):
                yield self._show(sentence)

    def _show(self, sentence: Sentence) -> Sentence:
        self._sentences.append(sentence)
        self._note("first")
        return sentence

    def _checked(self, drafts: Iterator[DraftSentence]) -> Iterator[Sentence]:
        """Sentences that hold; a repeated, refusing or unsupported one is not shown."""
        for draft in drafts:
            if says_not_found(draft.text) or any(draft.text == shown.text for shown in self._sentences):
                continue
            sentence = self._grounder.check(draft)
            if sentence.verified:
                yield self._show(sentence)

    def _note(self, moment: str) -> None:
        self._timings.setdefault(moment, round(time.perf_counter() - self._started, 4))

    def _answer(self) -> Answer:
        citations = {citation.number: citation for sentence in self._sentences for citation in sentence.citations}
        return Answer(
            text=" ".join(_with_markers(sentence) for sentence in self._sentences) or _REFUSAL,
            sentences=tuple(self._sentences),
            citations=tuple(citations[number] for number in sorted(citations)),
            passages=self._passages,
            refused=not self._sentences,
            mode=self._mode,
            timings=self._timings,
            fingerprints={"index": self._index.fingerprint, **self._fingerprints},
        )


def _with_markers(sentence: Sentence) -> str:
    markers = "".join(f"[{citation.number}]" for citation in _in_order(sentence.citations))
    return f"{sentence.text} {markers}".rstrip()


def _in_order(citations: tuple[Citation, ...]) -> list[Citation]:
    return sorted(citations, key=lambda citation: citation.number)


def _last_answer(events: Iterator[Event]) -> Answer:
    answers = [event.answer for event in events if isinstance(event, Finished)]
    return answers[-1]
