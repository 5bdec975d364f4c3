"""Signals of how well a chunk fits a question: those of the searches, and those of a closer look at its words."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, takewhile

from index import Article, Chunk, Hit, Interpretation
from index.index import Index
from index.vietnamese import Word, bigrams, matching_forms, mentioned_years, split_sentences, syllable_key
from index.vietnamese.lexicon import UNITS
from rag.asked import Offers, asked_for, asks_who, names_a_person
from rag.matching import coverage, exact_words, long_content_words, long_words
from rag.offices import Office, offices

SEARCH_SIGNALS = ("closeness", "words", "pairs", "folded_words", "folded_pairs")
TEXT_SIGNALS = ("sentence", "two_sentences", "sentence_pairs", "names", "numbers")

Signals = dict[str, float]

_LONG_SENTENCE = 5
_SPACE = 1  # between neighbours; a hyphen or comma takes more
_OPENING = 400  # characters in which an article says what place it is about
# Words for a place, each by the keys of its syllables.
_PLACES = frozenset(tuple(map(syllable_key, unit.split())) for unit in (*UNITS, "thôn"))


def search_signals(hit: Hit) -> Signals:
    """The raw scores of a hit."""
    return {name: getattr(hit, name) for name in SEARCH_SIGNALS}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for in a passage; each token with its weight.

    Attributes:
        words: Content words, accented.
        folded: Content words without accents.
        pairs: Accented pairs of neighbours that are both content words.
        names: Capitalised words behind the first, accented.
        numbers: Numbers, dates part by part.
        line: All accented words in order, those that only ask or connect without weight.
        offices: Offices of people, as ``rag.offices`` tells them.
        years: Years, each a time that is asked about.
        offers: Tells whether a sentence has a thing of the kind that is asked for; None where any may.
        holder: Tells whether a sentence of an article names who holds the office that is asked about; None where the
            question asks for no holder.
        place: The first place named with its unit ("xã Bình An"), by its pairs of words; empty without one.
    """

    words: Mapping[str, float]
    folded: Mapping[str, float]
    pairs: Mapping[str, float]
    names: Mapping[str, float]
    numbers: Mapping[str, float]
    line: Sequence[tuple[str, float]]
    offices: frozenset[Office]
    years: frozenset[int]
    offers: Offers | None
    holder: Callable[[str, Article], bool] | None
    place: frozenset[str]


def wanted_of(index: Index, question: Interpretation) -> Wanted:
    """The words of a question that a passage should hold, weighted by their rarity in the articles."""
    text = question.meant
    content = long_content_words(text)
    rarities = index.rarities(word.folded for word in content)
    pairs = {
        f"{left.exact} {right.exact}": max(rarities[left.folded], rarities[right.folded])
        for left, right in _neighbours(content)
    }
    names = _names(text, content)
    place = _place(text, content)
    asked_offices = offices(exact_words(text))
    return Wanted(
        words={word.exact: rarities[word.folded] for word in content},
        folded={word.folded: rarities[word.folded] for word in content},
        pairs=pairs,
        names={word.exact: rarities[word.folded] for word in names},
        numbers={word.exact: 1.0 for word in content if word.exact[0].isdecimal()},
        line=[(word.exact, rarities[word.folded] if word in content else 0.0) for word in long_words(text)],
        offices=asked_offices,
        years=mentioned_years(text),
        offers=asked_for(text),
        # Without capitals a place is only where an office is asked about: "xã tiếp nhận" names none.
        holder=_holder_of(asked_offices, place or _pairs(names), text) if asked_offices and asks_who(text) else None,
        place=place,
    )


def longest_run(line: Sequence[tuple[str, float]], tokens: Sequence[str]) -> float:
    """Share of the line's weight that stands in the heaviest run of neighbours that ``tokens`` have in the same order.

    >>> longest_run([("xã", 1.0), ("bình", 2.0), ("an", 2.0)], ["bình", "an", "xã"])
    0.8
    """
    places: dict[str, list[int]] = {}
    for at, (word, _) in enumerate(line):
        places.setdefault(word, []).append(at)
    best = 0.0
    ending: dict[int, float] = {}  # weight of the run that ends at a place of the line and at the token before
    for token in tokens:
        ending = {at: ending.get(at - 1, 0.0) + line[at][1] for at in places.get(token, ())}
        best = max(best, *ending.values()) if ending else best
    total = sum(weight for _, weight in line)
    return best / total if total else 0.0


