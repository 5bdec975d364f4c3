"""The table of provinces, ``provinces.txt``: those of today, what each was made of, and how all are written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_NAME = re.compile(r"([^\[\]=,*]+?)(\*?)\s*(?:\[([^\]]*)\])?\s*(?:[,=]|$)")


@dataclass(frozen=True, slots=True)
class Province:
    """A province of today.

    Attributes:
        spellings: Of its own name, which comes first, and of the provinces before July 2025 that it was made of.
        ordinary: The names among them that in lower case may be ordinary words.
    """

    spellings: Mapping[str, tuple[str, ...]]
    ordinary: frozenset[str]


@cache
def provinces() -> tuple[Province, ...]:
    """All of them.

    >>> [list(province.spellings) for province in provinces() if "Lào Cai" in province.spellings]
    [['Lào Cai', 'Yên Bái']]
    """
    lines = files("index.vietnamese").joinpath("provinces.txt").read_text("utf-8").splitlines()
    return tuple(_province(line) for line in lines if line and not line.startswith("#"))


@cache
def province_names() -> frozenset[str]:
    """Every spelling of every name, of both maps, in lower case; also without "thành phố" and without dashes."""
    written = {spelling.lower() for one in provinces() for all_ in one.spellings.values() for spelling in all_}
    short = {name.removeprefix("thành phố ").replace(" - ", " ") for name in written}
    return frozenset(written | short)


def _province(line: str) -> Province:
    spellings: dict[str, list[str]] = {}
    ordinary = set()
    for name, star, others in _NAME.findall(line):
        name = name.strip()
        spellings.setdefault(name, [name]).extend(part.strip() for part in others.split(";") if part.strip())
        if star:
            ordinary.add(name)
    return Province({name: tuple(written) for name, written in spellings.items()}, frozenset(ordinary))
