"""Grounding: each drafted sentence is matched to the exact words that support it, or not shown.

Nothing depends on the model's own markers: a small model writes them in one answer of ten. A sentence is
verified when one or two sentences of the retrieved passages carry its words, when its numbers, dates, names and
negations are theirs, and when all in all it is likely to be supported.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from index import Span
from rag.analysis import AnalysedText, Analyser
from rag.drafts import DraftSentence
from rag.fact_checks import agrees_with
from rag.matching import Rarities, coverage, long_content_words, weigh
from rag.negation import without_contrasts
from rag.reader import Claim, Reader, ReadSentence
from rag.types import Citation, Passage, Sentence

# Least probability of support. Of the responses of vihallu_dev's tune rows, this share is shown as verified, every
# sentence of it passing every rule (supported / contradicting / invented, in %):
#   0.15  58 / 12 / 5    0.2  57 / 12 / 4    0.25  57 / 9 / 3    0.3  55 / 7 / 3    0.4  54 / 6 / 2    0.5  49 / 4 / 1
SUPPORTED = 0.25
# Share of a sentence's weighted words that its quotes must carry, those of the question included: the words of a
# question are no proof. 0.4, 0.5 and 0.6 differ by 2 points of supported and 1 of contradicting responses shown.
_LEAST_COVERAGE = 0.5
# A marker the model wrote breaks near-ties between equally good sources.
_HINT_BONUS = 0.05
# Each quote must carry this share itself: a title alone proves nothing of the sentence below it.
_LEAST_SHARE = 0.15
# A second quote is cited only where it carries this much more of the sentence.
_SECOND_QUOTE_GAIN = 0.15


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence that may be cited.

    Attributes:
        passage: Where it stands.
        span: Its place in the article's text.
        words: Its words.
        title: Those of its article's title, which it may lean on.
    """

    passage: Passage
    span: Span
    words: AnalysedText
    title: AnalysedText


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of a drafted sentence when it was checked.

    Attributes:
        sentence: The sentence, with its quotes where it is verified.
        support: Probability that the passages bear it out, in [0, 1].
        failed: The first rule that it broke: "support", "words", "quotes" or "facts"; empty when verified.
    """

    sentence: Sentence
    support: float
    failed: str


class Grounder:
    """Checks the sentences of one answer against its passages and numbers their citations.

    Args:
        passages: What was retrieved.
        rarities: Weight of folded words, such as ``Index.rarities``.
        reader: Says how likely a sentence is supported.
        analyser: Keeps the passages' words, if they have been looked at.
        read: Sentences that answer, best first, with the words in them that do.
    """

    def __init__(
        self,
        passages: Sequence[Passage],
        rarities: Rarities,
        reader: Reader,
        analyser: Analyser | None = None,
        read: Sequence[ReadSentence] = (),
    ) -> None:
        self._passages = passages
        self._rarities = rarities
        self._reader = reader
        self._analyser = analyser or Analyser()
        self._answers = {(one.passage.article.id, one.span): one.answer for one in reversed(read)}
        self._numbers: dict[tuple[str, int, int], int] = {}

    @cached_property
    def _sources(self) -> list[Source]:
        """All that may be cited, read when the first sentence is judged: quotes and refusals do without."""
        return [source for passage in self._passages for source in self._quotable(passage)]

    def check(self, draft: DraftSentence, question: str = "") -> Sentence:
        """The sentence with the quotes that support it; not verified when none do.

        Args:
            draft: A sentence of an answer and where the model says it looked.
            question: What was asked; its words are no news. Without it the check is stricter.
        """
        return self.judge(draft, question).sentence

    def judge(self, draft: DraftSentence, question: str = "") -> Judgement:
        """``check``, with how likely the sentence is supported and which rule it broke."""
        wanted = self._wanted(draft.text)
        chosen = self._choose(wanted, draft.hints)
        support = self._support(draft.text, chosen, question)
        failed = _broken_rule(draft.text, wanted, chosen, support)
        citations = () if failed else tuple(self._cite(source, wanted) for source in chosen)
        return Judgement(Sentence(draft.text, citations, verified=not failed), support, failed)

    def support(self, text: str, question: str = "") -> float:
        """Probability that the passages bear ``text`` out, in [0, 1]; 0 without passages.

        Args:
            text: A sentence of an answer, or the whole of a short one.
            question: What was asked; its words are no news and prove nothing.
        """
        return self._support(text, self._choose(self._wanted(text)), question)

    def claim(self, text: str, question: str = "") -> Claim | None:
        """``text`` beside the sentences that carry most of it; None without passages."""
        return self._claim(text, self._choose(self._wanted(text)), question)

    def quote(self, passage: Passage, span: Span) -> Sentence:
        """A sentence of the article itself, cited where it stands."""
        source = self._source(passage, span)
        text = " ".join(source.words.text.split())
        return Sentence(text, (self._cite(source, self._wanted(text)),), verified=True)

    def _support(self, text: str, chosen: Sequence[Source], question: str) -> float:
        claim = self._claim(text, chosen, question)
        return 0.0 if claim is None else self._reader.supports([claim])[0]

    def _claim(self, text: str, chosen: Sequence[Source], question: str) -> Claim | None:
        if not chosen:
            return None
        context = [one for source in chosen for one in (source.title, self._analyser.passage(source.passage))]
        distinct = {one.text: one for one in context}
        return Claim(text, [source.words for source in chosen], list(distinct.values()), question)

    def _quotable(self, passage: Passage) -> list[Source]:
        """The passage's sentences, and the lines that say who wrote the article and when."""
        analysed, fields = self._analyser.passage(passage), passage.article.spans
        header = [fields[name] for name in ("title", "published", "author") if name in fields]
        sentences = [Source(passage, one.span, one, analysed.title) for one in analysed.sentences]
        inside = [s for s in header if not any(one.span.start <= s.start < one.span.end for one in sentences)]
        return [*sentences, *(self._source(passage, span) for span in inside)]

    def _source(self, passage: Passage, span: Span) -> Source:
        words = AnalysedText(passage.article.text[span.start : span.end])
        return Source(passage, span, words, self._analyser.title(passage.article))

    def _wanted(self, text: str) -> dict[str, float]:
        return weigh(long_content_words(without_contrasts(text)), self._rarities)

    def _choose(self, wanted: dict[str, float], hints: frozenset[int] = frozenset()) -> list[Source]:
        """The best source, and a second one where it adds enough."""
        if not self._sources:
            return []

        def merit(source: Source, chosen: Sequence[Source]) -> tuple[float, float]:
            hint = _HINT_BONUS if source.passage.number in hints else 0.0
            together = coverage(wanted, _carried([*chosen, source])) + hint
            return round(together, 3), coverage(wanted, source.words.tokens)

        first = max(self._sources, key=lambda source: merit(source, []))
        second = max(self._sources, key=lambda source: merit(source, [first]))
        gain = coverage(wanted, _carried([first, second])) - coverage(wanted, _carried([first]))
        return [first, second] if gain >= _SECOND_QUOTE_GAIN else [first]

    def _cite(self, source: Source, wanted: dict[str, float]) -> Citation:
        article_id, span = source.passage.article.id, source.span
        number = self._numbers.setdefault((article_id, span.start, span.end), len(self._numbers) + 1)
        support = coverage(wanted, source.words.tokens) if wanted else 1.0
        answer = self._answers.get((article_id, span))
        return Citation(number, article_id, span.start, span.end, source.words.text, round(support, 3), answer)


def _broken_rule(text: str, wanted: Mapping[str, float], chosen: Sequence[Source], support: float) -> str:
    """The first rule that a sentence breaks beside its sources, the cheap ones first; empty when it keeps all."""
    if not chosen or support < SUPPORTED:
        return "support"
    if coverage(wanted, _carried(chosen)) < _LEAST_COVERAGE:
        return "words"
    if any(coverage(wanted, source.words.tokens) < _LEAST_SHARE for source in chosen):
        return "quotes"
    quotes, surroundings = [source.words.text for source in chosen], _surroundings(chosen)
    return "" if agrees_with(text, quotes, surroundings) else "facts"


def _carried(sources: Sequence[Source]) -> frozenset[str]:
    """Words of the quotes and of their titles: a sentence of an article on Cam Lộ need not name it again."""
    return frozenset[str]().union(*(source.words.tokens | source.title.tokens for source in sources))


def _surroundings(sources: Sequence[Source]) -> list[str]:
    """Titles and passages of the sources, each once, where the names that a quote leaves out may stand."""
    texts = (text for source in sources for text in (source.title.text, source.passage.text))
    return list(dict.fromkeys(texts))
