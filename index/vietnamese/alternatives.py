"""What part of a question may also be called: how another map or another reading names it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Alternatives:
    """A part of a text and the other names of the same thing.

    Attributes:
        start: First character of the part.
        end: One past its last character.
        names: What else may stand there, the likeliest first.
    """

    start: int
    end: int
    names: tuple[str, ...]
