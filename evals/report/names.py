"""What runs and figures are called and how figures are written, in Vietnamese and in English."""

from collections.abc import Sequence
from dataclasses import dataclass

from evals.tables import shown
from evals.types import Interval, Run

# name: (Vietnamese, English). A figure that is not named here is shown by its own name.
METRICS: dict[str, tuple[str, str]] = {
    "recall@1": ("Đoạn đúng đứng đầu", "Right passage first"),
    "recall@5": ("Đoạn đúng trong 5 đoạn đầu", "Right passage in the first 5"),
    "mrr@10": ("Nghịch đảo thứ hạng trung bình", "Mean reciprocal rank"),
    "ndcg@10": ("nDCG của 10 đoạn đầu", "nDCG of the first 10"),
    "contained": ("Câu trả lời chứa đáp án", "Answer holds an accepted one"),
    "exact": ("Trùng khớp đáp án", "Equals an accepted answer"),
    "f1": ("F1 theo âm tiết", "Token F1"),
    "citation_precision": ("Trích dẫn đúng chỗ", "Citations that are right"),
    "citation_recall": ("Chỗ đúng được trích dẫn", "Gold words that are cited"),
    "supported": ("Câu có trích dẫn đỡ được", "Sentences carried by their citations"),
    "number_fidelity": ("Con số có trong trích dẫn", "Numbers that stand in the quotes"),
    "exact_spans": ("Trích dẫn đúng nguyên văn", "Quotes that are exact"),
    "dangling_markers": ("Dấu trích dẫn trỏ vào chỗ trống", "Markers that name no citation"),
    "false_refusal": ("Từ chối nhầm", "False refusals"),
    "refusal_recall": ("Từ chối được câu không có đáp án", "Unanswerable questions refused"),
    "refusal_precision": ("Từ chối đúng", "Refusals that are right"),
    "refusal_f1": ("F1 của từ chối", "F1 of refusing"),
    "refusal_auroc": ("AUROC của độ tin", "AUROC of the confidence"),
    "tokens": ("Độ dài câu trả lời (token)", "Length of the answer (tokens)"),
    "retrieval_p50": ("Tìm đoạn, trung vị (giây)", "Passages found, median (s)"),
    "retrieval_p95": ("Tìm đoạn, phân vị 95 (giây)", "Passages found, 95th percentile (s)"),
    "first_p50": ("Câu đầu tiên, trung vị (giây)", "First sentence, median (s)"),
    "first_p95": ("Câu đầu tiên, phân vị 95 (giây)", "First sentence, 95th percentile (s)"),
    "total_p50": ("Cả câu trả lời, trung vị (giây)", "Whole answer, median (s)"),
    "total_p95": ("Cả câu trả lời, phân vị 95 (giây)", "Whole answer, 95th percentile (s)"),
}

# Shown large at the top, as far as the run has them.
HEADLINES = (
    "recall@1 recall@5 contained citation_precision supported refusal_f1 false_refusal "
    "retrieval_p50 first_p50 total_p50".split()
)
_NO_SHARES = ("_p50", "_p95", "tokens", "dangling_markers")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table of figures: a figure and its intervals, one for each run."""

    name: str
    titles: tuple[str, str]
    intervals: tuple[Interval | None, ...]


def label(run: Run) -> str:
    """What sets a run apart from the ones beside it."""
    parts = [run.system, run.fingerprints.get("llm", "") if run.stage == "answers" else ""]
    return " · ".join(part for part in (*parts, run.perturb if run.perturb != "none" else "") if part)


def labels(runs: Sequence[Run]) -> list[str]:
    """A label for each run, with what else is needed to tell equal ones apart."""
    plain = [label(run) for run in runs]
    told = [
        f"{one} · {run.suite} · {run.commit}" if plain.count(one) > 1 else one
        for one, run in zip(plain, runs, strict=True)
    ]
    return [f"{one} ({number})" if told.count(one) > 1 else one for number, one in enumerate(told, 1)]


def figure_lines(runs: Sequence[Run]) -> list[Line]:
    """Every figure of any of the runs, in the order in which they first come."""
    found = dict.fromkeys(name for run in runs for name in run.metrics)
    return [Line(name, METRICS.get(name, (name, name)), tuple(run.metrics.get(name) for run in runs)) for name in found]


def show_figure(value: float, name: str) -> str:
    """A figure with its unit: per cent for shares, seconds and counts as they are."""
    if name.endswith("auroc"):
        return f"{value:.3f}"
    return shown(name, value) + ("" if name.endswith(_NO_SHARES) else " %")
