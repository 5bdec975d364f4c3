"""Score fusion: one ranking from the dense and the lexical scores of the candidates."""

from collections.abc import Sequence
from dataclasses import replace

from index import Hit
from index.vietnamese import has_accents

# Share of the dense score, chosen on the 202 tune questions of viquad2_dev over 1,739 bare passages (whole, without
# titles), 50 candidates of each search (recall@1 / @5 in %): accented 0.4 gives 89.1 / 96.0, 0.5 88.1 / 95.5, lexical
# alone 86.6 / 95.0, dense alone 68.3 / 87.6. Typed without accents the dense side knows little: 0.2 gives 84.7 / 94.1,
# 0.4 80.7 / 93.1.
DENSE_WEIGHT = 0.4
DENSE_WEIGHT_UNACCENTED = 0.2


def fuse(question: str, hits: Sequence[Hit]) -> list[Hit]:
    """Hits with their fused score, best first.

    Dense scores are scaled from the candidates' lowest to highest, lexical ones from zero to highest, then
    averaged with the weight that fits the question.
    """
    if not hits:
        return []
    weight = DENSE_WEIGHT if has_accents(question) else DENSE_WEIGHT_UNACCENTED
    lowest = min(hit.dense for hit in hits)
    dense_range = max(hit.dense for hit in hits) - lowest or 1.0
    lexical_range = max(hit.lexical for hit in hits) or 1.0
    fused = [
        replace(hit, score=weight * (hit.dense - lowest) / dense_range + (1 - weight) * hit.lexical / lexical_range)
        for hit in hits
    ]
    return sorted(fused, key=lambda hit: (-hit.score, hit.chunk_id))
