"""Settings of the whole product: those of the index and those of answering."""

from typing import Literal

from pydantic import Field, SecretStr

from index import IndexSettings


class Settings(IndexSettings):
    """All configuration, read once from ``HOIDAP_…`` variables or given as arguments.

    Attributes:
        llm: "bundled" for the model from the installed packages, "endpoint" for any OpenAI-compatible
            address, "extractive" to answer by quoting the articles without a model.
        llm_base_url: Address of the endpoint, such as ``http://127.0.0.1:8000/v1``.
        llm_model: The model's name at the endpoint.
        llm_api_key: Key of the endpoint, if it wants one.
        llm_grammar: Whether the endpoint takes a GBNF grammar, as llama.cpp's server does; answers then cannot leave
            their form. The bundled model always does.
        llm_first_token_seconds: Longest wait for the first word, the reading of the prompt included. After it the
            articles are quoted in place of an answer.
        llm_next_token_seconds: Longest wait for each further word.
        reader: "bundled" for the trained reader from the package, "lexical" to read by shared words without a model,
            else a file of weights that ``evals.training`` wrote.
        passages: How many passages an answer may draw on.
        evidence_tokens: Most tiktoken tokens of evidence in a prompt. On 2 cores the bundled model reads 40 to
            70 tokens a second, so this bounds the wait for the first word.
        answer_tokens: Most tokens of an answer.
    """

    llm: Literal["bundled", "extractive", "endpoint"] = "bundled"
    llm_base_url: str = ""
    llm_model: str = ""
    llm_api_key: SecretStr = SecretStr("none")
    llm_grammar: bool = False
    llm_first_token_seconds: float = Field(default=120, gt=0)
    llm_next_token_seconds: float = Field(default=30, gt=0)
    reader: str = "bundled"
    passages: int = Field(default=4, ge=1, le=20)
    evidence_tokens: int = Field(default=150, ge=100)
    answer_tokens: int = Field(default=200, ge=16)

    @property
    def llm_name(self) -> str:
        """What words the answers, for fingerprints."""
        return self.llm_model if self.llm == "endpoint" else self.llm
