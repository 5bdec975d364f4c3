"""The processes that are tried: ``hoidap serve`` as anybody starts it, and a language model that can be killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

START_SECONDS = 600  # of a busy machine, with the bundled model
_MODEL = Path(__file__).with_name("fake_model.py")


@dataclass
class Running:
    """A process that listens.

    Attributes:
        address: Where, without a slash at the end.
        process: The process.
    """

    address: str
    process: subprocess.Popen[bytes]

    def resident_mib(self) -> float:
        """Memory it holds, in MiB (Linux)."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise ProcessLookupError(self.process.pid)

    def told_to_end(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def exit_code(self, seconds: float) -> int:
        """Its exit code, once it has ended."""
        return self.process.wait(seconds)


def hoidap(*arguments: str, **settings: str) -> str:
    """What a command prints."""
    done = subprocess.run(_command(*arguments), env=_environment(settings), capture_output=True, text=True, check=True)
    return done.stdout


@contextmanager
def hoidap_serve(index: Path, log: Path, **settings: str) -> Iterator[Running]:
    """A server of its own process, ready to answer."""
    port = free_port()
    command = _command("serve", "--index", str(index), "--port", str(port))
    settings |= {"HOIDAP_LOG_FILE": str(log)}
    with _running(command, settings, f"http://127.0.0.1:{port}", "/health", log.with_suffix(".out")) as running:
        yield running


@contextmanager
def fake_model(port: int, seconds: float = 0.0) -> Iterator[Running]:
    """An OpenAI-compatible endpoint whose every word takes ``seconds``."""
    command = [sys.executable, "-P", str(_MODEL), str(port), str(seconds)]
    with _running(command, {}, f"http://127.0.0.1:{port}/v1", "/models", None) as running:
        yield running


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def kill(running: Running) -> None:
    """End a process the hard way."""
    running.process.kill()
    running.process.wait()


@contextmanager
def _running(
    command: list[str], settings: Mapping[str, str], address: str, ready: str, output: Path | None
) -> Iterator[Running]:
    with (output or Path(os.devnull)).open("wb") as out:
        process = subprocess.Popen(command, env=_environment(settings), stdout=out, stderr=subprocess.STDOUT)
    running = Running(address, process)
    try:
        _wait_until_ready(running, ready)
        yield running
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                kill(running)


def _wait_until_ready(running: Running, path: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        if running.process.poll() is not None:
            raise ChildProcessError(f"ended with {running.process.returncode}: {running.process.args}")
        if time.monotonic() > deadline:
            raise TimeoutError(f"not ready after {START_SECONDS} s: {running.process.args}")
        try:
            if httpx.get(running.address + path, timeout=5, trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-P", "-c", "from ui.cli import main; main()", *arguments]


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | dict(settings)
