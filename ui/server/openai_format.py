"""Requests and replies of OpenAI's chat completions, as far as hoidap speaks them.

What is read and written follows OpenAI's API reference ("Create chat completion", "The chat completion chunk object",
"Errors"). Citations are ``url_citation`` annotations over the markers in the text.
"""

import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from index import HoidapError
from index.tokens import count_tokens
from rag import Answer

MODEL = "hoidap"
MOST_BODY_BYTES = 512 * 1024
_MOST_MESSAGES = 1000
_MOST_CHARACTERS = 100_000
_HISTORY_MESSAGES = 40  # what a follow-up can point back at; older ones would only be read through again


class BadRequest(HoidapError):
    """A request that is refused.

    Attributes:
        status: Of the HTTP reply.
        kind: OpenAI's "type" of the error.
        code: OpenAI's "code".
        param: The field that is wrong.
    """

    def __init__(
        self, message: str, status: int = 400, *, kind: str = "invalid_request_error", code: str | None = None,
        param: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(message)
        self.status, self.kind, self.code, self.param = status, kind, code, param


class _Part(BaseModel):
    type: str
    text: str = Field(default="", max_length=_MOST_CHARACTERS)


class _Message(BaseModel):
    role: str = Field(max_length=20)
    content: str | list[_Part] | None = Field(default=None, max_length=_MOST_CHARACTERS)

    def text(self) -> str:
        """What can be read of it: pictures and the like are passed over."""
        if not isinstance(self.content, list):
            return self.content or ""
        return "\n".join(part.text for part in self.content if part.type == "text")

    def is_text(self) -> bool:
        return not isinstance(self.content, list) or all(part.type == "text" for part in self.content)


class _StreamOptions(BaseModel):
    include_usage: bool | None = None


class ChatRequest(BaseModel):
    """A request. Whatever else a client sends (temperature, tools, …) does not bear on the answers.

    Attributes:
        model: Always ``MODEL``.
        messages: The conversation; the last one is the question. Of the others those of "user" and "assistant" count:
            there is nothing that a system message could change.
        stream: Whether the answer is wanted as it comes.
        stream_options: Whether a stream ends with its usage.
        n: Only 1.
        user: Who asks, among those who share the key.
    """

    model: str
    messages: list[_Message] = Field(min_length=1, max_length=_MOST_MESSAGES)
    stream: bool | None = False
    stream_options: _StreamOptions | None = None
    n: int | None = 1
    user: str | None = Field(default=None, max_length=200)

    def question(self) -> tuple[str, list[dict[str, str]]]:
        """The question and what was said before it.

        Raises:
            BadRequest: The last message is not the user's, or holds something other than text. Earlier ones may: a
                client sends them again with every question.
        """
        spoken = [message for message in self.messages if message.role in ("user", "assistant")]
        if not spoken or spoken[-1].role != "user":
            raise BadRequest("Tin nhắn cuối phải là câu hỏi, với role là user.", param="messages")
        *earlier, last = spoken[-_HISTORY_MESSAGES:]
        if not last.is_text():
            raise BadRequest("Chỉ nhận nội dung dạng văn bản.", param="messages")
        return last.text(), [{"role": message.role, "content": message.text()} for message in earlier]


def read_request(body: bytes) -> ChatRequest:
    """The request in a body.

    Raises:
        BadRequest: It is no request, or asks for what there is not.
    """
    try:
        request = ChatRequest.model_validate_json(body)
    except ValidationError as error:
        first = error.errors()[0]
        param = ".".join(map(str, first["loc"])) or None
        where = f"ở {param} " if param else ""
        raise BadRequest(f"Yêu cầu sai dạng {where}({first['msg']}).", param=param) from error
    if request.model != MODEL:
        raise BadRequest(
            f"Không có mô hình {request.model[:100]}; hãy dùng {MODEL}.", 404, code="model_not_found", param="model"
        )
    if request.n not in (None, 1):
        raise BadRequest("Mỗi yêu cầu chỉ có một câu trả lời (n = 1).", param="n")
    return request


def error_body(message: str, kind: str, code: str | None = None, param: str | None = None) -> dict[str, Any]:
    """A failure, as every client of OpenAI reads it."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def models_body(created: int) -> dict[str, Any]:
    """The list of models."""
    return {"object": "list", "data": [model_body(created)]}


def model_body(created: int) -> dict[str, Any]:
    """The one model. ``created``: when the server started, in seconds since 1970."""
    return {"id": MODEL, "object": "model", "created": created, "owned_by": "hoidap"}


def content_of(answer: Answer) -> str:
    """The answer's text, and under it what the reader should know of how it came about."""
    return f"{answer.text}\n\n_{answer.notice}._" if answer.notice else answer.text


def annotations(answer: Answer) -> list[dict[str, Any]]:
    """A ``url_citation`` for each marker of the text, with the exact place in the article beside it."""
    cited = {citation.number: citation for citation in answer.citations}
    articles = {article.id: article for passage in answer.passages for article in (passage.article, *passage.also_in)}
    found = []
    for start, end, number in _markers(answer):
        citation = cited[number]
        article = articles[citation.article_id]
        url = article.url or f"urn:hoidap:article:{article.id}"
        found.append(
            {
                "type": "url_citation",
                "url_citation": {"start_index": start, "end_index": end, "url": url, "title": article.title},
                "number": number,
                "article_id": article.id,
                "start": citation.start,
                "end": citation.end,
                "quote": citation.quote,
            }
        )
    return found


def _markers(answer: Answer) -> list[tuple[int, int, int]]:
    """Start, end and number of the markers behind each sentence; "[2]" within a sentence is the article's own."""
    found, position = [], 0
    for sentence in answer.sentences:
        marked = sentence.marked_text
        behind = position + len(sentence.text)
        position += len(marked)
        found += [
            (behind + match.start(), behind + match.end(), int(match[1]))
            for match in re.finditer(r"\[(\d+)\]", marked[len(sentence.text) :])
        ]
        position += 1  # the space between sentences
    return found


def extra(request_id: str, answer: Answer) -> dict[str, Any]:
    """What OpenAI's format has no field for, under ``hoidap``: the form of ``Answer.to_dict`` without the text."""
    facts = answer.to_dict()
    del facts["text"]
    return {"request_id": request_id, **facts}


def usage(messages: Sequence[Mapping[str, str]], content: str) -> dict[str, int]:
    """Tokens (cl100k_base) of the conversation as sent, and of the answer."""
    asked, said = sum(count_tokens(message["content"]) for message in messages), count_tokens(content)
    return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}


