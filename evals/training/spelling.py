"""Questions as people type them: without accents, mistyped, abbreviated, in lower case, without a question mark."""

import random

from evals.perturb.abbreviations import abbreviated
from evals.perturb.marks import unaccented
from evals.perturb.typos import with_typo

_UNACCENTED, _TYPO, _ABBREVIATED, _BARE = 0.15, 0.08, 0.1, 0.15


def as_typed(question: str, draw: random.Random) -> str:
    """The question, or one of the ways in which it is typed; each is drawn with its own chance."""
    if draw.random() < _ABBREVIATED:
        question = abbreviated(question)
    if draw.random() < _TYPO:
        question = with_typo(question, str(draw.random()))
    if draw.random() < _BARE:
        question = question.rstrip(" ?.").lower()
    if draw.random() < _UNACCENTED:
        question = unaccented(question)
    return question
