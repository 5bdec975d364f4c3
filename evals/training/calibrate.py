"""How the reader's scores become an order of sentences and a probability, learnt where its weights did not learn.

The questions are those of our validation articles and the tune rows of the bundled suite and viquad2_dev, each as it is
and, for some, with the articles that answer it left out.
"""

import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from evals.articles import passage_article
from evals.gold import Target, by_name, targets_of
from evals.metrics.refusal import auroc
from evals.suite import BUNDLED, load_suite
from evals.suite_index import open_suite_index
from evals.training.examples import claim_example
from evals.training.rows import Claim, own_articles
from evals.training.stages import SEED, around
from evals.types import Case, Gold, Suite, article_name
from index.models.reader import ReaderModel
from index.models.reader_input import ReaderInput
from index.models.reader_network import SUPPORT_CLASSES
from rag import Passage, Settings
from rag.analysis import analyse
from rag.follow_ups import prepare_query
from rag.ranking import Signals, weighted
from rag.search import retrieve
from rag.trained_reader import Scored, TrainedReader, answer_signals

SENTENCE_SIGNALS = ("logit", "passage", "words", "before", "new_words")
QUOTE_TOO = 0.75
"""Within how much of the best sentence's score another one is quoted too: see "quotes" of the report."""
ANSWERED_SHARE = 0.7
"""Of the questions that people ask of their articles, taken to be answered by them: where a probability is a half."""
OWN = "own"
# Details that an article does not tell are what is asked most among the unanswered questions: those of our articles.
_WEIGHTS = {OWN: 3.0, "bundled": 1.0, "viquad2_dev": 1.0}
_PASSAGES = 4
_LEFT_OUT = 0.25  # chance of an answerable question being asked once more without the articles that answer it
_RIDGE = 1e-3
_MARGINS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
_THRESHOLDS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8, 0.9)

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Observed:
    """A question and what the reader saw.

    Attributes:
        origin: Name of its suite, and how it was asked.
        answered: Whether the passages hold the answer.
        sentences: Every sentence, scored.
        gold: Which of them answer.
    """

    origin: str
    answered: bool
    sentences: Sequence[Scored]
    gold: Sequence[bool]


def observe(model: ReaderModel, settings: Settings, data: Path) -> Iterator[Observed]:
    """What the reader sees of each question.

    Args:
        model: The network; its calibration is not looked at.
        settings: Names the cache and the sentence model.
        data: Folder of the measuring sets.
    """
    draw = random.Random(SEED)  # noqa: S311 - reproducible, no secret
    suites = (own_suite(), load_suite(BUNDLED), load_suite(data / "viquad2_dev.jsonl"))
    for suite in suites:
        named = by_name(suite.articles)
        with open_suite_index(suite.articles, settings) as index:
            reader = TrainedReader(model, index.rarities)
            for case in suite.cases:
                if case.split == "report":
                    continue
                targets = targets_of(case, named) if case.answerable else ()
                question = analyse(index, prepare_query(case.question, case.history).standalone)
                found = retrieve(index, question, 2 * _PASSAGES)
                passages = found[:_PASSAGES]
                observed = _observed(suite.name, reader.scored(question, passages), targets)
                about = case.id.rpartition("-")[0] if suite.name == OWN else ""
                if about and (about not in map(_name, passages) or case.answerable != observed.answered):
                    continue  # asked with the article before one's eyes, it names nothing to search by
                yield observed
                if targets and draw.random() < _LEFT_OUT:
                    others = [one for one in found if not any(one.article.id in target.spans for target in targets)]
                    yield _observed(f"{suite.name}, left out", reader.scored(question, others[:_PASSAGES]), ())


def _name(passage: Passage) -> str:
    return article_name(passage.article)


