"""The fixed halves of imported sets: what is tuned on, and what is reported on."""

import hashlib

from evals.types import Split


def split_of(key: str) -> Split:
    """The half of ``key``: "tune" when the first byte of its SHA-1 is even, else "report".

    Args:
        key: Id of the question's context, so that questions on one passage stay together; else the question's.

    Example:
        >>> split_of("6717b9d8d75c"), split_of("bff1a78e6b40")
        ('report', 'tune')
    """
    return "report" if hashlib.sha1(key.encode(), usedforsecurity=False).digest()[0] % 2 else "tune"
