"""Gold quotes as places in articles, and what counts as finding one."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from evals.types import MULTI_ARTICLE, Case, article_name
from index import Article, Span
from index.vietnamese import nfc


@dataclass(frozen=True, slots=True)
class Target:
    """Something to find: any span of any of these articles is enough.

    Attributes:
        spans: Places of the gold quotes in each article's text, by article id.
    """

    spans: Mapping[str, tuple[Span, ...]] = field(hash=False)

    def met_by(self, article_id: str, start: int, end: int) -> bool:
        """Whether ``[start, end)`` of an article shares a character with gold words."""
        return any(start < span.end and span.start < end for span in self.spans.get(article_id, ()))


def find_quote(text: str, quote: str) -> tuple[Span, ...]:
    r"""Every place where ``quote`` stands in ``text``, after NFC and whatever the white space.

    >>> find_quote("Xã đạt\n8,5 điểm.", "đạt 8,5  điểm")
    (Span(start=3, end=15),)
    """
    words = [re.escape(word) for word in nfc(quote).split()]
    return tuple(Span(*found.span()) for found in re.finditer(r"\s+".join(words), text)) if words else ()


def by_name(articles: Iterable[Article]) -> dict[str, list[Article]]:
    """Articles by the name that gold knows them by."""
    named: dict[str, list[Article]] = {}
    for article in articles:
        named.setdefault(article_name(article), []).append(article)
    return named


def targets_of(case: Case, named: Mapping[str, Sequence[Article]]) -> tuple[Target, ...]:
    """What a system has to find for a validated case.

    A case is one target: any gold quote of any gold article, because its gold articles are copies of one
    another. In the slice "multi-article" each gold article is a target of its own.

    Args:
        case: An answerable case; an unanswerable one has no target.
        named: ``by_name`` of the suite's articles.
    """
    spans: dict[str, tuple[Span, ...]] = {}
    for gold in case.gold:
        article = named[gold.article][0]
        found = (Span(0, len(article.text)),) if gold.quote is None else find_quote(article.text, gold.quote)
        spans[article.id] = (*spans.get(article.id, ()), *found)
    if MULTI_ARTICLE in case.slices:
        return tuple(Target({article_id: places}) for article_id, places in spans.items())
    return (Target(spans),) if spans else ()
