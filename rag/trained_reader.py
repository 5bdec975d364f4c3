"""The reader that understands: a small network scores every sentence beside the question.

What is learnt is in its weights; what they make of a pile of articles is calibrated by two short weighted sums, in
which the scores of the search and shared words keep a part.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index import Span
from index.models.reader import PairReading, ReaderModel
from index.models.reader_input import WINDOW, ReaderInput, reader_inputs
from index.vietnamese.sentences import strip_span
from rag.analysis import AnalysedQuestion
from rag.lexical_reader import LexicalReader, sentence_signals
from rag.matching import Rarities, coverage
from rag.quotable import best_quotes, header_lines, quotable_sentences
from rag.ranking import Signals, lead, weighted
from rag.reader import Claim, Reading, ReadSentence
from rag.support import support_probabilities
from rag.types import Passage

_LONGEST_ANSWER = 40  # tokens
_UNREAD: tuple[float, Span | None] = (-20.0, None)  # of a sentence without a token, or beside too long a question


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """A sentence and what is known of it.

    Attributes:
        passage: Where it stands.
        span: Its place in the article's text.
        signals: "logit" is the network's, above that of none answering; "score" that of the passage, "names" and
            "numbers" the shares of the question's in it and its title; the others are those of ``sentence_signals``.
        answer: Its words that answer best, as a span of the article's text.
    """

    passage: Passage
    span: Span
    signals: Signals
    answer: Span | None


class TrainedReader:
    """Reads with the network. Safe to share between threads.

    Args:
        model: The network.
        rarities: Weight of folded words, such as ``Index.rarities``.
    """

    def __init__(self, model: ReaderModel, rarities: Rarities) -> None:
        self.fingerprint = model.fingerprint
        self._model = model
        self._rarities = rarities
        self._about_articles = LexicalReader(rarities)
        calibration = model.calibration
        self._sentence = _named(calibration, "sentence")
        self._answered = _named(calibration, "answered")
        self._bias = calibration["bias"]
        self._quote_too = calibration["quote_too"]

    def read(self, question: AnalysedQuestion, passages: Sequence[Passage]) -> Reading:
        """Sentences by the network's decision over all of them and none."""
        if any(True for _ in header_lines(question, passages)):
            return self._about_articles.read(question, passages)
        scored = self.scored(question, passages)
        if not scored:
            return Reading((), (), 0.0)
        totals = {one: weighted(one.signals, self._sentence) for one in scored}
        ranked = sorted(scored, key=lambda one: -totals[one])
        signals = answer_signals(ranked, [totals[one] for one in ranked])
        probability = 1 / (1 + math.exp(-weighted(signals, self._answered) - self._bias))
        sentences = [ReadSentence(one.passage, one.span, totals[one], one.answer) for one in ranked]
        return Reading(sentences, best_quotes(sentences, self._quote_too), probability)

    def supports(self, claims: Sequence[Claim]) -> list[float]:
        """By countable signals of each claim."""
        return support_probabilities(claims, self._rarities)

    def scored(self, question: AnalysedQuestion, passages: Sequence[Passage]) -> list[Scored]:
        """Every sentence that may be quoted, with its signals: what the calibration is learnt from."""
        best = max((passage.score for passage in passages), default=0.0)
        carried = {passage.number: _carried(question, passage) for passage in passages}
        read = self._read_passages(question, passages)
        found: list[Scored] = []
        for one in quotable_sentences(question, passages):
            logit, answer = read[one.passage.number][one.number]
            of_passage = {"score": one.passage.score, **carried[one.passage.number]}
            signals = {"logit": logit, **sentence_signals(question, one, best), **of_passage}
            found.append(Scored(one.passage, one.sentence.span, signals, answer))
        return found

    def _read_passages(
        self, question: AnalysedQuestion, passages: Sequence[Passage]
    ) -> dict[int, list[tuple[float, Span | None]]]:
        """Logit and answer of each sentence of each passage, by the passage's number."""
        pairs: list[tuple[Passage, int, ReaderInput]] = []
        for passage in passages:
            text, start = passage.text, passage.chunk.start
            spans = [
                Span(one.span.start - start, one.span.end - start)
                for one in question.analyser.passage(passage).sentences
            ]
            for first, pair in reader_inputs(
                self._model.tokenizer, question.meant, passage.article.title, text, spans, WINDOW
            ):
                pairs.append((passage, first, pair))
        found = {passage.number: [_UNREAD] * len(question.analyser.passage(passage).sentences) for passage in passages}
        readings = self._model.read([pair for _, _, pair in pairs])
        for (passage, first, pair), reading in zip(pairs, readings, strict=True):
            begin = question.analyser.passage(passage).sentences[first].span.start
            for number, tokens in enumerate(pair.sentences, first):
                if tokens is not None:
                    logit, at = self._sentence_reading(pair, reading, tokens)
                    answer = at and strip_span(passage.article.text, begin + at.start, begin + at.end)
                    found[passage.number][number] = (logit, answer)
        return found

    def _sentence_reading(
        self, pair: ReaderInput, reading: PairReading, tokens: tuple[int, int]
    ) -> tuple[float, Span | None]:
        """Logit of a sentence against none answering, and its best answer in the text of the pair."""
        first, end = tokens
        starts, ends = reading.spans[first:end, 0], reading.spans[first:end, 1]
        logit = self._model.scale * float(starts.max() + ends.max()) + reading.answerable - self._model.none
        at, to = _best_span(starts, ends)
        head, tail = pair.offsets[first + at], pair.offsets[first + to]
        return logit, Span(head.start, tail.end) if head and tail else None


