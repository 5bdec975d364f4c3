"""The front of the evaluation: ``hoidap eval run``, ``compare`` and ``import``."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from itertools import product
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from evals.baselines import BASELINES, Baseline, open_baseline
from evals.compare import Difference, compare, differences
from evals.errors import SuiteError
from evals.perturb import PERTURBATIONS, Perturbation
from evals.report import update_readme_table, write_report
from evals.report.support import write_support
from evals.results import FOLDER, read_run
from evals.runner import Half, Options, run_to_file
from evals.squad import import_squad
from evals.suite import load_suite
from evals.suite_index import open_suite_index
from evals.support_check import validate_support
from evals.systems import Hoidap
from evals.tables import differences_table, run_table, slices_table
from evals.types import Run, Stage
from index import Index
from rag import Settings

eval_app = typer.Typer(no_args_is_help=True, add_completion=False, help="Measure retrieval and answers, offline.")
REPORTS = "reports"
"""Folder below the results for pages made from them; not committed."""

output = Console()
errors = Console(stderr=True)

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@eval_app.command("run")
def run_command(
    suite: Annotated[Path, typer.Argument(help="Suite folder, questions .jsonl, or SQuAD-style .json/.jsonl.")],
    stage: Annotated[Stage, typer.Option(help="retrieval needs no language model.")] = "retrieval",
    limit: Annotated[int | None, typer.Option(min=1, help="Ask only so many questions, spread evenly.")] = None,
    perturb: Annotated[
        list[str] | None,
        typer.Option(metavar="|".join(PERTURBATIONS), help="How the questions are typed; give it again for more runs."),
    ] = None,
    articles: Annotated[
        list[Path] | None, typer.Option(help="More articles: a file, folder or .jsonl; give it again for more.")
    ] = None,
    split: Annotated[
        Half | None, typer.Option(help="Half of the questions; by default the tune half where there is one.")
    ] = None,
    index: Annotated[Path | None, typer.Option("--index", help="Ask this index in place of the suite's own.")] = None,
    out: Annotated[Path | None, typer.Option(help="Result file; by default in evals/results, named by commit.")] = None,
    texts: Annotated[bool, typer.Option(help="Keep questions, answers and quotes in the result file.")] = True,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Questions asked at once, for a parallel endpoint.")] = 1,
    baseline: Annotated[
        list[str] | None,
        typer.Option(metavar="|".join(BASELINES), help="Ask this in place of the product; give it again for more."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Ask the questions of a suite and measure what comes back. Run it again to go on after an interruption."""
    kinds = tuple(dict.fromkeys(_perturbation(name) for name in perturb or ["none"]))
    baselines = [_baseline(name) for name in dict.fromkeys(baseline or [])]
    if out is not None and len(kinds) * max(len(baselines), 1) > 1:
        raise SuiteError("--out takes one run; give one --perturb and one --baseline")
    if index is not None and articles:
        raise SuiteError("--articles goes into the suite's own index; it cannot be combined with --index")
    settings = Settings(index=index) if index else Settings()
    runs: list[Run] = []
    with ExitStack() as stack:
        opened = stack.enter_context(Index.open(index, settings)) if index else None
        loaded = load_suite(suite, articles or [], opened.articles() if opened else None)
        if opened is None:
            with _progress_bar("Indexing", as_json) as step:
                opened = stack.enter_context(open_suite_index(loaded.articles, settings, step))
        systems = [open_baseline(name, opened, settings) for name in baselines] or [Hoidap(opened, settings)]
        for system, kind in product(systems, kinds):
            with _progress_bar(f"Asking {system.name} ({kind})", as_json) as step:
                run, path = run_to_file(loaded, system, Options(stage, kind, split, limit, workers), out, texts, step)
            runs.append(run)
            page = write_report(run, path.parent / REPORTS, loaded if texts else None) if stage == "answers" else None
            if not as_json:
                _print_run(run, [path, page] if page else [path])
    if as_json:
        typer.echo(json.dumps([_figures(run) for run in runs], ensure_ascii=False, indent=2))
    else:
        _print_cost_of_perturbing(runs)


