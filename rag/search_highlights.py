"""Where the words of a question stand in a text, whatever their spelling there."""

from collections.abc import Sequence

from index import Interpretation, Span
from index.vietnamese import has_accents, matching_words
from rag.matching import long_content_words


def highlights(question: Interpretation, text: str) -> list[Span]:
    """Spans of ``text`` that hold content words of the question, neighbours joined, in order.

    A word counts in any spelling that the search treats alike: other tone placement, abbreviation, and where the
    question was typed without accents, any accents.

    Args:
        question: What was searched for.
        text: NFC text; the spans refer to its characters.
    """
    wanted = [word for reading in question.readings for word in long_content_words(reading)]
    found = list(matching_words(text))
    present = {word.exact for word in found}
    exact = {word.exact for word in wanted}
    # A word restored wrongly is still found by what was typed.
    loose = {word.folded for word in wanted if word.exact not in present} if not has_accents(question.text) else set()
    return _joined([Span(word.start, word.end) for word in found if word.exact in exact or word.folded in loose], text)


def _joined(spans: Sequence[Span], text: str) -> list[Span]:
    joined: list[Span] = []
    for span in spans:
        if joined and text[joined[-1].end : span.start].strip() == "" and "\n" not in text[joined[-1].end : span.start]:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined
