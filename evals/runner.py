"""A run: every case of a suite asked once, judged, and summed up."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from evals.errors import SuiteError
from evals.partial import PartialRows
from evals.perturb import Perturbation, perturb
from evals.provenance import articles_digest, case_digest, cases_digest, code_digest, commit
from evals.results import FOLDER, result_name, without_texts, write_run
from evals.scoring import Judge
from evals.summary import summarise, summarise_slices
from evals.systems import System
from evals.types import Case, Run, Stage, Suite

Half = Literal["tune", "report", "all"]
Progress = Callable[[int, int], None]
"""Called with (questions done, questions in all)."""


@dataclass(frozen=True, slots=True)
class Options:
    """Which questions to ask, and how.

    Attributes:
        stage: "retrieval" looks for passages (no language model); "answers" has them answered too.
        perturbation: How the questions are put.
        split: The half to ask; None for the tune half where the suite has one, else everything: the other half
            stays unseen unless it is asked for.
        limit: Ask only so many, spread evenly: suites tend to keep the unanswerable questions together.
        workers: How many questions to ask at once. More than one pays with an endpoint that answers in parallel, and
            latencies then include waiting for one another.
    """

    stage: Stage = "retrieval"
    perturbation: Perturbation = "none"
    split: Half | None = None
    limit: int | None = None
    workers: int = 1


def run(
    suite: Suite,
    system: System,
    options: Options | None = None,
    partial: Path | None = None,
    progress: Progress | None = None,
) -> Run:
    """Ask a system the questions of a suite.

    Args:
        suite: Checked questions and articles.
        system: What is asked; it must hold the suite's articles.
        options: Which questions, and how.
        partial: File that keeps rows as they come. When the same run starts again it goes on from there.
        progress: Called at the start and after each question.

    Raises:
        SuiteError: There is no question to ask.
        HoidapError: The system cannot answer; the rows so far are in ``partial``.
    """
    options = options or Options()
    planned = plan(suite, system, options)
    questions = _questions(suite, options)
    if not questions:
        raise SuiteError(f"{suite.name}: no question to ask (split {planned.split}, perturb {planned.perturb})")
    kept = PartialRows(partial, _key(planned)) if partial else None
    judge = Judge(suite.articles, system, options.stage)
    known = kept.rows if kept else {}
    done = {
        case.id: known[case.id]
        for case, asked in questions
        if case.id in known and known[case.id].digest == case_digest(case, asked)
    }
    left = [(case, asked) for case, asked in questions if case.id not in done]
    if left:
        system.warm_up(options.stage)
    if progress is not None:
        progress(len(done), len(questions))
    with _pool(options.workers) as pool:
        ask = map if options.workers == 1 else pool.map  # one by one, none is asked ahead
        for row in ask(lambda question: judge.row(*question), left):
            if kept is not None:
                kept.add(row)
            done[row.id] = row
            if progress is not None:
                progress(len(done), len(questions))
    rows = [done[case.id] for case, _ in questions]
    return replace(planned, metrics=summarise(rows), slices=summarise_slices(rows), rows=tuple(rows))


@contextmanager
def _pool(workers: int) -> Iterator[ThreadPoolExecutor]:
    """Threads that ask; what nobody has begun to ask is dropped when the run fails or is interrupted."""
    pool = ThreadPoolExecutor(workers)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def run_to_file(
    suite: Suite,
    system: System,
    options: Options | None = None,
    out: Path | None = None,
    texts: bool = True,
    progress: Progress | None = None,
) -> tuple[Run, Path]:
    """``run``, resumable, with its result written.

    Args:
        suite: Checked questions and articles.
        system: What is asked.
        options: Which questions, and how.
        out: Result file; by default ``evals/results/`` and ``result_name``.
        texts: Whether rows keep questions, answers and quotes.
        progress: Called at the start and after each question.

    Returns:
        The run and the file it is in.
    """
    out = out or FOLDER / result_name(plan(suite, system, options or Options()))
    partial = out.with_name(f"{out.stem}.partial.jsonl")
    done = run(suite, system, options, partial, progress)
    write_run(done if texts else without_texts(done), out)
    partial.unlink(missing_ok=True)
    return done, out


def plan(suite: Suite, system: System, options: Options) -> Run:
    """The run before its first question: everything but rows and figures."""
    return Run(
        suite=suite.name,
        system=system.name,
        stage=options.stage,
        split=_half(suite, options),
        perturb=options.perturbation,
        limit=options.limit,
        commit=commit(),
        settings=system.settings,
        fingerprints={
            "suite": cases_digest(suite.cases),
            "articles": articles_digest(suite.articles),
            "code": code_digest(),
            **system.fingerprints,
        },
        metrics={},
        slices={},
        rows=(),
    )


def _questions(suite: Suite, options: Options) -> list[tuple[Case, str]]:
    half = _half(suite, options)
    cases = [case for case in suite.cases if half in ("all", case.split)]
    asked = [(case, question) for case in cases if (question := perturb(case, options.perturbation)) is not None]
    count = min(options.limit or len(asked), len(asked))
    return [asked[i * len(asked) // count] for i in range(count)]


def _half(suite: Suite, options: Options) -> Half:
    if options.split is not None:
        return options.split
    return "tune" if any(case.split == "tune" for case in suite.cases) else "all"


def _key(planned: Run) -> dict[str, object]:
    """What decides what a row holds; which questions are asked does not."""
    return {
        "stage": planned.stage,
        "system": planned.system,
        "settings": dict(planned.settings),
        "fingerprints": dict(planned.fingerprints),
    }
