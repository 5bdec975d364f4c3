"""Runs and comparisons as rich tables."""

from collections.abc import Mapping, Sequence

from rich.markup import escape
from rich.table import Table

from evals.compare import Difference
from evals.types import Interval, Run

# Figures that are no shares: shown as they are, the rest in per cent.
_PLAIN = ("_p50", "_p95", "tokens", "dangling_markers")
_SLICE_METRICS = {
    "recall@1": "R@1",
    "recall@5": "R@5",
    "mrr@10": "MRR",
    "contained": "answer",
    "citation_precision": "cite P",
    "citation_recall": "cite R",
    "supported": "supp.",
    "false_refusal": "false ref.",
    "refusal_recall": "ref. R",
}


def run_table(run: Run) -> Table:
    """Every figure of a run with its interval."""
    what = [run.suite, run.stage, f"split {run.split}", f"perturb {run.perturb}", f"{len(run.rows)} questions"]
    table = Table("metric", "value", "95 % interval", "n", title=escape(" · ".join(what)), title_justify="left")
    for name, interval in run.metrics.items():
        bounds = f"{shown(name, interval.low)} … {shown(name, interval.high)}"
        table.add_row(name, shown(name, interval.value), bounds, str(interval.count))
    return table


def slices_table(run: Run) -> Table:
    """The main figures of each slice, in per cent."""
    names = [name for name in _SLICE_METRICS if name in run.metrics]
    table = Table(title="by slice", title_justify="left")
    table.add_column("slice", no_wrap=True)
    for heading in ("n", *(_SLICE_METRICS[name] for name in names)):
        table.add_column(heading, justify="right")
    for slice_name, figures in run.slices.items():
        count = sum(slice_name in row.slices for row in run.rows)
        table.add_row(escape(slice_name), str(count), *(_cell(name, figures) for name in names))
    return table


def differences_table(found: Sequence[Difference], title: str) -> Table:
    """Each metric of two runs: both means, the change with its interval, wins and losses."""
    columns = ("metric", "n", "first", "second", "change (95 % interval)", "won/lost/tied", "p")
    table = Table(*columns, title=escape(title), title_justify="left")
    for one in found:
        name, change = one.metric, one.change
        table.add_row(
            name,
            str(change.count),
            shown(name, one.first),
            shown(name, one.second),
            f"{shown(name, change.value)} ({shown(name, change.low)} … {shown(name, change.high)})",
            f"{len(one.wins)}/{len(one.losses)}/{one.ties}",
            f"{one.p:.3f}",
            style="bold" if change.low > 0 or change.high < 0 else "",
        )
    return table


def shown(name: str, value: float) -> str:
    """A figure as text: a share in per cent, seconds and counts as they are."""
    if name.endswith(_PLAIN):
        return f"{value:.1f}" if name == "tokens" else f"{value:.3f}"
    return f"{100 * value:.1f}"


def _cell(name: str, figures: Mapping[str, Interval]) -> str:
    return f"{100 * figures[name].value:.0f}" if name in figures else ""
