"""The public names and their signatures; a change here is a change for every user."""

import inspect
from dataclasses import fields

import index
import rag


def test_public_names() -> None:
    assert rag.__all__ == [
        "Answer",
        "Assistant",
        "Citation",
        "Event",
        "Finished",
        "Found",
        "Passage",
        "Retrieved",
        "Sentence",
        "Settings",
    ]
    assert {"Article", "Chunk", "Hit", "Index", "IndexSettings", "Span", "ingest"} <= set(index.__all__)
    for name in index.__all__:
        assert getattr(index, name).__doc__


def test_assistant_methods() -> None:
    assert list(inspect.signature(rag.Assistant.open).parameters) == ["path", "settings", "model"]
    for verb in (rag.Assistant.ask, rag.Assistant.stream, rag.Assistant.trace):
        parameters = inspect.signature(verb).parameters
        assert list(parameters)[:4] == ["self", "question", "history", "filters"]
        assert parameters["history"].default == ()
    assert list(inspect.signature(rag.Assistant.search).parameters) == [
        "self",
        "question",
        "history",
        "filters",
        "count",
    ]
    for name in ("as_runnable", "as_retriever"):
        assert callable(getattr(rag.Assistant, name))


def test_fields_of_the_contract() -> None:
    def names(kind: type) -> list[str]:
        return [field.name for field in fields(kind)]  # type: ignore[arg-type]

    assert names(rag.Citation) == ["number", "article_id", "start", "end", "quote", "support", "answer"]
    assert names(rag.Sentence) == ["text", "citations", "verified"]
    assert names(rag.Answer) == [
        "text",
        "sentences",
        "citations",
        "passages",
        "refused",
        "mode",
        "timings",
        "fingerprints",
        "standalone",
        "confidence",
        "notice",
        "dropped",
        "unanswered",
        "model_failed",
    ]
    assert names(index.Article)[:7] == ["id", "title", "source", "author", "published", "url", "text"]
    assert names(index.Chunk) == ["id", "article_id", "start", "end"]
    assert names(index.Hit)[:4] == ["chunk_id", "dense", "lexical", "score"]
