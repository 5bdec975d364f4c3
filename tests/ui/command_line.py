"""The command line as its tests call it, and two articles for it."""

import os
import subprocess
import sys

from typer.testing import CliRunner

from index import HoidapError
from ui.cli import app
from ui.cli.terminal import EXIT_FAILED

ARTICLE = "Xã Bình Sơn mở thư viện\n12/03/2024\n\nUBND xã Bình Sơn mở thư viện cộng đồng với 2.350 đầu sách.\n"
OTHER = "Thôn Suối Cạn có nước sạch\n13/03/2024\n\nHiện 98% số hộ thôn Suối Cạn được dùng nước sạch hợp vệ sinh.\n"


def hoidap(*arguments: str) -> tuple[int, str]:
    """Exit code and output, or the line of an expected failure."""
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=True)
    if isinstance(result.exception, HoidapError):
        return EXIT_FAILED, str(result.exception)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout


def run_main(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """The command line as a process of its own, with some environment variables set."""
    command = [sys.executable, "-c", "from ui.cli import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **variables}, check=False)
