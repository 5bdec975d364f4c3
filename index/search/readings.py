"""What else a question may mean: short forms spelled out, places by the name they have or had on the other map."""

from collections.abc import Callable, Sequence

from index.vietnamese.abbreviations import possible_expansions
from index.vietnamese.alternatives import Alternatives
from index.vietnamese.places import other_names
from index.vietnamese.spelling import is_syllable
from index.vietnamese.syllables import words

# Each reading is one more lexical search.
_MOST_READINGS = 4


def readings(question: str, expansions: Callable[[str], Sequence[str]]) -> tuple[str, ...]:
    """The question itself, then other readings of it, each with one part replaced.

    Args:
        question: NFC text.
        expansions: Long forms that the articles define for an abbreviation.
    """
    defined = [
        Alternatives(word.start, word.end, tuple(found))
        for word in words(question)
        if _may_be_short(raw := question[word.start : word.end]) and (found := expansions(raw))
    ]
    replaced = [
        question[: part.start] + name + question[part.end :]
        for part in (*defined, *possible_expansions(question), *other_names(question))
        for name in part.names
    ]
    return tuple(dict.fromkeys([question, *replaced]))[:_MOST_READINGS]


def _may_be_short(raw: str) -> bool:
    """Whether a word may be an abbreviation: "CA" and "hnd", not "Cả"."""
    return raw.isalpha() and (raw.isupper() or not is_syllable(raw))
