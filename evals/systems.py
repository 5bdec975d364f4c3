"""What is evaluated: a protocol that baselines share, and the product behind it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from evals.provenance import public_settings
from evals.types import Stage
from index import Index
from prompts import load_prompt
from rag import Answer, Assistant, Passage, Settings
from rag.types import History


class System(Protocol):
    """Something that finds passages and answers questions over the articles of a suite."""

    @property
    def name(self) -> str:
        """Short name for tables and result files."""
        ...

    @property
    def settings(self) -> Mapping[str, Any]:
        """Whatever decides what it answers, JSON-ready, without secrets."""
        ...

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """Of its index, models and prompts."""
        ...

    def warm_up(self, stage: Stage) -> None:
        """Load what the first question would otherwise wait for."""
        ...

    def retrieve(self, question: str, history: History, count: int) -> Sequence[Passage]:
        """The best passages, best first, with spans in the text of the suite's articles."""
        ...

    def answer(self, question: str, history: History) -> Answer:
        """The answer, with timings "retrieval", "first" and "total"."""
        ...

    def confidence(self, question: str, history: History, answer: Answer) -> float | None:
        """How sure it is that the articles answer, higher is surer; None where it has no such figure."""
        ...

    def rarities(self, folded_tokens: Iterable[str]) -> dict[str, float]:
        """Weight of folded words in the suite's articles, for the support check."""
        ...


class Hoidap:
    """The product.

    Args:
        index: The suite's articles.
        settings: How to answer.
        assistant: An assistant to ask in place of the one that index and settings make.
    """

    name = "hoidap"

    def __init__(self, index: Index, settings: Settings, assistant: Assistant | None = None) -> None:
        self._index = index
        self._settings = settings
        self._assistant = assistant or Assistant(index, settings)

    @property
    def settings(self) -> Mapping[str, Any]:
        """The product's settings without secrets and paths."""
        return public_settings(self._settings)

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """Sentence model and generation of the index, language model, prompt."""
        prompt = load_prompt("answer")
        return {
            "index": self._index.fingerprint,
            "llm": self._settings.llm_name,
            "prompt": f"{prompt.name}-{prompt.fingerprint}",
        }

    def warm_up(self, stage: Stage) -> None:
        """Load the sentence model, and the language model where there is one to ask."""
        if stage == "answers":
            self._assistant.warm_up()
        self._index.search("khởi động")

    def retrieve(self, question: str, history: History, count: int) -> Sequence[Passage]:
        """The product's own search, deeper than an answer draws on."""
        return self._assistant.search(question, history, count=count).passages

    def answer(self, question: str, history: History) -> Answer:
        """The product's answer."""
        return self._assistant.ask(question, history)

    def confidence(self, question: str, history: History, answer: Answer) -> float | None:
        """The figure that the answer itself carries."""
        return answer.confidence

    def rarities(self, folded_tokens: Iterable[str]) -> dict[str, float]:
        """Inverse document frequencies of the index."""
        return self._index.rarities(folded_tokens)
