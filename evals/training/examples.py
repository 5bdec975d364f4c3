"""Rows as what the network reads: token ids, ranges of sentences, and what the heads should say."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.training.rows import Claim, Question
from index import Span
from index.models.reader_input import reader_input
from index.models.reader_network import SUPPORT_CLASSES
from index.vietnamese import split_sentences

if TYPE_CHECKING:
    from tokenizers import Tokenizer

WINDOW = 320
"""Most tokens of a pair in training: longer ones cost more than they teach."""
UNSPACED = {"jaquad", "jsquad", "drcd", "cmrc2018"}
"""Files in languages that write no spaces between words."""
_THAI = "iapp_thai"
_CJK_SENTENCE = re.compile(r"[^。！？\n]+[。！？\n]?")
_THAI_PHRASES = re.compile(r"\S.{0,80}\S*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Pair:
    """A question or a claim beside one text.

    Attributes:
        ids: Token ids.
        sentences: Range of tokens of each sentence that may answer.
        gold: Number of the sentence that answers; None where none does.
        answer: First and last token of the answer; None where there is none.
    """

    ids: Sequence[int]
    sentences: Sequence[tuple[int, int]]
    gold: int | None
    answer: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Example:
    """One decision to be learnt.

    Attributes:
        pairs: The passages of a question, or the one source of a claim.
        support: Class of a claim (``SUPPORT_CLASSES``); None for a question.
    """

    pairs: Sequence[Pair]
    support: int | None = None

    @property
    def longest(self) -> int:
        """Tokens of its longest pair."""
        return max(len(pair.ids) for pair in self.pairs)


def question_pair(tokenizer: "Tokenizer", question: Question) -> Pair | None:
    """A question beside its text; None where the answer lies outside the window or across sentences' borders."""
    sentences = sentences_of(question.context, question.source)
    read = reader_input(tokenizer, question.text, question.title, question.context, sentences, WINDOW)
    kept = [(number, tokens) for number, tokens in enumerate(read.sentences) if tokens is not None]
    if question.answer is None:
        return Pair(read.ids, [tokens for _, tokens in kept], None, None) if kept else None
    answer = read.tokens_of(question.answer)
    gold = next((at for at, (number, _) in enumerate(kept) if sentences[number].end > question.answer.start), None)
    return None if answer is None or gold is None else Pair(read.ids, [tokens for _, tokens in kept], gold, answer)


def claim_example(tokenizer: "Tokenizer", claim: Claim) -> Example:
    """A claim beside its source."""
    read = reader_input(tokenizer, claim.text, claim.title, claim.context, [], WINDOW)
    return Example([Pair(read.ids, [], None, None)], SUPPORT_CLASSES.index(claim.label))


def sentences_of(text: str, source: str) -> list[Span]:
    """Spans of the sentences of a text in the language of its file; Thai, which marks none, in phrases."""
    if source in UNSPACED:
        return [Span(found.start(), found.end()) for found in _CJK_SENTENCE.finditer(text)]
    if source == _THAI:
        return [Span(found.start(), found.end()) for found in _THAI_PHRASES.finditer(text)]
    return split_sentences(text)


def cropped(question: Question, size: int, draw: random.Random) -> Question:
    """The question beside a run of sentences of at most ``size`` characters, with the one that answers within."""
    sentences = sentences_of(question.context, question.source)
    if len(question.context) <= size or not sentences:
        return question
    if question.answer is None:
        first = last = draw.randrange(len(sentences))
    else:
        first = last = next(at for at, one in enumerate(sentences) if one.end > question.answer.start)
        last = next((at for at, one in enumerate(sentences) if one.end >= question.answer.end), last)
    while first > 0 or last < len(sentences) - 1:
        before, after = first > 0, last < len(sentences) - 1
        back = before and (not after or draw.random() < 0.5)
        start = sentences[first - 1 if back else first].start
        end = sentences[last if back else last + 1].end
        if end - start > size:
            break
        first, last = (first - 1, last) if back else (first, last + 1)
    start, end = sentences[first].start, sentences[last].end
    moved = question.answer and Span(question.answer.start - start, question.answer.end - start)
    return Question(question.text, question.title, question.context[start:end], moved, question.source)
