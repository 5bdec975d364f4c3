"""Files that survive an interruption: written under another name first, and safely on the disk."""

import os
from pathlib import Path

TEMPORARY = ".writing-"
"""Begins the names of what is not finished; the next writer clears it away."""


def flush(path: Path) -> None:
    """Have a file or folder written to the disk before going on."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
