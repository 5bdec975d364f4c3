"""The reader that stands in where there are no trained weights: it weighs the words a sentence shares with a question.

It also reads questions about an article itself (who wrote it, when), which its lines of author and day answer.
"""

import math
from collections.abc import Mapping, Sequence

from rag.analysis import AnalysedQuestion
from rag.matching import Rarities, coverage
from rag.quotable import Quotable, best_quotes, header_lines, quotable_sentences
from rag.ranking import Signals, lead, weighted
from rag.reader import Claim, Reading, ReadSentence
from rag.support import support_probabilities
from rag.types import Passage

# Both sets of weights were learnt on tune questions of the bundled suite, viquad2_dev and xquad_vi.
_SENTENCE: Mapping[str, float] = {"words": 5.5, "before": 2.25, "new_words": -5.7, "passage": 7.4}
_ANSWERED: Mapping[str, float] = {"names": 2.04, "together": 2.31, "passage": 2.81, "lead": 4.56}
_BIAS = -5.31
_QUOTE_TOO = 1.35  # how much lower than the best one a second quote may score
_LOOKED_AT = 4  # sentences beside the best one: two of an article together may hold what none holds alone


class LexicalReader:
    """Reads by shared words. Safe to share between threads.

    Args:
        rarities: Weight of folded words, such as ``Index.rarities``.
    """

    fingerprint = "lexical"

    def __init__(self, rarities: Rarities) -> None:
        self._rarities = rarities

    def read(self, question: AnalysedQuestion, passages: Sequence[Passage]) -> Reading:
        """Sentences by their words; the probability by those of the best ones."""
        best = max((passage.score for passage in passages), default=0.0)
        scored = [
            (one, ReadSentence(one.passage, one.sentence.span, _score(question, one, best)))
            for one in quotable_sentences(question, passages)
        ]
        scored.sort(key=lambda pair: -pair[1].score)
        ranked = [read for _, read in scored]
        headers = [ReadSentence(passage, span, math.inf) for passage, span in header_lines(question, passages)]
        signals = _answer_signals(question, [one for one, _ in scored])
        if headers:  # no article tells its author in a sentence, but its header line does
            signals["together"] = 1.0
            return Reading([*headers, *ranked], headers[:1], _probability(signals))
        return Reading(ranked, best_quotes(ranked, _QUOTE_TOO), _probability(signals) if ranked else 0.0)

    def supports(self, claims: Sequence[Claim]) -> list[float]:
        """By countable signals of each claim."""
        return support_probabilities(claims, self._rarities)


def sentence_signals(question: AnalysedQuestion, one: Quotable, best: float) -> Signals:
    """What of the question a sentence holds, and what else it speaks of.

    "words" is its share of the question's words, those of its title counting as its own, and "before" what the sentence
    before adds; "new_words" the share of its words that the question has not; "passage" how far its passage's score is
    below the best one's.
    """
    wanted, sentence = question.words, one.sentence
    under_title = frozenset(sentence.title.exact).union(sentence.exact)
    before = frozenset(sentence.before.exact) if sentence.before else frozenset()
    words = coverage(wanted.words, under_title)
    return {
        "words": words,
        "before": coverage(wanted.words, under_title | before) - words,
        "new_words": sum(word.exact not in wanted.said for word in sentence.content) / max(1, len(sentence.content)),
        "passage": one.passage.score - best,
    }


def _score(question: AnalysedQuestion, one: Quotable, best: float) -> float:
    return weighted(sentence_signals(question, one, best), _SENTENCE)


def _answer_signals(question: AnalysedQuestion, ranked: Sequence[Quotable]) -> Signals:
    """What tells an answered question from others, seen at the best sentences.

    "names" is the share of the question's names in the best passage and its title, "together" that of its content words
    in the best two sentences of one article; "passage" is the passage's score and "lead" what it is ahead of the next
    article.
    """
    if not ranked:
        return dict.fromkeys(_ANSWERED, 0.0)
    wanted, best = question.words, ranked[0].passage
    around = frozenset(question.analyser.title(best.article).exact).union(question.analyser.passage(best).exact)
    others = [one.passage.score for one in ranked if one.passage.article.id != best.article.id]
    return {
        "names": coverage(wanted.names, around) if wanted.names else 1.0,
        "together": _together(question, ranked[:_LOOKED_AT]),
        "passage": best.score,
        "lead": lead(best.score, others),
    }


def _together(question: AnalysedQuestion, ranked: Sequence[Quotable]) -> float:
    words = [(one.passage.article.id, frozenset([*one.sentence.title.exact, *one.sentence.exact])) for one in ranked]
    return max(
        coverage(question.words.words, mine | more)
        for article, mine in words
        for other_article, more in words
        if article == other_article
    )


def _probability(signals: Signals) -> float:
    return 1 / (1 + math.exp(-weighted(signals, _ANSWERED) - _BIAS))
