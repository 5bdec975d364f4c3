"""Feedback from the page as an evaluation suite: questions, their evidence, and what a person has yet to look at.

A thumb up says that the cited quotes are the evidence of an answerable question, or that a refusal was right. A thumb
down makes a test by itself only where its reason says that nothing in the articles answers the question. Everything
else goes to ``to-review.json``, because somebody has to say what would have been right.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index import Index
from ui.page.conversations import Rated

QUESTIONS, ARTICLES, REVIEW = "feedback.jsonl", "articles.jsonl", "to-review.json"


@dataclass(frozen=True, slots=True)
class Exported:
    """How many questions became tests, and how many somebody has to look at."""

    questions: int
    to_review: int


def export_suite(rated: Iterable[Rated], index: Index, folder: Path) -> Exported:
    """Write ``feedback.jsonl``, ``articles.jsonl`` and ``to-review.json`` into ``folder``.

    ``hoidap eval run FOLDER`` runs the result. Evidence whose article has left the index cannot be checked any more,
    so such answers are for review too.
    """
    questions: list[dict[str, Any]] = []
    review: list[dict[str, Any]] = []
    for item in rated:
        row = _question(item, index)
        if row is None:
            review.append(_review(item))
        else:
            questions.append(row)
    folder.mkdir(parents=True, exist_ok=True)
    articles = [{"id": article.id, "title": article.title, "text": article.text} for article in index.articles()]
    _write_lines(folder / QUESTIONS, questions)
    _write_lines(folder / ARTICLES, articles)
    (folder / REVIEW).write_text(json.dumps(review, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return Exported(len(questions), len(review))


def _question(item: Rated, index: Index) -> dict[str, Any] | None:
    turn, feedback = item.turn, item.turn.feedback
    assert feedback is not None, "rated turns carry their feedback"  # noqa: S101
    unanswerable = (feedback.rating == "up" and turn.refused) or feedback.reason == "unfounded"
    if not unanswerable and (feedback.rating == "down" or not _evidence_holds(item, index)):
        return None
    gold = [] if unanswerable else [{"article": c.article_id, "quote": c.quote} for c in turn.citations]
    return {
        "id": f"feedback-{turn.stored:06d}",
        "question": turn.question,
        "history": list(item.history),
        "answerable": not unanswerable,
        "gold": gold,
        "answers": [],
        "slices": ["feedback"],
    }


def _evidence_holds(item: Rated, index: Index) -> bool:
    """Whether every cited article is still in the index, with the quoted words in their place."""
    articles = [(citation, index.article(citation.article_id)) for citation in item.turn.citations]
    return bool(articles) and all(a is not None and a.text[c.start : c.end] == c.quote for c, a in articles)


def _review(item: Rated) -> dict[str, Any]:
    turn, feedback = item.turn, item.turn.feedback
    assert feedback is not None, "rated turns carry their feedback"  # noqa: S101
    return {
        "question": turn.question,
        "history": list(item.history),
        "rating": feedback.rating,
        "reason": feedback.reason,
        "comment": feedback.comment,
        "given": item.given.isoformat(),
        "answer": turn.text,
        "refused": turn.refused,
        "evidence": [
            {"article": c.article_id, "title": turn.title_of(c.article_id), "quote": c.quote} for c in turn.citations
        ],
        "found": [{"article": source.article_id, "title": source.title} for source in turn.sources or ()],
    }


def _write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
