"""Question in, verified and cited answer out."""

from rag.assistant import Assistant
from rag.settings import Settings
from rag.types import Answer, Citation, Event, Finished, Found, Passage, Retrieved, Sentence

__all__ = [
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
