"""What must agree between a sentence and its quotes beyond shared words: numbers, names and negation.

On the tune rows of vihallu_dev these rules let through 49 % of the supported responses, 11 % of the contradicting and
5 % of the invented ones; shared words, sets of numbers and loose names alone let through 67, 25 and 6 %. Half of what
they turn away wrongly is of the form "…, không phải X", where X stands in no quote.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.vietnamese import Word, syllable_key, words
from rag.matching import content_words

_NEGATORS = frozenset(syllable_key(word) for word in ("không", "chưa", "chẳng", "chả"))
# A number belongs to the words beside it: so many on either side are compared.
_NEIGHBOURS = 3


def agrees_with(text: str, quotes: Sequence[str], surroundings: Sequence[str]) -> bool:
    """Whether numbers, names and negation of ``text`` are those of its quotes.

    Args:
        text: A sentence of an answer.
        quotes: What it cites.
        surroundings: Titles and passages of the quotes. A passage names its place once and goes on with "huyện":
            asking for names in the quotes alone refused 41 % of the supported answers of vihallu's tune rows,
            asking the passages 19 %.
    """
    return (
        _numbers_agree(text, quotes) and _names_occur(text, [*quotes, *surroundings]) and _negation_agrees(text, quotes)
    )


def _numbers_agree(text: str, quotes: Iterable[str]) -> bool:
    """Every number stands in a quote with its unit behind it, or, without one, beside a word it stands beside here."""
    quoted: dict[str, list[_Place]] = {}
    for quote in quotes:
        for place in _number_places(quote):
            quoted.setdefault(place.number, []).append(place)
    return all(
        any(_same_place(place, other) for other in quoted.get(place.number, ())) for place in _number_places(text)
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """A number and the words about it; ``unit`` is the word right behind that says what is counted, if one does."""

    number: str
    unit: str | None
    before: frozenset[str]
    behind: frozenset[str]


def _same_place(place: _Place, other: _Place) -> bool:
    if place.unit is not None:
        return place.unit in other.behind
    beside = place.before | place.behind
    return not beside or bool(beside & (other.before | other.behind))


def _number_places(text: str) -> list[_Place]:
    """Each number of ``text``, a date part by part."""
    tokens = [(part, word) for word in words(text) for part in _parts(word)]
    naming = {word.start for word in content_words(text)}
    places = []
    for at, (token, word) in enumerate(tokens):
        if token[0].isdecimal():
            near = [part for part, _ in tokens[max(at - _NEIGHBOURS, 0) : at]]
            behind = tokens[at + 1 : at + 1 + _NEIGHBOURS]
            following = behind[0][1] if behind else None
            is_unit = (
                following is not None
                and following.start in naming
                and text[following.start].islower()
                and text[word.end : following.start] == " "
            )
            unit = behind[0][0] if is_unit else None
            places.append(_Place(token, unit, frozenset(near), frozenset(part for part, _ in behind)))
    return places


def _parts(word: Word) -> list[str]:
    return word.exact.split(".") if word.exact.count(".") > 1 else [word.exact]


def _names_occur(text: str, sources: Iterable[str]) -> bool:
    """Every run of capitalised words stands together in a source; "Lê Văn" and "Hải" apart do not make a name."""
    known = [f" {' '.join(word.exact for word in words(source))} " for source in sources]
    return all(_occurs(run, known) for run in _names(text))


def _names(text: str) -> list[list[str]]:
    """Runs of capitalised words; the word that opens the sentence counts only as part of a longer run."""
    found = list(words(text))
    runs: list[list[Word]] = [[]]
    for before, word in pairwise([None, *found]):
        assert word is not None  # noqa: S101 - only the first of the pairs' left sides is None
        joined = before is not None and text[before.end : word.start] in (" ", "-", "'", "’ ", "’")
        if not text[word.start].isupper():
            runs.append([])
        elif joined and runs[-1]:
            runs[-1].append(word)
        else:
            runs.append([word])
    named = [run for run in runs if run and not (len(run) == 1 and run[0] is found[0])]
    return [[word.exact for word in run] for run in named]


def _occurs(run: list[str], known: Sequence[str]) -> bool:
    """Whether the run stands in one piece, or in pieces of two words and more ("Quảng Khê" + "Phạm Nguyên Vũ")."""
    if any(f" {' '.join(run)} " in text for text in known):
        return True
    return any(_occurs(run[:cut], known) and _occurs(run[cut:], known) for cut in range(2, len(run) - 1))


def _negation_agrees(text: str, quotes: Iterable[str]) -> bool:
    """What ``text`` denies is denied in the quotes, and what the quotes only deny is not asserted."""
    denied, said = _denied(text)
    quotes_denied: set[str] = set()
    quotes_said: set[str] = set()
    for quote in quotes:
        quote_denied, quote_said = _denied(quote)
        quotes_denied |= quote_denied
        quotes_said |= quote_said
    return denied <= quotes_denied and not (said & (quotes_denied - quotes_said)) - denied


def _denied(text: str) -> tuple[set[str], set[str]]:
    """Content words that follow a negator at once, and all the others."""
    content = {word.start for word in content_words(text)}
    denied: set[str] = set()
    said: set[str] = set()
    negated = False
    for word in words(text):
        if word.exact in _NEGATORS:
            negated = True
        elif word.start in content:
            (denied if negated else said).add(word.exact)
            negated = False
    return denied, said
