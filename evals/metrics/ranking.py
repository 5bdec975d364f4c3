"""Ranking metrics, computed by ir-measures (the measures of trec_eval)."""

from collections.abc import Sequence

from ir_measures import RR, Measure, Qrel, R, ScoredDoc, iter_calc, nDCG

CUTOFFS = (1, 3, 5, 10)
DEPTH = max(CUTOFFS)
_MEASURES: dict[str, Measure] = {f"recall@{k}": R @ k for k in CUTOFFS} | {"mrr@10": RR @ 10, "ndcg@10": nDCG @ 10}


def ranking_metrics(found: Sequence[int | None], targets: int) -> dict[str, float]:
    """Recall at 1, 3, 5 and 10, reciprocal rank and nDCG at 10 of one ranking.

    Args:
        found: For each passage, best first, the number of the target it meets (0, 1, …), or None. Only the first
            passage that meets a target counts for it; a further copy is neither a find nor an error.
        targets: How many targets there are, at least 1.
    """
    judgements = [Qrel("q", f"target-{target}", 1) for target in range(targets)]
    seen: set[int] = set()
    ranking: list[ScoredDoc] = []
    for position, target in enumerate(found):
        name = f"passage-{position}" if target is None or target in seen else f"target-{target}"
        if target is not None:
            seen.add(target)
        ranking.append(ScoredDoc("q", name, float(-position)))
    metrics = dict.fromkeys(_MEASURES, 0.0)  # an empty ranking is missing from trec_eval's answer
    names = {measure: name for name, measure in _MEASURES.items()}
    for metric in iter_calc(list(_MEASURES.values()), judgements, ranking):
        metrics[names[metric.measure]] = float(metric.value)
    return metrics
