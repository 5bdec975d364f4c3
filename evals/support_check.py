"""How well the support score separates what a context carries from what it contradicts or does not say.

The score of a response is the share of its content words, weighted by rarity in all contexts, that stand in the two
sentences of the context which together carry most of them: the figure that ``rag.grounding`` asks of a sentence
before it is shown. On the tune rows of vihallu_dev (AUROC, supported against the rest, and against contradicting ones
alone): the whole response at once 0.849 / 0.798; mean over its sentences 0.828 / 0.784; least of its sentences
0.802 / 0.738; less 0.1 for each number or name that is not in the context 0.849 / 0.789.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.articles import passage_article
from evals.bootstrap import mean_interval, statistic_interval
from evals.curves import RocPoint, roc_curve
from evals.errors import SuiteError
from evals.jsonl import read_objects
from evals.metrics.refusal import auroc
from evals.provenance import code_digest, commit
from evals.runner import Half
from evals.splits import split_of
from evals.types import Interval
from index import Chunk, Span
from index.lexical import Lexical
from index.vietnamese import nfc, split_sentences, words
from rag import Passage
from rag.drafts import DraftSentence
from rag.grounding import Grounder
from rag.matching import content_words, coverage

LABELS = ("no", "intrinsic", "extrinsic")
"""Of vihallu: supported; contradicts the context; not in the context."""

Rarities = Callable[[Iterable[str]], dict[str, float]]


@dataclass(frozen=True, slots=True)
class Response:
    """An answer to judge: what was said, about which text, and what people found."""

    context: str
    text: str
    label: str


@dataclass(frozen=True, slots=True)
class SupportCheck:
    """What was found.

    Attributes:
        set: Name of the file.
        split: "tune", "report" or "all".
        commit: As in a run.
        code: Digest of the code, as in a run.
        figures: "auroc" of supported responses against all others, "auroc_intrinsic" against contradicting ones
            alone, "score_LABEL" the mean score, "shown_LABEL" the share of responses whose every sentence the
            product would show as verified.
        curve: ROC of the first.
        curve_intrinsic: ROC of the second.
    """

    set: str
    split: str
    commit: str
    code: str
    figures: dict[str, Interval]
    curve: tuple[RocPoint, ...]
    curve_intrinsic: tuple[RocPoint, ...]


def validate_support(file: Path, split: Half = "report") -> SupportCheck:
    """Score every response of a vihallu-style file and measure how well the score tells the labels apart.

    Args:
        file: .jsonl of context, response and label (one of ``LABELS``), and where known context_id and id.
        split: The half to look at.

    Raises:
        SuiteError: A line lacks something, or the half lacks a label.
    """
    rows = [(row, where) for where, row in read_objects(file)]
    everything = [(_response(row, f"{file.name}:{where}"), _half_of(row)) for row, where in rows]
    chosen = [response for response, half in everything if split in ("all", half)]
    missing = [label for label in LABELS if not any(response.label == label for response in chosen)]
    if missing:
        raise SuiteError(f"{file.name}: no response with label {', '.join(missing)} in split {split}")
    lexical = Lexical.build(dict.fromkeys(response.context for response, _ in everything))

    def rarities(tokens: Iterable[str]) -> dict[str, float]:
        return {token: lexical.rarity(token) for token in tokens}

    scores = [support_score(response.text, response.context, rarities) for response in chosen]
    shown = [_all_verified(response, rarities) for response in chosen]
    by_label = {label: [s for s, r in zip(scores, chosen, strict=True) if r.label == label] for label in LABELS}
    figures = {
        "auroc": _auroc(by_label["no"], [*by_label["intrinsic"], *by_label["extrinsic"]]),
        "auroc_intrinsic": _auroc(by_label["no"], by_label["intrinsic"]),
        **{f"score_{label}": mean_interval(found) for label, found in by_label.items()},
        **{
            f"shown_{label}": mean_interval([s for s, r in zip(shown, chosen, strict=True) if r.label == label])
            for label in LABELS
        },
    }
    return SupportCheck(
        set=file.stem,
        split=split,
        commit=commit(),
        code=code_digest(),
        figures=figures,
        curve=tuple(roc_curve(by_label["no"], [*by_label["intrinsic"], *by_label["extrinsic"]])),
        curve_intrinsic=tuple(roc_curve(by_label["no"], by_label["intrinsic"])),
    )


def support_score(text: str, context: str, rarities: Rarities) -> float:
    """Share of the weighted content words of ``text`` in the best two sentences of ``context``, in [0, 1]."""
    found = content_words(text)
    weights = rarities(word.folded for word in found)
    wanted = {word.exact: weights[word.folded] for word in found}
    sources = [_tokens(context, span) for span in split_sentences(context)] or [frozenset()]
    first = max(sources, key=lambda source: coverage(wanted, source))
    return max(coverage(wanted, first | source) for source in sources)


def _response(row: dict[str, object], where: str) -> Response:
    context, text, label = (row.get(key) for key in ("context", "response", "label"))
    if not isinstance(context, str) or not isinstance(text, str) or label not in LABELS:
        raise SuiteError(f'{where}: expected "context", "response" and "label" ({", ".join(LABELS)})')
    return Response(nfc(context), nfc(text), str(label))


def _half_of(row: dict[str, object]) -> str:
    return split_of(str(row.get("context_id") or row.get("id") or row.get("context")))


def _all_verified(response: Response, rarities: Rarities) -> bool:
    article = passage_article("context", "", response.context)
    grounder = Grounder([Passage(1, Chunk(1, article.id, 0, len(article.text)), article, 1.0)], rarities)
    sentences = [response.text[span.start : span.end] for span in split_sentences(response.text)]
    return bool(sentences) and all(grounder.check(DraftSentence(one, frozenset())).verified for one in sentences)


def _auroc(positive: Sequence[float], negative: Sequence[float]) -> Interval:
    scores = [*positive, *negative]
    known = [True] * len(positive) + [False] * len(negative)
    found = statistic_interval(lambda at: auroc([scores[i] for i in at], [known[i] for i in at]), len(scores))
    assert found is not None, "both kinds are there"  # noqa: S101
    return found


def _tokens(text: str, span: Span) -> frozenset[str]:
    return frozenset(word.exact for word in words(text[span.start : span.end]))
