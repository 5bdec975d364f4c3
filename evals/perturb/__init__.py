"""The same questions as people also type them. Every perturbation is a function of the case's id alone.

unaccented    no accents at all, đ as d
nfd           combining marks apart (macOS file names, some editors)
old-tone      the other tone placement: hoà for hòa, thủy for thuỷ
typo          one edit: a tone dropped or wrong, two letters swapped, a letter doubled, a syllable left as Telex
              keystrokes; each for a quarter of the questions
abbreviation  known long forms replaced by their short ones; only the questions that contain one
"""

from typing import Literal, get_args

from evals.perturb.abbreviations import abbreviated
from evals.perturb.marks import decomposed, other_tone_placement, unaccented
from evals.perturb.typos import with_typo
from evals.types import Case
from index.vietnamese import nfc

Perturbation = Literal["none", "unaccented", "nfd", "old-tone", "typo", "abbreviation"]
PERTURBATIONS: tuple[Perturbation, ...] = get_args(Perturbation)


def perturb(case: Case, kind: Perturbation) -> str | None:
    """The question as it is asked under a perturbation.

    Returns:
        None where the case has no part in it: an abbreviation, and no long form to shorten.
    """
    match kind:
        case "none":
            return case.question
        case "unaccented":
            return unaccented(case.question)
        case "nfd":
            return decomposed(case.question)
        case "old-tone":
            return other_tone_placement(nfc(case.question))
        case "typo":
            return with_typo(nfc(case.question), seed=case.id)
        case "abbreviation":
            question = nfc(case.question)
            shortened = abbreviated(question)
            return shortened if shortened != question else None