def answer_signals(ranked: Sequence[Scored], totals: Sequence[float]) -> Signals:
    """What tells an answered question from others.

    "logit", "names", "numbers", "new_words" and "score" are those of the best sentence, "words" with what the sentence
    before it adds; "lead" is what its passage's score is ahead of the next article, "share" what it has of the softmax
    over all.

    Args:
        ranked: The sentences, the best first.
        totals: Their scores.
    """
    best = ranked[0].signals
    article = ranked[0].passage.article
    others = [one.signals["score"] for one in ranked if one.passage.article is not article]
    return {
        "logit": best["logit"],
        "names": best["names"],
        "numbers": best["numbers"],
        "new_words": best["new_words"],
        "words": best["words"] + best["before"],
        "score": best["score"],
        "lead": lead(best["score"], others),
        "share": 1 / sum(math.exp(total - totals[0]) for total in totals),
    }


def _carried(question: AnalysedQuestion, passage: Passage) -> Signals:
    """Shares of the question's names and numbers in a passage under its title and year; 1 where it has none."""
    analyser, article = question.analyser, passage.article
    year = {str(article.published.year)} if article.published else set()
    found = frozenset(analyser.title(article).exact).union(analyser.passage(passage).exact, year)
    wanted = {"names": question.words.names, "numbers": question.words.numbers}
    return {name: coverage(words, found) if words else 1.0 for name, words in wanted.items()}


def _best_span(starts: "np.typing.NDArray[np.float32]", ends: "np.typing.NDArray[np.float32]") -> tuple[int, int]:
    """First and last place with the highest sum of logits, the last not before the first and not too far behind."""
    sums = starts[:, None] + ends[None, :]
    allowed = np.triu(np.ones_like(sums, bool)) & ~np.triu(np.ones_like(sums, bool), _LONGEST_ANSWER)
    at, to = np.unravel_index(np.where(allowed, sums, -np.inf).argmax(), sums.shape)
    return int(at), int(to)


def _named(calibration: Mapping[str, float], use: str) -> dict[str, float]:
    """The weights of one use: "sentence.logit" is the weight of "logit" for sentences."""
    return {name.removeprefix(f"{use}."): weight for name, weight in calibration.items() if name.startswith(f"{use}.")}
