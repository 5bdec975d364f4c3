"""What a question expects of the sentence that answers it: a kind of thing, an office, a year, a place."""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import takewhile

from index import Article
from index.vietnamese import Word, bigrams, mentioned_years
from rag.analysis import AnalysedQuestion
from rag.matching import exact_words
from rag.question_words import neighbours, places
from rag.rules.expected_answer import Offers, asked_for, asks_who, names_a_person
from rag.rules.offices import Office, offices

_OPENING = 400  # characters in which an article says what place it is about


@dataclass(frozen=True, slots=True)
class Expectations:
    """What the answer to a question should speak of.

    Attributes:
        offices: Offices of people, as ``rag.rules.offices`` tells them.
        years: Years, each a time that is asked about.
        offers: Tells whether a sentence has a thing of the kind that is asked for; None where any may.
        holder: Tells whether a sentence of an article names who holds the office that is asked about; None where the
            question asks for no holder.
        place: The first place named with its unit ("xã Bình An"), by its pairs of words; empty without one.
    """

    offices: frozenset[Office]
    years: frozenset[int]
    offers: Offers | None
    holder: Callable[[str, Article], bool] | None
    place: frozenset[str]


def expectations_of(question: AnalysedQuestion) -> Expectations:
    """What a question expects, told by its wording."""
    text = question.meant
    place = _place(text, question.words.content)
    asked_offices = offices(exact_words(text))
    # Without capitals a place is only where an office is asked about: "xã tiếp nhận" names none.
    there = place or _pairs(question.words.capitalised)
    return Expectations(
        offices=asked_offices,
        years=mentioned_years(text),
        offers=asked_for(text),
        holder=_holder_of(asked_offices, there, text) if asked_offices and asks_who(text) else None,
        place=place,
    )


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
    start = next((end for _, end in places(content)), len(content))
    return _pairs(takewhile(lambda word: text[word.start].isupper(), content[start:]))


def _pairs(named: Iterable[Word]) -> frozenset[str]:
    """Those of neighbours: "Bí thư Đảng ủy" names no "Bí Đảng"."""
    return frozenset(f"{left.exact} {right.exact}" for left, right in neighbours(list(named)))
