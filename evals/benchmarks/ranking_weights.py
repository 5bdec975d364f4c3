"""Where the weights of ``rag.ranking`` come from: softmax regression on development questions, asked in several ways.

Each question's candidates compete, and the weights make those that hold the answer likely to win. Recall is that of
five-fold cross-validation, questions on one passage kept together.
"""

import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from evals.benchmarks.choices import Progress
from evals.benchmarks.sets import QUESTIONS, RESPONSES, pool_suites
from evals.gold import Target, by_name, targets_of
from evals.jsonl import read_objects
from evals.perturb import Perturbation, perturb
from evals.splits import split_of
from evals.squad import read_squad
from evals.suite_index import open_suite_index
from evals.types import Case, Gold
from index import Index
from rag import Settings
from rag.analysis import analyse
from rag.follow_ups import prepare_query
from rag.ranking import RERANKED, SEARCH_SIGNALS, TEXT_SIGNALS, first_stage, found_chunks, search_signals, text_signals

Numbers = npt.NDArray[np.float64]

KINDS: tuple[Perturbation, ...] = ("none", "unaccented", "typo", "abbreviation")

_FOLDS = 5
_RIDGE = 0.03


@dataclass(frozen=True, slots=True)
class Contest:
    """One question as asked: the signals of its candidates, a row each, and which hold the answer."""

    set: str
    kind: Perturbation
    fold: int
    signals: Numbers
    relevant: npt.NDArray[np.bool_]


def learn_ranking_weights(data: Path, progress: Progress | None = None) -> dict[str, Any]:
    """Weights for both stages of ``rag.ranking``, their cross-validated recall, and it without each signal.

    Args:
        data: Folder of the question sets; only their tune halves are looked at.
        progress: Called with (questions done, questions in all).
    """
    first, second = ranking_contests(data, progress)
    return {
        "contests": len(first),
        "first_stage": _learnt(first, SEARCH_SIGNALS),
        "second_stage": _learnt(second, SEARCH_SIGNALS + TEXT_SIGNALS),
    }


def ranking_contests(data: Path, progress: Progress | None = None) -> tuple[list[Contest], list[Contest]]:
    """The tune questions as asked, with the candidates of the first stage and those of the second."""
    articles = pool_suites(data)[0].articles
    named = by_name(articles)
    cases = [(set_, case) for set_, case in _tune_cases(data) if case.gold[0].article in named]
    contests: list[tuple[Contest, Contest]] = []
    with open_suite_index(articles, Settings()) as index:
        for done, (set_, case) in enumerate(cases):
            if progress is not None:
                progress(done, len(cases))
            targets = targets_of(case, named)
            for kind in KINDS:
                asked = perturb(case, kind)
                if asked is not None:
                    contests.append(_contests(index, set_, kind, asked, targets[0]))
    return [first for first, _ in contests], [second for _, second in contests]


def _tune_cases(data: Path) -> Iterator[tuple[str, Case]]:
    for file in QUESTIONS:
        for case in read_squad(data / file).cases:
            if case.split == "tune" and case.answerable:
                yield file, case
    seen: set[tuple[str, str]] = set()  # of the responses' set only the questions and contexts
    for _, row in read_objects(data / RESPONSES):
        key = str(row["context_id"]), str(row["question"])
        if split_of(key[0]) == "tune" and key not in seen:
            seen.add(key)
            yield RESPONSES, Case(str(row["id"]), key[1], (), True, (Gold(key[0], None),), (), (), "tune")


def _contests(index: Index, set_: str, kind: Perturbation, asked: str, target: Target) -> tuple[Contest, Contest]:
    question = analyse(index, prepare_query(asked).standalone)
    found = list(found_chunks(index, first_stage(index.search(question.interpretation))))
    relevant = np.array([target.met_by(article.id, chunk.start, chunk.end) for _, chunk, article in found])
    searched = np.array([list(search_signals(hit).values()) for hit, _, _ in found])
    looked_at = [
        list(text_signals(question.analyser.chunk(chunk, article), question.words).values())
        for _, chunk, article in found[:RERANKED]
    ]
    fold = zlib.crc32(min(target.spans).encode()) % _FOLDS
    return (
        Contest(set_, kind, fold, searched, relevant),
        Contest(set_, kind, fold, np.hstack([searched[:RERANKED], looked_at]), relevant[:RERANKED]),
    )


def _learnt(contests: Sequence[Contest], names: Sequence[str]) -> dict[str, Any]:
    everything = list(range(len(names)))
    return {
        "weights": dict(zip(names, np.round(fit(contests), 3).tolist(), strict=True)),
        "recall@1": cross_validated(contests, everything),
        "without": {
            name: cross_validated(contests, [at for at in everything if at != left_out])
            for left_out, name in enumerate(names)
        },
    }


def cross_validated(contests: Sequence[Contest], columns: Sequence[int]) -> dict[str, float]:
    """Recall@1 in percent by set and kind of question, weights learnt on the other folds."""
    won: dict[str, list[bool]] = {}
    chosen = [replace(contest, signals=contest.signals[:, columns]) for contest in contests]
    for fold in range(_FOLDS):
        weights = fit([contest for contest in chosen if contest.fold != fold])
        for contest in chosen:
            if contest.fold == fold:
                best = int(np.argmax(contest.signals @ weights))
                won.setdefault(f"{contest.set}, {contest.kind}", []).append(bool(contest.relevant[best]))
    return {name: round(100 * float(np.mean(values)), 2) for name, values in sorted(won.items())}


def fit(contests: Sequence[Contest]) -> Numbers:
    """Weights that make the candidates with the answer win: softmax regression with a ridge, every set alike."""
    contests = [contest for contest in contests if contest.relevant.any() and not contest.relevant.all()]
    spread = np.concatenate([contest.signals - contest.signals.mean(axis=0) for contest in contests]).std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    sizes = Counter(contest.set for contest in contests)
    scaled = [(contest.signals / spread, contest.relevant, 1 / sizes[contest.set]) for contest in contests]

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        total, gradient = _RIDGE * float(weights @ weights), 2 * _RIDGE * weights
        for signals, relevant, share in scaled:
            scores = signals @ weights
            chances = np.exp(scores - scores.max())
            chances /= chances.sum()
            right = float(chances[relevant].sum())
            total -= share * float(np.log(right))
            gradient = gradient - share * ((np.where(relevant, chances / right, 0.0) - chances) @ signals)
        return total, gradient

    found: Numbers = minimize(loss, np.zeros(len(spread)), jac=True, method="L-BFGS-B").x
    return found / spread
