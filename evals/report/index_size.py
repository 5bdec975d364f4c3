"""What an index costs by its size, as a table and a plot: the result of ``hoidap bench index``."""

from collections.abc import Callable
from typing import Any

from evals.report.markdown import table
from evals.report.plots import cost_plot


def index_table(figures: dict[str, Any]) -> str:
    """The figures as Markdown, a line for each size."""
    head = (
        "chunks",
        "build",
        "peak memory of it",
        "bytes a chunk",
        "open",
        "search p50 / p95",
        "with ranking p50 / p95",
        "memory",
        "add one",
        "remove one",
        "dense recall@10",
    )
    rows = [
        (
            f"{size['chunks']:,}",
            f"{size['build_seconds']:,.0f} s",
            f"{size['build_peak_mib']:,.0f} MiB",
            f"{size['bytes_per_chunk']:,}",
            f"{size['open_ms']['p50']:.0f} ms",
            _milliseconds(size["search_ms"]),
            _milliseconds(size["retrieve_ms"]),
            f"{size['peak_mib']:,.0f} MiB",
            f"{size['add_ms']['p50']:.0f} ms",
            f"{size['remove_ms']['p50']:.0f} ms",
            f"{size['dense_recall']:.3f}",
        )
        for size in figures["sizes"]
    ]
    return table(head, rows) + "\n"


def index_plot(figures: dict[str, Any]) -> str:
    """Costs against size, as SVG."""
    sizes = figures["sizes"]

    def series(value: Callable[[dict[str, Any]], float]) -> list[tuple[float, float]]:
        return [(size["chunks"], value(size)) for size in sizes]

    return cost_plot(
        {
            "building, seconds": {"": series(lambda size: size["build_seconds"])},
            "bytes a chunk": {"": series(lambda size: size["bytes_per_chunk"])},
            "search, ms": {
                "p50": series(lambda size: size["search_ms"]["p50"]),
                "p95": series(lambda size: size["search_ms"]["p95"]),
            },
            "one change, ms": {
                "open": series(lambda size: size["open_ms"]["p50"]),
                "add": series(lambda size: size["add_ms"]["p50"]),
                "remove": series(lambda size: size["remove_ms"]["p50"]),
            },
        },
        "chunks",
    )


def _milliseconds(quantile: dict[str, float]) -> str:
    return f"{quantile['p50']:.0f} / {quantile['p95']:.0f} ms"
