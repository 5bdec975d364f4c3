"""``make load``: the scenarios at full length, their figures written to evals/results.

    long_form.py [SECONDS] [MODEL_SECONDS]

SECONDS for the crowd of 50 that is answered by quotes (300), MODEL_SECONDS for the 8 that the bundled model answers
(300; 0 leaves them out). The sentence model is the one the environment names.
"""

import asyncio
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from communes import write_pile
from scenarios import Outcome, crowd, flood, outage, several_servers, shutdown
from servers import hoidap, hoidap_serve

from evals.provenance import code_digest, commit
from evals.results import FOLDER

USERS, MODEL_USERS = 50, 8


def main(seconds: str = "300", model_seconds: str = "300") -> int:
    """Run everything; 1 if anything was not as it should be."""
    with tempfile.TemporaryDirectory() as name:
        outcomes = dict(run(Path(name), float(seconds), float(model_seconds)))
    result = {
        "command": f"make load SECONDS={seconds} MODEL_SECONDS={model_seconds}",
        "commit": commit(),
        "code": code_digest(("index", "prompts", "rag", "ui")),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"processors": os.cpu_count(), "system": platform.platform()},
        "scenarios": {
            name: outcome.figures | {"wrong": [*outcome.wrong, *outcome.slow][:20]}
            for name, outcome in outcomes.items()
        },
    }
    path = FOLDER / f"load-{commit()}.json"
    path.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    say(str(path))
    return int(any(outcome.wrong or outcome.slow for outcome in outcomes.values()))


def run(folder: Path, seconds: float, model_seconds: float) -> Iterator[tuple[str, Outcome]]:
    """The scenarios, each on a server of its own."""
    made = write_pile(folder / "pile", USERS)
    index, log = folder / "index", folder / "log.jsonl"
    hoidap("index", str(folder / "pile"), "--index", str(index))
    quoting = {"HOIDAP_LLM": "extractive"}
    with hoidap_serve(index, log, **quoting) as server:
        yield told("crowd", asyncio.run(crowd(server, made, seconds, pause_seconds=2)))
        yield told("flood", asyncio.run(flood(server, made, seconds=10, at_once=20)))
    if model_seconds:
        with hoidap_serve(index, log, HOIDAP_LLM="bundled") as server:
            some = made[:MODEL_USERS]
            yield told("model", asyncio.run(crowd(server, some, model_seconds, pause_seconds=2, strict=False)))
    yield told("outage", asyncio.run(outage(index, log, made, {})))
    yield told("shutdown", asyncio.run(shutdown(index, log, made, {})))
    yield told("several servers", several_servers(index, folder, made, quoting))


def told(name: str, outcome: Outcome) -> tuple[str, Outcome]:
    """The same, said aloud."""
    say(f"{name}: {json.dumps(outcome.figures, ensure_ascii=False)}")
    for problem in [*outcome.slow, *outcome.wrong][:5]:
        say(f"  WRONG: {problem}")
    return name, outcome


def say(line: Any) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
