"""One search of the index alone: BM25, or sentence vectors."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

from evals.errors import SuiteError
from evals.provenance import public_settings
from evals.types import Stage
from index import Hit, Index
from rag import Answer, Passage, Settings
from rag.types import History

_SCORES: dict[str, Callable[[Hit], float]] = {"lexical": lambda hit: hit.lexical, "dense": lambda hit: hit.dense}


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
        score = _SCORES[self.name]
        hits = [hit for hit in self._index.search(question) if score(hit) > 0]
        passages: list[Passage] = []
        for hit in sorted(hits, key=lambda hit: (-score(hit), hit.chunk_id))[:count]:
            chunk = self._index.chunk(hit.chunk_id)
            article = self._index.article(chunk.article_id) if chunk else None
            if chunk is not None and article is not None:
                passages.append(Passage(len(passages) + 1, chunk, article, score(hit)))
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
