"""What a text denies: negators, and contrasts such as "…, không phải X" whose X need stand in no source."""

import re
from collections.abc import Iterator, Sequence

from index.vietnamese import Word, matching_words, syllable_key
from rag.matching import long_content_words

_NEGATORS = frozenset(syllable_key(word) for word in ("không", "chưa", "chẳng", "chả"))
# "không" is also air, space and part of idioms that assert: "không gian", "hàng không", "không chỉ … mà còn".
_NO_NEGATION_BEFORE = frozenset(
    syllable_key(word) for word in "gian khí quân phận lực lưu vận tặc chỉ những ít ngừng kể".split()
)
_NO_NEGATION_BEHIND = frozenset(syllable_key(word) for word in ("hàng", "phòng"))
# Between a negator and what it denies: "không bao giờ đạt", "không thể đạt" and "không đạt" deny the same.
_SKIPPED = frozenset(syllable_key(word) for word in ("giờ", "hề", "thể", "từng", "đúng"))
_CONTRAST = re.compile(r",?\s+(?:chứ|mà)\s+không\s+phải(?:\s+là)?\s+[^,;.!?]+|,\s*không\s+phải(?:\s+là)?\s+[^,;.!?]+")
_OPENING = re.compile(r"^(?:không|không\s+phải|không\s+đúng)\s*,\s+", re.IGNORECASE)


def negator_positions(found: Sequence[Word]) -> list[int]:
    """Where in ``found`` the words stand that negate what follows.

    >>> [negator_positions(list(matching_words(text))) for text in ("Huyện chưa đạt.", "Hàng không không chỉ bay.")]
    [[1], []]
    """
    return [
        at
        for at, word in enumerate(found)
        if word.exact in _NEGATORS
        and not (at + 1 < len(found) and found[at + 1].exact in _NO_NEGATION_BEFORE)
        and not (at and found[at - 1].exact in _NO_NEGATION_BEHIND)
    ]


def denied_and_said(text: str) -> tuple[set[str], set[str]]:
    """Content words that follow a negator at once, and all the others."""
    content = {word.start for word in long_content_words(text)}
    found = list(matching_words(text))
    negators = set(negator_positions(found))
    denied: set[str] = set()
    said: set[str] = set()
    negated = False
    for at, word in enumerate(found):
        if at in negators:
            negated = True
        elif word.start in content and not (negated and word.exact in _SKIPPED):
            (denied if negated else said).add(word.exact)
            negated = False
    return denied, said


def contrasts(text: str) -> Iterator[str]:
    """What ``text`` names only to rule it out, "không phải" included.

    >>> list(contrasts("Hội nghị họp tại xã Bình Sơn, không phải xã Tân Phú."))
    [', không phải xã Tân Phú']
    """
    yield from (match.group() for match in _CONTRAST.finditer(text))


def without_contrasts(text: str) -> str:
    """``text`` without what it names only to rule it out."""
    return _CONTRAST.sub("", text)


def without_opening(text: str) -> str:
    """``text`` without the "Không, …" that answers a question of yes or no: what follows must stand by itself."""
    return _OPENING.sub("", text)
