"""Drafts that look like answers and are none: the question given back, or nothing of the kind it asks for.

On the bundled dev questions the small model does so in 7 of 60 drafts, and every one of those passes the checks of
grounding: what the question says mostly stands in the articles.
"""

import re
from itertools import pairwise

from index.vietnamese import fold, syllable_key, words
from rag.matching import long_content_words
from rag.rules.expected_answer import must_offer

_YES_NO = re.compile(r"\b(?:khong|chua)(?: (?:a|vay|nhi|the|ha|nhe))?\W*$")
_CHOICE = re.compile(r"\b(?:hay|giữa)\b", re.IGNORECASE)
_INTERROGATIVES = frozenset(map(syllable_key, "nào nhiêu mấy gì đâu".split()))


def is_no_answer(sentence: str, question: str) -> bool:
    """Whether a drafted sentence leaves the question open.

    It does when it adds no content word to the question, when it repeats the question's own interrogative with the word
    before it ("xã nào", "bao nhiêu"), or when it lacks the number or date that is asked for. A question that
    wants yes or no, or offers a choice, may be answered in its own words.

    Args:
        sentence: Of the draft.
        question: As it was meant.

    >>> is_no_answer("Xã có bao nhiêu hộ nghèo.", "Xã có bao nhiêu hộ nghèo?")
    True
    >>> is_no_answer("Xã có 12 hộ nghèo.", "Xã có bao nhiêu hộ nghèo?")
    False
    """
    if _YES_NO.search(fold(question)) or _CHOICE.search(question):
        return False
    asked = {word.folded for word in long_content_words(question)}
    if all(word.folded in asked for word in long_content_words(sentence)):
        return True
    if _interrogative_pairs(sentence) & _interrogative_pairs(question):
        return True
    return not all(offers(sentence) for offers in must_offer(question))


def _interrogative_pairs(text: str) -> set[tuple[str, str]]:
    spoken = [word.exact for word in words(text)]
    return {(before, word) for before, word in pairwise(["", *spoken]) if word in _INTERROGATIVES}
