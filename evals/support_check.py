"""How well the support score separates what a context carries from what it contradicts or does not say.

The score of a response is ``Grounder.support`` of the whole of it, its context being the one passage: what the
product asks of each sentence before it is shown.
"""

from collections.abc import Iterable, Sequence
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
from index import Chunk
from index.search.bm25 import BM25, SearchedPostings
from index.search.postings import Postings
from index.vietnamese import nfc, split_sentences
from rag import Passage
from rag.drafts import DraftSentence
from rag.grounding import Grounder
from rag.lexical_reader import LexicalReader
from rag.matching import Rarities

LABELS = ("no", "intrinsic", "extrinsic")
"""Of vihallu: supported; contradicts the context; not in the context."""


@dataclass(frozen=True, slots=True)
class Response:
    """An answer to judge.

    Attributes:
        context: The text it is about.
        question: What was asked; "" where the set does not say.
        text: What was answered.
        label: What people found, one of ``LABELS``.
        key: What its half of the set depends on.
    """

    context: str
    question: str
    text: str
    label: str
    key: str


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
    everything = read_responses(file)
    chosen = [response for response in everything if split in ("all", split_of(response.key))]
    missing = [label for label in LABELS if not any(response.label == label for response in chosen)]
    if missing:
        raise SuiteError(f"{file.name}: no response with label {', '.join(missing)} in split {split}")
    rarities = context_rarities(everything)
    scores = [support_score(response, rarities) for response in chosen]
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


def read_responses(file: Path) -> list[Response]:
    """The responses of a set.

    Raises:
        SuiteError: A line lacks something.
    """
    return [_response(row, f"{file.name}:{where}") for where, row in read_objects(file)]


def context_rarities(responses: Iterable[Response]) -> Rarities:
    """Weights of words by their rarity in all contexts, as ``Index.rarities`` gives them for an index."""
    postings = Postings.build(dict.fromkeys(response.context for response in responses))
    bm25 = BM25([SearchedPostings(postings)])
    return lambda tokens: bm25.rarities(list(tokens))


def context_grounder(response: Response, rarities: Rarities) -> Grounder:
    """Checks sentences against the response's context alone."""
    article = passage_article("context", "", response.context)
    return Grounder(
        [Passage(1, Chunk(1, article.id, 0, len(article.text)), article, 1.0)], rarities, LexicalReader(rarities)
    )


def support_score(response: Response, rarities: Rarities) -> float:
    """Probability, by the product's own account, that the context bears the response out."""
    return context_grounder(response, rarities).support(response.text, response.question)


def _response(row: dict[str, object], where: str) -> Response:
    context, text, label = (row.get(key) for key in ("context", "response", "label"))
    if not isinstance(context, str) or not isinstance(text, str) or label not in LABELS:
        raise SuiteError(f'{where}: expected "context", "response" and "label" ({", ".join(LABELS)})')
    key = str(row.get("context_id") or row.get("id") or context)
    return Response(nfc(context), nfc(str(row.get("question") or "")), nfc(text), str(label), key)


def _all_verified(response: Response, rarities: Rarities) -> bool:
    grounder = context_grounder(response, rarities)
    sentences = [response.text[span.start : span.end] for span in split_sentences(response.text)]
    drafts = [DraftSentence(sentence, frozenset()) for sentence in sentences]
    return bool(drafts) and all(grounder.check(draft, response.question).verified for draft in drafts)


def _auroc(positive: Sequence[float], negative: Sequence[float]) -> Interval:
    scores = [*positive, *negative]
    known = [True] * len(positive) + [False] * len(negative)
    found = statistic_interval(lambda at: auroc([scores[i] for i in at], [known[i] for i in at]), len(scores))
    assert found is not None, "both kinds are there"  # noqa: S101
    return found