def own_suite() -> Suite:
    """The questions of our validation articles, asked of them all."""
    articles = [article for article in own_articles() if article.validates]
    cases = [
        Case(
            id=f"{article.id}-{number}",
            question=question,
            history=(),
            answerable=answer is not None,
            gold=(Gold(article.id, answer),) if answer is not None else (),
            answers=(answer,) if answer is not None else (),
            slices=(),
            split="tune",
        )
        for article in articles
        for number, (question, answer) in enumerate(article.questions)
    ]
    return Suite(OWN, tuple(cases), tuple(passage_article(one.id, one.title, one.text) for one in articles))


def judge_claims(model: ReaderModel) -> dict[str, Any]:
    """How well the network tells the claims of our validation articles apart."""
    draw = random.Random(SEED)  # noqa: S311 - reproducible, no secret
    right: list[bool] = []
    supported: list[tuple[float, bool]] = []
    for article in own_articles():
        for text, label, evidence in article.claims if article.validates else ():
            claim = Claim(text, article.title, around(article.text, evidence, draw), label)
            example = claim_example(model.tokenizer, claim)
            ids = example.pairs[0].ids
            scores = model.read([ReaderInput(ids, [None] * len(ids), [])])[0].support
            right.append(SUPPORT_CLASSES[int(scores.argmax())] == label)
            supported.append((float(scores[0] - np.logaddexp(scores[1], scores[2])), label == SUPPORT_CLASSES[0]))
    area = auroc([score for score, _ in supported], [known for _, known in supported])
    return {"claims": len(right), "right": round(float(np.mean(right)), 3), "supported_auroc": area}


def learn(observed: Sequence[Observed]) -> tuple[dict[str, float], dict[str, Any]]:
    """The calibration, and how good it is on what it was learnt from.

    Args:
        observed: Of ``observe``.
    """
    sentence = _sentence_weights([one for one in observed if any(one.gold)])
    ranked = [(one, _ranked(one, sentence)) for one in observed if one.sentences]
    signals = [
        answer_signals([scored for scored, _ in order], [weighted(scored.signals, sentence) for scored, _ in order])
        for _, order in ranked
    ]
    names = list(signals[0])
    rows = np.array([[one[name] for name in names] for one in signals])
    answered = np.array([float(one.answered) for one, _ in ranked])
    weights, bias = _fit(rows, answered, [one.origin for one, _ in ranked])
    probabilities = 1 / (1 + np.exp(-(rows @ weights) - bias))
    calibration = {
        **{f"sentence.{name}": round(float(weight), 4) for name, weight in sentence.items()},
        **{f"answered.{name}": round(float(weight), 4) for name, weight in zip(names, weights, strict=True)},
        "bias": round(float(bias), 4),
        "quote_too": QUOTE_TOO,
    }
    return calibration, {
        "questions": _counts(observed),
        "sentence_first": _sentence_first(ranked),
        "auroc": _by_origin(ranked, probabilities),
        "curve": _curve(ranked, probabilities),
        "quotes": _quotes(ranked, sentence),
    }


def _fit(rows: Numbers, answered: Numbers, origins: Sequence[str]) -> tuple[Numbers, float]:
    """Weights and bias of a logistic regression.

    Every suite counts as ``_WEIGHTS`` says, and in it both outcomes alike; then the bias is moved to where
    ``ANSWERED_SHARE`` of the questions are answered.
    """
    suites = [origin.partition(",")[0] for origin in origins]
    # What viquad2 marks so is answered but for a word that was changed; no sum of these signals tells it.
    kept = np.array([bool(one) or origin != "viquad2_dev" for one, origin in zip(answered, origins, strict=True)])
    groups = list(zip(suites, answered, kept, strict=True))
    sizes = Counter(groups)
    shares = np.array([_WEIGHTS[group[0]] / sizes[group] for group in groups])[kept]
    scaler = StandardScaler().fit(rows[kept])
    model = LogisticRegression(solver="newton-cholesky")
    model.fit(scaler.transform(rows[kept]), answered[kept], sample_weight=shares * kept.sum() / shares.sum())
    weights: Numbers = model.coef_[0] / scaler.scale_
    bias = float(model.intercept_[0] - weights @ scaler.mean_)
    return weights, bias + math.log(ANSWERED_SHARE / (1 - ANSWERED_SHARE))


