"""Plots as SVG that takes its colours and its font from the page around it."""

import re
import warnings
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from io import StringIO
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, PercentFormatter

from evals.curves import RefusalPoint, RocPoint
from evals.types import Interval

# matplotlib knows no CSS variables: it is given these colours, and the page's take their place.
_INK, _MUTED, _LINE = "#010101", "#020202", "#030303"
_SERIES = ("#0a0001", "#0a0002", "#0a0003", "#0a0004", "#0a0005", "#0a0006")
_VARIABLES = {_INK: "var(--ink)", _MUTED: "var(--muted)", _LINE: "var(--line)"} | {
    colour: f"var(--series-{number})" for number, colour in enumerate(_SERIES, 1)
}
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text: selectable, searchable, in the page's font
    "text.parse_math": False,  # a "$" in the name of a slice is a "$"
    "text.color": _INK,
    "axes.edgecolor": _LINE,
    "axes.labelcolor": _MUTED,
    "xtick.color": _LINE,
    "ytick.color": _LINE,
    "xtick.labelcolor": _MUTED,
    "ytick.labelcolor": _INK,
    "grid.color": _LINE,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "font.size": 10.0,
    "lines.markersize": 5.0,
}
# What is not drawing: comments and the block that names matplotlib's home page.
_ASIDE = re.compile(r"<!--.*?-->|<metadata>.*?</metadata>", re.DOTALL)
# A file of its own has no page to take colours from.
_OWN_COLOURS = """<style>svg{--ink:#1d2228;--muted:#5c6670;--line:#d5dae0;--series-1:#1f6feb;--series-2:#c2570c;
font-family:system-ui,sans-serif;background:#fff}@media(prefers-color-scheme:dark){svg{--ink:#e6e9ed;--muted:#9aa4ae;
--line:#39424c;--series-1:#6ea8fe;--series-2:#f0a35e;background:#14181d}}</style>"""
_MOST_LETTERS = 24
_INCHES_WIDE = 5.2  # narrow, so that its letters can still be read on a phone


def interval_plot(labels: Sequence[str], series: Mapping[str, Sequence[Interval | None]]) -> str:
    """Shares with their 95 % intervals, a line of the plot for each label, a colour for each series.

    Args:
        labels: From top to bottom.
        series: For each name as many intervals as labels; None where there is no figure. Six at most.
    """
    with _style("interval"):
        figure, axes = _axes(0.9 + len(labels) * (0.12 + 0.12 * len(series)))
        for number, (name, intervals) in enumerate(series.items()):
            shift = (number - (len(series) - 1) / 2) * 0.6 / len(series)
            known = [(at + shift, one) for at, one in enumerate(intervals) if one is not None]
            values = [one.value for _, one in known]
            errors = [
                [max(one.value - one.low, 0.0) for _, one in known],
                [max(one.high - one.value, 0.0) for _, one in known],
            ]
            axes.errorbar(
                values, [at for at, _ in known], xerr=errors, fmt="o", ms=5, color=_SERIES[number], label=_short(name)
            )
        axes.set_yticks(range(len(labels)), [_short(label) for label in labels])
        axes.set_ylim(len(labels) - 0.4, -0.6)
        axes.set_xlim(-0.02, 1.02)
        axes.xaxis.set_major_formatter(PercentFormatter(1.0))
        axes.grid(axis="x", linewidth=0.6)
        figure.legend(loc="outside upper left", ncols=3, frameon=False)
        return _svg(figure)


def refusal_plot(points: Sequence[RefusalPoint], labels: tuple[str, str, str]) -> str:
    """Shares of unanswerable and answerable questions refused, by threshold.

    Args:
        points: At least one.
        labels: Of the threshold, the unanswerable and the answerable questions.
    """
    with _style("refusal"):
        figure, axes = _axes(3.2)
        thresholds = [point.threshold for point in points]
        axes.step(thresholds, [p.unanswerable for p in points], where="post", color=_SERIES[0], label=labels[1])
        axes.step(thresholds, [p.answerable for p in points], where="post", color=_SERIES[1], label=labels[2])
        axes.set_xlabel(labels[0])
        _share_axis(axes)
        figure.legend(loc="outside upper left", ncols=1, frameon=False)
        return _svg(figure)


def latency_plot(seconds: Mapping[str, Sequence[float]], label: str) -> str:
    """Share of questions done within so many seconds, a curve for each kind of wait.

    Args:
        seconds: Durations by name, at least one each.
        label: Of the time axis.
    """
    with _style("latency"):
        figure, axes = _axes(3.0)
        for number, (name, durations) in enumerate(seconds.items()):
            axes.ecdf([max(duration, 1e-4) for duration in durations], color=_SERIES[number], label=_short(name))
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.set_xlabel(label)
        _share_axis(axes)
        figure.legend(loc="outside upper left", ncols=3, frameon=False)
        return _svg(figure)


