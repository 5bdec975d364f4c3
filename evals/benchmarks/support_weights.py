"""Where the weights of ``rag.support`` come from: a logistic regression on responses, and what each signal adds.

Chosen on tune rows alone. AUROC is that of five-fold cross-validation, responses to one context kept together, the
mean of ``_REPEATS`` partitions.
"""

from collections.abc import Sequence
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from evals.metrics.refusal import auroc
from evals.splits import split_of
from evals.support_check import LABELS, Response, context_grounder, context_rarities, read_responses
from rag.matching import Rarities
from rag.support import SupportSignals, read_signals

Numbers = npt.NDArray[np.float64]

_FOLDS = 5
_REPEATS = 10
_SEED = 5
# Ridge on standardised signals; AUROC moves by less than 0.002 between 0.3 and 30.
_RIDGE = 3.0
_TOLERANCE = 1e-8  # of the gradient; weights are published to three digits


def learn_support_weights(file: Path) -> dict[str, Any]:
    """Weights for ``rag.support.WEIGHTS`` and ``BIAS``, their cross-validated AUROC, and it without each signal.

    Args:
        file: Responses as ``evals.support_check`` reads them; only the tune half is looked at.
    """
    everything = read_responses(file)
    tune = [response for response in everything if split_of(response.key) == "tune"]
    signals = read_all_signals(tune, context_rarities(everything))
    labels = [response.label for response in tune]
    keys = [response.key for response in tune]
    names = [field.name for field in fields(SupportSignals)]
    supported = np.array([label == LABELS[0] for label in labels], np.float64)
    weights, bias = fit(signals, supported)
    return {
        "set": file.stem,
        "responses": {label: labels.count(label) for label in LABELS},
        "weights": {name: round(float(weight), 3) for name, weight in zip(names, weights, strict=True)},
        "bias": round(bias, 3),
        "cross_validated": _cross_validated(signals, labels, keys),
        "without": {
            name: _cross_validated(np.delete(signals, column, axis=1), labels, keys)
            for column, name in enumerate(names)
        },
    }


def read_all_signals(responses: Sequence[Response], rarities: Rarities) -> Numbers:
    """Signals of whole responses, one row each."""
    claims = [context_grounder(one, rarities).claim(one.text, one.question) for one in responses]
    return np.array([astuple(read_signals(claim, rarities)) for claim in claims if claim is not None])


def fit(signals: Numbers, supported: Numbers) -> tuple[Numbers, float]:
    """Weights and bias of a logistic regression with a ridge on the standardised signals; the bias is free.

    Args:
        signals: One row a response.
        supported: 1 where the response is supported, else 0.
    """
    scaler = StandardScaler().fit(signals)
    model = LogisticRegression(C=1 / _RIDGE, solver="newton-cholesky", tol=_TOLERANCE)
    model.fit(scaler.transform(signals), supported)
    weights: Numbers = model.coef_[0] / scaler.scale_
    return weights, float(model.intercept_[0] - weights @ scaler.mean_)


def _cross_validated(signals: Numbers, labels: Sequence[str], keys: Sequence[str]) -> dict[str, float]:
    """AUROC of supported responses against all others and against each kind."""
    supported = np.array([label == LABELS[0] for label in labels], np.float64)
    generator = np.random.default_rng(_SEED)
    rounds = [_scored(signals, supported, _folds(keys, generator)) for _ in range(_REPEATS)]
    figures = {"all": _mean_auroc(rounds, labels, LABELS[1:])}
    return figures | {kind: _mean_auroc(rounds, labels, (kind,)) for kind in LABELS[1:]}


def _folds(keys: Sequence[str], generator: np.random.Generator) -> npt.NDArray[np.int64]:
    distinct = sorted(set(keys))
    fold_of = dict(zip(distinct, generator.permutation(len(distinct)) % _FOLDS, strict=True))
    return np.array([fold_of[key] for key in keys])


def _scored(signals: Numbers, supported: Numbers, folds: npt.NDArray[np.int64]) -> Numbers:
    """Each response's score under weights learnt on the other folds."""
    scores = np.zeros(len(signals))
    for fold in range(_FOLDS):
        held_out = folds == fold
        weights, bias = fit(signals[~held_out], supported[~held_out])
        scores[held_out] = 1 / (1 + np.exp(-(signals[held_out] @ weights + bias)))
    return scores


def _mean_auroc(rounds: Sequence[Numbers], labels: Sequence[str], against: Sequence[str]) -> float:
    kept = [row for row, label in enumerate(labels) if label in (LABELS[0], *against)]
    known = [labels[row] == LABELS[0] for row in kept]
    found = [auroc([float(scores[row]) for row in kept], known) for scores in rounds]
    return round(float(np.mean([value for value in found if value is not None])), 4)
