"""Logs as JSON lines: one for each question, without its words unless asked for, and whatever else is reported.

The standard library's logging with python-json-logger's formatter, so that lines of uvicorn and other libraries come
out in the same form; structlog would have been a second way to log beside theirs.
"""

import logging
from logging.handlers import WatchedFileHandler
from pathlib import Path

from pythonjsonlogger.json import JsonFormatter

from index import HoidapError

LOGGER = "hoidap"
_FIELDS = ("levelname", "name", "message")
_NAMES = {"levelname": "level", "name": "logger", "message": "event"}


def configure_logging(file: Path | None) -> None:
    """Send every log of the process to standard error, or to ``file``, which may be rotated from outside.

    Raises:
        HoidapError: The file cannot be written.
    """
    try:
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
        handler = WatchedFileHandler(file, encoding="utf-8") if file else logging.StreamHandler()
    except OSError as error:
        raise HoidapError(f"Không ghi được nhật ký vào {file}: {error.strerror}. Hãy đổi HOIDAP_LOG_FILE.") from error
    handler.setFormatter(JsonFormatter(_FIELDS, rename_fields=_NAMES, timestamp="time", json_ensure_ascii=False))
    # A filter, not levels: a library may have set its own logger to say everything.
    handler.addFilter(lambda record: record.levelno >= logging.WARNING or record.name == LOGGER)
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    own = logging.getLogger(LOGGER)
    own.setLevel(logging.INFO)
    own.disabled = False  # which libraries with a configuration of their own (Milvus Lite) do to all others


def adopt(name: str) -> None:
    """Have a library that set up handlers of its own log as everybody does."""
    logger = logging.getLogger(name)
    logger.handlers.clear()
    logger.propagate = True
