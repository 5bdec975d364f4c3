"""Refusing: when the articles are taken to hold no answer, and what is said then."""

from collections.abc import Sequence

from index import Interpretation
from rag.greetings import is_courtesy
from rag.off_topic import out_of_scope
from rag.types import Passage

# Below this probability a question is refused, and no model is asked. The curve over the rows that the reader was
# calibrated on is in docs/reader.md: it refuses 7 % of the answerable and 57 % of the other questions of our articles.
WORTH_ANSWERING = 0.5
# Where the model says that there is no answer, the articles are quoted against it only if they are very likely to hold
# one: 54 % of the answerable and 14 % of the other questions of our articles are above it.
WORTH_QUOTING_THOUGH_DENIED = 0.8
_OUTSIDE = 0.2  # below this probability a question is told to lie outside the articles

_REFUSAL = "Không tìm thấy câu trả lời trong các bài viết hiện có."
_OFF_TOPIC = "Câu hỏi có vẻ nằm ngoài nội dung các bài; tôi chỉ trả lời theo những gì các bài viết."
_COURTEOUS = "Chào bạn! Hãy hỏi một điều mà các bài viết có thể trả lời."
_FILTERED = "Không có bài nào qua được bộ lọc."
_ASK_AGAIN = "Bạn có thể hỏi cụ thể hơn, chẳng hạn nêu tên địa phương, cơ quan, năm hoặc số văn bản."


def answer_probability(question: Interpretation, read: float) -> float:
    """Probability that a question is answered: what the reader gives, and 0 for what no article could answer.

    Args:
        question: As typed and as it is meant.
        read: Of the reader.
    """
    return 0.0 if out_of_scope(question.text) and out_of_scope(question.meant) else read


def is_worth_answering(probability: float, denied: bool = False) -> bool:
    """Whether a question is answered, or else refused.

    Args:
        probability: That the passages answer it, as the reader gives it.
        denied: Whether the model said that they do not.
    """
    return is_sure(probability) if denied else probability >= WORTH_ANSWERING


def is_sure(probability: float) -> bool:
    """Whether the articles are so likely to answer that they are quoted against a model that says otherwise."""
    return probability >= WORTH_QUOTING_THOUGH_DENIED


def refusal_text(question: str, passages: Sequence[Passage], probability: float) -> str:
    """What a refused question is told: why, and what to do.

    Args:
        question: As it was searched for.
        passages: What was found.
        probability: That they answer it.
    """
    if is_courtesy(question):
        return _COURTEOUS
    if not passages:
        return f"{_REFUSAL} {_FILTERED}"
    return f"{_REFUSAL} {_OFF_TOPIC if probability < _OUTSIDE else _ASK_AGAIN}"
