"""Quantities: numbers in digits with magnitude words ("2.350 tỷ") and numbers in words ("hai mươi ba").

One number word alone is left out, because "năm", "ba", "tư", "chín" and "một" are more often a year, a father or an
article than a count. "năm 2024" and dates are no quantities; "hai ba người", two or three, is none either.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from index.vietnamese import lexicon
from index.vietnamese.dates import find_dates
from index.vietnamese.folding import fold, has_accents, syllable_key
from index.vietnamese.lexicon import HALF, HUNDRED, SCALES, TEN, TENS, ZERO_TENS
from index.vietnamese.numbers import NUMBER, canonical

_DIGITS = lexicon.DIGITS | lexicon.SPELLED_OTHERWISE
_FIVES = dict.fromkeys(lexicon.FIVES_BEHIND_TENS, 5)
_ONE = {lexicon.ONE_BEHIND_TENS: 1}
_AFTER_TEN = {word: value for word, value in _DIGITS.items() if value not in (0, 5)} | _FIVES
_AFTER_TENS = _AFTER_TEN | _ONE | {lexicon.FOUR_BEHIND_TENS: 4}
_COLLOQUIAL = _ONE | _FIVES  # "hai lăm" is 25; "hai ba" would be two or three
_BILLION = 10**9
_MOST_DIGITS = 18  # a billion billions; longer runs of digits are account numbers and the like
_VOCABULARY = {*_AFTER_TENS, *_DIGITS, *SCALES, *ZERO_TENS, TEN, TENS, HUNDRED, HALF}
_CLEAR_UNACCENTED = frozenset({"muoi", "nghin", "trieu", "linh", "ty"})

_KEYS = {syllable_key(word): word for word in _VOCABULARY}
_FOLDED = {fold(word): word for word in sorted(_VOCABULARY) if fold(word) not in lexicon.UNCLEAR_NUMERALS}
_FOLDED |= {"bay": "bảy", "mot": "một", "muoi": "mươi"}  # of two words with one folded form, the frequent one

_WORDS = "|".join(sorted(_VOCABULARY | {fold(word) for word in _VOCABULARY}, key=len, reverse=True))
_RUN = re.compile(
    rf"(?<![^\W_])(?<!\d[.,])(?:(?>{NUMBER.pattern})|{_WORDS})(?:\s+(?:(?>{NUMBER.pattern})|{_WORDS}))+(?![^\W_])",
    re.IGNORECASE,
)
_TOKEN = re.compile(rf"{NUMBER.pattern}|[^\W\d_]+")
_NOT_A_SCALE = re.compile(r"\s+(?:l[ệe]|s[ốo]|gi[áa]|tr[ọo]ng|ph[úu]|su[ấa]t)(?!\w)", re.IGNORECASE)  # tỷ lệ, tỷ giá


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that a text states.

    Attributes:
        start: First character.
        end: One past the last character.
        value: What it amounts to, magnitude words included.
    """

    start: int
    end: int
    value: Decimal

    @property
    def token(self) -> str:
        """The value in plain digits, as ``words`` gives it for a number written out.

        >>> Quantity(0, 8, Decimal("2350E9")).token
        '2350000000000'
        """
        return canonical(f"{self.value:f}".replace(".", ","))


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    number: Decimal | None
    start: int
    end: int


def find_quantities(text: str) -> list[Quantity]:
    """The quantities NFC ``text`` states, in order; in words also without accents where that is clear.

    >>> [str(found.value) for found in find_quantities("2.350 hồ sơ, hai mươi ba xã, 1,5 triệu đồng, năm 2024")]
    ['2350', '23', '1500000.0']
    """
    taken = [(date.start, date.end) for date in find_dates(text)]
    composed = list(composed_quantities(text))
    taken += [(quantity.start, quantity.end) for quantity in composed]
    outside = _outside(sorted(taken), len(text))
    plain = [
        Quantity(match.start(), match.end(), value)
        for start, end in outside
        for match in NUMBER.finditer(text, start, end)
        if (value := _decimal(match.group())) is not None
    ]
    return sorted([*composed, *plain], key=lambda quantity: quantity.start)


def composed_quantities(text: str) -> Iterator[Quantity]:
    """The quantities of more than one word: those that plain ``words`` does not already give as a number."""
    accented: bool | None = None
    for run in _RUN.finditer(text):
        if accented is None:
            accented = has_accents(text)
        tokens = _tokens(text, run, accented=accented)
        if accented or any(token.number is not None for token in tokens) or _is_clear(tokens):
            yield from _parsed(tokens)


def _outside(taken: Sequence[tuple[int, int]], length: int) -> Iterator[tuple[int, int]]:
    position = 0
    for start, end in taken:
        if start > position:
            yield position, start
        position = max(position, end)
    yield position, length


