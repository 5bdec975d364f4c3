"""The index of a suite's articles: built once in the user cache, and again when what it depends on changes."""

from collections.abc import Callable, Sequence

from evals.provenance import articles_digest, code_digest, digest
from index import Article, Index
from index.models.embedders import embedder_fingerprint
from rag import Settings

# Articles embedded together: enough to fill batches of like length, few enough to lose little when stopped.
_GROUP = 64


def open_suite_index(
    articles: Sequence[Article], settings: Settings, progress: Callable[[int, int], None] | None = None
) -> Index:
    """Open the index of these articles, or build what is missing of it.

    It is found again by the articles, the sentence model and the source of ``index`` (its readers apart, whose
    work the articles are): a changed chunker or tokenizer must not be measured on what the old one made. An
    interrupted build goes on where it stopped.

    Args:
        articles: All articles of the suite, of distinct texts.
        settings: Names the cache and the sentence model.
        progress: Called with (articles done, articles in all).
    """
    code = code_digest(["index"], leave_out=["reading"])
    key = digest([articles_digest(articles), embedder_fingerprint(settings), code])
    opened = Index.open_or_create(settings.cache / "suites" / key, settings)
    held = {article.id for article in opened.articles()}
    missing = [article for article in articles if article.id not in held]
    for start in range(0, len(missing), _GROUP):
        if progress is not None:
            progress(len(held) + start, len(articles))
        opened.add(missing[start : start + _GROUP])
    if progress is not None and missing:
        progress(len(articles), len(articles))
    opened.save_searchers()
    return opened
