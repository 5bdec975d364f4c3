"""Where the weights of ``rag.rules.answerability`` come from: questions that the articles answer, and others.

Unanswered questions are those that the sets mark so, and answered ones made so: their article is left out of what was
found, or the name of a place or person in them is exchanged for another set question's. Only tune halves are looked at.
"""

import random
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evals.benchmarks.choices import Progress
from evals.benchmarks.sets import pool_suites
from evals.benchmarks.support_weights import Numbers, fit
from evals.gold import by_name
from evals.metrics.refusal import auroc
from evals.perturb.marks import unaccented
from evals.suite import BUNDLED, load_suite
from evals.suite_index import open_suite_index
from evals.types import Case
from index import Index
from index.vietnamese import nfc, words
from index.vietnamese.lexicon import PLACE_PREPOSITIONS, UNITS, any_of
from rag import Settings
from rag.analysis import analyse
from rag.follow_ups import prepare_query
from rag.ranking import Signals
from rag.rules.answerability import answer_signals
from rag.rules.expectations import expectations_of
from rag.rules.sentence_scores import rank_sentences
from rag.search import retrieve

_PASSAGES = 4
_FOUND = 8  # so many are looked for, that four are left when an article is left out
_SEED = 7
_FOLDS = 5
_EVERY = {"viquad2_dev": 1, "xquad_vi": 6}  # xquad has three times the questions
_NAMED = re.compile(rf"\b(?:{any_of(UNITS, PLACE_PREPOSITIONS, ('nước', 'của', 'ông', 'bà'))}) $")


@dataclass(frozen=True, slots=True)
class Example:
    """A question, whether the articles answer it, and what can be seen of it.

    Attributes:
        origin: Where it comes from: "bundled, answered", "viquad2_dev, place exchanged" …
        group: Questions of one group stay together in cross-validation.
        answered: Whether the articles answer it.
        signals: Of ``rag.rules.answerability``.
    """

    origin: str
    group: str
    answered: bool
    signals: Signals


def learn_answer_weights(data: Path, progress: Progress | None = None) -> dict[str, Any]:
    """Weights and bias for ``rag.rules.answerability``, and their cross-validated AUROC by kind of unanswered question.

    Args:
        data: Folder of the question sets.
        progress: Called with (questions done, questions in all).
    """
    examples = answer_examples(data, progress)
    names = list(examples[0].signals)
    rows = np.array([[one.signals[name] for name in names] for one in examples])
    answered = np.array([one.answered for one in examples], np.float64)
    weights, bias = fit(rows, answered)
    return {
        "examples": {origin: sum(one.origin == origin for one in examples) for origin in _origins(examples)},
        "weights": dict(zip(names, np.round(weights, 3).tolist(), strict=True)),
        "bias": round(float(bias), 3),
        "auroc": _cross_validated(rows, examples),
        "without": {
            name: _cross_validated(np.delete(rows, column, axis=1), examples)["all"]
            for column, name in enumerate(names)
        },
    }


def answer_examples(data: Path, progress: Progress | None = None) -> list[Example]:
    """Every question of the tune halves, as it is and made unanswerable, with its signals."""
    examples: list[Example] = []
    for suite in (load_suite(BUNDLED, []), *pool_suites(data)):
        cases = [case for case in suite.cases if case.split == "tune"][:: _EVERY.get(suite.name, 1)]
        exchange = _Exchange(cases)
        named = by_name(suite.articles)
        with open_suite_index(suite.articles, Settings()) as index:
            for done, case in enumerate(cases):
                if progress is not None:
                    progress(done, len(cases))
                gold = {article.id for one in case.gold for article in named.get(one.article, ())}
                for kind, answered, question, left_out in _ways(case, gold, exchange):
                    signals = _signals(index, case, question, left_out)
                    if signals is not None:
                        group = f"{suite.name} {min(gold, default=case.id)}"
                        examples.append(Example(f"{suite.name}, {kind}", group, answered, signals))
    return examples


class _Exchange:
    """Names behind "xã", "của", "tại" … of some questions, to put in the place of one another."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self._generator = random.Random(_SEED)  # noqa: S311 - a reproducible choice, no secret
        found = {nfc(case.question): _name(nfc(case.question)) for case in cases}
        self._names = sorted({text[start:end] for text, span in found.items() if span for start, end in [span]})

    def in_place(self, question: str) -> str | None:
        """The question with its name exchanged; None without a name or another one."""
        span = _name(question)
        others = [name for name in self._names if name not in question]
        if span is None or not others:
            return None
        return question[: span[0]] + self._generator.choice(others) + question[span[1] :]


def _name(question: str) -> tuple[int, int] | None:
    """Where the first run of capitalised words behind a word such as "xã" stands."""
    run: tuple[int, int] | None = None
    for word in words(question):
        if not question[word.start].isupper():
            if run:
                break
        elif run is None and _NAMED.search(question[: word.start]):
            run = word.start, word.end
        elif run and question[run[1] : word.start] == " ":
            run = run[0], word.end
    return run


def _ways(
    case: Case, gold: frozenset[str] | set[str], exchange: _Exchange
) -> Iterator[tuple[str, bool, str, frozenset[str]]]:
    """The ways to ask a case: kind, whether it is answered, question, articles to leave out."""
    question = nfc(case.question)
    if not case.answerable:
        kind = next((name for name in ("off-topic", "wrong-place", "not-stated") if name in case.slices), "adversarial")
        yield kind, False, question, frozenset()
        return
    yield "answered", True, question, frozenset()
    yield "answered, unaccented", True, unaccented(question), frozenset()
    yield "article left out", False, question, frozenset(gold)
    exchanged = exchange.in_place(question)
    if exchanged:
        yield "name exchanged", False, exchanged, frozenset()


def _signals(index: Index, case: Case, question: str, left_out: frozenset[str]) -> Signals | None:
    asked = analyse(index, prepare_query(question, case.history).standalone)
    found = retrieve(index, asked, _FOUND if left_out else _PASSAGES)
    passages = [passage for passage in found if passage.article.id not in left_out][:_PASSAGES]
    expected = expectations_of(asked)
    ranked = rank_sentences(asked, expected, passages)
    return answer_signals(asked, expected, ranked) if ranked else None


def _cross_validated(rows: Numbers, examples: Sequence[Example]) -> dict[str, float]:
    """AUROC of answered against unanswered questions, all and by origin of the unanswered ones."""
    answered = np.array([one.answered for one in examples], np.float64)
    folds = np.array([zlib.crc32(one.group.encode()) % _FOLDS for one in examples])
    scores = np.zeros(len(examples))
    for fold in range(_FOLDS):
        weights, bias = fit(rows[folds != fold], answered[folds != fold])
        scores[folds == fold] = rows[folds == fold] @ weights + bias
    figures: dict[str, float] = {}
    for origin in ["all", *_origins(examples)]:
        suite = origin.partition(",")[0]
        kept = [
            at
            for at, one in enumerate(examples)
            if origin == "all" or one.origin == origin or (one.answered and one.origin.startswith(suite))
        ]
        area = auroc([scores[at] for at in kept], [examples[at].answered for at in kept])
        if area is not None and not all(examples[at].answered for at in kept):
            figures[origin] = round(area, 3)
    return figures


def _origins(examples: Sequence[Example]) -> list[str]:
    return list(dict.fromkeys(one.origin for one in examples))
