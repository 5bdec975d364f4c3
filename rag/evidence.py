"""Evidence: the sentences of the passages that bear on the question, under a token budget.

A 2-core machine reads some 50 prompt tokens a second, so only what may hold the answer goes to the model.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from index import Interpretation, Span
from index.index import Index
from index.tokens import count_tokens
from index.vietnamese import split_sentences
from rag.asked import header_fields_asked
from rag.matching import coverage, exact_words, long_content_words
from rag.offices import only_another_office
from rag.orders import speaks_to_the_assistant
from rag.signals import Signals, Wanted, longest_run, wanted_of, weighted
from rag.types import Evidence, Passage
from rag.years import names_one_of, only_other_years

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
class RankedSentence:
    """A sentence of a passage and how well it fits the question.

    Attributes:
        passage: Where it stands.
        span: Its place in the article's text.
        score: Weighted sum of its signals; only differences mean something.
        header: Whether it is the line of author, day or source that the question asks for.
        offers: Whether it holds a thing of the kind that the question asks for.
    """

    passage: Passage
    span: Span
    score: float
    header: bool = False
    offers: bool = False

    @property
    def text(self) -> str:
        """Its words."""
        return self.passage.article.text[self.span.start : self.span.end]


def rank_sentences(index: Index, question: Interpretation, passages: Sequence[Passage]) -> list[RankedSentence]:
    """The sentences of the passages, the one most likely to answer first; orders to the assistant are left out."""
    wanted = wanted_of(index, question)
    fields = header_fields_asked(question.meant)
    best = max((passage.score for passage in passages), default=0.0)
    ranked: list[RankedSentence] = []
    for passage in passages:
        of_passage = {"passage": passage.score - best, "best_passage": float(passage.score == best)}
        found = list(_sentence_signals(passage, wanted))
        found += _header_signals(passage, fields, found)
        for span, of_sentence in found:
            score = weighted(of_sentence | of_passage, _WEIGHTS)
            header, offers = bool(of_sentence["header"]), bool(of_sentence["kind"] or of_sentence["holder"])
            sentence = RankedSentence(passage, span, score, header, offers)
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


def _sentence_signals(passage: Passage, wanted: Wanted) -> Iterator[tuple[Span, Signals]]:
    """The passage's sentences, each with what of the question it holds and what else it speaks of.

    "words" is its coverage of them under the article's title, "before" what the sentence before adds to it: sentences
    lean on their neighbours for their subject; "run" is its longest run of them, "new_words" the share of its own words
    that the question lacks, "kind" whether it offers what is asked for, "holder" whether it names who holds the office;
    "other_office" and "other_year" tell that it speaks of another one than the question, "year"
    that it offers what is asked for and names the year.
    """
    title = frozenset(exact_words(passage.article.title))
    known = frozenset(word for word, _ in wanted.line)
    before: frozenset[str] = frozenset()
    for span in passage_sentences(passage):
        text = passage.article.text[span.start : span.end]
        tokens = exact_words(text)
        content = [word.exact for word in long_content_words(text)]
        under_title = title.union(tokens)
        words = coverage(wanted.words, under_title)
        offers = wanted.offers is not None and wanted.offers(text)
        yield (
            span,
            {
                "words": words,
                "before": coverage(wanted.words, under_title | before) - words,
                "kind": float(offers),
                "new_words": sum(word not in known for word in content) / max(1, len(content)),
                "run": longest_run(wanted.line, tokens),
                "other_office": float(only_another_office(wanted.offices, tokens)),
                "holder": float(wanted.holder is not None and wanted.holder(text, passage.article)),
                "other_year": float(only_other_years(wanted.years, text)),
                "year": float(offers and names_one_of(wanted.years, text)),
                "header": 0.0,
            },
        )
        before = frozenset(tokens)


def _header_signals(
    passage: Passage, fields: Sequence[str], sentences: Sequence[tuple[Span, Signals]]
) -> list[tuple[Span, Signals]]:
    """The lines that name author, day or source, where those are asked for; they cover what their article covers."""
    words = max((signals["words"] for _, signals in sentences), default=0.0)
    spans = [passage.article.spans[name] for name in fields if name in passage.article.spans]
    return [(span, dict.fromkeys(_WEIGHTS, 0.0) | {"words": words, "kind": 1.0, "header": 1.0}) for span in spans]


def passage_sentences(passage: Passage) -> list[Span]:
    """The sentences of a passage as spans of its article's text."""
    start = passage.chunk.start
    return [Span(start + span.start, start + span.end) for span in split_sentences(passage.text)]


def best_quotes(ranked: Sequence[RankedSentence]) -> list[RankedSentence]:
    """What to quote without a model: the best sentence and those that fit nearly as well, of a passage in order."""
    near = [one for one in ranked[:_MOST_QUOTES] if one.score >= ranked[0].score - _QUOTE_TOO]
    best = [one for one in near if one.offers or not ranked[0].offers]
    first_seen = {number: at for at, number in reversed(list(enumerate(one.passage.number for one in best)))}
    return sorted(best, key=lambda one: (first_seen[one.passage.number], one.span.start))


def select_evidence(ranked: Sequence[RankedSentence], budget: int) -> tuple[Evidence, ...]:
    """The best sentences, grouped by passage, within ``budget`` tiktoken tokens.

    Sentences of a passage stay in reading order; passages come in the order of their best sentence. The best
    sentence is always taken, however long. Neighbours are not taken for their own sake: under 300 tokens they cost 3
    points of the answers, under 600 none (shares of the 95 % that the passages hold: 300 tokens 91.3 against 88.7, 400
    94.6 against 94.0, 600 97.7 against 97.4; all four passages are 1,777 tokens).
    """
    chosen: dict[int, list[Span]] = {}
    passages = {sentence.passage.number: sentence.passage for sentence in ranked}
    left = budget
    for sentence in ranked:
        cost = count_tokens(sentence.text)
        if cost <= left or not chosen:
            chosen.setdefault(sentence.passage.number, []).append(sentence.span)
            left -= cost
    return tuple(
        Evidence(passages[number], tuple(sorted(spans, key=lambda span: span.start)))
        for number, spans in chosen.items()
    )
