"""Whether citations point at the gold words, and at exactly the words they quote."""

import re
from collections.abc import Mapping, Sequence

from evals.gold import Target
from index import Article
from index.vietnamese import find_numbers
from rag import Answer, Citation, Sentence

_MARKER = re.compile(r"\[(\d{1,3})\]")  # "[2024]" is a year


def citation_precision(citations: Sequence[Citation], targets: Sequence[Target]) -> float | None:
    """Share of citations that overlap gold words; None without a citation."""
    return _share([any(_meets(citation, target) for target in targets) for citation in citations])


def citation_recall(citations: Sequence[Citation], targets: Sequence[Target]) -> float | None:
    """Share of targets that a citation overlaps: 0 for a refusal; None without a target.

    A target takes any of its copies, so citing one of two near-duplicate articles is complete.
    """
    return _share([any(_meets(citation, target) for citation in citations) for target in targets])


def dangling_markers(answer: Answer) -> int:
    """Number of ``[n]`` markers in the text that name no citation of the answer."""
    known = {citation.number for citation in answer.citations}
    return sum(int(marker) not in known for marker in _MARKER.findall(answer.text))


def number_fidelity(sentences: Sequence[Sentence]) -> float | None:
    """Share of the verified sentences with numbers whose numbers all stand in their quotes; None without one."""
    numbers = [(find_numbers(sentence.text), sentence.citations) for sentence in sentences if sentence.verified]
    return _share(
        [found <= find_numbers(" ".join(citation.quote for citation in cited)) for found, cited in numbers if found]
    )


def exact_spans(citations: Sequence[Citation], articles: Mapping[str, Article]) -> float | None:
    """Share of citations whose quote is ``article.text[start:end]``; None without a citation.

    Args:
        citations: Of one answer.
        articles: By id. A citation of another article is not exact.
    """
    return _share([_is_exact(citation, articles.get(citation.article_id)) for citation in citations])


def _is_exact(citation: Citation, article: Article | None) -> bool:
    return article is not None and article.text[citation.start : citation.end] == citation.quote


def _meets(citation: Citation, target: Target) -> bool:
    return target.met_by(citation.article_id, citation.start, citation.end)


def _share(verdicts: Sequence[bool]) -> float | None:
    return sum(verdicts) / len(verdicts) if verdicts else None
