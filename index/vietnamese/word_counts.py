"""Words and pairs of neighbours as a text spells them, with their numbers."""

import re
from collections import Counter
from itertools import islice

from index.vietnamese.syllables import WORD, Word

# What keeps two words from being neighbours.
_BREAKS = ".!?;:…\n"
BREAK = re.compile(f"[{_BREAKS}]")
_WORD_OR_BREAK = re.compile(f"{WORD.pattern}|{BREAK.pattern}")
NUMBER = "#"  # every number counts as the same word: "năm 2017" tells "năm" from "nam" whatever the year


def count_spellings(text: str) -> tuple[Counter[str], Counter[str]]:
    """Lower-case words of ``text`` and pairs of neighbours ("cải cách"), with their numbers.

    >>> count_spellings("Cải cách. Cải cách 2 cấp")[1]
    Counter({'cải cách': 2, 'cách #': 1, '# cấp': 1})
    """
    tokens = [NUMBER if token[0].isdecimal() else token.lower() for token in _WORD_OR_BREAK.findall(text)]
    together = Counter(zip(tokens, islice(tokens, 1, None), strict=False))
    counts = Counter(tokens)  # words and what stands between them
    return (
        Counter({word: count for word, count in counts.items() if word not in _BREAKS}),
        Counter(
            {
                f"{one} {other}": count
                for (one, other), count in together.items()
                if one not in _BREAKS and other not in _BREAKS
            }
        ),
    )


def spelled(text: str, word: Word) -> str:
    """A word in lower case, as it stands in the text; ``NUMBER`` for a number."""
    raw = text[word.start : word.end].lower()
    return NUMBER if raw[0].isdecimal() else raw
