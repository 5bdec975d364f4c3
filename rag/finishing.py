"""Last step of the chain: the draft becomes checked sentences, and they become the answer."""

import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda

from index.index import Index
from rag.answerability import WORTH_ANSWERING, WORTH_QUOTING_THOUGH_DENIED
from rag.compound import Compound
from rag.contradictions import Contradiction, find_contradiction
from rag.drafts import DraftSentence, DraftSplitter, says_not_found
from rag.echoes import is_no_answer
from rag.evidence import RankedSentence, best_quotes
from rag.grounding import Grounder
from rag.scope import is_courtesy
from rag.types import Answer, Event, Finished, Mode, Passage, Retrieved, Sentence

_REFUSAL = "Không tìm thấy câu trả lời trong các bài viết hiện có."
_OUTSIDE = 0.2  # below this probability a question is told to lie outside the articles
_OFF_TOPIC = "Câu hỏi có vẻ nằm ngoài nội dung các bài; tôi chỉ trả lời theo những gì các bài viết."
_COURTEOUS = "Chào bạn! Hãy hỏi một điều mà các bài viết có thể trả lời."
_FILTERED = "Không có bài nào qua được bộ lọc."
_ASK_AGAIN = "Bạn có thể hỏi cụ thể hơn, chẳng hạn nêu tên địa phương, cơ quan, năm hoặc số văn bản."
_FAILED = "Mô hình ngôn ngữ không trả lời trọn vẹn, nên phần còn thiếu được thay bằng trích dẫn nếu có"


FINISHING = "finishing"
"""Name of the run that turns the chain's state into the answer."""
SENTENCE = "sentence"
"""Name of the runs within it that judge one drafted sentence each."""

