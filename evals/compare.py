"""Two runs, question by question: who wins where, and whether it is more than chance."""

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.stats import binomtest

from evals.bootstrap import paired_difference
from evals.errors import ResultError
from evals.types import Interval, Row, Run

_CLOSE = 1e-9
_LOWER_IS_BETTER = frozenset({"false_refusal", "dangling_markers", "tokens"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One metric of two runs over the questions that have it in both.

    Attributes:
        metric: Its name.
        first: Mean of the first run.
        second: Mean of the second.
        change: ``second - first`` with its paired bootstrap interval.
        wins: Ids of the questions where the second is better.
        losses: Ids of those where it is worse.
        ties: How many are equal.
        p: Two-sided exact sign test of wins against losses; for a metric of zeros and ones McNemar's exact test.
    """

    metric: str
    first: float
    second: float
    change: Interval
    wins: tuple[str, ...]
    losses: tuple[str, ...]
    ties: int
    p: float


def compare(first: Run, second: Run) -> list[Difference]:
    """Compare two runs over the same cases, asked in the same words.

    Raises:
        ResultError: They asked or judged different questions.
    """
    if first.stage != second.stage:
        raise ResultError(f"different stages: {first.stage} and {second.stage}")
    ours, theirs = _by_id(first), _by_id(second)
    if ours.keys() != theirs.keys():
        only_first, only_second = sorted(ours.keys() - theirs.keys()), sorted(theirs.keys() - ours.keys())
        raise ResultError(
            f"different cases: {len(only_first)} only in the first run{_few(only_first)}, "
            f"{len(only_second)} only in the second{_few(only_second)}"
        )
    changed = [name for name in ours if ours[name].digest != theirs[name].digest]
    if changed:
        why = f"perturb {first.perturb} and {second.perturb}" if first.perturb != second.perturb else "suite changed"
        raise ResultError(f"different questions or gold in {len(changed)} of {len(ours)} cases ({why}){_few(changed)}")
    return differences(first, second)


def differences(first: Run, second: Run) -> list[Difference]:
    """The metrics of two runs over the cases that both asked, in whatever words.

    For one system and two perturbations; two systems are to be compared with ``compare``.
    """
    theirs = _by_id(second)
    pairs = [(row, theirs[row.id]) for row in first.rows if row.id in theirs]
    names = dict.fromkeys(name for one, other in pairs for name in one.metrics if name in other.metrics)
    return [_difference(name, [p for p in pairs if name in p[0].metrics and name in p[1].metrics]) for name in names]


def sign_test(wins: int, losses: int) -> float:
    """Two-sided exact binomial p for so many wins against losses when both were equally likely."""
    return float(binomtest(wins, wins + losses).pvalue) if wins + losses else 1.0


def _difference(metric: str, pairs: Sequence[tuple[Row, Row]]) -> Difference:
    first = [one.metrics[metric] for one, _ in pairs]
    second = [other.metrics[metric] for _, other in pairs]
    sign = -1 if metric in _LOWER_IS_BETTER else 1
    gains = {one.id: sign * (after - before) for (one, _), before, after in zip(pairs, first, second, strict=True)}
    wins = tuple(name for name, gain in gains.items() if gain > _CLOSE)
    losses = tuple(name for name, gain in gains.items() if gain < -_CLOSE)
    return Difference(
        metric=metric,
        first=sum(first) / len(first),
        second=sum(second) / len(second),
        change=paired_difference(first, second),
        wins=wins,
        losses=losses,
        ties=len(pairs) - len(wins) - len(losses),
        p=sign_test(len(wins), len(losses)),
    )


def _by_id(run: Run) -> dict[str, Row]:
    return {row.id: row for row in run.rows}


def _few(names: Sequence[str], most: int = 3) -> str:
    if not names:
        return ""
    return f" ({', '.join(names[:most])}{', …' if len(names) > most else ''})"
