"""Articles that disagree: a sentence of another article that says the same with another number or date.

Precision comes first: people are shown both sentences with their dates, so a false alarm costs their trust. Two years
of a yearly figure are no contradiction, and a sentence that also has the number at hand does not disagree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index import Span
from index.vietnamese import DateMention, Word, matching_words
from rag.analysis import Analyser
from rag.fact_checks import unknown_names
from rag.figures import Figure, Figures, read_figures
from rag.matching import Rarities, coverage, long_content_words, weigh
from rag.types import Passage, Sentence

# Share of the weighted words, numbers apart, that the other sentence and its title must have of the first, and the
# first and its quotes of the other.
_SAME_STATEMENT = 0.75
_NOT_MUCH_MORE = 0.5


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Another article's sentence that disagrees with a verified one.

    Attributes:
        passage: Where it stands; ``passage.article.published`` dates it.
        span: Its place in the article's text; ``Grounder.quote(passage, span)`` cites it.
        stated: What the verified sentence says, "35 hộ" or "2024-05-03".
        found: What the other one says in its place.
    """

    passage: Passage
    span: Span
    stated: str
    found: str


def find_contradiction(
    sentence: Sentence, passages: Sequence[Passage], rarities: Rarities, analyser: Analyser | None = None
) -> Contradiction | None:
    """The first sentence of an article not cited that says the same as ``sentence`` with another number or date.

    Args:
        sentence: One that was verified; without citations nothing contradicts it.
        passages: What was retrieved, the cited passages among them.
        rarities: Weight of folded words, such as ``Index.rarities``.
        analyser: Keeps the passages' sentences, if they have been looked at.
    """
    analyser = analyser or Analyser()
    cited = {citation.article_id for citation in sentence.citations}
    if not cited:
        return None
    stated = read_figures(sentence.text)
    if not stated.numbers and not stated.dates:
        return None
    spoken = " ".join([sentence.text, *(citation.quote for citation in sentence.citations)])
    for passage in passages:
        if passage.article.id in cited:
            continue
        for other in analyser.passage(passage).sentences:
            difference = _difference(stated, other.figures)
            if difference and _says_the_same(sentence.text, spoken, other.text, passage.article.title, rarities):
                return Contradiction(passage, other.span, *difference)
    return None


def _says_the_same(text: str, spoken: str, quote: str, title: str, rarities: Rarities) -> bool:
    present = {word.exact for word in matching_words(f"{title}\n{quote}")}
    known = {word.exact for word in matching_words(spoken)}
    return (
        coverage(weigh(_without_numbers(text), rarities), present) >= _SAME_STATEMENT
        and coverage(weigh(_without_numbers(quote), rarities), known) >= _NOT_MUCH_MORE
        and not unknown_names(text, [quote, title])
        and not unknown_names(quote, [spoken, title])
    )


def _without_numbers(text: str) -> Iterable[Word]:
    return (word for word in long_content_words(text) if not word.exact[0].isdecimal())


def _difference(stated: Figures, found: Figures) -> tuple[str, str] | None:
    """What differs between statements of one thing; None where nothing does or they speak of different times."""
    if bool(stated.dates) != bool(found.dates):  # "Năm 2021, …" beside a sentence of whatever year
        return None
    if stated.dates and not any(_compatible(a, b) for a in stated.dates for b in found.dates):
        return _different_days(stated, found)
    for figure in stated.numbers:
        others = [other for other in found.numbers if other.unit == figure.unit]
        if figure.unit and others and figure.token not in {other.token for other in others}:
            return f"{figure.token} {figure.unit}", f"{others[0].token} {figure.unit}"
    return None


def _different_days(stated: Figures, found: Figures) -> tuple[str, str] | None:
    """One day against another of the same year, all numbers being the same."""
    if len(stated.dates) != 1 or len(found.dates) != 1 or _counts(stated.numbers) != _counts(found.numbers):
        return None
    here, there = stated.dates[0], found.dates[0]
    same_year = here.year == there.year or here.year is None or there.year is None
    return (here.token, there.token) if here.day and there.day and same_year else None


def _counts(numbers: Iterable[Figure]) -> set[tuple[str, str | None]]:
    return {(figure.token, figure.unit) for figure in numbers}


def _compatible(one: DateMention, other: DateMention) -> bool:
    pairs = ((one.year, other.year), (one.month, other.month), (one.day, other.day))
    return all(a is None or b is None or a == b for a, b in pairs)
