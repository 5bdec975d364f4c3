"""Questions that may come next: made from the cited articles' own sentences, each tried before it is offered."""

from collections.abc import Collection, Sequence

from index import HoidapError
from rag import Assistant
from ui.page.example_questions import example_questions

MOST = 3
_TRIED = 5


def suggestions(quoting: Assistant, cited: Sequence[str], asked: Collection[str]) -> tuple[str, ...]:
    """Up to ``MOST`` questions that the cited articles answer and that were not asked yet.

    A question is offered only if quoting, which needs no language model, answers it from one of these articles.

    Args:
        quoting: Answers by quoting, over the index that holds the articles.
        cited: Ids of the articles an answer cites.
        asked: The questions of the conversation so far.
    """
    articles = [article for article in map(quoting.index.article, cited) if article is not None]
    offered: list[str] = []
    for question in example_questions(articles, count=_TRIED):
        if question not in asked and _answered(quoting, question, cited):
            offered.append(question)
        if len(offered) == MOST:
            break
    return tuple(offered)


def _answered(quoting: Assistant, question: str, cited: Collection[str]) -> bool:
    try:
        answer = quoting.ask(question)
    except HoidapError:
        return False
    return any(citation.article_id in cited for citation in answer.citations)
