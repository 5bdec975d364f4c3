"""How long it takes to index the bundled articles, to get ready and to answer, with and without the model."""

import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from evals.benchmarks.machine import describe_machine
from evals.suite import BUNDLED
from index import Index, ingest
from rag import Assistant, Settings


def measure_answering(questions: int = 20) -> dict[str, Any]:
    """Seconds for each step, over the first answerable questions of the bundled dev set.

    Args:
        questions: How many to ask in each mode, after one that warms up and is not counted.
    """
    lines = (BUNDLED / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [case["question"] for case in map(json.loads, lines) if case["answerable"] and not case["history"]]
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(index=Path(folder) / "index")
        result: dict[str, Any] = {"machine": describe_machine(), "indexing": _time_indexing(settings)}
        for llm in ("extractive", "bundled"):
            mode = settings.model_copy(update={"llm": llm})
            result[llm] = _time_answers(mode, asked[: questions + 1])
    return result


def _time_indexing(settings: Settings) -> dict[str, float]:
    with Index.open_or_create(settings=settings) as index:
        index.embedder.embed_query("khởi động")
        started = time.perf_counter()
        report = ingest(index, [BUNDLED / "articles"])
        seconds = time.perf_counter() - started
        return {
            "articles": len(report.added),
            "chunks": index.store.counts()[1],
            "seconds_per_article": round(seconds / len(report.added), 3),
        }


def _time_answers(settings: Settings, questions: list[str]) -> dict[str, float]:
    started = time.perf_counter()
    assistant = Assistant.open(settings=settings)
    assistant.warm_up()
    ready = time.perf_counter() - started
    timings = [assistant.ask(question).timings for question in questions][1:]
    result = {"ready_seconds": round(ready, 2), "questions": len(timings)}
    for step in ("retrieval", "first", "total"):
        values = sorted(timing[step] for timing in timings)
        result[f"{step}_p50"] = round(statistics.median(values), 3)
        result[f"{step}_p95"] = round(values[min(int(0.95 * len(values)), len(values) - 1)], 3)
    return result
