"""A report's files: the page, the same figures as Markdown, and the runs as JSON."""

from collections.abc import Sequence
from pathlib import Path

from evals.errors import ResultError
from evals.report.markdown import render_markdown
from evals.report.worst import Bad, worst_questions
from evals.results import result_name, write_run
from evals.types import Run, Suite

_WORST = 20  # questions shown of each run


def write_report(runs: Run | Sequence[Run], folder: Path, suite: Suite | None = None) -> Path:
    """Write a run, or several side by side, as HTML with JSON and Markdown beside it.

    Args:
        runs: One run or several; of several the first gives the files their name.
        folder: Made when it is not there. Files of the same names are replaced.
        suite: The questions and articles of the runs, for gold and the words of passages.

    Returns:
        The page. The Markdown has the same name with ``.md``; each run's JSON is called ``result_name``.

    Raises:
        ResultError: There is no run, the suite is another one, a file cannot be written, or matplotlib is missing.
    """
    runs = [runs] if isinstance(runs, Run) else list(runs)
    if not runs:
        raise ResultError("no run to report")
    stem = Path(result_name(runs[0])).stem + (f"-beside-{len(runs) - 1}" if len(runs) > 1 else "")
    bad = [worst_questions(run, _WORST, suite) for run in runs]
    html = _page(runs, bad)
    page = folder / f"{stem}.html"
    for run in runs:
        write_run(run, folder / result_name(run))
    _write(page, html)
    _write(page.with_suffix(".md"), render_markdown(runs, bad))
    return page


def _page(runs: Sequence[Run], bad: Sequence[Sequence[Bad]]) -> str:
    try:
        from evals.report.page import render_page
    except ModuleNotFoundError as error:
        raise ResultError(f"A report needs {error.name}. Run: pip install 'hoidap[evals]'") from error
    return render_page(runs, bad)


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise ResultError(f"{path}: cannot be written ({error.strerror})") from error
