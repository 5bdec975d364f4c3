"""The plots of one report, made from its runs."""

from collections.abc import Sequence
from dataclasses import dataclass

from evals.curves import refusal_curve
from evals.report.names import label, labels
from evals.report.plots import interval_plot, latency_plot, refusal_plot
from evals.types import Interval, Run

_RETRIEVAL = ("recall@1", "recall@5")
_ANSWERS = ("contained", "citation_recall")
_REFUSALS = ("refusal_recall", "false_refusal")
_WAITS = ("retrieval", "first", "total")
_MOST_RUNS = 6  # as many as there are colours
_ALL = "∑"


@dataclass(frozen=True, slots=True)
class Figure:
    """A plot and what it shows.

    Attributes:
        svg: The plot.
        title: In Vietnamese and in English.
        note: Likewise; how to read it.
    """

    svg: str
    title: tuple[str, str]
    note: tuple[str, str]


def make_figures(runs: Sequence[Run]) -> list[Figure]:
    """Every plot that the runs have the figures for."""
    runs = runs[:_MOST_RUNS]
    figures = [*_by_slice(runs, _RETRIEVAL, ("Tìm đoạn theo nhóm câu hỏi", "Retrieval by slice"))]
    figures += _by_slice(runs, _ANSWERS, ("Câu trả lời theo nhóm câu hỏi", "Answers by slice"))
    figures += _by_slice(runs, _REFUSALS, ("Từ chối theo nhóm câu hỏi", "Refusals by slice"))
    figures += [figure for run in runs for figure in _refusal(run)]
    return [*figures, *_latency(runs)]


def _by_slice(runs: Sequence[Run], names: Sequence[str], title: tuple[str, str]) -> list[Figure]:
    """One plot of all figures for a single run; for several runs one plot for each figure."""
    slices = sorted({name for run in runs for name, figures in run.slices.items() if figures.keys() & set(names)})
    rows = [_ALL, *slices]
    note = (
        f"{_ALL}: tất cả câu hỏi. Vạch ngang: khoảng tin cậy bootstrap 95 %.",
        f"{_ALL}: all questions. Bars: 95 % bootstrap intervals.",
    )
    if len(runs) == 1:
        series = {name: _column(runs[0], name, slices) for name in names if name in runs[0].metrics}
        return [Figure(interval_plot(rows, series), title, note)] if series else []
    found = []
    for name in names:
        series = {
            one: _column(run, name, slices) for one, run in zip(labels(runs), runs, strict=True) if name in run.metrics
        }
        if series:
            found.append(Figure(interval_plot(rows, series), (f"{title[0]}: {name}", f"{title[1]}: {name}"), note))
    return found


def _column(run: Run, name: str, slices: Sequence[str]) -> list[Interval | None]:
    return [run.metrics.get(name), *(run.slices.get(one, {}).get(name) for one in slices)]


def _refusal(run: Run) -> list[Figure]:
    points = refusal_curve(run.rows)
    if not points:
        return []
    auroc, recall, false = (run.metrics.get(name) for name in ("refusal_auroc", "refusal_recall", "false_refusal"))
    measured = f"AUROC {auroc.value:.3f} [{auroc.low:.3f}, {auroc.high:.3f}]. " if auroc else ""
    now = (
        (
            f"Hiện từ chối {recall.value:.0%} câu không có đáp án và {false.value:.0%} câu có đáp án.",
            f"As run it refuses {recall.value:.0%} of the unanswerable and {false.value:.0%} of the answerable.",
        )
        if recall and false
        else ("", "")
    )
    svg = refusal_plot(points, ("ngưỡng / threshold", "không có đáp án / unanswerable", "có đáp án / answerable"))
    title = ("Đường cong từ chối", "Refusal curve")
    note = (
        f"{label(run)}. {measured}Từ chối khi độ tin dưới ngưỡng: xanh nên cao, cam nên thấp. {now[0]}",
        f"{label(run)}. {measured}Refusing below the threshold: blue should be high, orange low. {now[1]}",
    )
    return [Figure(svg, title, note)]


def _latency(runs: Sequence[Run]) -> list[Figure]:
    """Every wait of a single run; of several runs the wait for all that was asked."""
    seconds: dict[str, list[float]] = {}
    for name, run in zip(labels(runs), runs, strict=True):
        waits = {wait: [row.seconds[wait] for row in run.rows if wait in row.seconds] for wait in _WAITS}
        known = {wait: found for wait, found in waits.items() if found}
        if len(runs) == 1:
            seconds = known
        elif known:
            seconds[name] = list(known.values())[-1]
    if not seconds:
        return []
    note = (
        "Tỉ lệ câu hỏi xong trong từng ấy giây (trục ngang theo thang logarit).",
        "Share of questions done within so many seconds (logarithmic).",
    )
    return [Figure(latency_plot(seconds, "s"), ("Thời gian chờ", "Latency"), note)]