class Reply:
    """The parts of one reply.

    Args:
        request_id: What the question is logged under.
    """

    def __init__(self, request_id: str) -> None:
        self._base = {"id": f"chatcmpl-{request_id}", "created": int(time.time()), "model": MODEL}
        self._request_id = request_id

    def whole(self, answer: Answer, messages: Sequence[Mapping[str, str]]) -> dict[str, Any]:
        """The answer in one piece."""
        content = content_of(answer)
        message = {"role": "assistant", "content": content, "refusal": None, "annotations": annotations(answer)}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return {
            **self._base, "object": "chat.completion", "choices": [choice], "usage": usage(messages, content),
            "hoidap": extra(self._request_id, answer),
        }  # fmt: skip

    def chunk(self, delta: Mapping[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
        """A piece of a stream."""
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return {**self._base, "object": "chat.completion.chunk", "choices": [choice]}

    def last(self, answer: Answer) -> dict[str, Any]:
        """The last piece, with the citations."""
        chunk = self.chunk({"annotations": annotations(answer)}, "stop")
        return {**chunk, "hoidap": extra(self._request_id, answer)}

    def used(self, answer: Answer, messages: Sequence[Mapping[str, str]]) -> dict[str, Any]:
        """What follows the last piece where the client asked for it."""
        chunk = self.chunk({})
        return {**chunk, "choices": [], "usage": usage(messages, content_of(answer))}
