"""How likely it is that the articles answer a question at all, before any model is asked."""

import math
from collections.abc import Collection, Mapping, Sequence

from index.vietnamese import bigrams
from rag.analysis import AnalysedQuestion
from rag.matching import coverage, exact_words
from rag.ranking import Signals, weighted
from rag.rules.expectations import Expectations
from rag.rules.offices import only_another_office
from rag.rules.sentence_scores import OTHER_YEAR, RankedSentence
from rag.rules.years import names_one_of, only_other_years

# Learnt by ``hoidap bench answer-weights`` on 1,235 tune questions of the bundled suite, viquad2_dev and xquad_vi, half
# of them without an answer: marked so, their article left out, or a name exchanged. AUROC, cross-validated: 0.85; of
# the bundled ones off-topic 0.97, about another place 0.92, not stated 0.77; 0.47 where one of viquad2_dev twists
# what its passage says: that takes reading. Coverage of words, pairs and numbers in the best sentence, the kind and
# unit asked for, words unknown to all articles and the rarest missing word were tried and add less than 0.005.
_WEIGHTS: Mapping[str, float] = {
    "place": 2.04,
    "together": 2.31,
    "passage": 2.81,
    "lead": 4.56,
    "other_year": -3.5,
    "other_office": -3.0,
    "other_place": -3.0,
}
# The last three by hand: the development questions of the sets name hardly any year, office or place with its unit. Of
# the answered ones two have such a sign against them.
_BIAS = -5.31
# Sentences looked at beside the best one: two of an article together may hold what none holds alone.
_LOOKED_AT = 4
_NO_RIVAL = 0.24  # how far ahead a passage counts that no other article competes with


def answerability(question: AnalysedQuestion, expected: Expectations, ranked: Sequence[RankedSentence]) -> float:
    """Probability that the best sentences answer the question, in [0, 1]; 0 without any sentence.

    Args:
        question: As it was searched for.
        expected: What it expects.
        ranked: Sentences of the passages, best first.
    """
    if not ranked:
        return 0.0
    return 1 / (1 + math.exp(-weighted(answer_signals(question, expected, ranked), _WEIGHTS) - _BIAS))


def answer_signals(question: AnalysedQuestion, expected: Expectations, ranked: Sequence[RankedSentence]) -> Signals:
    """What tells an answered question from others, seen at the best sentence.

    "place" is the share of the question's names in its passage and title, "together" that of the question's content
    words in the best two sentences of one article; "passage" is the passage's score and "lead" what it is ahead of the
    next article; "other_year" is 1 where the question names a year that the article does not, or tells another year of;
    "other_office" where the best sentence names a deputy of the one asked for, or none tells who holds the office;
    "other_place" where the article never names the place asked about.
    """
    wanted = question.words
    best = ranked[0].passage
    around = frozenset(question.analyser.title(best.article).exact).union(question.analyser.passage(best).exact)
    others = [one.passage.score for one in ranked if one.passage.article.id != best.article.id]
    return {
        "place": coverage(wanted.names, around) if wanted.names else 1.0,
        # "Ai viết bài …", "đăng ngày nào": no article says so of itself, but its header line answers.
        "together": 1.0 if ranked[0].header else _together(question, ranked[:_LOOKED_AT]),
        "passage": best.score,
        "lead": best.score - max(others, default=best.score - _NO_RIVAL),
        "other_year": float(not _years_agree(expected.years, ranked)),
        "other_office": float(_office_differs(expected, ranked)),
        "other_place": float(
            bool(expected.place)
            and expected.place.isdisjoint(bigrams(exact_words(f"{best.article.title}. {best.article.text}")))
        ),
    }


def _years_agree(asked: Collection[int], ranked: Sequence[RankedSentence]) -> bool:
    """Whether the year of the question is named in the best article or is that of its publication.

    Several years may be told by several articles. A sentence on another year that would be the best one but for its
    year tells that the articles answer for that year only, unless the best one names the year asked about.
    """
    articles = {one.passage.article for one in (ranked if len(asked) > 1 else ranked[:1])}
    published = {article.published.year for article in articles if article.published}
    if not all(year in published or any(names_one_of([year], article.text) for article in articles) for year in asked):
        return False
    best = ranked[0]
    if published & set(asked) or names_one_of(asked, best.text):
        return True
    return not any(one.score + OTHER_YEAR > best.score and only_other_years(asked, one.text) for one in ranked)


def _office_differs(expected: Expectations, ranked: Sequence[RankedSentence]) -> bool:
    """Whether the best sentence names only another office, or none tells who holds the one asked about."""
    if expected.holder is not None:
        return not any(expected.holder(one.text, one.passage.article) for one in ranked[:_LOOKED_AT])
    return only_another_office(expected.offices, exact_words(ranked[0].text))


def _together(question: AnalysedQuestion, ranked: Sequence[RankedSentence]) -> float:
    tokens = [(one.passage.article.id, _tokens(question, one)) for one in ranked]
    return max(
        coverage(question.words.words, words | more)
        for article, words in tokens
        for other_article, more in tokens
        if article == other_article
    )


def _tokens(question: AnalysedQuestion, ranked: RankedSentence) -> frozenset[str]:
    """Words of a sentence and of its title."""
    return frozenset(question.analyser.title(ranked.passage.article).exact).union(exact_words(ranked.text))
