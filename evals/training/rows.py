"""Questions and claims of the training data, read from its files."""

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from evals.errors import SuiteError
from index import Span

Label = Literal["supported", "contradicted", "not_stated"]
VALIDATION = 7
"""Articles of our own whose number modulo 8 is this are for validation, never for training."""
OWN = Path(__file__).parent / "own"
_JNLI: dict[str, Label] = {"entailment": "supported", "contradiction": "contradicted", "neutral": "not_stated"}


@dataclass(frozen=True, slots=True)
class Question:
    """A question and a text that answers it, or does not.

    Attributes:
        text: The question.
        title: Of the article.
        context: The text: a passage, or a whole article.
        answer: Where the answer stands in ``context``; None where it does not answer.
        source: Name of the file it comes from.
    """

    text: str
    title: str
    context: str
    answer: Span | None
    source: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim beside a source.

    Attributes:
        text: The claim.
        title: Of the source's article.
        context: The source.
        label: What the source says of it.
    """

    text: str
    title: str
    context: str
    label: Label


@dataclass(frozen=True, slots=True)
class OwnArticle:
    """An invented article with its questions and claims.

    Attributes:
        id: Set and number, such as "A-07".
        title: Its title.
        text: Its text.
        questions: Each with its answer, an exact part of the text, or None.
        claims: Each with its label and the sentence that decides it ("" for "not_stated").
    """

    id: str
    title: str
    text: str
    questions: Sequence[tuple[str, str | None]]
    claims: Sequence[tuple[str, Label, str]]

    @property
    def validates(self) -> bool:
        """Whether it is kept for validation."""
        return int(self.id.rpartition("-")[2]) % 8 == VALIDATION


def open_questions(folder: Path, name: str) -> Iterator[Question]:
    """The questions of one file of the open-licence data.

    Args:
        folder: Of the training data.
        name: Of the file without its ending, such as "idk_mrc".
    """
    for row in _lines(folder / f"{name}.jsonl.gz"):
        answers = row["answers"]
        span = Span(answers[0]["start"], answers[0]["start"] + len(answers[0]["text"])) if answers else None
        yield Question(row["question"], "", row["context"], span, name)


def open_claims(folder: Path) -> Iterator[Claim]:
    """Pairs of sentences with their inference labels: Japanese, the one open set of its kind."""
    for row in _lines(folder / "jnli.jsonl.gz"):
        yield Claim(row["hypothesis"], "", row["premise"], _JNLI[row["label"]])


def own_articles(folder: Path = OWN) -> list[OwnArticle]:
    """Our own articles, in the order of their ids.

    Raises:
        SuiteError: There are none.
    """
    found = [_own(row) for path in sorted(folder.glob("*.jsonl.gz")) for row in _lines(path)]
    if not found:
        raise SuiteError(f"{folder}: no articles")
    return sorted(found, key=lambda article: article.id)


def _own(row: dict[str, Any]) -> OwnArticle:
    return OwnArticle(
        id=row["id"],
        title=row["title"],
        text=row["text"],
        questions=[(one["q"], one["a"]) for one in row["questions"]],
        claims=[(one["c"], one["label"], one["e"]) for one in row["claims"]],
    )


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)
    except OSError as error:
        raise SuiteError(f"{path}: {error}") from error
