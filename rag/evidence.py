"""Evidence: the sentences of the passages that bear on the question, under a token budget.

A 2-core machine reads some 50 prompt tokens a second, so only what may hold the answer goes to the model.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from index import Interpretation, Span
from index.index import Index
from index.tokens import count_tokens
from index.vietnamese import bigrams, matching_forms, split_sentences
from rag.asked import Offers, header_fields_asked, kinds_asked
from rag.matching import coverage
from rag.orders import speaks_to_the_assistant
from rag.signals import Signals, Wanted, wanted_of, weighted
from rag.types import Evidence, Passage

# Learnt like the weights of ``rag.ranking``, on 384 tune questions of viquad2_dev and xquad_vi, each with and without
# accents. The sentence with the answer comes first in 68 % of them, among the first two in 80, three in 85, five in 89;
# four passages hold it in 95. The mean of coverage and the sentence model's cosine had 65, 77, 80 and 85, at a quarter
# of a second a question; that cosine as one more signal adds 1 point among the first three and none at the top.
_WEIGHTS: Mapping[str, float] = {
    "words": 4.23,
    "pairs": 1.39,
    "before": 0.87,
    "kind": 1.7,
    "passage": 12.1,
    "best_passage": 1.66,
    # Set by hand: a line that names the author answers "who wrote it" before any sentence does.
    "header": 4.0,
}

# On the same questions, where the passages hold the answer, so many are answered in so many quotes of which so many are
# right: within 0.5 76 %, 1.23, 69 %; within 1 82 %, 1.49, 66 %; within 2 86 %, 1.98, 54 %; always three 90 %, 3, 31 %.
_QUOTE_TOO = 1.0
_MOST_QUOTES = 3


@dataclass(frozen=True, slots=True)
class RankedSentence:
    """A sentence of a passage and how well it fits the question.

    Attributes:
        passage: Where it stands.
        span: Its place in the article's text.
        score: Weighted sum of its signals; only differences mean something.
        header: Whether it is the line of author, day or source that the question asks for.
    """

    passage: Passage
    span: Span
    score: float
    header: bool = False

    @property
    def text(self) -> str:
        """Its words."""
        return self.passage.article.text[self.span.start : self.span.end]


def rank_sentences(index: Index, question: Interpretation, passages: Sequence[Passage]) -> list[RankedSentence]:
    """The sentences of the passages, the one most likely to answer first; orders to the assistant are left out."""
    wanted = wanted_of(index, question)
    kinds = kinds_asked(question.meant)
    fields = header_fields_asked(question.meant)
    best = max((passage.score for passage in passages), default=0.0)
    ranked: list[RankedSentence] = []
    for passage in passages:
        of_passage = {"passage": passage.score - best, "best_passage": float(passage.score == best)}
        found = list(_sentence_signals(passage, wanted, kinds))
        found += _header_signals(passage, fields, found)
        for span, of_sentence in found:
            score = weighted(of_passage | of_sentence, _WEIGHTS)
            sentence = RankedSentence(passage, span, score, header=bool(of_sentence["header"]))
            if not speaks_to_the_assistant(sentence.text):
                ranked.append(sentence)
    told = [one for one in ranked if one.header or _tells(one)]
    return sorted(told or ranked, key=lambda sentence: -sentence.score)


def _tells(sentence: RankedSentence) -> bool:
    """Whether a sentence tells something: it asks nothing, and is neither the title nor a header line."""
    article, span = sentence.passage.article, sentence.span
    header = any(other.start <= span.start and span.end <= other.end for other in article.spans.values())
    return not header and not sentence.text.rstrip('"”’») ').endswith("?")


def _sentence_signals(passage: Passage, wanted: Wanted, kinds: Sequence[Offers]) -> Iterator[tuple[Span, Signals]]:
    """The passage's sentences, each with its coverage of words and pairs, and whether it offers what is asked for.

    "before" is what the sentence before adds to the coverage: sentences lean on their neighbours for their subject.
    """
    title = frozenset(exact for exact, _ in matching_forms(passage.article.title))
    before: frozenset[str] = frozenset()
    for span in passage_sentences(passage):
        text = passage.article.text[span.start : span.end]
        tokens = [exact for exact, _ in matching_forms(text)]
        under_title = title.union(tokens)
        words = coverage(wanted.words, under_title)
        yield (
            span,
            {
                "words": words,
                "pairs": coverage(wanted.pairs, frozenset(bigrams(tokens))),
                "before": coverage(wanted.words, under_title | before) - words,
                "kind": float(bool(kinds) and all(offers(text) for offers in kinds)),
                "header": 0.0,
            },
        )
        before = frozenset(tokens)


def _header_signals(
    passage: Passage, fields: Sequence[str], sentences: Sequence[tuple[Span, Signals]]
) -> list[tuple[Span, Signals]]:
    """The lines that name author, day or source, where those are asked for; they cover what their article covers."""
    best = {name: max((signals[name] for _, signals in sentences), default=0.0) for name in ("words", "pairs")}
    spans = [passage.article.spans[name] for name in fields if name in passage.article.spans]
    return [(span, {**best, "before": 0.0, "kind": 1.0, "header": 1.0}) for span in spans]


def passage_sentences(passage: Passage) -> list[Span]:
    """The sentences of a passage as spans of its article's text."""
    start = passage.chunk.start
    return [Span(start + span.start, start + span.end) for span in split_sentences(passage.text)]


def best_quotes(ranked: Sequence[RankedSentence]) -> list[RankedSentence]:
    """What to quote without a model: the best sentence and those that fit nearly as well, of a passage in order."""
    best = [one for one in ranked[:_MOST_QUOTES] if one.score >= ranked[0].score - _QUOTE_TOO]
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
