"""From the draft to the answer: each sentence is checked, what it leaves open is quoted, and both become an answer."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from index.index import Index
from rag.contradictions import Contradiction, find_contradiction
from rag.drafts import DraftSentence, DraftSplitter, carries, repeats, says_not_found
from rag.grounding import Grounder
from rag.reader import Reader, ReadSentence
from rag.refusal import is_sure, is_worth_answering, refusal_text
from rag.state import State
from rag.steps import Step
from rag.types import Answer, Event, Finished, Mode, Passage, Sentence

_FAILED = "Mô hình ngôn ngữ không trả lời trọn vẹn, nên phần còn thiếu được thay bằng trích dẫn nếu có"

Verdict = Literal["shown", "unsupported", "no answer", "denial", "repeated"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A drafted sentence and what becomes of it.

    Attributes:
        verdict: Whether it is shown, or why not: nothing supports it, it lacks the answer, it says that there
            is no answer, or it has been said.
        sentence: The sentence, cited where the articles support it.
        support: Probability that they do; None where that was not looked at.
        failed: Which rule of grounding it broke, if any.
    """

    verdict: Verdict
    sentence: Sentence
    support: float | None = None
    failed: str = ""


class Answering:
    """One answer in the making, from the moment when its passages are known.

    Args:
        index: The articles, for the weights of words and the fingerprint.
        reader: Judges claims.
        fingerprints: Names of the reader, the language model and the prompt.
        state: What is known of the answer; read, not changed.
    """

    def __init__(self, index: Index, reader: Reader, fingerprints: Mapping[str, str], state: State) -> None:
        self._index = index
        self._fingerprints = fingerprints
        self._state = state
        self._grounder = Grounder(state.passages, index.rarities, reader, state.question.analyser, self._quotes())
        self._splitter = DraftSplitter()
        self._timings: dict[str, float] = {}
        self._mode: Mode = "extractive"
        self._sentences: list[Sentence] = []
        self._dropped = 0
        self._denied = False
        self._timings["retrieval"] = round(state.retrieved - state.started, 4)

    def take(self, text: str, step: Step) -> Iterator[Sentence]:
        """The sentences that a piece of the draft completes and that hold."""
        yield from self._checked(self._splitter.feed(text), step)

    def finish(self, step: Step) -> Iterator[Event]:
        """The draft has ended. What it left open is answered by quotes, if the articles are likely to answer."""
        yield from self._checked(self._splitter.finish(), step)
        if is_worth_answering(self._state.reading.probability, self._denied):
            for quotes in list(self._left_open()):
                yield from self._quoted(quotes)
        self._note("first")
        self._note("total")
        yield Finished(self._answer())

    def _left_open(self) -> Iterator[Sequence[ReadSentence]]:
        """The quotes of what no sentence shown answers: the question, or a part of a compound one."""
        if self._state.compound is None:
            if not self._sentences:
                yield self._state.reading.quotes
            return
        cited = {(one.article_id, one.start, one.end) for shown in self._sentences for one in shown.citations}
        for reading in self._state.compound.parts.values():
            if cited.isdisjoint((one.passage.article.id, one.span.start, one.span.end) for one in reading.quotes):
                yield reading.quotes

    def _quoted(self, quotes: Sequence[ReadSentence]) -> Iterator[Sentence]:
        """Sentences of the articles as they stand; the same words of two articles are shown once."""
        for quote in quotes:
            sentence = self._grounder.quote(quote.passage, quote.span)
            if all(sentence.text != shown.text for shown in self._sentences):
                yield from self._show(sentence)

    def _checked(self, drafts: Iterator[DraftSentence], step: Step) -> Iterator[Sentence]:
        """Sentences that hold; a repeated, refusing or unsupported one is not shown."""
        for draft in drafts:
            with step.step("sentence", draft) as judging:
                outcome = self._judge(draft)
                judging.result = outcome
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
        meant = self._state.question.meant
        judgement = self._grounder.judge(draft, meant)
        verdict: Verdict = "shown" if judgement.sentence.verified else "unsupported"
        if verdict == "shown" and not self._sentences and self._leaves_open(draft.text):
            verdict = "no answer"
        return Outcome(verdict, judgement.sentence, judgement.support, judgement.failed)

    def _leaves_open(self, text: str) -> bool:
        """Whether a drafted sentence lacks the answer: the reader's where that is sure, else any word of its own."""
        pointed = [(quote.passage.article.text, quote.answer) for quote in self._quotes()]
        answers = [article[answer.start : answer.end] for article, answer in pointed if answer is not None]
        if any(carries(text, answer) for answer in answers):
            return False
        sure = bool(answers) and is_sure(self._state.reading.probability)
        return sure or repeats(text, self._state.question.meant)

    def _quotes(self) -> Sequence[ReadSentence]:
        """What is quoted where no model words the answer."""
        compound = self._state.compound
        if compound is None:
            return self._state.reading.quotes
        return [quote for reading in compound.parts.values() for quote in reading.quotes]

    def _show(self, sentence: Sentence) -> Iterator[Sentence]:
        """The sentence, and what another article says against it."""
        self._sentences.append(sentence)
        self._note("first")
        yield sentence
        state = self._state
        contradiction = find_contradiction(sentence, state.passages, self._index.rarities, state.question.analyser)
        if contradiction is not None:
            other = self._contradicting(sentence, contradiction)
            if all(other.text != shown.text for shown in self._sentences):
                self._sentences.append(other)
                yield other

    def _contradicting(self, sentence: Sentence, contradiction: Contradiction) -> Sentence:
        """What the other article says, with the days of both where the articles name them."""
        cited = {citation.article_id for citation in sentence.citations}
        first = next(passage for passage in self._state.passages if passage.article.id in cited)
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
        self._timings.setdefault(moment, round(time.perf_counter() - self._state.started, 4))

    def _answer(self) -> Answer:
        state = self._state
        citations = {citation.number: citation for sentence in self._sentences for citation in sentence.citations}
        refusal = refusal_text(state.query.standalone, state.passages, state.reading.probability)
        return Answer(
            text=" ".join(sentence.marked_text for sentence in self._sentences) or refusal,
            sentences=tuple(self._sentences),
            citations=tuple(citations[number] for number in sorted(citations)),
            passages=state.passages,
            refused=not self._sentences,
            mode=self._mode,
            timings=self._timings,
            fingerprints={"index": self._index.fingerprint, **self._fingerprints},
            standalone=state.query.standalone,
            confidence=state.reading.probability,
            notice="; ".join(self._notices()),
            dropped=self._dropped,
            unanswered=self._unanswered,
            model_failed=bool(state.failure),
        )

    @property
    def _unanswered(self) -> tuple[str, ...]:
        """The parts of the question that are left open beside others that are answered."""
        return self._state.compound.unanswered if self._state.compound and self._sentences else ()

    def _notices(self) -> Iterator[str]:
        if self._unanswered:
            left = "; ".join(f"“{part.rstrip(' ?.')}”" for part in self._unanswered)
            yield f"Không tìm thấy câu trả lời cho phần {left}"
        if self._state.failure:
            yield f"{_FAILED} ({self._state.failure.rstrip('.')})"


def _dated(day: Sentence | None) -> str:
    return f" (“{day.text}”)" if day else ""
