"""The steps by which every peer is measured, the files that they read, and the lines that they print.

``python -m peers.NAME STORE INPUT STEP…`` does the steps in order and prints a JSON object for each one done: its name,
what it measured, and the most memory that the process has held so far, in bytes. STORE is the folder that the peer
keeps; INPUT holds, as ``evals.benchmarks.peer_inputs`` writes them,

- ``articles.jsonl``: id, title, text and path of each article (only the product cuts its own chunks);
- ``chunks.jsonl`` and ``chunks.npy``: id, article, start, end and text of each chunk, and its vector in the same row;
- ``questions.jsonl`` and ``questions.npy``: text and vector of each question;
- ``added-0``, ``added-1`` …: folders of the same three for one more article, whose question it answers;
- ``known-…``: the further texts whose vectors the product asks for.

The steps: "index" makes the store; "open" opens it and answers the first question; "ask" asks them all, and "sample" as
many as fit in half a minute; "add" adds the further articles one by one, "seen" asks which of them are found, and
"remove" removes those. A process that adds may be followed by one that opens the store anew, so that what was only in
memory is not taken for stored.
"""

import json
import math
import resource
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Place = tuple[str, int, int]
"""Id of an article, start and end of a chunk in its text."""

COUNT = 5
"""How many chunks a question gets."""
_WARM_UP = 3
_LONGEST_SAMPLE = 30.0
# A peer whose additions take longer adds fewer.
_LONGEST_CHANGING = 20.0


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk as a peer stores it; ``text`` begins with the title of its article."""

    id: str
    article: str
    start: int
    end: int
    text: str

    @property
    def place(self) -> dict[str, str | int]:
        """What a peer keeps beside the text, to tell what it found."""
        return {"article": self.article, "start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class Given:
    """Chunks to index or to add.

    Attributes:
        folder: Where they were read from.
        chunks: In the order of ``vectors``.
        vectors: Unit vectors, shape ``(len(chunks), dimensions)``.
    """

    folder: Path
    chunks: Sequence[Chunk]
    vectors: Vectors


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was typed, and its unit vector."""

    text: str
    vector: Vectors


class Peer(Protocol):
    """A store of chunks on disk. ``prepare`` is not timed; whatever else it does is."""

    def prepare(self, given: Given) -> Any:
        """The chunks with vectors in the form in which its own embedding class would hand them over."""
        ...

    def index(self, prepared: Any) -> None:
        """Make the store on disk."""
        ...

    def open(self) -> None:
        """Open the store from disk."""
        ...

    def ask(self, question: Question) -> list[Place]:
        """The best ``COUNT`` chunks, best first."""
        ...

    def add(self, prepared: Any) -> None:
        """Add chunks, on disk too."""
        ...

    def remove(self, prepared: Any) -> None:
        """Remove the same chunks, on disk too."""
        ...


def main(make: Callable[[Path, Path], Peer]) -> None:
    """Do the steps that the command line names.

    Args:
        make: Makes the peer from the folders STORE and INPUT.
    """
    store, given = Path(sys.argv[1]), Path(sys.argv[2])
    run = _Run(make(store, given), given)
    steps: dict[str, Callable[[], dict[str, Any]]] = {
        "index": run.index,
        "open": run.open,
        "ask": run.ask,
        "sample": lambda: run.ask(_LONGEST_SAMPLE),
        "add": run.add,
        "remove": run.remove,
        "seen": run.seen,
    }
    for name in sys.argv[3:]:
        line = {"step": name, **steps[name](), "peak_bytes": peak_memory()}
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


def read_given(folder: Path) -> Given:
    """The chunks of a folder with their vectors."""
    return Given(folder, [Chunk(**row) for row in read_rows(folder / "chunks.jsonl")], np.load(folder / "chunks.npy"))


def read_rows(path: Path) -> Iterable[dict[str, Any]]:
    """The objects of a file with one on each line."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def peak_memory() -> int:
    """The most memory this process has held, in bytes.

    Linux hands ``ru_maxrss`` on from the process that started this one, so its own high-water mark is read there.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        return next(1024 * int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


class _Run:
    """The steps over one peer."""

    def __init__(self, peer: Peer, given: Path) -> None:
        self._peer = peer
        self._given = given
        self._questions = _read_questions(given)
        self._further = sorted(given.glob("added-*"))
        self._present: list[Path] = []

    def index(self) -> dict[str, Any]:
        prepared = self._peer.prepare(read_given(self._given))
        return {"seconds": _timed(lambda: self._peer.index(prepared))}

    def open(self) -> dict[str, Any]:
        def first_answer() -> None:
            self._peer.open()
            self._peer.ask(self._questions[0])

        return {"seconds": _timed(first_answer)}

    def ask(self, most_seconds: float = math.inf) -> dict[str, Any]:
        for question in self._questions[1 : 1 + _WARM_UP]:
            self._peer.ask(question)
        seconds: list[float] = []
        found: list[list[Place]] = []
        for question in self._questions:
            started = time.perf_counter()
            found.append(self._peer.ask(question))
            seconds.append(time.perf_counter() - started)
            if sum(seconds) > most_seconds:
                break
        return {"seconds": seconds, "found": found}

    def add(self) -> dict[str, Any]:
        return self._change(self._peer.add, self._further)

    def remove(self) -> dict[str, Any]:
        return self._change(self._peer.remove, self._present)

    def seen(self) -> dict[str, Any]:
        self._present = [folder for folder in self._further if self._finds(folder)]
        return {"seen": [folder in self._present for folder in self._further]}

    def _change(self, change: Callable[[Any], None], folders: Sequence[Path]) -> dict[str, Any]:
        """Seconds until each change was on disk, and until a question saw it there."""
        seconds: list[float] = []
        answered: list[float] = []
        for folder in folders:
            prepared = self._peer.prepare(read_given(folder))
            seconds.append(_timed(lambda prepared=prepared: change(prepared)))  # type: ignore[misc]
            answered.append(seconds[-1] + _timed(lambda folder=folder: self._finds(folder)))  # type: ignore[misc]
            if sum(answered) > _LONGEST_CHANGING:
                break
        return {"seconds": seconds, "seconds_to_answer": answered}

    def _finds(self, folder: Path) -> bool:
        (question,) = _read_questions(folder)
        article = next(iter(read_rows(folder / "chunks.jsonl")))["article"]
        return any(found == article for found, _, _ in self._peer.ask(question))


def _read_questions(folder: Path) -> list[Question]:
    vectors = np.load(folder / "questions.npy")
    rows = read_rows(folder / "questions.jsonl")
    return [Question(row["text"], vector) for row, vector in zip(rows, vectors, strict=True)]


def _timed(step: Callable[[], object]) -> float:
    started = time.perf_counter()
    step()
    return time.perf_counter() - started