class Look:
    """A closer look at a chunk: the words of its sentences and of its article's title."""

    def __init__(self, chunk: Chunk, article: Article) -> None:
        text = article.text[chunk.start : chunk.end]
        self._sentences = [tuple(matching_forms(text[span.start : span.end])) for span in split_sentences(text)]
        self._exact = [[exact for exact, _ in forms] for forms in self._sentences]
        self._title = exact_words(article.title)

    def signals(self, wanted: Wanted) -> Signals:
        """How much of what is wanted stands in the best sentences, or anywhere; 1 where nothing is wanted."""
        words = [frozenset(tokens) for tokens in self._exact]
        anywhere = frozenset(self._title).union(*words)
        return {
            "sentence": _best(wanted.folded, [frozenset(f for _, f in forms) for forms in self._sentences]),
            "two_sentences": _best(wanted.words, [left | right for left, right in pairwise(words)] or words),
            "sentence_pairs": _best(wanted.pairs, [frozenset(bigrams(tokens)) for tokens in self._exact]),
            "names": _best(wanted.names, [anywhere]),
            "numbers": _best(wanted.numbers, [anywhere]),
        }

    @cached_property
    def long_sentences(self) -> frozenset[tuple[str, ...]]:
        """The words of its longer sentences, by which copies are told: each chunk is held against all better ones."""
        return frozenset(tuple(words) for words in self._exact if len(words) >= _LONG_SENTENCE)


def weighted(signals: Signals, weights: Mapping[str, float]) -> float:
    """Sum of the signals that have a weight."""
    return sum(weight * signals[name] for name, weight in weights.items())


def _best(wanted: Mapping[str, float], texts: Sequence[frozenset[str]]) -> float:
    return max((coverage(wanted, tokens) for tokens in texts), default=0.0) if wanted else 1.0


def _holder_of(asked: AbstractSet[Office], place: AbstractSet[str], question: str) -> Callable[[str, Article], bool]:
    """Tells who holds an office of a place: that of the sentence, else the one that the article begins with."""

    def holder(sentence: str, article: Article) -> bool:
        tokens = exact_words(sentence)
        if not any(office.may_be(one) for office in asked for one in offices(tokens)):
            return False
        opening = exact_words(f"{article.title}\n{article.text[:_OPENING]}")
        here = not place or not place.isdisjoint([*bigrams(tokens), *bigrams(opening)])
        return here and names_a_person(sentence, question)

    return holder


def _place(text: str, content: Sequence[Word]) -> frozenset[str]:
    """The pairs of words of the first name that follows the word for a place."""
    start = next((end for _, end in _units(content)), len(content))
    return _pairs(takewhile(lambda word: text[word.start].isupper(), content[start:]))


def _pairs(named: Iterable[Word]) -> frozenset[str]:
    """Those of neighbours: "Bí thư Đảng ủy" names no "Bí Đảng"."""
    return frozenset(f"{left.exact} {right.exact}" for left, right in _neighbours(named))


def _neighbours(found: Iterable[Word]) -> Iterator[tuple[Word, Word]]:
    return ((left, right) for left, right in pairwise(found) if right.start - left.end <= _SPACE)


def _names(text: str, content: Sequence[Word]) -> list[Word]:
    """The capitalised words behind the first; without any, the two words that follow the word for a place."""
    capitalised = [word for word in content[1:] if text[word.start].isupper()]
    if capitalised:
        return capitalised
    units = list(_units(content))
    taken = {at for start, end in units for at in range(start, end)}
    return [content[at] for _, end in units for at in range(end, min(end + 2, len(content))) if at not in taken]


def _units(content: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Where the words for a place stand: "phố" alone is a street, only "thành phố" is one."""
    for at, word in enumerate(content):
        if (word.exact,) in _PLACES:
            yield at, at + 1
        elif at and (content[at - 1].exact, word.exact) in _PLACES:
            yield at - 1, at + 1