def _tokens(text: str, run: re.Match[str], *, accented: bool) -> list[_Token]:
    tokens = []
    for match in _TOKEN.finditer(text, *run.span()):
        raw = match.group()
        if raw[0].isdecimal():
            tokens.append(_Token("", _decimal(raw), *match.span()))
            continue
        word = _KEYS.get(syllable_key(raw), "") if accented else _FOLDED.get(fold(raw), "")
        if word in ("tỷ", "tỉ") and _NOT_A_SCALE.match(text, match.end()):
            word = ""
        tokens.append(_Token(word, None, *match.span()))
    return tokens


def _decimal(digits: str) -> Decimal | None:
    """Value of a number in digits; None for a date, a version ("3.5.2024") or a code too long to count anything."""
    value = canonical(digits)
    return Decimal(value) if value.count(".") <= 1 and len(value) <= _MOST_DIGITS else None


def _is_clear(tokens: Sequence[_Token]) -> bool:
    """Whether unaccented number words can hardly be anything else: one of them is "mươi", "nghìn" or the like."""
    return any(fold(token.word) in _CLEAR_UNACCENTED for token in tokens[1:])


def _parsed(tokens: Sequence[_Token]) -> Iterator[Quantity]:
    position = 0
    while position < len(tokens):
        value, after = _number(tokens, position)
        if after - position > 1:
            yield Quantity(tokens[position].start, tokens[after - 1].end, value)
            position = after
            continue
        # "hai ba trăm": about two or three hundred, no figure. "năm" before a number is the year's word.
        if tokens[position].word in _DIGITS and tokens[position].word not in ("năm", "không"):
            _, after = _number(tokens, position + 1)
        position = max(after, position + 1)


def _number(tokens: Sequence[_Token], position: int) -> tuple[Decimal, int]:
    """Value and end of the number that begins at ``position``; the end is ``position`` where none does."""
    billions = below_billion = Decimal(0)
    ceiling: float = math.inf  # scales come in falling order; billions may count thousands: "hai nghìn tỷ"
    while True:
        value, after = _below_thousand(tokens, position)
        scale = SCALES.get(_word(tokens, after))
        if after == position:
            break
        if scale is None:
            # Behind a scale, digits or one lone digit word start something new: "hai nghìn năm" is 2000 years.
            if ceiling == math.inf or after - position > 1:
                below_billion, position = below_billion + value, after
            break
        if scale == _BILLION and not billions:
            billions, below_billion = (below_billion + value) * _BILLION, Decimal(0)
        elif scale < ceiling:
            below_billion += value * scale
        else:
            break
        position, ceiling = after + 1, scale
        if _word(tokens, position) == HALF:
            below_billion, position = below_billion + Decimal(scale) / 2, position + 1
        if not billions and SCALES.get(_word(tokens, position)) == _BILLION:
            billions, below_billion = below_billion * _BILLION, Decimal(0)
            position, ceiling = position + 1, _BILLION
    return billions + below_billion, position


def _below_thousand(tokens: Sequence[_Token], position: int) -> tuple[Decimal, int]:
    if position < len(tokens) and (number := tokens[position].number) is not None:
        hundreds = _word(tokens, position + 1) == HUNDRED
        return (number * 100, position + 2) if hundreds else (number, position + 1)
    digit = _DIGITS.get(_word(tokens, position))
    if digit is None or _word(tokens, position + 1) != HUNDRED:
        if _word(tokens, position) in ZERO_TENS and position and (low := _DIGITS.get(_word(tokens, position + 1))):
            return Decimal(low), position + 2
        value, after = _below_hundred(tokens, position)
        return Decimal(value), after
    hundreds_value, position = digit * 100, position + 2
    following = _word(tokens, position)
    if following == HALF:
        return Decimal(hundreds_value + 50), position + 1
    if following in ZERO_TENS and (low := _DIGITS.get(_word(tokens, position + 1))):
        return Decimal(hundreds_value + low), position + 2
    tens, after = _below_hundred(tokens, position)
    if after - position > 1 or following == TEN:
        return Decimal(hundreds_value + tens), after
    return Decimal(hundreds_value), position


def _below_hundred(tokens: Sequence[_Token], position: int) -> tuple[int, int]:
    word, following = _word(tokens, position), _word(tokens, position + 1)
    if word == TEN:
        unit = _AFTER_TEN.get(following)
        return (10, position + 1) if unit is None else (10 + unit, position + 2)
    digit = _DIGITS.get(word)
    if digit is None:
        return 0, position
    if following == TENS:
        unit = _AFTER_TENS.get(_word(tokens, position + 2))
        return (digit * 10, position + 2) if unit is None else (digit * 10 + unit, position + 3)
    if digit > 1 and following in _COLLOQUIAL:
        return digit * 10 + _COLLOQUIAL[following], position + 2
    return digit, position + 1


def _word(tokens: Sequence[_Token], position: int) -> str:
    return tokens[position].word if position < len(tokens) else ""
