"""Province names before and after July 2025: what else the area that a question names is called.

The table is ``provinces.txt``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from index.vietnamese.abbreviations import matching_words
from index.vietnamese.alternatives import Alternatives
from index.vietnamese.folding import has_accents
from index.vietnamese.lexicon import (
    COMMUNE_UNITS,
    DISTRICT_UNITS,
    HAMLET_UNITS,
    PLACE_PREPOSITIONS,
    PROVINCE_UNITS,
    STREETS_AND_RIVERS,
)
from index.vietnamese.provinces import Province, provinces
from index.vietnamese.syllables import Word, words

_PROVINCE_WORDS = (*PROVINCE_UNITS, *PLACE_PREPOSITIONS)  # before a lower-case name these make it a place
_SMALLER_UNITS = (*COMMUNE_UNITS, *DISTRICT_UNITS, *HAMLET_UNITS, *STREETS_AND_RIVERS)
_LONGER_NAMES = ("Thái Bình Dương", "Hải Dương học")  # begin like a province and are none


@dataclass(frozen=True, slots=True)
class _Names:
    """What is found by the keys of its words.

    Attributes:
        others: The other names of the area; empty where a name stops the search without naming a province.
        ordinary: Keys of names that in lower case may be ordinary words.
    """

    others: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    ordinary: set[tuple[str, ...]] = field(default_factory=set)


def other_names(text: str) -> list[Alternatives]:
    """The province names in NFC ``text``, with the names their areas have or had on the other map.

    A name before the merger gives the one of today, a name of today the ones it took in. Accents may be missing
    when the text has none at all. Communes, districts and streets of the same name are passed over.

    >>> [found.names for found in other_names("Bến Tre và tỉnh Vĩnh Long")]
    [('Vĩnh Long',), ('Bến Tre', 'Trà Vinh')]
    >>> [found.names for found in other_names("tphcm, thua thien hue")]
    [('Bình Dương', 'Bà Rịa - Vũng Tàu'), ('Huế',)]
    """
    accented = has_accents(text)
    names = _names(accented)
    found = list(matching_words(text))
    keys = [_key(word, accented) for word in found]
    longest = max(map(len, names.others))
    alternatives: list[Alternatives] = []
    position = 0
    while position < len(keys):
        most = min(longest, len(keys) - position)
        length = next((n for n in range(most, 0, -1) if tuple(keys[position : position + n]) in names.others), 0)
        if length:
            key = tuple(keys[position : position + length])
            start, end = found[position].start, found[position + length - 1].end
            before = keys[max(0, position - 2) : position]
            if names.others[key] and _is_province(before, key in names.ordinary, text[start:end].islower(), accented):
                alternatives.append(Alternatives(start, end, names.others[key]))
        position += length or 1
    return alternatives


def _is_province(before: Sequence[str], ordinary: bool, lower_case: bool, accented: bool) -> bool:
    if _ends_with(before, _PROVINCE_WORDS, accented):
        return True
    return not _ends_with(before, _SMALLER_UNITS, accented) and not (ordinary and lower_case)


def _ends_with(keys: Sequence[str], phrases: Iterable[str], accented: bool) -> bool:
    return any(tuple(keys[-len(phrase) :]) == phrase for phrase in _keys(tuple(phrases), accented))


@cache
def province_syllables() -> frozenset[str]:
    """Folded syllables of all province names of both maps, "lak" and "kon" among them.

    >>> {"lak", "kon", "tum"} <= province_syllables()
    True
    """
    return frozenset(syllable for name in _names(accented=False).others for syllable in name)


@cache
def _keys(phrases: tuple[str, ...], accented: bool) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(_key(word, accented) for word in words(phrase)) for phrase in phrases)


def _key(word: Word, accented: bool) -> str:
    return word.exact if accented else word.folded


@cache
def _names(accented: bool) -> _Names:
    names = _Names()
    for province in provinces():
        _add(names, province, accented)
    names.others.update((_name_key(name, accented), ()) for name in _LONGER_NAMES)
    return names


def _add(names: _Names, province: Province, accented: bool) -> None:
    names.ordinary.update(_name_key(name, accented) for name in province.ordinary)
    today, *_ = province.spellings
    for name, written in province.spellings.items():
        others = tuple(part for part in province.spellings if part != name) if name == today else (today,)
        for spelling in written:
            names.others[_name_key(spelling, accented)] = others


def _name_key(name: str, accented: bool) -> tuple[str, ...]:
    return tuple(_key(word, accented) for word in matching_words(name))