def _observed(origin: str, sentences: Sequence[Scored], targets: Sequence[Target]) -> Observed:
    gold = [
        any(target.met_by(one.passage.article.id, one.span.start, one.span.end) for target in targets)
        for one in sentences
    ]
    return Observed(origin, any(gold), sentences, gold)


def _sentence_weights(observed: Sequence[Observed]) -> Signals:
    """Weights under which the softmax over a question's sentences gives most to those that answer."""
    import torch

    features = [
        torch.tensor([[one.signals[name] for name in SENTENCE_SIGNALS] for one in each.sentences]) for each in observed
    ]
    gold = [torch.tensor(each.gold) for each in observed]
    weights = torch.ones(len(SENTENCE_SIGNALS), requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        losses = [
            (rows @ weights).logsumexp(0) - (rows[right] @ weights).logsumexp(0)
            for rows, right in zip(features, gold, strict=True)
        ]
        loss = torch.stack(losses).mean() + _RIDGE * weights.square().sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    return dict(zip(SENTENCE_SIGNALS, weights.tolist(), strict=True))


def _ranked(observed: Observed, weights: Signals) -> list[tuple[Scored, bool]]:
    pairs = list(zip(observed.sentences, observed.gold, strict=True))
    return sorted(pairs, key=lambda pair: -weighted(pair[0].signals, weights))


_Ranked = Sequence[tuple[Observed, list[tuple[Scored, bool]]]]


def _sentence_first(ranked: _Ranked) -> dict[str, float]:
    right: dict[str, list[bool]] = {}
    for one, order in ranked:
        if one.answered:
            right.setdefault(one.origin, []).append(order[0][1])
    return {origin: round(float(np.mean(found)), 3) for origin, found in right.items()}


def _by_origin(ranked: _Ranked, probabilities: Numbers) -> dict[str, float]:
    figures: dict[str, float] = {}
    for suite in dict.fromkeys(one.origin.partition(",")[0] for one, _ in ranked):
        kept = [at for at, (one, _) in enumerate(ranked) if one.origin == suite]
        area = auroc([float(probabilities[at]) for at in kept], [ranked[at][0].answered for at in kept])
        if area is not None:
            figures[suite] = round(area, 3)
    return figures


def _curve(ranked: _Ranked, probabilities: Numbers) -> dict[str, dict[str, float]]:
    """Shares refused below each threshold, by suite, of the answered and of the other questions."""
    shares: dict[str, dict[str, float]] = {}
    for origin in dict.fromkeys(one.origin for one, _ in ranked):
        for kind, name in ((True, "answered"), (False, "not answered")):
            kept = [at for at, (one, _) in enumerate(ranked) if one.origin == origin and one.answered is kind]
            if kept:
                shares[f"{origin}, {name}"] = {
                    f"{threshold:.2f}": round(float(np.mean(probabilities[kept] < threshold)), 3)
                    for threshold in _THRESHOLDS
                }
    return shares


def _quotes(ranked: _Ranked, weights: Signals) -> dict[str, list[float]]:
    """For each margin within which a second and third quote are shown: answered, and the share of right quotes."""
    found: dict[str, list[float]] = {}
    for margin in _MARGINS:
        answered: list[bool] = []
        precision: list[float] = []
        for one, order in ranked:
            if one.answered:
                best = weighted(order[0][0].signals, weights)
                shown = [right for scored, right in order[:3] if weighted(scored.signals, weights) >= best - margin]
                answered.append(any(shown))
                precision.append(sum(shown) / len(shown))
        found[str(margin)] = [round(float(np.mean(answered)), 3), round(float(np.mean(precision)), 3)]
    return found


def _counts(observed: Sequence[Observed]) -> dict[str, list[int]]:
    return {
        origin: [sum(one.origin == origin and one.answered is kind for one in observed) for kind in (True, False)]
        for origin in dict.fromkeys(one.origin for one in observed)
    }
