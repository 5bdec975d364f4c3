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
    sentence is always taken, however long. Neighbours are not taken for their own sake: under 300 tokens they cost 3
    points of the answers, under 600 none (shares of the 95 % that the passages hold: 300 tokens 91.3 against 88.7, 400
    94.6 against 94.0, 600 97.7 against 97.4; all four passages are 1,777 tokens). That was by the rules that ranked before
    the trained reader; what 150 tokens of its sentences hold is not measured yet.
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
