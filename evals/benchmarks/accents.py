"""How well ``index.vietnamese.accents`` restores questions typed without accents, with half of them, or with all.

The words are those of the articles that the questions are asked of: the pool of ``evals.benchmarks.sets``. A word is
right when it is the one that was meant, whatever the tone placement and i or y; numbers do not count.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evals.benchmarks.choices import Progress
from evals.benchmarks.machine import describe_machine
from evals.benchmarks.sets import pool_suites
from evals.bootstrap import statistic_interval
from evals.metrics.latency import quantiles
from evals.perturb.marks import unaccented
from evals.suite_index import open_suite_index
from evals.types import Split
from index.vietnamese import nfc, words
from index.vietnamese.accents import Speller
from rag import Settings

# Enough for a tenth of a point, and quick.
_DRAWS = 200
_SPLITS: tuple[Split, ...] = ("tune", "report")


def half_unaccented(text: str) -> str:
    """NFC text with the accents of every second word taken off.

    >>> half_unaccented("Đổi mới ở Cam Lộ")
    'Doi mới o Cam Lo'
    """
    pieces = list(text)
    for word in list(words(text))[::2]:
        pieces[word.start : word.end] = unaccented(text[word.start : word.end])
    return "".join(pieces)


TYPED: dict[str, Callable[[str], str]] = {
    "unaccented": unaccented,
    "half unaccented": half_unaccented,
    "accented": lambda question: question,
}


def measure_accents(data: Path, progress: Progress | None = None) -> dict[str, Any]:
    """Share of words right in per cent, by set, half and way of typing, and milliseconds a question.

    Args:
        data: Folder of the question sets.
        progress: Called with (articles indexed, articles in all).
    """
    suites = pool_suites(data)
    with open_suite_index(suites[0].articles, Settings(), progress) as index:
        store = index.store
        speller = Speller(store.syllables, store.pairs, store.vocabulary, store.word_count())
        sets = {
            f"{suite.name}, {split}": _restored(
                speller, [nfc(case.question) for case in suite.cases if case.split == split]
            )
            for suite in suites
            for split in _SPLITS
        }
    return {"machine": describe_machine(), "articles": len(suites[0].articles), "sets": sets}


def _restored(speller: Speller, questions: Sequence[str]) -> dict[str, Any]:
    figures: dict[str, Any] = {"questions": len(questions)}
    for name, typed in TYPED.items():
        right: list[int] = []
        counted: list[int] = []
        seconds: list[float] = []
        for question in questions:
            asked = typed(question)
            started = time.perf_counter()
            restored = speller.restore(asked)
            seconds.append(time.perf_counter() - started)
            hits = words_right(question, restored)
            right.append(sum(hits))
            counted.append(len(hits))
        figures[name] = _shares(right, counted) | {
            f"milliseconds_{which}": round(1000 * value, 2) for which, value in quantiles(seconds).items()
        }
    return figures


def words_right(question: str, restored: str) -> list[bool]:
    """Whether each word of ``question``, numbers apart, came back.

    >>> words_right("Năm 2020, hoà giải", "nam 2020, hòa giải")
    [False, True, True]
    """
    pairs = zip(words(question), words(restored), strict=True)
    return [meant.exact == found.exact for meant, found in pairs if not meant.exact[0].isdecimal()]


def _shares(right: Sequence[int], counted: Sequence[int]) -> dict[str, Any]:
    hits, all_ = np.array(right), np.array(counted)
    interval = statistic_interval(lambda at: 100 * float(hits[at].sum() / all_[at].sum()), len(hits), _DRAWS)
    assert interval is not None, "every set has questions"  # noqa: S101
    return {
        "words": int(all_.sum()),
        "right": round(interval.value, 2),
        "low": round(interval.low, 2),
        "high": round(interval.high, 2),
        "questions_right": round(100 * float(np.mean(hits == all_)), 2),
    }
