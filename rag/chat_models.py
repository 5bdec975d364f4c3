"""The chat model that the settings name; every one of them is an OpenAI-compatible endpoint."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from langchain_core.language_models import BaseChatModel
from pydantic import SecretStr

from index import ModelMissing
from rag import bundled_model
from rag.grammar import answer_grammar
from rag.settings import Settings

_PROBE_SECONDS = 2.0
_NO_LIST = (404, 405)  # a server that does not list its models is there all the same


def open_chat_model(settings: Settings) -> BaseChatModel | None:
    """The chat model, or None in extractive mode. The bundled one is assembled and started on first use.

    Raises:
        ModelMissing: The bundled model is not installed, or an endpoint is wanted without an address or name.
    """
    if settings.llm == "extractive":
        return None
    if settings.llm == "bundled":
        server = bundled_model.bundled_server(settings.cache)
        return _client(settings, server.base_url, bundled_model.NAME, SecretStr(server.api_key), grammar=True)
    if not settings.llm_base_url or not settings.llm_model:
        raise ModelMissing("HOIDAP_LLM=endpoint cần cả HOIDAP_LLM_BASE_URL và HOIDAP_LLM_MODEL.")
    key = settings.llm_api_key
    return _client(settings, settings.llm_base_url, settings.llm_model, key, grammar=settings.llm_grammar)


def is_reachable(settings: Settings) -> bool | None:
    """Whether the endpoint of the settings answers now; None without one, or where the bundled one has not started."""
    import httpx

    if settings.llm == "extractive":
        return None
    base_url, key = settings.llm_base_url, settings.llm_api_key.get_secret_value()
    if settings.llm == "bundled":
        server = bundled_model.running_server(settings.cache)
        if server is None:
            return None
        base_url, key = server.base_url, server.api_key
    try:
        headers = {"authorization": f"Bearer {key}"}
        found = httpx.get(
            f"{base_url.rstrip('/')}/models", headers=headers, timeout=_PROBE_SECONDS, trust_env=not _is_local(base_url)
        )
    except (httpx.HTTPError, httpx.InvalidURL):
        return False
    return found.is_success or found.status_code in _NO_LIST


def _client(settings: Settings, base_url: str, model: str, api_key: SecretStr, *, grammar: bool) -> BaseChatModel:
    import httpx
    from langchain_openai import ChatOpenAI

    # A proxy of the environment is for hosts beyond this machine; a connection kept open would outlive its reader.
    loopback: dict[str, Any] = {"trust_env": False, "limits": httpx.Limits(max_keepalive_connections=0)}
    local = _is_local(base_url)
    return ChatOpenAI(
        base_url=base_url,
        model=model,
        api_key=api_key,
        temperature=0,
        max_completion_tokens=settings.answer_tokens,
        timeout=settings.llm_first_token_seconds + settings.llm_next_token_seconds,  # rag.generation gives up before
        max_retries=1,
        use_responses_api=False,
        extra_body={"grammar": answer_grammar(settings.passages)} if grammar else None,
        stream_chunk_timeout=None,  # rag.generation waits, and says so in Vietnamese
        http_client=httpx.Client(**loopback) if local else None,
        http_async_client=httpx.AsyncClient(**loopback) if local else None,
    )


def _is_local(base_url: str) -> bool:
    return urlsplit(base_url).hostname in ("127.0.0.1", "localhost", "::1")


@contextmanager
def endpoint_errors() -> Iterator[None]:
    """Failures of an endpoint become one line for the user.

    Raises:
        ModelMissing: It cannot be reached, takes too long or refuses the request.
    """
    import httpx
    import openai

    try:
        yield
    except (
        openai.OpenAIError,
        httpx.HTTPError,
        ValueError,
    ) as error:  # ValueError: an answer that is not of the protocol
        reason = " ".join(str(error).split())[:200]
        raise ModelMissing(
            f"Mô hình ngôn ngữ không trả lời được ({reason}). "
            "Hãy kiểm tra HOIDAP_LLM_BASE_URL và HOIDAP_LLM_MODEL, hoặc đặt HOIDAP_LLM=extractive."
        ) from error
