"""Whether an answer says what the accepted ones say, after Vietnamese normalisation."""

import re
from collections import Counter
from collections.abc import Sequence

from index.vietnamese import nfc, syllable_key, words

# "ngày 3 tháng 5 năm 2024" and 3/5/2024 are the same day; numbers are canonical by then.
_DATE_IN_WORDS = re.compile(rf"\b(\d{{1,2}}) {syllable_key('tháng')} (\d{{1,2}}) {syllable_key('năm')} (\d{{4}})\b")


def normalised(text: str) -> list[str]:
    """Syllables and numbers without case, punctuation and spelling variants; accents count.

    >>> normalised("Ngày 03 tháng 5 năm 2024, xã Hoà Lạc") == normalised("ngày 3/5/2024 xã Hòa Lạc")
    True
    >>> normalised("2.350 hồ sơ") == normalised("2350 Hồ sơ."), normalised("hồ sơ") == normalised("ho so")
    (True, False)
    """
    tokens = " ".join(word.exact for word in words(nfc(text)))
    return _DATE_IN_WORDS.sub(r"\1 \2 \3", tokens).split(" ")


def correctness(text: str, accepted: Sequence[str], every: bool) -> dict[str, float]:
    """Containment, exact match and token F1 of an answer, each in [0, 1].

    Args:
        text: The answer without markers; empty for a refusal.
        accepted: At least one accepted answer.
        every: Whether each of them is a part that the answer needs (containment is then the share of parts that
            it holds, and the other two compare it with the parts put together); else the best one counts.
    """
    said = normalised(text)
    wanted = [normalised(answer) for answer in accepted]
    held = [float(_contains(said, answer)) for answer in wanted]
    whole = [[token for answer in wanted for token in answer]] if every else wanted
    return {
        "contained": sum(held) / len(held) if every else max(held),
        "exact": max(float(said == answer) for answer in whole),
        "f1": max(token_f1(said, answer) for answer in whole),
    }


def token_f1(said: Sequence[str], wanted: Sequence[str]) -> float:
    """Harmonic mean of the shares of tokens in common (SQuAD, Rajpurkar et al. 2016)."""
    common = sum((Counter(said) & Counter(wanted)).values())
    return 2 * common / (len(said) + len(wanted)) if common else 0.0


def _contains(tokens: Sequence[str], part: Sequence[str]) -> bool:
    """Whether ``part`` stands in ``tokens`` without a gap."""
    return bool(part) and any(tokens[i : i + len(part)] == part for i in range(len(tokens) - len(part) + 1))
