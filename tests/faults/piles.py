"""Piles of article files, the command line in processes that may die, and what an index holds."""

import multiprocessing
import os
import random
import resource
import signal
import sqlite3
import sys
import traceback
from collections.abc import Sequence
from contextlib import closing, redirect_stderr, redirect_stdout
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from index import Index, IndexSettings
from index.check import Finding, check
from index.store.store import FILE_NAME

# Whether the tests run in their long form (make faults).
LONG = os.environ.get("HOIDAP_FAULTS") == "long"
QUESTIONS = ["xã Bình Sơn họp", "nuoc sach suoi can", "thư viện 2024", "UBND"]
WORDS = "xã Bình Sơn họp nước sạch suối cạn thư viện 2024 UBND huyện Đông Hải chợ cầu đường trường học mưa lũ".split()
_DIED = 1
_FILE_EVENTS = ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir")

# A clean process, forked for each command: nobody waits for imports, and no thread is forked.
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(
    [
        "importlib.readers",
        "rag.search",
        "rag.search_highlights",
        "piles",
        "index.index",
        "index.ingestion",
        "index.check",
        "ui.cli",
        "faiss",
    ]
)


def write_pile(folder: Path, numbers: Sequence[int], paragraphs: int = 3) -> None:
    """Articles as text files; the same number is always the same article."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        (folder / f"{number:03}.txt").write_text(_text(number, paragraphs), encoding="utf-8")


def _text(number: int, paragraphs: int) -> str:
    draw = random.Random(number)  # noqa: S311
    sentences = [" ".join(draw.choices(WORDS, k=12)).capitalize() + "." for _ in range(6 * paragraphs)]
    body = "\n\n".join(" ".join(sentences[at : at + 6]) for at in range(0, len(sentences), 6))
    return f"Chuyện số {number} ở xã Bình Sơn\n\nỦy ban nhân dân (UBND) xã thứ {number} họp ngày 3/5/2024.\n\n{body}\n"


def settings_for(folder: Path) -> IndexSettings:
    """Settings of an index in a folder, with a cache beside it."""
    return IndexSettings(index=folder, cache=folder.parent / "cache", embedding_model="hashing")


class Command:
    """The command line in a process of its own.

    Args:
        arguments: As typed after ``hoidap``.
        folder: Where logs go; its ``cache`` is used.
        kill_at: Number of the file operation before which the process kills itself; 0 for none.
        limit: Bytes a file may have; 0 for any number.
        user: Who runs it; 0 for whoever runs the tests.
    """

    def __init__(
        self, arguments: Sequence[object], folder: Path, kill_at: int = 0, limit: int = 0, user: int = 0
    ) -> None:
        self.log = folder / "output.txt"
        self.committed = folder / "committed.txt"
        for file in (self.log, self.committed):
            file.write_text("")
            file.chmod(0o666)
        words = [str(argument) for argument in arguments]
        self.process: BaseProcess = _processes.Process(target=_run, args=(words, str(folder), kill_at, limit, user))
        self.process.start()

    def wait(self, seconds: float = 300) -> int:
        """The exit status; a process that hangs fails the test."""
        self.process.join(seconds)
        if self.process.exitcode is None:
            self.kill()
            raise AssertionError(f"hangs: {self.output()}")
        return self.process.exitcode

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self.process.join()

    def output(self) -> str:
        """Everything printed."""
        return self.log.read_text(encoding="utf-8")

    def events(self) -> int:
        """Number of file operations of a process that ended."""
        return int(self.committed.read_text().split()[-1])

    def groups(self) -> list[tuple[set[str], bool]]:
        """Ids of articles written together, and whether the process lived to see it."""
        lines = [line.split() for line in self.committed.read_text().splitlines()]
        written = [tuple(line[1:]) for line in lines if line[0] == "end"]
        return [(set(line[1:]), tuple(line[1:]) in written) for line in lines if line[0] == "begin"]


def _run(words: list[str], folder: str, kill_at: int, limit: int, user: int) -> None:
    from index.chunks import Entry
    from index.store.store import Store
    from ui.cli import main

    os.environ |= {"HOIDAP_EMBEDDING_MODEL": "hashing", "HOIDAP_CACHE": f"{folder}/cache", "HOIDAP_LLM": "extractive"}
    record = os.open(f"{folder}/committed.txt", os.O_WRONLY | os.O_APPEND)
    add = Store.add

    def recorded(store: Store, entries: Sequence[Entry]) -> None:
        ids = " ".join(entry.article.id for entry in entries)
        os.write(record, f"begin {ids}\n".encode())
        add(store, entries)
        os.write(record, f"end {ids}\n".encode())

    Store.add = recorded  # type: ignore[method-assign]
    events = 0

    def count(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal events
        if event in _FILE_EVENTS and arguments and f"{folder}/index" in str(arguments[0]):
            events += 1
            if events == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    with Path(f"{folder}/output.txt").open("w", encoding="utf-8") as log, redirect_stdout(log), redirect_stderr(log):
        if limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        if user:
            os.setuid(user)
        sys.argv = ["hoidap", *words]
        sys.addaudithook(count)
        try:
            main()
        except SystemExit as end:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            os.write(record, f"events {events}\n".encode())
            log.flush()
            os._exit(int(end.code or 0))
        except BaseException:
            traceback.print_exc(file=log)
            log.flush()
            os._exit(_DIED)


def content(folder: Path) -> dict[str, Any]:
    """All that an index holds, whatever the numbers of its rows."""
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        rows = {
            table: sorted(map(repr, connection.execute(f"SELECT * FROM {table}")))  # noqa: S608
            for table in ("articles", "syllables", "pairs", "abbreviations")
        }
        chunks = 'SELECT article_id, start, "end", vector FROM chunks JOIN vectors ON chunk_id = id'
        words = "SELECT value FROM meta WHERE key = 'words'"
        return rows | {
            name: sorted(map(repr, connection.execute(query))) for name, query in {"c": chunks, "w": words}.items()
        }


def answers(folder: Path) -> list[list[tuple[str, str, float, float]]]:
    """What each question finds: article, words, scores."""
    with Index.open(folder, settings_for(folder)) as index:
        return [found(index, question) for question in QUESTIONS]


def found(index: Index, question: str) -> list[tuple[str, str, float, float]]:
    """What a question finds: article, words, scores."""
    rows = []
    for hit in index.search(question):
        chunk = index.chunk(hit.chunk_id)
        article = index.article(chunk.article_id) if chunk else None
        if chunk and article:
            rows.append((article.id, article.text[chunk.start : chunk.end], round(hit.dense, 3), round(hit.lexical, 3)))
    return sorted(rows)


def damages(folder: Path, repair: bool = False) -> list[Finding]:
    """What ``hoidap check`` finds damaged."""
    return [finding for finding in check(folder, settings_for(folder), repair=repair) if finding.is_damage]
