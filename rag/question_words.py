"""The words of a question that a passage should hold, each with its weight."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index import Interpretation
from index.index import Index
from index.vietnamese import Word, syllable_key
from index.vietnamese.lexicon import UNITS
from rag.matching import long_content_words, long_words

# Words for a place, each by the keys of its syllables.
_PLACES = frozenset(tuple(map(syllable_key, unit.split())) for unit in (*UNITS, "thôn"))
_SPACE = 1  # between neighbours; a hyphen or comma takes more


@dataclass(frozen=True, slots=True)
class QuestionWords:
    """What to look for in a passage; each token with its weight.

    Attributes:
        content: The content words in order.
        words: Content words, accented.
        folded: Content words without accents.
        pairs: Accented pairs of neighbours that are both content words.
        names: Those that name somebody or something: capitalised ones behind the first; without any, the two words
            that follow the word for a place.
        numbers: Numbers, dates part by part.
        said: All its words, accented.
    """

    content: Sequence[Word]
    words: Mapping[str, float]
    folded: Mapping[str, float]
    pairs: Mapping[str, float]
    names: Mapping[str, float]
    numbers: Mapping[str, float]
    said: frozenset[str]


def question_words(index: Index, question: Interpretation) -> QuestionWords:
    """The words of a question, weighted by their rarity in the articles."""
    text = question.meant
    content = long_content_words(text)
    rarities = index.rarities(word.folded for word in content)
    names = _names(text, content)
    return QuestionWords(
        content=content,
        words={word.exact: rarities[word.folded] for word in content},
        folded={word.folded: rarities[word.folded] for word in content},
        pairs={
            f"{left.exact} {right.exact}": max(rarities[left.folded], rarities[right.folded])
            for left, right in neighbours(content)
        },
        names={word.exact: rarities[word.folded] for word in names},
        numbers={word.exact: 1.0 for word in content if word.exact[0].isdecimal()},
        said=frozenset(word.exact for word in long_words(text)),
    )


def neighbours(found: Sequence[Word]) -> Iterator[tuple[Word, Word]]:
    """Pairs of words with nothing but a space between them."""
    return ((left, right) for left, right in pairwise(found) if right.start - left.end <= _SPACE)


def _names(text: str, content: Sequence[Word]) -> list[Word]:
    """The capitalised words behind the first; without any, the two words that follow the word for a place."""
    capitalised = [word for word in content[1:] if text[word.start].isupper()]
    if capitalised:
        return capitalised
    units = list(places(content))
    taken = {at for start, end in units for at in range(start, end)}
    return [content[at] for _, end in units for at in range(end, min(end + 2, len(content))) if at not in taken]


def places(content: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Where the words for a place stand: "phố" alone is a street, only "thành phố" is one."""
    for at, word in enumerate(content):
        if (word.exact,) in _PLACES:
            yield at, at + 1
        elif at and (content[at - 1].exact, word.exact) in _PLACES:
            yield at - 1, at + 1
