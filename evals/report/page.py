"""The page: one HTML file that needs nothing beside it. Whatever comes from articles and questions is escaped."""

import base64
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from evals.report.figures import make_figures
from evals.report.names import HEADLINES, Line, figure_lines, labels, show_figure
from evals.report.worst import Bad
from evals.types import Run

_FOLDER = Path(__file__).parent


def render_page(runs: Sequence[Run], worst: Sequence[Sequence[Bad]]) -> str:
    """The page as HTML.

    Args:
        runs: At least one; several stand side by side.
        worst: For each run its worst questions.
    """
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"figure": show_figure, "json": _json}
    lines = figure_lines(runs)
    script = (_FOLDER / "page.js").read_text(encoding="utf-8")
    return environment.get_template("page.html.j2").render(
        runs=runs,
        labels=labels(runs),
        headlines=_headlines(lines) if len(runs) == 1 else [],
        lines=lines,
        figures=[(Markup(figure.svg), figure) for figure in make_figures(runs)],  # noqa: S704 - drawn by us, text escaped
        worst=worst,
        style=Markup((_FOLDER / "page.css").read_text(encoding="utf-8")),  # noqa: S704 - ours
        script=Markup(script),  # noqa: S704 - ours
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


def _headlines(lines: Sequence[Line]) -> list[Line]:
    return sorted((line for line in lines if line.name in HEADLINES), key=lambda line: HEADLINES.index(line.name))


def _json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
