"""How long a newcomer waits for `make` to set up a fresh clone, and what it takes on disk."""

import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from evals.benchmarks.machine import describe_machine
from index import HoidapError

_PROJECT = Path(__file__).parents[2]


def measure_setup() -> dict[str, Any]:
    """Clone the committed project into a new folder, set it up with make, and measure both.

    Raises:
        HoidapError: This is an installed package, not a checkout.
    """
    if not (_PROJECT / ".git").exists():
        raise HoidapError(f"{_PROJECT}: not a checkout of hoidap; run this benchmark in one")
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "hoidap"
        subprocess.run(["git", "clone", "--quiet", _PROJECT, clone], check=True)  # noqa: S603, S607
        started = time.perf_counter()
        subprocess.run(["make", "--silent", ".venv/.installed"], cwd=clone, check=True)  # noqa: S607
        seconds = time.perf_counter() - started
        size = sum(file.lstat().st_size for file in (clone / ".venv").rglob("*"))
    return {"machine": describe_machine(), "setup_seconds": round(seconds, 1), "venv_gigabytes": round(size / 1e9, 2)}
