"""The figures of ``evals.benchmarks.peers``: what the steps printed, and what was found, summed up."""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from evals.bootstrap import paired_difference
from evals.gold import by_name, targets_of
from evals.metrics.latency import quantiles
from evals.perturb import Perturbation, perturb
from evals.scoring import retrieval_metrics
from evals.types import Case, Split, Suite
from index import Chunk
from rag import Passage
from rag.follow_ups import prepare_query

TYPED: Mapping[str, Perturbation] = {"accented": "none", "unaccented": "unaccented"}
METRICS = ("recall@1", "recall@5")

Lines = Mapping[str, Sequence[Mapping[str, Any]]]
"""What each step printed, a line for each process that did it."""
Recalls = dict[str, dict[str, list[float]]]
"""Each question's recall by way of typing and metric; empty where not all questions were asked."""


class AskedCases:
    """The answerable cases of one half of a suite, each typed in every way.

    Args:
        suite: Questions and articles.
        split: The half.

    Attributes:
        cases: The cases.
        questions: As they are typed, each once, the ways of typing one case side by side.
    """

    def __init__(self, suite: Suite, split: Split) -> None:
        self.cases = [case for case in suite.cases if case.split == split and case.answerable]
        self._asked = {typed: [_typed(case, kind) for case in self.cases] for typed, kind in TYPED.items()}
        self.questions = list(dict.fromkeys(text for both in zip(*self._asked.values(), strict=True) for text in both))
        self._articles = {article.id: article for article in suite.articles}
        self._named = by_name(suite.articles)

    def recalls(self, lines: Lines) -> Recalls:
        """Recall of each question by what a system found for all of them in the step "ask"."""
        if "ask" not in lines:
            return {}
        found = dict(zip(self.questions, lines["ask"][0]["found"], strict=True))
        recalls: Recalls = {typed: {metric: [] for metric in METRICS} for typed in self._asked}
        for typed, questions in self._asked.items():
            for case, question in zip(self.cases, questions, strict=True):
                passages = [
                    Passage(number, Chunk(number, name, start, end), self._articles[name], 0.0)
                    for number, (name, start, end) in enumerate(found[question], 1)
                ]
                metrics = retrieval_metrics(passages, targets_of(case, self._named))
                for metric in METRICS:
                    recalls[typed][metric].append(metrics[metric])
        return recalls


def costs_of(lines: Lines, chunks: int, embedding: Mapping[str, float]) -> dict[str, Any]:
    """Seconds and bytes of one size; what was not done is left out.

    Args:
        lines: What the steps printed.
        chunks: How many were indexed.
        embedding: How fast the system embeds, "passages_per_second".
    """
    costs: dict[str, Any] = {}
    if "index" in lines:
        (index,) = lines["index"]
        costs |= {"index_seconds": _rounded(index["seconds"]), "index_peak_bytes": index["peak_bytes"]}
        costs["index_and_embed_seconds"] = _rounded(index["seconds"] + chunks / embedding["passages_per_second"])
    if "open" in lines:
        costs["open_seconds"] = _rounded(statistics.median(line["seconds"] for line in lines["open"]))
        costs["peak_bytes"] = max(line["peak_bytes"] for name in lines if name != "index" for line in lines[name])
    asked = [*lines.get("ask", ()), *lines.get("sample", ())]
    if asked:
        seconds = asked[0]["seconds"]
        costs["asked"] = len(seconds)
        costs["question_seconds"] = {name: _rounded(value) for name, value in quantiles(seconds).items()}
    for name, verb in (("add", "added"), ("remove", "removed")):
        if lines.get(name, [{}])[0].get("seconds"):
            line = lines[name][0]
            costs[verb] = len(line["seconds"])
            costs[f"{name}_seconds"] = _rounded(statistics.median(line["seconds"]))
            costs[f"{name}_and_answer_seconds"] = _rounded(statistics.median(line["seconds_to_answer"]))
    if len(lines.get("seen", ())) == 2:  # in processes that had opened the store anew
        after_adding, after_removing = (line["seen"] for line in lines["seen"])
        costs["additions_kept"] = all(after_adding[: costs["added"]])
        costs["removals_kept"] = not any(after_removing[: costs.get("removed")])
    return costs


def _rounded(seconds: float) -> float:
    return round(seconds, 5)


def compared(recalls: Recalls, ours: Recalls) -> dict[str, Any]:
    """Per cent, and points by which the product is ahead with their paired 95 % interval.

    Args:
        recalls: Of one system.
        ours: The product's; the same, or empty where it was not asked, for per cent alone.
    """
    figures: dict[str, Any] = {}
    for typed, by_metric in recalls.items():
        for metric, values in by_metric.items():
            figure = {"value": _percent(statistics.fmean(values))}
            if ours and ours is not recalls:
                ahead = paired_difference(values, ours[typed][metric])
                figure |= {name: _percent(getattr(ahead, name)) for name in ("low", "high")}
                figure["hoidap_ahead"] = _percent(ahead.value)
            figures.setdefault(typed, {})[metric] = figure
    return figures


def _percent(share: float) -> float:
    return round(100 * share, 2)


def _typed(case: Case, kind: Perturbation) -> str:
    return prepare_query(perturb(case, kind) or case.question).standalone
