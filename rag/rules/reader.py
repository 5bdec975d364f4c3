"""The reader made of rules."""

from collections.abc import Sequence

from rag.analysis import AnalysedQuestion
from rag.matching import Rarities
from rag.reader import Claim, Reading
from rag.rules.answerability import answerability
from rag.rules.expectations import expectations_of
from rag.rules.sentence_scores import best_quotes, rank_sentences
from rag.rules.support import read_signals, support_probability
from rag.types import Passage


class RuleReader:
    """Scores sentences by the words they share with the question, and by rules on offices, years, places and kinds.

    Args:
        rarities: Weight of folded words, such as ``Index.rarities``.
    """

    fingerprint = "rules"

    def __init__(self, rarities: Rarities) -> None:
        self._rarities = rarities

    def read(self, question: AnalysedQuestion, passages: Sequence[Passage]) -> Reading:
        """Sentences by their weighted signals; the probability by those of the best one."""
        expected = expectations_of(question)
        ranked = rank_sentences(question, expected, passages)
        return Reading(ranked, best_quotes(ranked), answerability(question, expected, ranked))

    def supports(self, claims: Sequence[Claim]) -> list[float]:
        """A logistic score over countable signals of each claim."""
        return [support_probability(read_signals(claim, self._rarities)) for claim in claims]
