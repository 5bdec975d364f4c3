"""The lexicon holds what it says, and nothing else lists the same words again."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from index.vietnamese import fold, is_syllable, lexicon, nfc
from index.vietnamese.provinces import province_names

ROOT = Path(__file__).parents[3]
GROUPS = {
    name: frozenset(group)
    for name, group in vars(lexicon).items()
    if name.isupper() and isinstance(group, (tuple, frozenset, dict))
}


@pytest.mark.parametrize("name", GROUPS)
def test_words_are_in_the_form_that_is_compared(name: str) -> None:
    for phrase in GROUPS[name]:
        assert phrase == nfc(phrase).lower().strip() and "  " not in phrase


@pytest.mark.parametrize(
    ("some", "all_"),
    [
        (lexicon.SURNAMES_LIKE_HEADLINES, lexicon.SURNAMES),
        (lexicon.UNCLEAR_UNITS, map(fold, lexicon.UNITS)),
        (lexicon.UNCLEAR_QUESTION_WORDS, map(fold, lexicon.ASKS)),
        (lexicon.PARTY_COMMITTEES, lexicon.UNITS),
        (lexicon.DIGITS.values(), range(10)),
    ],
)
def test_what_is_said_of_some_words_is_said_of_listed_ones(some: Iterable[object], all_: Iterable[object]) -> None:
    assert set(some) <= set(all_)


def test_surnames_are_syllables() -> None:
    assert all(map(is_syllable, lexicon.SURNAMES))


def test_the_longest_phrase_is_tried_first() -> None:
    pattern = re.compile(lexicon.any_of(lexicon.UNITS, ("thị", "xã")))
    assert [pattern.match(unit) and pattern.match(unit)[0] for unit in lexicon.UNITS] == list(lexicon.UNITS)


def test_provinces_of_both_maps() -> None:
    assert {"hồ chí minh", "bà rịa vũng tàu", "đắc lắc", "huế", "lâm đồng"} <= province_names()


@pytest.mark.parametrize("package", ["index", "rag", "evals", "ui"])
def test_nothing_else_lists_units_or_surnames(package: str) -> None:
    for path in (ROOT / package).rglob("*.py"):
        if path.name == "lexicon.py":
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            listed = set(re.findall(r"[^\W\d_]+(?: [^\W\d_]+)?", line.lower()))
            assert len(listed.intersection(lexicon.UNITS)) < 5, f"{path}: {line}"
            assert len(re.findall(r"[|,]", line)) < 10 or len(listed & lexicon.SURNAMES) < 8, f"{path}: {line}"
