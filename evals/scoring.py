"""One question asked and judged: a case becomes a row."""

import time
from collections.abc import Iterable, Sequence

from evals.gold import Target, by_name, targets_of
from evals.metrics import citations, correctness, ranking, support
from evals.provenance import case_digest
from evals.systems import System
from evals.types import MULTI_ARTICLE, Case, Ranked, Row, Stage, article_name
from index import Article
from index.tokens import count_tokens
from rag import Answer, Passage

PERTURBED = "perturbed"
"""Slice of the questions that the perturbation changed."""


class Judge:
    """Asks a system one case at a time and scores what it gives.

    Args:
        articles: Of the suite.
        system: What is asked.
        stage: "retrieval" to look for passages only, "answers" to have them answered too.
    """

    def __init__(self, articles: Iterable[Article], system: System, stage: Stage) -> None:
        self._articles = {article.id: article for article in articles}
        self._named = by_name(self._articles.values())
        self._system = system
        self._stage = stage

    def row(self, case: Case, asked: str) -> Row:
        """Ask ``asked`` in place of the case's question and judge the outcome.

        Raises:
            HoidapError: The system cannot answer at all (no model, no index); judging goes no further.
        """
        targets = targets_of(case, self._named)
        started = time.perf_counter()
        passages = self._system.retrieve(asked, case.history, ranking.DEPTH)
        seconds = {"retrieval": round(time.perf_counter() - started, 4)}
        answer, confidence = None, None
        if self._stage == "answers":
            answer = self._system.answer(asked, case.history)
            passages = _in_order_of(answer.passages, passages)
            confidence = self._system.confidence(asked, case.history, answer)
            seconds = {name: answer.timings[name] for name in ("retrieval", "first", "total") if name in answer.timings}
        metrics = retrieval_metrics(passages, targets) if targets else {}
        if answer is not None:
            metrics |= self._answer_metrics(case, answer, targets)
        return Row(
            id=case.id,
            digest=case_digest(case, asked),
            question=case.question,
            asked=asked,
            answerable=case.answerable,
            slices=(*case.slices, PERTURBED) if asked != case.question else case.slices,
            ranking=tuple(_ranked(passage, targets) for passage in passages),
            answer=answer.to_dict() if answer else None,
            confidence=confidence,
            seconds=seconds,
            metrics=metrics,
        )

    def _answer_metrics(self, case: Case, answer: Answer, targets: Sequence[Target]) -> dict[str, float]:
        measured: dict[str, float | None] = {
            "dangling_markers": float(citations.dangling_markers(answer)),
            "exact_spans": citations.exact_spans(answer.citations, self._articles),
            "number_fidelity": citations.number_fidelity(answer.sentences),
            "supported": support.supported_share(answer.sentences, self._articles, self._system.rarities),
            "tokens": float(count_tokens(answer.text)),
        }
        if case.answerable:
            measured |= {
                "false_refusal": float(answer.refused),
                "citation_precision": citations.citation_precision(answer.citations, targets),
                "citation_recall": citations.citation_recall(answer.citations, targets),
            }
            if case.answers:
                said = "" if answer.refused else " ".join(sentence.text for sentence in answer.sentences)
                measured |= correctness.correctness(said, case.answers, every=MULTI_ARTICLE in case.slices)
        else:
            measured["refusal_recall"] = float(answer.refused)
        return {name: value for name, value in measured.items() if value is not None}


def retrieval_metrics(passages: Sequence[Passage], targets: Sequence[Target]) -> dict[str, float]:
    """Ranking metrics of passages against gold words, and as "article_…" against gold articles alone.

    Args:
        passages: Best first.
        targets: At least one.
    """
    words = [_number(_meets_words(passage, target) for target in targets) for passage in passages]
    articles = [_number(passage.article.id in target.spans for target in targets) for passage in passages]
    of_articles = ranking.ranking_metrics(articles, len(targets))
    return {
        **ranking.ranking_metrics(words, len(targets)),
        **{f"article_{name}": value for name, value in of_articles.items() if name.startswith("recall")},
    }


def _in_order_of(read: Sequence[Passage], found: Sequence[Passage]) -> tuple[Passage, ...]:
    """The passages that an answer was read from, in its order, then the others that were found."""
    known = {(one.article.id, one.chunk.start) for one in read}
    return (*read, *(one for one in found if (one.article.id, one.chunk.start) not in known))


def _number(meets: Iterable[bool]) -> int | None:
    return next((number for number, met in enumerate(meets) if met), None)


def _meets_words(passage: Passage, target: Target) -> bool:
    return target.met_by(passage.article.id, passage.chunk.start, passage.chunk.end)


def _ranked(passage: Passage, targets: Sequence[Target]) -> Ranked:
    chunk = passage.chunk
    relevant = any(_meets_words(passage, target) for target in targets)
    return Ranked(article_name(passage.article), chunk.start, chunk.end, round(passage.score, 4), relevant)
