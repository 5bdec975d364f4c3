"""ALCE-style support: whether a sentence's own citations carry it (Gao et al. 2023), judged by the product's check.

ALCE asks an entailment model; ``rag.grounding`` asks whether words, numbers and names of the sentence stand in the
quotes. Here it sees the cited words alone, not the passages around them, which is stricter than what the product
asks of itself: a name that only stands elsewhere in the passage does not count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from index import Article, Chunk
from rag import Citation, Passage, Sentence
from rag.drafts import DraftSentence
from rag.grounding import Grounder
from rag.lexical_reader import LexicalReader
from rag.matching import Rarities


def supported_share(sentences: Sequence[Sentence], articles: Mapping[str, Article], rarities: Rarities) -> float | None:
    """Share of sentences that their citations jointly support; None without a sentence.

    Args:
        sentences: Of one answer; one without citations is not supported.
        articles: By id.
        rarities: Weight of folded words, such as ``Index.rarities``.
    """
    verdicts = [_supported(sentence, articles, rarities) for sentence in sentences]
    return sum(verdicts) / len(verdicts) if verdicts else None


def _supported(sentence: Sentence, articles: Mapping[str, Article], rarities: Rarities) -> bool:
    quotes = [
        _only_the_quote(number, citation, articles[citation.article_id])
        for number, citation in enumerate(sentence.citations, 1)
        if citation.article_id in articles
    ]
    return Grounder(quotes, rarities, LexicalReader(rarities)).check(DraftSentence(sentence.text, frozenset())).verified


def _only_the_quote(number: int, citation: Citation, article: Article) -> Passage:
    """The cited words as a passage of their own; without spans, so that the byline is no silent witness."""
    bare = replace(article, spans={})
    return Passage(number, Chunk(0, article.id, citation.start, citation.end), bare, 1.0)
