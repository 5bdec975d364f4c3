"""The command line: ``hoidap``."""

from ui.cli.commands import app, main

__all__ = ["app", "main"]
