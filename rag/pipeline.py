"""From question to answer: the one path that every answer takes, whoever asks.

    question → what it means → its parts → passages → reading → evidence → draft → checked, cited sentences

Each step adds to a ``State``. A refusal is decided by ``rag.refusal`` alone, from the probability that the reader
gives.
"""

import threading
import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import replace

from index import Filters, ModelMissing
from index.index import Index
from rag.analysis import Analyser, analyse
from rag.answering import Answering
from rag.compound import Compound, compound
from rag.evidence import select_evidence
from rag.follow_ups import prepare_query
from rag.generation import Writer
from rag.numbering import numbered
from rag.prompting import prompt_variables
from rag.reader import Reader, Reading
from rag.refusal import answer_probability, is_worth_answering
from rag.search import retrieve
from rag.settings import Settings
from rag.state import State
from rag.steps import Step
from rag.types import Event, Passage, Request, Retrieved


class Pipeline:
    """Answers questions over one index. Safe to share between threads.

    Args:
        index: The articles.
        reader: Reads passages and judges claims.
        writer: Words answers by a language model; None to answer by quotes.
        settings: Numbers of passages and tokens.
        fingerprints: Names of the reader, the language model and the prompt.
    """

    def __init__(
        self, index: Index, reader: Reader, writer: Writer | None, settings: Settings, fingerprints: dict[str, str]
    ) -> None:
        self._index = index
        self._reader = reader
        self._writer = writer
        self._settings = settings
        self._fingerprints = fingerprints

    def answer(self, request: Request, steps: Step) -> Generator[Event]:
        """``Retrieved``, then each ``Sentence`` once it is checked, then ``Finished``.

        Args:
            request: What is asked.
            steps: Is told of each step.

        Raises:
            QuestionError: The question is empty or too long.
            IndexMissing: The index holds no article.
        """
        started = time.perf_counter()
        with steps.step("question", request.question) as step:
            query = prepare_query(request.question, request.history)
            step.result = query
        with steps.step("interpretation", query.standalone) as step:
            state = State(started, query, analyse(self._index, query.standalone))
            step.result = state.question.interpretation
        with steps.step("compound", state.question.meant) as step:
            state.compound = self._compound(state, request.filters)
            step.result = state.compound
        with steps.step("passages", query.standalone) as step:
            state.passages = self._passages(state, request.filters, step)
            step.result = state.passages
        state.retrieved = time.perf_counter()
        with steps.step("reading", state.passages) as step:
            state.passages, state.reading = self._read(state)
            step.result = state.reading
        answering = Answering(self._index, self._reader, self._fingerprints, state)
        yield Retrieved(state.passages, query.standalone)
        with steps.step("evidence", state.reading.sentences) as step:
            state.evidence = select_evidence(state.reading.sentences, self._settings.evidence_tokens)
            step.result = state.evidence
        with steps.step("answer", state.evidence) as step:
            with closing(self._draft(state, request.stopped, step)) as draft:
                for text in draft:
                    yield from answering.take(text, step)
            for event in answering.finish(step):
                step.result = event
                yield event

    def _compound(self, state: State, filters: Filters | None) -> Compound | None:
        if state.query.standalone != state.query.text:  # what was asked before is not asked again
            return None
        analyser = state.question.analyser
        return compound(
            state.question.meant, lambda text: self._read_alone(text, filters, analyser), self._settings.passages
        )

    def _read_alone(self, text: str, filters: Filters | None, analyser: Analyser) -> Reading:
        """What the articles say to one part of a question."""
        question = analyse(self._index, text, analyser)
        return self._reader.read(question, retrieve(self._index, question, self._settings.passages, filters))

    def _passages(self, state: State, filters: Filters | None, step: Step) -> tuple[Passage, ...]:
        if state.compound is not None:
            return state.compound.passages
        with step.step("search", state.query.standalone, "retriever") as search:
            found = retrieve(self._index, state.question, self._settings.passages, filters)
            search.result = found
        return found

    def _read(self, state: State) -> tuple[tuple[Passage, ...], Reading]:
        """The passages in the order of the reader, and its reading."""
        if state.compound is not None:
            return state.passages, Reading(state.compound.sentences, (), state.compound.probability)
        reading = self._reader.read(state.question, state.passages)
        passages, readings = numbered({"": reading}, len(state.passages), state.passages)
        probability = answer_probability(state.question.interpretation, reading.probability)
        return passages, replace(readings[""], probability=probability)

    def _draft(self, state: State, stopped: threading.Event, step: Step) -> Generator[str]:
        """The model's words; none without a model, and none where the question is refused."""
        if self._writer is None or not is_worth_answering(state.reading.probability):
            return
        variables = prompt_variables(state.question.meant, state.evidence)
        try:
            with (
                step.step("draft", variables) as drafting,
                closing(self._writer.draft(variables, stopped, drafting)) as words,
            ):
                for text in words:
                    drafting.result = (drafting.result or "") + text
                    yield text
        except ModelMissing as error:
            state.failure = str(error)
