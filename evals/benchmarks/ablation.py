"""What each piece of the search is worth: recall without it, by set and by how the questions are typed.

Asked are the answerable questions of one half of viquad2_dev and xquad_vi, over the pool of ``evals.benchmarks.sets``,
and of the bundled suite. Titles above the chunks are a choice of indexing and not among the pieces.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.benchmarks.choices import Progress
from evals.benchmarks.sets import pool_suites
from evals.benchmarks.variants import VARIANTS, WHOLE, Variant
from evals.bootstrap import paired_difference
from evals.gold import Target, by_name, targets_of
from evals.metrics.ranking import DEPTH
from evals.perturb import PERTURBATIONS, Perturbation, perturb
from evals.provenance import articles_digest, cases_digest, public_settings
from evals.report.markdown import table
from evals.scoring import retrieval_metrics
from evals.suite import BUNDLED, load_suite
from evals.suite_index import open_suite_index
from evals.types import Case, Interval, Split, Suite
from index import Hit, Index, Interpretation
from rag import Settings
from rag.follow_ups import prepare_query

SPELLED_OUT = "spelled out"
"""Column of the questions that have an abbreviated form, asked as they stand in the suite."""
COLUMNS: tuple[str, ...] = (*PERTURBATIONS, SPELLED_OUT)
METRICS = ("recall@1", "recall@5")

Values = dict[str, dict[str, list[Mapping[str, float]]]]
"""Metrics of each question by variant and column."""


def measure_ablation(
    data: Path, split: Split, progress: Progress | None = None, bundled: Path = BUNDLED
) -> dict[str, Any]:
    """Recall of every variant, with the paired difference from the whole product.

    Args:
        data: Folder of the question sets.
        split: Half of the questions.
        progress: Called with (steps done, steps in all) of building each index, then of asking.
        bundled: Folder of the bundled suite.
    """
    pooled = pool_suites(data)
    groups = (pooled, (load_suite(bundled),))
    settings = Settings(cross_encoder="")
    suites: dict[str, Any] = {}
    for group in groups:
        with open_suite_index(group[0].articles, settings, progress) as index:
            for suite in group:
                suites[suite.name] = _figures(index, suite, split, progress)
    return {
        "split": split,
        "settings": public_settings(settings),
        "variants": [variant.name for variant in VARIANTS],
        "suites": suites,
    }


def _figures(index: Index, suite: Suite, split: Split, progress: Progress | None) -> dict[str, Any]:
    cases = [case for case in suite.cases if case.split == split and case.answerable]
    named = by_name(suite.articles)
    values: Values = {variant.name: {column: [] for column in COLUMNS} for variant in VARIANTS}
    for done, case in enumerate(cases):
        if progress is not None:
            progress(done, len(cases))
        for variant, column, metrics in ask(index, case, targets_of(case, named)):
            values[variant.name][column].append(metrics)
    if progress is not None:
        progress(len(cases), len(cases))
    return {
        "articles": len(suite.articles),
        "chunks": index.store.counts()[1],
        "fingerprints": {
            "articles": articles_digest(suite.articles),
            "questions": cases_digest(cases),
            "index": index.fingerprint,
        },
        "questions": {column: len(found) for column, found in values[WHOLE].items()},
        "figures": {
            name: {column: _compared(found, values[WHOLE][column]) for column, found in columns.items() if found}
            for name, columns in values.items()
        },
    }


def ask(
    index: Index, case: Case, targets: Sequence[Target], variants: Sequence[Variant] = VARIANTS
) -> Iterator[tuple[Variant, str, Mapping[str, float]]]:
    """The metrics of every variant for one case, typed in every way; what comes out equal is searched once.

    Args:
        index: The suite's articles.
        case: An answerable case.
        targets: Its gold.
        variants: Ways to search.
    """
    hits: dict[Interpretation, list[Hit]] = {}
    known: dict[tuple[Any, Interpretation], Mapping[str, float]] = {}
    abbreviates = perturb(case, "abbreviation") is not None
    for kind in PERTURBATIONS:
        asked = perturb(case, kind)
        if asked is None:
            continue
        question = prepare_query(asked, case.history).standalone
        for variant in variants:
            meant = variant.interpret(index, question)
            key = variant.rank, meant
            if key not in known:
                if meant not in hits:
                    hits[meant] = index.search(meant)
                passages = variant.rank(index, meant, hits[meant], DEPTH)
                metrics = retrieval_metrics(passages, targets)
                known[key] = {name: metrics[name] for name in METRICS}
            for column in _columns(kind, abbreviates):
                yield variant, column, known[key]


def _columns(kind: Perturbation, abbreviates: bool) -> tuple[str, ...]:
    return (kind, SPELLED_OUT) if kind == "none" and abbreviates else (kind,)


def _compared(found: Sequence[Mapping[str, float]], whole: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    """Per cent, and points of difference from the whole product with their 95 % interval."""
    figures: dict[str, Any] = {}
    for metric in METRICS:
        ours, theirs = [one[metric] for one in whole], [one[metric] for one in found]
        change = paired_difference(ours, theirs) if ours != theirs else Interval(0.0, 0.0, 0.0, len(ours))
        figures[metric] = {
            "value": _percent(sum(theirs) / len(theirs)),
            "change": _percent(change.value),
            "low": _percent(change.low),
            "high": _percent(change.high),
        }
    return figures


def _percent(share: float) -> float:
    return round(100 * share, 2)


def ablation_tables(result: Mapping[str, Any]) -> str:
    """The result of ``measure_ablation`` as Markdown, a table for each suite."""
    parts = [
        f"# Ablation, {result['split']} questions",
        "Recall@1 / recall@5 in %. ↓ and ↑: below or above the whole product by more than chance "
        "(95 % interval of the paired difference, 2,000 bootstrap draws). The columns are ways of typing the same "
        f"questions; “{SPELLED_OUT}” are the questions of “abbreviation” as they stand in the suite. Pieces are taken "
        "away without learning the weights anew.",
    ]
    for name, suite in result["suites"].items():
        columns = [column for column in COLUMNS if suite["questions"][column]]
        head = ["", *(f"{column} ({suite['questions'][column]})" for column in columns)]
        lines = [
            [variant, *(_cell(suite["figures"][variant][column]) for column in columns)]
            for variant in result["variants"]
        ]
        parts += [f"## {name}: {suite['articles']:,} articles, {suite['chunks']:,} chunks", table(head, lines)]
    return "\n\n".join(parts) + "\n"


def _cell(figures: Mapping[str, Mapping[str, float]]) -> str:
    return " / ".join(f"{one['value']:.1f}{_mark(one)}" for one in figures.values())


def _mark(one: Mapping[str, float]) -> str:
    if one["high"] < 0:
        return "↓"
    return "↑" if one["low"] > 0 else ""
