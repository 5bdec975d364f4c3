"""Articles cut into chunks: whole sentences up to a token budget, with exact offsets."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from index.models.embedding import Vectors
from index.tokens import count_tokens
from index.types import Article, Span
from index.vietnamese.sentences import split_sentences, strip_span

# cl100k_base tokens. Vietnamese takes 2 to 2.3 of them a syllable, so a chunk is about 170 syllables, near
# the 223 sentence-model tokens of the passages on which the retrieval figures of the README were measured.
CHUNK_TOKENS = 768


@dataclass(frozen=True, slots=True)
class Entry:
    """An article on its way into an index.

    Attributes:
        article: The article.
        spans: Of its chunks.
        vectors: Of its chunks, shape ``(chunks, dimensions)``.
    """

    article: Article
    spans: Sequence[Span]
    vectors: Vectors


def chunk_spans(text: str, *, budget: int = CHUNK_TOKENS, fits: Callable[[str], bool] | None = None) -> list[Span]:
    """Cut ``text`` at sentence boundaries into spans of at most ``budget`` tokens.

    The spans are in order, do not overlap, and cover every character that is not white space.

    Args:
        text: An article's text.
        budget: Most tiktoken tokens a chunk may have.
        fits: A further limit, such as "within the sentence model's window by its own tokenizer".
    """

    def within(span: Span) -> bool:
        piece = text[span.start : span.end]
        return count_tokens(piece) <= budget and (fits is None or fits(piece))

    pieces = [piece for sentence in split_sentences(text) for piece in _halve(text, sentence, within)]
    tokens = [count_tokens(text[piece.start : piece.end]) for piece in pieces]
    chunks: list[Span] = []
    first = 0
    while first < len(pieces):
        # Tokens of neighbours nearly add up, which tells where to begin looking for the last piece that fits.
        end = first + max(1, bisect_right(list(accumulate(tokens[first : first + budget])), budget))
        while end < len(pieces) and within(Span(pieces[first].start, pieces[end].end)):
            end += 1
        while end > first + 1 and not within(Span(pieces[first].start, pieces[end - 1].end)):
            end -= 1
        chunks.append(Span(pieces[first].start, pieces[end - 1].end))
        first = end
    return chunks


def _halve(text: str, span: Span, within: Callable[[Span], bool]) -> Iterator[Span]:
    """A sentence too long for any chunk is cut in the middle: at a clause, else a word, else anywhere."""
    if span.end - span.start <= 1 or within(span):
        yield span
        return
    middle = (span.start + span.end) // 2
    cut = _nearest_cut(text, span, middle)
    left, right = Span(span.start, cut), Span(cut, span.end)
    for half in (left, right):
        stripped = strip_span(text, half.start, half.end)
        if stripped is not None:
            yield from _halve(text, stripped, within)


def _nearest_cut(text: str, span: Span, middle: int) -> int:
    quarter = (span.end - span.start) // 4
    for mark in (";", ",", " "):
        before = text.rfind(mark, middle - quarter, middle)
        if before >= 0:
            return before + 1
        after = text.find(mark, middle, middle + quarter)
        if after >= 0:
            return after + 1
    return middle


def indexed_text(title: str, text: str) -> str:
    """What is embedded and counted for a chunk: its words under its article's title."""
    return text if text.startswith(title) else f"{title}\n{text}"


def indexed_texts(article: Article, spans: Iterable[Span]) -> list[str]:
    """``indexed_text`` of some chunks of an article."""
    return [indexed_text(article.title, article.text[span.start : span.end]) for span in spans]
