"""LangChain as a newcomer wires it: its tutorial's splitter, embeddings, FAISS store and retrieval chain."""

import time
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from importlib.metadata import version
from operator import itemgetter
from pathlib import Path
from typing import Any

from langchain_classic.chains import create_retrieval_chain
from langchain_classic.chains.combine_documents import create_stuff_documents_chain
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel
from langchain_core.prompts import ChatPromptTemplate, PromptTemplate
from langchain_core.runnables import Runnable, RunnableLambda

from evals.baselines.community import FAISS
from evals.baselines.embeddings import open_embeddings
from evals.baselines.parsing import parse_answer
from evals.baselines.splitting import CHUNK_CHARACTERS, OVERLAP_CHARACTERS, split_article
from evals.errors import SuiteError
from evals.provenance import public_settings
from evals.types import Stage
from index import Chunk, Index
from index.models.embedders import embedder_fingerprint
from prompts import load_prompt
from rag import Answer, Passage, Settings
from rag.chat_models import endpoint_errors, open_chat_model
from rag.types import History

PASSAGES = 4  # what LangChain's vector stores give a retriever unless told otherwise
_PACKAGES = ("langchain-classic", "langchain-community", "langchain-text-splitters")


class LangChain:
    """The tutorial's chain over the articles of an index, with the product's sentence and language model.

    History is not looked at: the plain retrieval chain has no place for it.

    Args:
        index: The suite's articles.
        settings: Names the models.
        embeddings: In place of those that the settings name; of unit length.
        model: In place of the one that the settings name.
    """

    name = "langchain"

    def __init__(
        self,
        index: Index,
        settings: Settings,
        embeddings: Embeddings | None = None,
        model: BaseChatModel | None = None,
    ) -> None:
        self._index = index
        self._settings = settings
        self._embeddings = embeddings
        self._model = model
        self._prompt = load_prompt("newcomer", Path(__file__).parent)

    @property
    def settings(self) -> Mapping[str, Any]:
        """Models, sizes and versions."""
        shown = public_settings(self._settings)
        return {
            **{name: shown[name] for name in ("embedding_model", "llm", "llm_model", "answer_tokens")},
            "chunk_characters": CHUNK_CHARACTERS,
            "overlap_characters": OVERLAP_CHARACTERS,
            "passages": PASSAGES,
            "packages": {name: version(name) for name in _PACKAGES},
        }

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """Sentence model, language model, prompt."""
        return {
            "index": f"{embedder_fingerprint(self._settings)}@langchain",
            "llm": self._settings.llm_name,
            "prompt": f"{self._prompt.name}-{self._prompt.fingerprint}",
        }

    def warm_up(self, stage: Stage) -> None:
        """Split and embed the articles, and load the language model where there is one to ask."""
        self._store.similarity_search("khởi động", k=1)
        if stage == "answers":
            _ = self._chain

    def retrieve(self, question: str, history: History, count: int) -> Sequence[Passage]:
        """The nearest chunks; their score is the cosine similarity."""
        found = self._store.similarity_search_with_score(question, k=count)
        return [  # the store's score is the squared distance of unit vectors
            self._passage(number, document, 1 - float(distance) / 2)
            for number, (document, distance) in enumerate(found, 1)
        ]

    def answer(self, question: str, history: History) -> Answer:
        """What the chain says, taken at its word.

        Raises:
            SuiteError: The settings name no language model.
            ModelMissing: The language model cannot be reached.
        """
        chain = self._chain
        started = time.perf_counter()
        timings: dict[str, float] = {}
        documents: list[Document] = []
        text = ""
        with endpoint_errors():
            for part in chain.stream({"input": question}):
                if "context" in part:
                    documents = part["context"]
                    timings["retrieval"] = round(time.perf_counter() - started, 4)
                text += part.get("answer", "")
                if text.strip():
                    timings.setdefault("first", round(time.perf_counter() - started, 4))
        timings["total"] = round(time.perf_counter() - started, 4)
        timings.setdefault("first", timings["total"])
        passages = [self._passage(number, document, 0.0) for number, document in enumerate(documents, 1)]
        return parse_answer(text, question, passages, timings, self.fingerprints)

    def confidence(self, question: str, history: History, answer: Answer) -> float | None:
        """None: the chain gives no figure for how sure it is."""
        return None

    def rarities(self, folded_tokens: Iterable[str]) -> dict[str, float]:
        """Inverse document frequencies of the product's index, so that support is judged alike."""
        return self._index.rarities(folded_tokens)

    @cached_property
    def _store(self) -> FAISS:
        documents = [document for article in self._index.articles() for document in split_article(article)]
        return FAISS.from_documents(documents, self._embeddings or open_embeddings(self._settings))

    @cached_property
    def _chain(self) -> Runnable[Any, Any]:
        model = self._model or open_chat_model(self._settings)
        if model is None:
            raise SuiteError("The baseline langchain answers with a language model: HOIDAP_LLM=extractive has none.")
        prompt = ChatPromptTemplate.from_messages(list(self._prompt.messages))
        each = PromptTemplate.from_template("[{number}] {page_content}")
        nearest = itemgetter("input") | self._store.as_retriever(search_kwargs={"k": PASSAGES})
        answering = create_stuff_documents_chain(model, prompt, document_prompt=each)
        chain: Runnable[Any, Any] = create_retrieval_chain(nearest | RunnableLambda(_numbered), answering)
        return chain

    def _passage(self, number: int, document: Document, score: float) -> Passage:
        article = self._index.article(document.metadata["article_id"])
        assert article is not None, "the store was filled from this index"  # noqa: S101
        start = document.metadata["start"]
        chunk = Chunk(number, article.id, start, min(start + len(document.page_content), len(article.text)))
        return Passage(number, chunk, article, score)


def _numbered(documents: Sequence[Document]) -> list[Document]:
    return [
        Document(page_content=document.page_content, metadata={**document.metadata, "number": number})
        for number, document in enumerate(documents, 1)
    ]
