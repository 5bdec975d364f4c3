"""The figures of a report as Markdown."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from evals.report.names import figure_lines, labels, show_figure
from evals.report.worst import Bad
from evals.types import Interval, Run

_SLICE_METRICS = ("recall@1", "recall@5", "contained", "citation_recall", "false_refusal", "refusal_recall")


def render_markdown(runs: Sequence[Run], worst: Sequence[Sequence[Bad]]) -> str:
    """Figures, slices, worst questions, settings and fingerprints.

    Args:
        runs: At least one; several stand side by side.
        worst: For each run its worst questions.
    """
    names = labels(runs)
    parts = [f"# {_inline(runs[0].suite)}", _facts(runs, names), "## Figures", _figures(runs, names)]
    for name, run, bad in zip(names, runs, worst, strict=True):
        parts += [f"## {_inline(name)}"]
        if run.slices:
            parts += ["### Slices", _slices(run)]
        if bad:
            parts += ["### Worst questions", "\n".join(_question(one) for one in bad)]
        parts += ["### Settings", _pairs(run.settings), "### Fingerprints", _pairs(run.fingerprints)]
    return "\n\n".join(parts) + "\n"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; cells are escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_inline(cell) for cell in line) + " |" for line in lines)


def _facts(runs: Sequence[Run], names: Sequence[str]) -> str:
    head = ("run", "suite", "stage", "split", "perturb", "limit", "questions", "commit")
    rows = [
        (name, run.suite, run.stage, run.split, run.perturb, str(run.limit or ""), str(len(run.rows)), run.commit)
        for name, run in zip(names, runs, strict=True)
    ]
    return table(head, rows)


def _figures(runs: Sequence[Run], names: Sequence[str]) -> str:
    rows = [(line.name, *(_interval(line.name, one) for one in line.intervals)) for line in figure_lines(runs)]
    return table(("figure", *names), rows)


def _slices(run: Run) -> str:
    columns = [name for name in _SLICE_METRICS if name in run.metrics]
    rows = [(name, *(_interval(one, figures.get(one)) for one in columns)) for name, figures in run.slices.items()]
    return table(("slice", *columns), rows)


def _question(bad: Bad) -> str:
    gold = "; ".join(f"{one.article}: {one.quote or '(whole)'}" for one in bad.gold or ())
    ranks = ", ".join(f"{passage.article}{'*' if passage.relevant else ''}" for passage, _ in bad.passages)
    said = bad.answer["text"] if bad.answer else ""
    told = {"gold": gold, "accepted": " / ".join(bad.accepted), "answer": said, "passages": ranks}
    lines = [f"- {_inline(bad.row.id)}: {_inline(bad.row.asked or '')}"]
    return "\n".join([*lines, *(f"  - {name}: {_inline(text)}" for name, text in told.items() if text)])


def _interval(name: str, one: Interval | None) -> str:
    if one is None:
        return ""
    return f"{show_figure(one.value, name)} ({show_figure(one.low, name)} … {show_figure(one.high, name)})"


def _pairs(mapping: Mapping[str, Any]) -> str:
    rows = [(name, v if isinstance(v, str) else json.dumps(v, ensure_ascii=False)) for name, v in mapping.items()]
    return table(("name", "value"), rows)


def _inline(text: str) -> str:
    """Text on one line that can neither leave its cell nor be taken for HTML."""
    for special, entity in (("&", "&amp;"), ("<", "&lt;"), ("|", "\\|")):
        text = text.replace(special, entity)
    return " ".join(text.split())
