"""The question sets of the measuring data, and the pool of passages that they are asked of."""

from pathlib import Path

from evals.errors import SuiteError
from evals.settings import EvalSettings
from evals.suite import load_suite
from evals.types import Suite

QUESTIONS = ("viquad2_dev.jsonl", "xquad_vi.jsonl")
RESPONSES = "vihallu_dev.jsonl"
POOL = (*QUESTIONS, RESPONSES, "news_gov.jsonl")


def data_folder(path: Path | None = None) -> Path:
    """The folder of the question sets: ``path``, else data/ in the folder that ``HOIDAP_DATA`` names.

    Raises:
        SuiteError: A set is missing.
    """
    folder = path or EvalSettings().data / "data"
    missing = [name for name in POOL if not (folder / name).is_file()]
    if missing:
        raise SuiteError(
            f"{folder}: no {', '.join(missing)}. Set HOIDAP_DATA to the folder that holds data/ with the measuring "
            "sets, or name the folder of the sets: hoidap bench NAME FOLDER"
        )
    return folder


def pool_suites(data: Path) -> tuple[Suite, ...]:
    """Each question set over the passages of all sets; the articles are the same in each, the set's own first.

    Raises:
        SuiteError: A set cannot be read.
    """
    return tuple(load_suite(data / name, [data / other for other in POOL if other != name]) for name in QUESTIONS)
