"""Rows into figures: means with intervals, refusal as detection, latency; overall and for each slice."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from evals.bootstrap import mean_interval, statistic_interval
from evals.metrics.latency import QUANTILES, quantiles
from evals.metrics.refusal import auroc, refusal_f1, refusal_precision
from evals.types import Interval, Row

_Value = TypeVar("_Value")
# Enough for two digits of a duration, and quick.
_LATENCY_DRAWS = 200

_Statistic = Callable[[Sequence[int]], float | None]


def summarise(rows: Sequence[Row]) -> dict[str, Interval]:
    """Every figure that the rows define.

    The mean of each metric over the rows it applies to; "refusal_precision", "refusal_f1" and "refusal_auroc"
    over answered rows; "retrieval_p50" and so on, in seconds.
    """
    figures = means(rows)
    answered = [row for row in rows if row.answer is not None]
    if answered:
        figures |= _refusal(answered)
    for name in ("retrieval", "first", "total"):
        seconds = [row.seconds[name] for row in rows if name in row.seconds]
        if seconds:
            figures |= _latency(name, seconds)
    return figures


def means(rows: Sequence[Row]) -> dict[str, Interval]:
    """The mean of each metric over the rows that have it, in the order in which metrics first come."""
    names = dict.fromkeys(name for row in rows for name in row.metrics)
    return {name: mean_interval([row.metrics[name] for row in rows if name in row.metrics]) for name in names}


def summarise_slices(rows: Sequence[Row]) -> dict[str, dict[str, Interval]]:
    """``means`` over the rows of each slice, slices by name."""
    names = sorted({name for row in rows for name in row.slices})
    return {name: means([row for row in rows if name in row.slices]) for name in names}


def _refusal(rows: Sequence[Row]) -> dict[str, Interval]:
    refused = [bool((row.answer or {})["refused"]) for row in rows]
    answerable = [row.answerable for row in rows]
    sure = [(row.confidence, row.answerable) for row in rows if row.confidence is not None]
    statistics: dict[str, tuple[int, _Statistic]] = {
        "refusal_precision": (len(rows), lambda at: refusal_precision(_at(refused, at), _at(answerable, at))),
        "refusal_f1": (len(rows), lambda at: refusal_f1(_at(refused, at), _at(answerable, at))),
        "refusal_auroc": (len(sure), lambda at: auroc([sure[i][0] for i in at], [sure[i][1] for i in at])),
    }
    return _defined({name: statistic_interval(statistic, count) for name, (count, statistic) in statistics.items()})


def _latency(name: str, seconds: Sequence[float]) -> dict[str, Interval]:
    def interval(which: str) -> Interval | None:
        return statistic_interval(lambda at: quantiles(_at(seconds, at))[which], len(seconds), _LATENCY_DRAWS)

    return _defined({f"{name}_{which}": interval(which) for which in QUANTILES})


def _at(values: Sequence[_Value], positions: Sequence[int]) -> list[_Value]:
    return [values[i] for i in positions]


def _defined(found: Mapping[str, Interval | None]) -> dict[str, Interval]:
    return {name: interval for name, interval in found.items() if interval is not None}
