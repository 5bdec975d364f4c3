"""A peer's own virtual environment, made once in the user cache, and its steps run there."""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import venv
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any

from index import HoidapError

_HERE = Path(__file__).parent
_INSTALLING = 1_200
_NO_TELEMETRY = {"HAYSTACK_TELEMETRY_ENABLED": "False", "ANONYMIZED_TELEMETRY": "False"}


class PeerUnavailable(HoidapError):
    """A peer's environment cannot be made, or its process failed; one line says why."""


def peer_python(name: str, cache: Path) -> Path:
    """The Python that runs a peer: that of its environment, which is made when it is not there; the product's is ours.

    Args:
        name: A script of this folder. Without a .txt of that name, which pins what it needs, it runs where we do.
        cache: The user cache; environments are its folder "peers".

    Raises:
        PeerUnavailable: The packages cannot be installed.
    """
    pins = _HERE / f"{name}.txt"
    if not pins.is_file():
        return Path(sys.executable)
    folder = cache / "peers" / f"{name}-{hashlib.sha256(pins.read_bytes()).hexdigest()[:12]}"
    python, ready = folder / "bin" / "python", folder / "ready"
    if not ready.is_file():
        venv.create(folder, clear=True, with_pip=True, symlinks=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        done = subprocess.run([*pip, "-r", str(pins)], capture_output=True, text=True, timeout=_INSTALLING)  # noqa: S603
        if done.returncode:
            raise PeerUnavailable(f"{name}: pip install -r {pins.name} failed: {_last_line(done.stderr)}")
        ready.touch()
    return python


def peer_packages(name: str) -> list[str]:
    """The packages that a peer is made of, with their versions: what its .txt names before its first comment."""
    pins = _HERE / f"{name}.txt"
    lines = pins.read_text(encoding="utf-8").splitlines() if pins.is_file() else []
    return list(takewhile(lambda line: not line.startswith("#"), lines))


def run_steps(
    name: str, python: Path, store: Path, given: Path, steps: Sequence[str], most_seconds: float
) -> list[dict[str, Any]]:
    """Do some steps of a peer in one process.

    Args:
        name: A script of this folder.
        python: What runs it.
        store: Folder that the peer keeps.
        given: Folder of the articles and questions.
        steps: See ``protocol``.
        most_seconds: When to end the process because of one step.

    Returns:
        What each step printed; fewer than ``steps`` when one of them took too long.

    Raises:
        PeerUnavailable: The process failed.
    """
    command = [str(python), "-P", "-m", f"{_HERE.name}.{name}", str(store), str(given), *steps]
    paths = [str(_HERE.parent), *(sys.path if python == Path(sys.executable) else ())]
    environment = {**os.environ, **_NO_TELEMETRY, "PYTHONPATH": os.pathsep.join(paths)}
    lines: list[dict[str, Any]] = []
    overdue = threading.Event()
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=errors) as process,  # noqa: S603
    ):
        assert process.stdout is not None  # noqa: S101 - it is a pipe

        def end() -> None:
            overdue.set()
            process.kill()

        for step in steps:
            timer = threading.Timer(most_seconds, end)
            timer.daemon = True  # an interrupted run does not wait for it
            timer.start()
            printed = process.stdout.readline()
            timer.cancel()
            if printed.endswith(b"\n"):
                lines.append(json.loads(printed))
            elif overdue.is_set():
                break
            else:
                errors.seek(0)
                message = _last_line(errors.read().decode(errors="replace"))
                raise PeerUnavailable(f"{name}: the step {step} failed: {message}")
    return lines


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "no message")
