"""Questions spelled as the articles spell: accents put back, slips of the keyboard mended.

The articles' own words decide. A folded syllable ("nam") has the spellings that stand in the articles ("năm", "nam",
"Nam"), and the pairs of neighbours that stand there say which of them fit together; the likeliest path through the
question is its restored form (Viterbi). Counts live in the store and change with each article.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, product
from operator import itemgetter
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.vietnamese.folding import fold, has_accents, syllable_key
from index.vietnamese.places import province_syllables
from index.vietnamese.spelling import is_syllable
from index.vietnamese.syllables import Word, words
from index.vietnamese.telex import from_telex
from index.vietnamese.word_counts import BREAK, NUMBER, count_spellings, spelled

# How people write in chats.
_LONGHAND = {
    "ko": "không",
    "kg": "không",
    "hok": "không",
    "bn": "bao nhiêu",
    "đk": "đăng ký",
    "j": "gì",
    "ntn": "như thế nào",
    "đc": "được",
    "vs": "với",
}
_SHORTHAND = re.compile(rf"\b(?:{'|'.join(_LONGHAND)})\b")
_PHRASES = Path(__file__).with_name("question_phrases.txt")

# Chosen on the tune questions of viquad2_dev and xquad_vi, stripped of their accents, over their pool (share of words
# restored, by ``hoidap bench accents``). A small pile must not be drowned by the phrases, nor smoothed away.
_MOST_PHRASE_COUNT = 30
_WORDS_PER_PHRASE = 500
_MOST_SMOOTHING = 200.0
_LEAST_SMOOTHING = 3.0
_WORDS_PER_SMOOTHING = 200
_UNSEEN = 0.1
# Only a pile of so many words knows enough of the language to doubt an accented word that it does not hold.
_KNOWS_THE_LANGUAGE = 100_000
# Cost in log-probability of reading a word otherwise than it was typed.
_OTHER_TONE = 5.0
_OTHER_LETTERS = 4.0
_ACCENT_MISSING = 4.0
_NEAR_WORDS = 6
_MIN_NEAR_LETTERS = 2
_MOSTLY_ACCENTED = 0.4
_SHORTEST_FORM = 2  # "CA", "TU": letters that also spell a syllable


class Speller:
    """Restores questions by the spelling of the articles.

    Args:
        syllables: Gives the spellings of folded syllables and their counts, for those that articles hold.
        pairs: Gives the counts of accented pairs of neighbours ("cải cách") by their folded form.
        vocabulary: Gives every folded syllable of the articles; asked once, and only where a word is not among them.
        total: Number of words in all articles.
    """

    def __init__(
        self,
        syllables: Callable[[Collection[str]], Mapping[str, Mapping[str, int]]],
        pairs: Callable[[Collection[str]], Mapping[str, int]],
        vocabulary: Callable[[], Sequence[str]],
        total: int,
    ) -> None:
        self._syllables = syllables
        self._pair_counts = pairs
        self._vocabulary = cache(vocabulary)
        self._total = total
        self._smoothing = min(_MOST_SMOOTHING, _LEAST_SMOOTHING + total / _WORDS_PER_SMOOTHING)
        self._phrase_count = min(_MOST_PHRASE_COUNT, 1 + total // _WORDS_PER_PHRASE)

    def restore(self, question: str) -> str:
        """The question with the accents and letters it was most likely meant to have.

        A word with accents that the articles spell as it was typed stays as it is, and so does a word that is like
        none of theirs.

        Args:
            question: NFC text.
        """
        question = _SHORTHAND.sub(lambda match: _LONGHAND[match.group()], question)
        found = list(words(question))
        if not found:
            return question
        typed = [spelled(question, word) for word in found]
        beside = [not BREAK.search(question, left.end, right.start) for left, right in pairwise(found)]
        choices, counts = self._readings(typed, _names(question, found))
        readings = [
            {raw: 0.0} if _is_short_form(question[word.start : word.end]) and not question.isupper() else its_choices
            for word, raw, its_choices in zip(found, typed, choices, strict=True)
        ]
        pieces: list[str] = []
        written = 0
        for word, raw, spelling in zip(found, typed, self._likeliest(readings, beside, counts), strict=True):
            if spelling != raw:
                pieces += [question[written : word.start], _in_case_of(question[word.start : word.end], spelling)]
                written = word.end
        return "".join([*pieces, question[written:]])

    def _readings(self, typed: Sequence[str], names: Collection[str]) -> tuple[list[dict[str, float]], Counter[str]]:
        """What each word may be, itself included, with the cost of reading it so; and the counts of all of these.

        Args:
            typed: The words in lower case.
            names: Those that are names; a name the articles do not know is another one, not a slip.
        """
        letters = [word for word in typed if word != NUMBER]
        accented = sum(map(has_accents, letters)) >= _MOSTLY_ACCENTED * len(letters)
        known = self._spellings({fold(word) for word in typed})
        near = {word: self._near(word, word in names) for word in letters if fold(word) not in known}
        known_near = self._spellings({fold(meant) for meanings in near.values() for meant in meanings})
        readings: list[dict[str, float]] = []
        for word in typed:
            found = {word: 0.0}
            spellings = known.get(fold(word), Counter())
            if not has_accents(word):
                found |= {other: _ACCENT_MISSING if accented else 0.0 for other in spellings if other != word}
            elif self._total >= _KNOWS_THE_LANGUAGE and syllable_key(word) not in map(syllable_key, spellings):
                found |= dict.fromkeys(spellings, _OTHER_TONE)
            for meant, cost in near.get(word, {}).items():
                for other in known_near.get(fold(meant), {}):
                    found[other] = cost if other == meant or not has_accents(meant) else cost + _OTHER_TONE
            readings.append(found)
        counts = {spelling: count for group in (known | known_near).values() for spelling, count in group.items()}
        return readings, Counter(counts)

    def _near(self, word: str, is_name: bool) -> dict[str, float]:
        """What a word that the articles do not know was meant to be: Telex keystrokes, or one letter wrong.

        One that can be Vietnamese is no slip: a small pile lacks many words.
        """
        if is_syllable(word):
            return {}
        telex = from_telex(word)
        if telex is not None:
            return {telex.lower(): 0.0}
        folded = fold(word)
        if is_name or len(folded) < _MIN_NEAR_LETTERS:
            return {}
        found = process.extract(folded, self._vocabulary(), scorer=OSA.distance, score_cutoff=1, limit=_NEAR_WORDS)
        return {near: _OTHER_LETTERS for near, _, _ in found}

    def _spellings(self, folded: Collection[str]) -> dict[str, Counter[str]]:
        known = {one: Counter(spellings) for one, spellings in self._syllables(folded).items()}
        for one in folded:
            if one in _phrases().syllables:
                known.setdefault(one, Counter()).update(self._phrased(_phrases().syllables[one]))
        return known

    def _pairs(self, folded: Collection[str]) -> Counter[str]:
        pairs = Counter(self._pair_counts(folded))
        for one in folded:
            pairs.update(self._phrased(_phrases().pairs.get(one, {})))
        return pairs

    def _phrased(self, counts: Mapping[str, int]) -> dict[str, int]:
        return {spelling: self._phrase_count * count for spelling, count in counts.items()}

    def _likeliest(
        self, readings: Sequence[Mapping[str, float]], beside: Sequence[bool], counts: Counter[str]
    ) -> list[str]:
        """The path through the readings whose neighbours go together best (Viterbi).

        Args:
            readings: Of each word, with their costs.
            beside: For each word but the first, whether nothing separates it from the one before.
            counts: How often each of the readings stands in the articles.
        """
        folded = [{fold(spelling) for spelling in choices} for choices in readings]
        wanted = {f"{one} {other}" for left, right in pairwise(folded) for one, other in product(left, right)}
        pairs = self._pairs(wanted)
        total = self._total + 1

        def share(word: str) -> float:
            return (counts[word] + _UNSEEN) / total

        def together(left: str, right: str) -> float:
            """Log of the geometric mean of the chances of either word beside the other."""
            both = pairs[f"{left} {right}"]
            forward = (both + self._smoothing * share(right)) / (counts[left] + self._smoothing)
            backward = (both + self._smoothing * share(left)) / (counts[right] + self._smoothing)
            return math.log(forward * backward) / 2

        paths = {word: (math.log(share(word)) - cost, [word]) for word, cost in readings[0].items()}
        for choices, joined in zip(readings[1:], beside, strict=True):
            longer: dict[str, tuple[float, list[str]]] = {}
            for word, cost in choices.items():
                steps = [
                    (score + (together(before, word) if joined else math.log(share(word))) - cost, path)
                    for before, (score, path) in paths.items()
                ]
                score, path = max(steps, key=itemgetter(0))
                longer[word] = score, [*path, word]
            paths = longer
        return max(paths.values(), key=itemgetter(0))[1]


@dataclass(frozen=True, slots=True)
class _Phrases:
    """The words and pairs of the question phrases, under their folded forms."""

    syllables: Mapping[str, Mapping[str, int]]
    pairs: Mapping[str, Mapping[str, int]]


@cache
def _phrases() -> _Phrases:
    lines = [line for line in _PHRASES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    syllables, pairs = count_spellings("\n".join(lines))
    return _Phrases(_by_folded(syllables), _by_folded(pairs))


def _by_folded(counts: Counter[str]) -> dict[str, dict[str, int]]:
    grouped: dict[str, dict[str, int]] = {}
    for spelling, count in counts.items():
        grouped.setdefault(fold(spelling), {})[spelling] = count
    return grouped


def _names(question: str, found: Sequence[Word]) -> frozenset[str]:
    """The words of a question that name something: capitalised behind the first, or part of a province's name."""
    capitalised = [] if question.isupper() else [word for word in found[1:] if question[word.start].isupper()]
    named = {spelled(question, word) for word in capitalised}
    provinces = {spelled(question, word) for word in found if word.folded in province_syllables()}
    return frozenset(named | provinces)


def _is_short_form(raw: str) -> bool:
    """Whether a word is written like an abbreviation, which nobody types for want of accents."""
    return raw.isupper() and len(raw) > 1 and (len(raw) == _SHORTEST_FORM or not is_syllable(raw))


def _in_case_of(typed: str, spelling: str) -> str:
    if len(typed) > 1 and typed.isupper():
        return spelling.upper()
    return spelling[0].upper() + spelling[1:] if typed[0].isupper() else spelling
