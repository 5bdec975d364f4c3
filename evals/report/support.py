"""The support check as a result file, with its ROC beside it."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from evals.curves import RocPoint
from evals.errors import ResultError
from evals.report.plots import roc_plot
from evals.results import FOLDER
from evals.support_check import SupportCheck
from evals.types import Interval


def write_support(check: SupportCheck, folder: Path = FOLDER) -> Path:
    """Write the figures and curves as JSON and the ROC as SVG beside it; the JSON's path.

    The published half goes without its name: ``support-vihallu_dev-COMMIT.json``.

    Raises:
        ResultError: A file cannot be written.
    """
    split = "" if check.split == "report" else f"-{check.split}"
    path = folder / f"support-{check.set}-{check.commit.removesuffix('-dirty')}{split}.json"
    data = {**asdict(check), "curve": _points(check.curve), "curve_intrinsic": _points(check.curve_intrinsic)}
    svg = roc_plot(
        {
            _title("no / rest", check.figures["auroc"]): check.curve,
            _title("no / intrinsic", check.figures["auroc_intrinsic"]): check.curve_intrinsic,
        },
        ("unsupported responses let through", "supported responses let through"),
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        path.with_suffix(".svg").write_text(svg, encoding="utf-8")
    except OSError as error:
        raise ResultError(f"{path}: cannot be written ({error.strerror})") from error
    return path


def _points(curve: Sequence[RocPoint]) -> list[dict[str, float]]:
    return [{name: round(value, 4) for name, value in point._asdict().items()} for point in curve]


def _title(what: str, figure: Interval) -> str:
    return f"{what}: AUROC {figure.value:.3f} [{figure.low:.3f}, {figure.high:.3f}]"
