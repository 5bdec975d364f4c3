"""Evidence: the sentences that a model is given, under a token budget.

A 2-core machine reads some 50 prompt tokens a second, so only what may hold the answer goes to the model.
"""

from collections.abc import Sequence

from index import Span
from index.tokens import count_tokens
from rag.reader import ReadSentence
from rag.types import Evidence


def select_evidence(ranked: Sequence[ReadSentence], budget: int) -> tuple[Evidence, ...]:
    """The best sentences, grouped by passage, within ``budget`` tiktoken tokens.

    Sentences of a passage stay in reading order; passages come in the order of their best sentence. The best
    sentence is always taken, however long. Neighbours are not taken for their own sake.

    Of 258 answerable tune questions (bundled and viquad2_dev, four passages, trained reader) the evidence holds the
    gold words of 218 under 150 tokens, 217 under 200, 230 under 300, 242 under 400; the passages hold those of 254.
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
