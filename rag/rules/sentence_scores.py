"""Sentences scored by rules: how much of the question they hold, and whether they offer what it asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index import Span
from rag.analysis import AnalysedChunk, AnalysedQuestion, AnalysedSentence
from rag.matching import coverage
from rag.prompt_injection import speaks_to_the_assistant
from rag.ranking import Signals, weighted
from rag.reader import ReadSentence
from rag.rules.expectations import Expectations
from rag.rules.expected_answer import header_fields_asked
from rag.rules.offices import only_another_office
from rag.rules.years import names_one_of, only_other_years
from rag.types import Passage

OTHER_YEAR = 4.0
"""What a sentence on other years than the one asked about loses."""
# Learnt like the weights of ``rag.ranking``, on 441 tune questions of the bundled suite, viquad2_dev and xquad_vi, each
# with and without accents and every set alike. The sentence with the answer comes first in 73 % of them, among the
# first two in 82, three in 86, five in 91; with pairs of neighbours in place of the new words it was 70, 81, 85 and 90
# (the bundled ones 75 first and, without accents, 71, against 71 and 68). The mean of coverage and the sentence model's
# cosine, at a quarter of a second a question, had 3 points less than pairs; that cosine as one more signal adds 1 point
# among the first three and none at the top.
_WEIGHTS: Mapping[str, float] = {
    "words": 5.5,
    "before": 2.25,
    "kind": 2.5,
    "new_words": -5.7,
    "passage": 7.4,
    "best_passage": 1.56,
    # Set by hand, for the development questions cannot tell: that words stand together decides between sentences with
    # the same words, a deputy's name is none of the chairman, and a line that names the author answers "who wrote it"
    # before any sentence does.
    "run": 0.5,
    "other_office": -6.0,
    "holder": 4.0,
    "other_year": -OTHER_YEAR,
    "year": 1.5,
    "header": 4.0,
}
# A sentence is a header line where so much of it is author, day, source or title.
_HEADER_SHARE = 0.5

# On the same questions, where the passages hold the answer, so many are answered in so many quotes of which so many are
# right: within 0.5 82 %, 1.21, 75 %; within 1.35 85 %, 1.50, 70 %; within 1.5 86 %, 1.55, 69 %; always three 90 %, 3,
# 31 %.
_QUOTE_TOO = 1.35
_MOST_QUOTES = 3


@dataclass(frozen=True, slots=True)
class RankedSentence(ReadSentence):
    """A sentence with what the rules know of it.

    Attributes:
        header: Whether it is the line of author, day or source that the question asks for.
        offers: Whether it holds a thing of the kind that the question asks for.
    """

    header: bool = False
    offers: bool = False


def rank_sentences(
    question: AnalysedQuestion, expected: Expectations, passages: Sequence[Passage]
) -> list[RankedSentence]:
    """The sentences of the passages, the one most likely to answer first; orders to the assistant are left out."""
    fields = header_fields_asked(question.meant)
    best = max((passage.score for passage in passages), default=0.0)
    ranked: list[RankedSentence] = []
    for passage in passages:
        of_passage = {"passage": passage.score - best, "best_passage": float(passage.score == best)}
        analysed = question.analyser.passage(passage)
        found = [(one.span, _sentence_signals(one, analysed, question, expected)) for one in analysed.sentences]
        found += _header_signals(passage, fields, found)
        for span, of_sentence in found:
            score = weighted(of_sentence | of_passage, _WEIGHTS)
            header, offers = bool(of_sentence["header"]), bool(of_sentence["kind"] or of_sentence["holder"])
            sentence = RankedSentence(passage, span, score, None, header, offers)
            if not speaks_to_the_assistant(sentence.text):
                ranked.append(sentence)
    told = [one for one in ranked if one.header or _tells(one)]
    return sorted(told or ranked, key=lambda sentence: -sentence.score)


def _tells(sentence: RankedSentence) -> bool:
    """Whether a sentence tells something: it asks nothing, and is neither the title nor a header line."""
    span = sentence.span
    fields = sentence.passage.article.spans.values()
    named = sum(max(0, min(span.end, field.end) - max(span.start, field.start)) for field in fields)
    header = named >= _HEADER_SHARE * (span.end - span.start)
    return not header and not sentence.text.rstrip('"”’») ').endswith("?")


def _sentence_signals(
    sentence: AnalysedSentence, chunk: AnalysedChunk, question: AnalysedQuestion, expected: Expectations
) -> Signals:
    """What of the question a sentence holds and what else it speaks of.

    "words" is its share of the question's words, those of its title counting as its own, and "before" what the
    sentence before adds; "kind" that it offers what is asked for; "new_words" the share of its words that the
    question has not; "run" the longest run of the question's words in it; "holder" that it names who holds the office;
    "other_office" and "other_year" tell that it speaks of another one than the question, "year"
    that it offers what is asked for and names the year.
    """
    wanted = question.words
    known = frozenset(word for word, _ in wanted.line)
    under_title = frozenset(sentence.title.exact).union(sentence.exact)
    before = frozenset(sentence.before.exact) if sentence.before else frozenset()
    words = coverage(wanted.words, under_title)
    offers = expected.offers is not None and expected.offers(sentence.text)
    return {
        "words": words,
        "before": coverage(wanted.words, under_title | before) - words,
        "kind": float(offers),
        "new_words": sum(word.exact not in known for word in sentence.content) / max(1, len(sentence.content)),
        "run": longest_run(wanted.line, sentence.exact),
        "other_office": float(only_another_office(expected.offices, sentence.exact)),
        "holder": float(expected.holder is not None and expected.holder(sentence.text, chunk.article)),
        "other_year": float(only_other_years(expected.years, sentence.text)),
        "year": float(offers and names_one_of(expected.years, sentence.text)),
        "header": 0.0,
    }


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


def _header_signals(
    passage: Passage, fields: Sequence[str], sentences: Sequence[tuple[Span, Signals]]
) -> list[tuple[Span, Signals]]:
    """The lines that name author, day or source, where those are asked for; they cover what their article covers."""
    words = max((signals["words"] for _, signals in sentences), default=0.0)
    spans = [passage.article.spans[name] for name in fields if name in passage.article.spans]
    return [(span, dict.fromkeys(_WEIGHTS, 0.0) | {"words": words, "kind": 1.0, "header": 1.0}) for span in spans]


def best_quotes(ranked: Sequence[RankedSentence]) -> list[RankedSentence]:
    """What to quote without a model: the best sentence and those that fit nearly as well, of a passage in order."""
    near = [one for one in ranked[:_MOST_QUOTES] if one.score >= ranked[0].score - _QUOTE_TOO]
    best = [one for one in near if one.offers or not ranked[0].offers]
    first_seen = {number: at for at, number in reversed(list(enumerate(one.passage.number for one in best)))}
    return sorted(best, key=lambda one: (first_seen[one.passage.number], one.span.start))
