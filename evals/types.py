"""The vocabulary of the evaluation: cases, suites, rows and runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, Literal

from index import Article

Stage = Literal["retrieval", "answers"]
Split = Literal["tune", "report"]

MULTI_ARTICLE = "multi-article"
"""Slice whose cases need every gold article and every accepted answer; elsewhere any one of them is enough."""


@dataclass(frozen=True, slots=True)
class Gold:
    """Where the answer stands.

    Attributes:
        article: File name of the article.
        quote: Words of the article that hold the answer; None where the whole article is the gold.
    """

    article: str
    quote: str | None


@dataclass(frozen=True, slots=True)
class Case:
    """One question and what is known about its answer.

    Attributes:
        id: Unique in its suite.
        question: As a person would type it.
        history: Earlier turns, role and content.
        answerable: Whether the articles answer it.
        gold: Where; empty when they do not.
        answers: Accepted answers; any one of them, or every one in the slice "multi-article".
        slices: Tags to group figures by.
        split: The half it belongs to; None in a suite that is not split.
    """

    id: str
    question: str
    history: tuple[Mapping[str, str], ...] = field(hash=False)
    answerable: bool
    gold: tuple[Gold, ...]
    answers: tuple[str, ...]
    slices: tuple[str, ...]
    split: Split | None = None


@dataclass(frozen=True, slots=True)
class Suite:
    """Questions and the articles they are asked of."""

    name: str
    cases: tuple[Case, ...]
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A retrieved passage as a row keeps it; ``relevant`` means that it holds gold words."""

    article: str
    start: int
    end: int
    score: float
    relevant: bool


@dataclass(frozen=True, slots=True)
class Row:
    """What one question gave.

    Attributes:
        id: The case.
        digest: Of the case and of the question as it was asked: equal digests were asked the same and are
            judged the same.
        question: The question of the suite; None in a result stripped of texts.
        asked: The same after the perturbation; None likewise.
        answerable: Whether the articles answer it.
        slices: Its tags, and "perturbed" where ``asked`` differs from ``question``.
        ranking: The best passages, best first.
        answer: ``Answer.to_dict()`` in the answers stage.
        confidence: How sure the system is that the articles answer; low means refuse. None where it has no such
            figure.
        seconds: "retrieval", and in the answers stage "first" and "total".
        metrics: Value of each metric that applies.
    """

    id: str
    digest: str
    question: str | None
    asked: str | None
    answerable: bool
    slices: tuple[str, ...]
    ranking: tuple[Ranked, ...]
    answer: Mapping[str, Any] | None
    confidence: float | None
    seconds: Mapping[str, float]
    metrics: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95 % bootstrap interval over ``count`` questions."""

    value: float
    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run: what was measured, on what, by which code, and every row.

    Attributes:
        suite: Name of the suite, never a path.
        system: Name of what was asked.
        stage: "retrieval" or "answers".
        split: "tune", "report" or "all".
        perturb: Name of the perturbation, or "none".
        limit: Most questions asked, spread evenly, if limited.
        commit: Commit of the working tree, with "-dirty" when it had changes, or "unknown".
        settings: Of the system, without secrets and paths.
        fingerprints: Of suite, articles, code, index and models.
        metrics: Figures over all rows.
        slices: Figures over the rows of each slice.
        rows: One for each question.
    """

    suite: str
    system: str
    stage: Stage
    split: str
    perturb: str
    limit: int | None
    commit: str
    settings: Mapping[str, Any]
    fingerprints: Mapping[str, str]
    metrics: Mapping[str, Interval]
    slices: Mapping[str, Mapping[str, Interval]]
    rows: tuple[Row, ...]


def article_name(article: Article) -> str:
    """The name by which gold refers to an article: that of the file it was read from."""
    return PurePath(article.path).name
