"""The questions that went worst, with whatever is known about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.errors import ResultError
from evals.gold import by_name
from evals.provenance import articles_digest, cases_digest
from evals.types import Case, Gold, Ranked, Row, Run, Suite

# Figures of an answer that a good one has at 1; the rest is a fault.
_GOOD_AT_ONE = ("contained", "citation_recall", "citation_precision", "supported", "number_fidelity", "refusal_recall")
_MOST_PASSAGES = 5


@dataclass(frozen=True, slots=True)
class Bad:
    """A question that went wrong.

    Attributes:
        row: What it gave.
        goodness: Mean of the figures that should be 1.
        gold: Where the answer stands; None without the suite.
        accepted: Accepted answers; empty without the suite.
        passages: The first passages, each with its text; None for the text without the suite.
    """

    row: Row
    goodness: float
    gold: tuple[Gold, ...] | None
    accepted: tuple[str, ...]
    passages: tuple[tuple[Ranked, str | None], ...]

    @property
    def answer(self) -> Mapping[str, Any] | None:
        """The answer if it was kept; results without texts keep only whether it was a refusal."""
        return self.row.answer if self.row.answer and "text" in self.row.answer else None


def worst_questions(run: Run, count: int, suite: Suite | None = None) -> list[Bad]:
    """At most ``count`` questions with a fault, worst first.

    In the answers stage a question is judged by its answer and then by its passages, else by its passages alone.

    Args:
        run: A finished run.
        count: How many.
        suite: Its questions and articles, for gold and passages' texts.

    Raises:
        ResultError: The suite is not the one that the run was made on.
    """
    check_suite(run, suite)
    judged = [(_goodness(row), row) for row in run.rows]
    faulty = [(good, row) for good, row in judged if good is not None and good < 1]
    faulty.sort(key=lambda pair: (pair[0], pair[1].metrics.get("mrr@10", 1.0), pair[1].id))
    cases = {case.id: case for case in suite.cases} if suite else {}
    texts = {name: found[0].text for name, found in by_name(suite.articles).items()} if suite else {}
    return [_bad(row, good, cases.get(row.id), texts) for good, row in faulty[:count]]


def check_suite(run: Run, suite: Suite | None) -> None:
    """Refuse a suite whose questions or articles are others than those of the run.

    Raises:
        ResultError: They differ.
    """
    if suite is None:
        return
    known = {"suite": cases_digest(suite.cases), "articles": articles_digest(suite.articles)}
    for name, digest in known.items():
        if run.fingerprints.get(name) != digest:
            what = "questions" if name == "suite" else "articles"
            raise ResultError(f"{suite.name}: its {what} are not those of the run; report it without the suite")


def _goodness(row: Row) -> float | None:
    found = [row.metrics[name] for name in _GOOD_AT_ONE if name in row.metrics]
    if "false_refusal" in row.metrics:
        found.append(1 - row.metrics["false_refusal"])
    if row.answer is None:
        found = [row.metrics["mrr@10"]] if "mrr@10" in row.metrics else []
    return sum(found) / len(found) if found else None


def _bad(row: Row, goodness: float, case: Case | None, texts: Mapping[str, str]) -> Bad:
    passages: Sequence[Ranked] = row.ranking[:_MOST_PASSAGES]
    return Bad(
        row=row,
        goodness=goodness,
        gold=case.gold if case else None,
        accepted=case.answers if case else (),
        passages=tuple((p, texts[p.article][p.start : p.end] if p.article in texts else None) for p in passages),
    )
