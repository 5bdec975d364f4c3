"""How likely it is that the sources bear a sentence out: a logistic score over a few countable signals.

Weights and figures come from ``hoidap bench support-weights``, learnt on the tune rows of vihallu_dev.
"""

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import astuple, dataclass
from itertools import pairwise

from index.vietnamese import Word, matching_words
from rag.matching import Rarities, coverage, long_content_words, long_words, weigh
from rag.negation import negator_positions, without_contrasts
from rag.reader import Claim


def _keys(phrases: str) -> tuple[str, ...]:
    """The comma-separated ``phrases`` as ``_line`` writes words, a space at either end."""
    return tuple(_line(matching_words(phrase)) for phrase in phrases.split(","))


def _line(found: Iterable[Word]) -> str:
    return f" {' '.join(word.exact for word in found)} "


# Words that turn "some" into "all": a sentence that adds one says more than its source.
_ABSOLUTES = _keys(
    "chỉ,duy nhất,hoàn toàn,tất cả,mọi,bất kỳ,bất cứ,luôn,không hề,không bao giờ,chưa từng,chưa bao giờ,đơn thuần,"
    "toàn bộ,đầu tiên,cuối cùng,nhất,mỗi,chủ yếu"
)
# Ways to say that the sources hold nothing on something; the words for it then stand in no source.
_ABSENCES = _keys(
    "không có thông tin,không có dữ liệu,không có ghi,không có bằng chứng,không được đề cập,không đề cập,"
    "không được nhắc,không nói,không được liệt kê,ngữ cảnh,đoạn trích"
)


@dataclass(frozen=True, slots=True)
class SupportSignals:
    """What is counted of a sentence, its quotes and the passages around them.

    Attributes:
        invented: Logarithm of one plus the weight of its words that neither source nor question has beside the same
            neighbour. Single syllables meet by chance; pairs of them are words.
        covered: Share of its words new to the question, by weight, that the passages hold; of all words without such.
        unknown_numbers: Numbers that neither source nor question has.
        absolutes: Words such as "tất cả" and "duy nhất" that the quotes lack.
        opens_denying: 1 where it opens with "Không …": it corrects the question and does not go along with it.
        reports_absence: 1 where it says that the sources do not mention something.
    """

    invented: float
    covered: float
    unknown_numbers: float
    absolutes: float
    opens_denying: float
    reports_absence: float


# AUROC of supported responses against all others, five-fold cross-validated on the tune rows of vihallu_dev: 0.917
# (against contradicting ones 0.890, invented ones 0.943); the share of words in the best two quotes alone has 0.848.
# Without one signal, in their order: 0.899, 0.904, 0.914, 0.913, 0.912, 0.911. Tried and adding less than 0.002:
# cosines of e5 sentence and token vectors, longest common subsequences, antonyms, new or lost negations, pairs of
# words covered, words covered by the quotes or by the best clause, names, length.
WEIGHTS = SupportSignals(
    invented=-1.972,
    covered=2.891,
    unknown_numbers=-1.617,
    absolutes=-0.719,
    opens_denying=1.78,
    reports_absence=2.751,
)
BIAS = -0.958


def support_probabilities(claims: Sequence[Claim], rarities: Rarities) -> list[float]:
    """Probability that its sources bear each claim out, in (0, 1).

    Args:
        claims: Sentences of an answer, or whole answers, with their sources.
        rarities: Weight of folded words, such as ``Index.rarities``.
    """
    return [support_probability(read_signals(claim, rarities)) for claim in claims]


def support_probability(signals: SupportSignals) -> float:
    """Probability that the sources bear out what ``signals`` were read from, in (0, 1)."""
    total = BIAS + sum(weight * value for weight, value in zip(astuple(WEIGHTS), astuple(signals), strict=True))
    return 1 / (1 + math.exp(-total))


def read_signals(claim: Claim, rarities: Rarities) -> SupportSignals:
    """The signals of a claim.

    Args:
        claim: A sentence of an answer, or a whole answer, with its sources.
        rarities: Weight of folded words, such as ``Index.rarities``.
    """
    text = without_contrasts(claim.text)
    found = long_words(text)
    quoted = _line(word for quote in claim.quotes for word in quote.words)
    line = _line(found)
    around = [word for passage in claim.context for word in passage.words]
    asked = long_words(claim.question)
    known = {word.exact for word in around}
    asked_words = {word.folded for word in asked}
    content = long_content_words(text)
    new = [word for word in content if word.folded not in asked_words]
    unpaired = _unpaired(found, {word.start for word in new}, around, asked)
    numbers = {word.exact for word in found if word.exact[0].isdecimal()}
    return SupportSignals(
        invented=math.log1p(sum(rarities(word.folded for word in unpaired).values())),
        covered=coverage(weigh(new or content, rarities), known),
        unknown_numbers=float(len(numbers - known - asked_words)),
        absolutes=float(sum(phrase in line and phrase not in quoted for phrase in _ABSOLUTES)),
        opens_denying=float(0 in negator_positions(found)),
        reports_absence=float(any(phrase in line for phrase in _ABSENCES)),
    )


def _unpaired(found: Sequence[Word], new: Collection[int], around: Sequence[Word], asked: Sequence[Word]) -> list[Word]:
    """The words that start at ``new`` and stand beside none of their neighbours in the sources or the question."""
    known = set(pairwise(word.exact for word in around))
    asked_pairs = set(pairwise(word.folded for word in asked))
    paired = {
        word
        for pair in pairwise(found)
        for word in pair
        if (pair[0].exact, pair[1].exact) in known or (pair[0].folded, pair[1].folded) in asked_pairs
    }
    return [word for word in found if word.start in new and word not in paired]
