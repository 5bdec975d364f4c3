"""One search of the index alone: BM25, or sentence vectors."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

from evals.errors import SuiteError
from evals.provenance import public_settings
from evals.types import Stage
from index import Hit, Index, Interpretation
from index.vietnamese import has_accents, nfc
from rag import Answer, Passage, Settings
from rag.types import History


def _bm25(question: str, hit: Hit) -> float:
    """BM25 over syllables and their pairs; accents count where the question has any."""
    return hit.words + hit.pairs if has_accents(question) else hit.folded_words + hit.folded_pairs


_SCORES: dict[str, Callable[[str, Hit], float]] = {"lexical": _bm25, "dense": lambda _, hit: hit.dense}


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
        scored = [
            (_SCORES[self.name](question, hit), hit) for hit in self._index.search(Interpretation.literal(question))
        ]
        passages: list[Passage] = []
        for score, hit in sorted(scored, key=lambda found: (-found[0], found[1].chunk_id))[:count]:
            if score <= 0:
                break
            chunk = self._index.chunk(hit.chunk_id)
            article = self._index.article(chunk.article_id) if chunk else None
            if chunk is not None and article is not None:
                passages.append(Passage(len(passages) + 1, chunk, article, score))
        return passages

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