@eval_app.command("report")
def report_command(
    runs: Annotated[list[Path], typer.Argument(help="Result files; several stand side by side.")],
    to: Annotated[Path, typer.Option("--to", help="Folder for the page.")] = FOLDER / REPORTS,
    suite: Annotated[Path | None, typer.Option(help="Suite of the runs, to show gold and passages.")] = None,
    articles: Annotated[list[Path] | None, typer.Option(help="Extra articles of the runs.")] = None,
) -> None:
    """Write one standalone HTML page on finished runs, with JSON and Markdown beside it."""
    loaded = load_suite(suite, articles or []) if suite else None
    output.print(f"{write_report([read_run(path) for path in runs], to, loaded)}", highlight=False, markup=False)


@eval_app.command("support")
def support_command(
    file: Annotated[Path, typer.Argument(help="Responses with contexts and labels, as vihallu_dev.jsonl.")],
    split: Annotated[Half, typer.Option(help="Half of the rows.")] = "report",
) -> None:
    """Measure how well the support check separates supported from contradicting and invented answers."""
    check = validate_support(file, split)
    for name, figure in check.figures.items():
        output.print(f"{name}: {figure.value:.3f} [{figure.low:.3f}, {figure.high:.3f}] n={figure.count}", markup=False)
    output.print(f"{write_support(check)}", highlight=False, markup=False)


@eval_app.command("table")
def table_command(
    readme: Annotated[Path, typer.Option(help="File with <!-- results --> markers.")] = Path("README.md"),
    check: Annotated[bool, typer.Option(help="Change nothing; fail when the table is out of date.")] = False,
) -> None:
    """Bring the README's table of results up to date with the committed runs."""
    if update_readme_table(readme, FOLDER, write=not check) and check:
        raise SuiteError(f"{readme}: the table of results is out of date; run hoidap eval table")


@eval_app.command("compare")
def compare_command(
    first: Annotated[Path, typer.Argument(help="Result file.")],
    second: Annotated[Path, typer.Argument(help="Result file of the same questions.")],
    as_json: JsonOption = False,
) -> None:
    """Pair two runs question by question: wins, losses, and whether the difference is more than chance."""
    runs = read_run(first), read_run(second)
    found = compare(*runs)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2))
        return
    output.print(differences_table(found, f"{first.name} → {second.name}"))
    output.print("Bold: the interval excludes 0. p: exact sign test of wins against losses.", style="dim")
    _print_changed(runs[0], found)


@eval_app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(help="SQuAD-style .json or .jsonl.")],
    to: Annotated[Path, typer.Option("--to", help="Folder to make.")],
) -> None:
    """Turn a SQuAD-style question set into a suite folder."""
    suite = import_squad(file, to)
    output.print(
        f"{to}: {len(suite.cases)} questions on {len(suite.articles)} articles.", highlight=False, markup=False
    )


def _perturbation(name: str) -> Perturbation:
    for known in PERTURBATIONS:
        if known == name:
            return known
    raise typer.BadParameter(f"{name}: expected one of {', '.join(PERTURBATIONS)}", param_hint="--perturb")


def _baseline(name: str) -> Baseline:
    for known in BASELINES:
        if known == name:
            return known
    raise typer.BadParameter(f"{name}: expected one of {', '.join(BASELINES)}", param_hint="--baseline")


def _print_run(run: Run, written: list[Path]) -> None:
    output.print(run_table(run))
    if run.slices:
        output.print(slices_table(run))
    for path in written:
        output.print(f"{path}", highlight=False, markup=False, soft_wrap=True)
    output.print()


def _print_cost_of_perturbing(runs: list[Run]) -> None:
    plain = next((run for run in runs if run.perturb == "none"), None)
    for run in runs:
        if plain is not None and run is not plain:
            found = [one for one in differences(plain, run) if one.metric in ("recall@1", "recall@5", "contained")]
            output.print(differences_table(found, f"none → {run.perturb}, same questions"))


def _print_changed(run: Run, found: list[Difference]) -> None:
    questions = {row.id: row.question or "" for row in run.rows}
    for one in found:
        for verdict, names in (("won", one.wins), ("lost", one.losses)):
            for name in names:
                line = f"{one.metric} {verdict}: {name} {questions[name]}"
                output.print(line, highlight=False, markup=False, soft_wrap=True)


def _figures(run: Run) -> dict[str, Any]:
    """A run without its rows, which are in the result file."""
    data = asdict(run)
    del data["rows"]
    return data


@contextmanager
def _progress_bar(label: str, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors, disable=quiet, transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
