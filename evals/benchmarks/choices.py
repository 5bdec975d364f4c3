"""What a benchmark may be told."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from evals.types import Split

Progress = Callable[[int, int], None]
"""Called with (steps done, steps in all)."""


@dataclass(frozen=True, slots=True)
class Choices:
    """Which data to measure on.

    Attributes:
        path: Folder of the question sets, in place of the folder data/ in ``HOIDAP_DATA``; for one that learns from a
            single file, that file.
        split: Half of the questions, for a benchmark that compares.
        progress: Called as the work goes on.
    """

    path: Path | None = None
    split: Split = "tune"
    progress: Progress | None = None