def roc_plot(curves: Mapping[str, Sequence[RocPoint]], labels: tuple[str, str]) -> str:
    """ROC curves against the diagonal of a guess, as a file of its own.

    Args:
        curves: Points by name; two at most.
        labels: Of the share of negatives and of positives that pass.
    """
    with _style("roc"):
        figure, axes = _axes(4.8, 4.6)
        axes.plot([0, 1], [0, 1], color=_LINE, linestyle="--")
        for number, (name, points) in enumerate(curves.items()):
            axes.plot([p.negative for p in points], [p.positive for p in points], color=_SERIES[number], label=name)
        axes.set_xlabel(labels[0])
        axes.set_ylabel(labels[1])
        axes.xaxis.set_major_formatter(PercentFormatter(1.0))
        _share_axis(axes)
        figure.legend(loc="outside upper left", frameon=False)
        return _file_of_its_own(_svg(figure))


def cost_plot(panels: Mapping[str, Mapping[str, Sequence[tuple[float, float]]]], label: str) -> str:
    """Small panels of curves on logarithmic axes, two side by side, as a file of its own.

    Args:
        panels: Points (size, cost) by title and name of the curve; six curves a panel at most.
        label: Of the size.
    """
    with _style("cost"):
        rows = -(-len(panels) // 2)
        figure = Figure(figsize=(2 * _INCHES_WIDE, 2.8 * rows), layout="constrained")
        for number, (title, curves) in enumerate(panels.items(), 1):
            axes = figure.add_subplot(rows, 2, number)
            for at, (name, points) in enumerate(curves.items()):
                sizes, costs = zip(*points, strict=True)
                axes.plot(sizes, costs, marker="o", color=_SERIES[at], label=name)
            axes.set_xscale("log")
            axes.set_yscale("log")
            axes.xaxis.set_major_formatter("{x:,g}")
            axes.yaxis.set_major_formatter("{x:,g}")
            axes.yaxis.set_minor_formatter(NullFormatter())
            axes.grid(linewidth=0.6)
            axes.set_xlabel(label)
            axes.set_title(title, loc="left", fontsize=10)
            if len(curves) > 1:
                axes.legend(frameon=False)
        return _file_of_its_own(_svg(figure))


def bars_plot(panels: Mapping[str, Mapping[str, float]], names: Sequence[str]) -> str:
    """Small panels of bars on logarithmic axes, two side by side, as a file of its own; the first name stands out.

    Args:
        panels: Values above 0 by title and name; a name without a value has no bar.
        names: From top to bottom in every panel.
    """
    with _style("bars"):
        rows = -(-len(panels) // 2)
        figure = Figure(figsize=(2 * _INCHES_WIDE, rows * (0.7 + 0.26 * len(names))), layout="constrained")
        for number, (title, values) in enumerate(panels.items(), 1):
            axes = figure.add_subplot(rows, 2, number)
            for at, name in enumerate(names):
                if name in values:
                    axes.barh(at, values[name], color=_SERIES[min(at, 1)], height=0.66)
                    axes.annotate(f" {values[name]:.2g}", (values[name], at), va="center", color=_INK)
            axes.set_xscale("log")
            axes.set_xlim(min(values.values(), default=1) / 3, max(values.values(), default=1) * 3)
            axes.set_yticks(range(len(names)), [_short(name) for name in names])
            axes.set_ylim(len(names) - 0.4, -0.6)
            axes.xaxis.set_major_formatter("{x:g}")
            axes.xaxis.set_minor_formatter(NullFormatter())
            axes.set_title(title, loc="left", fontsize=10)
        return _file_of_its_own(_svg(figure))


def _file_of_its_own(svg: str) -> str:
    head, body = svg.split(">", 1)
    return f"{head}>{_OWN_COLOURS}{body}"


def _style(name: str) -> AbstractContextManager[None]:
    return mpl.rc_context({**_STYLE, "svg.hashsalt": name})  # the salt makes the names of shared parts repeatable


def _axes(inches_high: float, inches_wide: float = _INCHES_WIDE) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(inches_wide, inches_high), layout="constrained")
    return figure, figure.add_subplot()


def _short(label: str) -> str:
    """A label that leaves room for the plot."""
    return label if len(label) <= _MOST_LETTERS else label[: _MOST_LETTERS - 1] + "…"


def _share_axis(axes: Axes) -> None:
    axes.set_ylim(0, 1.02)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes.grid(linewidth=0.6)


def _svg(figure: Figure) -> str:
    written = StringIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # only measured with its own font, drawn with the page's
        figure.savefig(written, format="svg", transparent=True, metadata={"Date": None})
    svg = _ASIDE.sub("", written.getvalue()[written.getvalue().index("<svg") :])
    for colour, variable in _VARIABLES.items():
        svg = svg.replace(colour, variable)
    # Several plots share a page, so only ids that something refers to stay; those are digests of what they name.
    named = set(re.findall(r"#([\w-]+)", svg))
    return re.sub(r' id="([^"]*)"', lambda found: found[0] if found[1] in named else "", svg)