Verdict = Literal["shown", "unsupported", "no answer", "denial", "repeated"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A drafted sentence and what becomes of it.

    Attributes:
        verdict: Whether it is shown, or why not: nothing supports it, it only echoes the question, it says that there
            is no answer, or it has been said.
        sentence: The sentence, cited where the articles support it.
        support: Probability that they do; None where that was not looked at.
        failed: Which rule of grounding it broke, if any.
    """

    verdict: Verdict
    sentence: Sentence
    support: float | None = None
    failed: str = ""


class Finishing(Runnable[Mapping[str, Any], Any]):
    """Takes the chain's state, streams events and ends in an ``Answer``.

    Args:
        index: The articles, for the weights of words and the fingerprint.
        fingerprints: Names of the language model and the prompt.
    """

    def __init__(self, index: Index, fingerprints: Mapping[str, str]) -> None:
        self.name = FINISHING
        self._index = index
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
        answering = _Answering(self._index, self._fingerprints)
        for part in parts:
            yield from answering.take(part)
        yield from answering.finish()

    async def _async_events(self, parts: AsyncIterator[Mapping[str, Any]]) -> AsyncIterator[Event]:
        answering = _Answering(self._index, self._fingerprints)
        async for part in parts:
            for event in answering.take(part):
                yield event
        for event in answering.finish():
            yield event


class _Answering:
    """One answer in the making."""

    def __init__(self, index: Index, fingerprints: Mapping[str, str]) -> None:
        self._index = index
        self._fingerprints = fingerprints
        self._started = time.perf_counter()
        self._timings: dict[str, float] = {}
        self._standalone = ""
        self._meant = ""
        self._passages: tuple[Passage, ...] = ()
        self._ranked: list[RankedSentence] = []
        self._compound: Compound | None = None
        self._confidence = 0.0
        self._failure = ""
        self._mode: Mode = "extractive"
        self._grounder = Grounder((), index.rarities)
        self._splitter = DraftSplitter()
        self._sentences: list[Sentence] = []
        self._dropped = 0
        self._denied = False

    def take(self, part: Mapping[str, Any]) -> Iterator[Event]:
        """Some of the state has arrived."""
        self._started = part.get("started", self._started)
        self._ranked = part.get("ranked", self._ranked)
        self._compound = part.get("compound", self._compound)
        self._confidence = part.get("confidence", self._confidence)
        self._failure = part.get("failure", self._failure)
        if "query" in part:
            self._standalone = part["query"].standalone
        if "interpretation" in part:
            self._meant = part["interpretation"].meant
        if "passages" in part:
            self._passages = part["passages"]
            self._grounder = Grounder(self._passages, self._index.rarities)
            self._note("retrieval")
            yield Retrieved(self._passages, self._standalone)
        if "draft" in part:
            yield from self._checked(self._splitter.feed(part["draft"]))

    def finish(self) -> Iterator[Event]:
        """The draft has ended. What it left open is answered by quotes, if the articles are likely to answer."""
        yield from self._checked(self._splitter.finish())
        threshold = WORTH_QUOTING_THOUGH_DENIED if self._denied else WORTH_ANSWERING
        if self._confidence >= threshold:
            for quotes in list(self._left_open()):
                yield from self._quoted(quotes)
        self._note("first")
        self._note("total")
        yield Finished(self._answer())

    def _left_open(self) -> Iterator[Sequence[RankedSentence]]:
        """The best quotes of what no sentence shown answers: the question, or a part of a compound one."""
        if self._compound is None:
            if not self._sentences:
                yield best_quotes(self._ranked)
            return
        cited = {(one.article_id, one.start, one.end) for shown in self._sentences for one in shown.citations}
        for ranked in self._compound.parts.values():
            quotes = best_quotes(ranked)
            if cited.isdisjoint((one.passage.article.id, one.span.start, one.span.end) for one in quotes):
                yield quotes

    def _quoted(self, quotes: Sequence[RankedSentence]) -> Iterator[Sentence]:
        """Sentences of the articles as they stand; the same words of two articles are shown once."""
        for ranked in quotes:
            sentence = self._grounder.quote(ranked.passage, ranked.span)
            if all(sentence.text != shown.text for shown in self._sentences):
                yield from self._show(sentence)

    def _checked(self, drafts: Iterator[DraftSentence]) -> Iterator[Sentence]:
        """Sentences that hold; a repeated, refusing or unsupported one is not shown."""
        judging = RunnableLambda(self._judge, name=SENTENCE)  # a run, so that tracers see what became of each
        for draft in drafts:
            outcome = judging.invoke(draft)
            if outcome.verdict == "shown":
                self._mode = "llm"
                yield from self._show(outcome.sentence)
            elif outcome.verdict == "denial":
                self._denied = True
            elif outcome.verdict != "repeated":
                self._dropped += 1

    def _judge(self, draft: DraftSentence) -> Outcome:
        if says_not_found(draft.text):
            return Outcome("denial", Sentence(draft.text, (), verified=False))
        if any(draft.text == shown.text for shown in self._sentences):
            return Outcome("repeated", Sentence(draft.text, (), verified=False))
        judgement = self._grounder.judge(draft, self._meant)
        verdict: Verdict = "shown" if judgement.sentence.verified else "unsupported"
        if verdict == "shown" and not self._sentences and is_no_answer(draft.text, self._meant):
            verdict = "no answer"
        return Outcome(verdict, judgement.sentence, judgement.support, judgement.failed)

    def _show(self, sentence: Sentence) -> Iterator[Sentence]:
        """The sentence, and what another article says against it."""
        self._sentences.append(sentence)
        self._note("first")
        yield sentence
        contradiction = find_contradiction(sentence, self._passages, self._index.rarities)
        if contradiction is not None:
            other = self._contradicting(sentence, contradiction)
            if all(other.text != shown.text for shown in self._sentences):
                self._sentences.append(other)
                yield other

    def _contradicting(self, sentence: Sentence, contradiction: Contradiction) -> Sentence:
        """What the other article says, with the days of both where the articles name them."""
        cited = {citation.article_id for citation in sentence.citations}
        first = next(passage for passage in self._passages if passage.article.id in cited)
        quote = self._grounder.quote(contradiction.passage, contradiction.span)
        days = [self._day(passage) for passage in (contradiction.passage, first)]
        text = f"Tuy nhiên, một bài khác{_dated(days[0])} lại viết: “{quote.text}”"
        if days[1] is not None:
            text += f" (câu trên theo bài{_dated(days[1])})"
        citations = (*quote.citations, *(citation for day in days if day for citation in day.citations))
        return Sentence(text, citations, verified=True)

    def _day(self, passage: Passage) -> Sentence | None:
        """The line of an article that tells its day of publication."""
        span = passage.article.spans.get("published")
        return self._grounder.quote(passage, span) if span else None

    def _note(self, moment: str) -> None:
        self._timings.setdefault(moment, round(time.perf_counter() - self._started, 4))

    def _answer(self) -> Answer:
        citations = {citation.number: citation for sentence in self._sentences for citation in sentence.citations}
        return Answer(
            text=" ".join(sentence.marked_text for sentence in self._sentences) or self._refusal(),
            sentences=tuple(self._sentences),
            citations=tuple(citations[number] for number in sorted(citations)),
            passages=self._passages,
            refused=not self._sentences,
            mode=self._mode,
            timings=self._timings,
            fingerprints={"index": self._index.fingerprint, **self._fingerprints},
            standalone=self._standalone,
            confidence=self._confidence,
            notice="; ".join(self._notices()),
            dropped=self._dropped,
            unanswered=self._unanswered,
            model_failed=bool(self._failure),
        )

    @property
    def _unanswered(self) -> tuple[str, ...]:
        """The parts of the question that are left open beside others that are answered."""
        return self._compound.unanswered if self._compound and self._sentences else ()

    def _notices(self) -> Iterator[str]:
        if self._unanswered:
            left = "; ".join(f"“{part.rstrip(' ?.')}”" for part in self._unanswered)
            yield f"Không tìm thấy câu trả lời cho phần {left}"
        if self._failure:
            yield f"{_FAILED} ({self._failure.rstrip('.')})"

    def _refusal(self) -> str:
        if is_courtesy(self._standalone):
            return _COURTEOUS
        if not self._passages:
            return f"{_REFUSAL} {_FILTERED}"
        if self._confidence < _OUTSIDE:
            return f"{_REFUSAL} {_OFF_TOPIC}"
        return f"{_REFUSAL} {_ASK_AGAIN}"


def _dated(day: Sentence | None) -> str:
    return f" (“{day.text}”)" if day else ""


def _last_answer(events: Iterator[Event]) -> Answer:
    answers = [event.answer for event in events if isinstance(event, Finished)]
    return answers[-1]
