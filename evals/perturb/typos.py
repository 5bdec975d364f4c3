"""One slip of the fingers in a question, of four kinds that are equally frequent."""

import random
import re
from collections.abc import Callable

from evals.perturb.marks import TONES, tone_of, toneless, with_tone

_WORD = re.compile(r"[^\W\d_]{2,}")
# Telex keys: circumflex by a repeated vowel, breve and horn by w, đ by dd, the tone by a letter behind the syllable.
_TELEX_LETTERS = {"ă": "aw", "â": "aa", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw", "đ": "dd"}
_TELEX_TONES = {"\u0300": "f", "\u0301": "s", "\u0309": "r", "\u0303": "x", "\u0323": "j"}


def with_typo(question: str, seed: str) -> str:
    """The NFC question with one word mistyped; unchanged only if no word of it can be.

    The kind is drawn first, each with one chance in four; where no word allows it, the next kind takes its
    place.

    Args:
        question: What was meant.
        seed: What the draw depends on, such as the case's id.
    """
    draw = random.Random(f"typo:{seed}")  # noqa: S311 - a reproducible choice, no secret
    first = draw.randrange(len(KINDS))
    for kind in (*KINDS[first:], *KINDS[:first]):
        candidates = [
            (found.start(), found.end(), slipped)
            for found in _WORD.finditer(question)
            if (slipped := kind(found.group(), draw)) != found.group()
        ]
        if candidates:
            start, end, slipped = draw.choice(candidates)
            return question[:start] + slipped + question[end:]
    return question


def wrong_tone(word: str, draw: random.Random) -> str:
    """The word with its tone dropped or, as often, with another one; the word itself if it has none."""
    tone = tone_of(word)
    if not tone:
        return word
    return toneless(word) if draw.random() < 0.5 else with_tone(word, draw.choice(sorted(TONES - {tone})))


def swapped_letters(word: str, draw: random.Random) -> str:
    """The word with two different neighbouring letters swapped; the word itself if it has none."""
    places = [i for i in range(len(word) - 1) if word[i].lower() != word[i + 1].lower()]
    if not places:
        return word
    i = draw.choice(places)
    return word[:i] + word[i + 1] + word[i] + word[i + 2 :]


def doubled_letter(word: str, draw: random.Random) -> str:
    """The word with one letter typed twice."""
    i = draw.randrange(len(word))
    return word[: i + 1] + word[i].lower() + word[i + 1 :]


def telex(word: str, _: random.Random) -> str:
    """The keys of a word as they stand when the keyboard was not set to Vietnamese.

    >>> telex("trước", random.Random()), telex("Đồng", random.Random()), telex("xa", random.Random())
    ('truowcs', 'DDoongf', 'xa')
    """
    tone = tone_of(word)
    letters = toneless(word).replace("ươ", "uơ").replace("Ươ", "Uơ").replace("ƯƠ", "UƠ")
    keys = "".join(_typed(letter) for letter in letters)
    return keys + _TELEX_TONES.get(tone, "")


KINDS: tuple[Callable[[str, random.Random], str], ...] = (wrong_tone, swapped_letters, doubled_letter, telex)


def _typed(letter: str) -> str:
    keys = _TELEX_LETTERS.get(letter.lower(), letter)
    return keys.upper() if letter.isupper() else keys
