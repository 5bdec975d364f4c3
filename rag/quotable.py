"""Sentences that may be quoted as an answer: they tell something, and speak to the reader."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index import Span
from index.vietnamese import fold
from rag.analysis import AnalysedQuestion, AnalysedSentence
from rag.prompt_injection import speaks_to_the_assistant
from rag.reader import ReadSentence
from rag.types import Passage

# A sentence is a header line where so much of it is author, day, source or title.
_HEADER_SHARE = 0.5
_MOST_QUOTES = 3
_ABOUT_ARTICLE = re.compile(r"\b(?:bai|bai viet|bai bao|ban tin|tin|tac gia)\b")
_HEADER_FIELDS = {
    "author": re.compile(r"\b(?:tac gia|ai viet|ai la nguoi viet|ai dang|nguoi viet|do ai)\b"),
    "published": re.compile(
        r"\b(?:dang|cap nhat|xuat ban|viet)\b.*\b(?:ngay|hom|khi|luc|thang|nam) (?:nao|may)\b"
        r"|\bngay (?:dang|cap nhat)\b"
    ),
    "source": re.compile(r"\b(?:nguon nao|bao nao|trang nao|nguon cua bai)\b"),
}


@dataclass(frozen=True, slots=True)
class Quotable:
    """A sentence of a passage.

    Attributes:
        passage: The passage.
        number: Its number among the sentences of the passage.
        sentence: The sentence, analysed.
    """

    passage: Passage
    number: int
    sentence: AnalysedSentence


def quotable_sentences(question: AnalysedQuestion, passages: Sequence[Passage]) -> list[Quotable]:
    """The sentences of the passages, in order.

    Titles, header lines and questions tell nothing: they stay out unless there is nothing else. Orders to the assistant
    always stay out.
    """
    found = [
        Quotable(passage, number, sentence)
        for passage in passages
        for number, sentence in enumerate(question.analyser.passage(passage).sentences)
        if not speaks_to_the_assistant(sentence.text)
    ]
    return [one for one in found if _tells(one)] or found


def _tells(one: Quotable) -> bool:
    span = one.sentence.span
    fields = one.passage.article.spans.values()
    named = sum(max(0, min(span.end, field.end) - max(span.start, field.start)) for field in fields)
    header = named >= _HEADER_SHARE * (span.end - span.start) or one.sentence.exact == one.sentence.title.exact
    return not header and not one.sentence.text.rstrip('"”’») ').endswith("?")


def best_quotes(ranked: Sequence[ReadSentence], margin: float) -> list[ReadSentence]:
    """What to show of sentences, best first: the best and those that answer nearly as well, of a passage in order.

    Args:
        ranked: At least one.
        margin: How much lower than the best one's score another one's may be.
    """
    near = [one for one in ranked[:_MOST_QUOTES] if one.score >= ranked[0].score - margin]
    first_seen = {number: at for at, number in reversed(list(enumerate(one.passage.number for one in near)))}
    return sorted(near, key=lambda one: (first_seen[one.passage.number], one.span.start))


def header_lines(question: AnalysedQuestion, passages: Sequence[Passage]) -> Iterator[tuple[Passage, Span]]:
    """The lines of author, day or source of the articles, where a question asks for one."""
    fields = header_fields_asked(question.meant)
    return ((one, one.article.spans[name]) for one in passages for name in fields if name in one.article.spans)


def header_fields_asked(question: str) -> tuple[str, ...]:
    """Names of the spans of an ``Article`` that answer a question about an article itself: who wrote it, when, where.

    >>> header_fields_asked("Ai viết bài về tổ công nghệ số?"), header_fields_asked("bai nay dang ngay nao")
    (('author',), ('published',))
    >>> header_fields_asked("Xã nào về đích nông thôn mới?")
    ()
    """
    folded = fold(question)
    if not _ABOUT_ARTICLE.search(folded):
        return ()
    return tuple(name for name, asked in _HEADER_FIELDS.items() if asked.search(folded))
