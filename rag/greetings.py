"""Greetings, thanks and agreement, which ask nothing."""

import re

from index.vietnamese import fold

_COURTESY = re.compile(r"^\W*(?:(?:xin )?chao(?: ban| em| anh| chi)?|(?:xin )?cam on(?: ban| nhieu)*|ok|vang|da)\W*$")


def is_courtesy(text: str) -> bool:
    """Whether somebody only greets, thanks or agrees, and asks nothing.

    >>> is_courtesy("Cảm ơn bạn!"), is_courtesy("Xin chào, trạm y tế ở đâu?")
    (True, False)
    """
    return _COURTESY.search(fold(text)) is not None
