"""One search of the index alone: BM25, or sentence vectors."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from evals.errors import SuiteError
from evals.provenance import public_settings
from evals.types import Stage
from index import Hit, Index, Interpretation
from index.vietnamese import has_accents, nfc
from rag import Answer, Passage, Settings
from rag.ranking import found_chunks
from rag.types import History


def bm25(question: str, hit: Hit) -> float:
    """BM25 over syllables and their pairs; accents count where the question has any."""
    return hit.words + hit.pairs if has_accents(question) else hit.folded_words + hit.folded_pairs


_SCORES: dict[str, Callable[[str, Hit], float]] = {"lexical": bm25, "dense": lambda _, hit: hit.dense}


class OneSearch:
    """Ranks by one of the two scores that the product fuses. Finds passages only.

    Args:
        name: Which score: "lexical" or "dense".
        index: The suite's articles.
        settings: Names the sentence model.
    """

    def __init__(self, name: Literal["lexical", "dense"], index: Index, settings: Settings) -> None:
        self.name = name
        self._index = index
        self._settings = settings

    @property
    def settings(self) -> Mapping[str, Any]:
        """The sentence model."""
        return {"embedding_model": public_settings(self._settings)["embedding_model"]}

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """Sentence model and generation of the index."""
        return {"index": self._index.fingerprint}

    def warm_up(self, stage: Stage) -> None:
        """Load the sentence model.

        Raises:
            SuiteError: Answers are asked for.
        """
        if stage == "answers":
            raise self._no_answers()
        self._index.search("khởi động")

    def retrieve(self, question: str, history: History, count: int) -> Sequence[Passage]:
        """The best passages by the one score; passages without a word of the question are no lexical finds."""
        question = nfc(question)
        hits = self._index.search(Interpretation.literal(question))
        scored = [replace(hit, score=_SCORES[self.name](question, hit)) for hit in hits]
        best = sorted(scored, key=lambda hit: (-hit.score, hit.chunk_id))[:count]
        found = found_chunks(self._index, (hit for hit in best if hit.score > 0))
        return [Passage(number, chunk, article, hit.score) for number, (hit, chunk, article) in enumerate(found, 1)]

    def answer(self, question: str, history: History) -> Answer:
        """Not offered.

        Raises:
            SuiteError: Always.
        """
        raise self._no_answers()

    def confidence(self, question: str, history: History, answer: Answer) -> float | None:
        """None: it never refuses."""
        return None

    def rarities(self, folded_tokens: Iterable[str]) -> dict[str, float]:
        """Inverse document frequencies of the index."""
        return self._index.rarities(folded_tokens)

    def _no_answers(self) -> SuiteError:
        return SuiteError(f"The baseline {self.name} only finds passages: use --stage retrieval.")
