"""What a user of the page may choose about answers, and the assistants that answer that way."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast, get_args
from urllib.parse import urlsplit

from pydantic import SecretStr

from index import HoidapError
from rag import Assistant

Wording = Literal["default", "llm", "extractive"]
SOURCE_COUNTS = (2, 4, 6, 8, 10)
_MOST_ASSISTANTS = 16  # each holds a client, not a model


@dataclass(frozen=True, slots=True)
class Preferences:
    """How answers are made.

    Attributes:
        wording: "llm" for a language model, "extractive" for quotes, "default" for what the server was started with.
        passages: How many passages an answer draws on; 0 for what the server was started with.
        base_url: Address of an OpenAI-compatible endpoint, or "" for the server's own model.
        model: The model's name there.
    """

    wording: Wording = "default"
    passages: int = 0
    base_url: str = ""
    model: str = ""


def read_preferences(stored: Mapping[str, Any]) -> Preferences:
    """Preferences from what was stored or sent; whatever does not fit is left at its default.

    Raises:
        HoidapError: The endpoint's address is no web address, or its model has no name.
    """
    wording, passages = stored.get("wording"), stored.get("passages")
    base_url, model = str(stored.get("base_url") or "").strip(), str(stored.get("model") or "").strip()
    if base_url and not _is_web_address(base_url):
        raise HoidapError("Địa chỉ mô hình phải bắt đầu bằng http:// hoặc https://, ví dụ http://127.0.0.1:8000/v1.")
    if base_url and not model:
        raise HoidapError("Hãy nhập tên mô hình ở địa chỉ đó.")
    return Preferences(
        wording=cast(Wording, wording) if wording in get_args(Wording) else "default",
        passages=passages if isinstance(passages, int) and passages in SOURCE_COUNTS else 0,
        base_url=base_url,
        model=model if base_url else "",
    )


def _is_web_address(address: str) -> bool:
    try:
        return urlsplit(address).scheme in ("http", "https")
    except ValueError:  # half an IPv6 address
        return False


@dataclass
class Assistants:
    """Assistants over one index, one for each way of answering that was asked for.

    Attributes:
        default: The one the server was started with.
    """

    default: Assistant
    _made: dict[tuple[Preferences, str], Assistant] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answering(self, preferences: Preferences, api_key: str = "") -> Assistant:
        """The assistant that answers as preferred."""
        settings = self.default.settings
        wanted: dict[str, Any] = {"passages": preferences.passages or settings.passages}
        if preferences.wording == "extractive":
            wanted |= {"llm": "extractive"}
        elif preferences.base_url:
            wanted |= {"llm": "endpoint", "llm_base_url": preferences.base_url, "llm_model": preferences.model}
            wanted |= {"llm_api_key": SecretStr(api_key or "none")}
        elif preferences.wording == "llm" and settings.llm == "extractive":
            wanted |= {"llm": "bundled"}
        changed = settings.model_copy(update=wanted)
        if changed == settings:
            return self.default
        with self._lock:
            key = (preferences, api_key)
            if key not in self._made:
                if len(self._made) >= _MOST_ASSISTANTS:
                    self._made.pop(next(iter(self._made)))
                self._made[key] = Assistant(self.default.index, changed)
            return self._made[key]
