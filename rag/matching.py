"""How much of one text another one carries, by words weighted with their rarity in the articles."""

from collections.abc import Callable, Collection, Iterable, Mapping

from index.vietnamese import (
    Word,
    find_dates,
    find_quantities,
    fold,
    has_accents,
    matching_forms,
    matching_words,
    syllable_key,
)
from index.vietnamese.lexicon import QUESTION_SYLLABLES, UNCLEAR_QUESTION_WORDS

Rarities = Callable[[Iterable[str]], dict[str, float]]
"""Weight of folded words, such as ``Index.rarities`` gives."""

# Words that ask or connect and name nothing; a source need not contain them. "cửa", "hội", "thẻ" do name something,
# so a word with accents is compared with its accents, and only those that stay clear without are dropped unaccented.
_FUNCTION_WORDS = (
    *QUESTION_SYLLABLES,
    *"khi lúc là có của và các những một ở tại từ đến trong ngoài trên dưới cho với về "
    "do được bị đã đang sẽ vừa thì mà rằng hay hoặc như này kia ấy vì nên à ư nhỉ không phải tôi bạn mình xin nhé ra "
    "theo cũng còn nhất làm gồm vậy bằng thế".split(),
)
_ACCENTED = frozenset(syllable_key(word) for word in _FUNCTION_WORDS)
_AMBIGUOUS = UNCLEAR_QUESTION_WORDS.union(
    "cua hoi the con vay lam bang do ra thi mot nhi bi minh dang moi mot nhat phai vi".split()
)
_UNACCENTED = frozenset(syllable_key(fold(word)) for word in _FUNCTION_WORDS) - _AMBIGUOUS


def exact_words(text: str) -> list[str]:
    """The accented forms of a text's words in order, clear abbreviations written out, for matching.

    >>> exact_words("UBND xã") == exact_words("Uỷ ban nhân dân xã")
    True
    """
    return [exact for exact, _ in matching_forms(text)]


def long_words(text: str) -> list[Word]:
    """The words of ``text`` with clear abbreviations written out, and dates and numbers spelled one way.

    Of a date the numbers stay, "3 tháng 5 năm 2024" and "3/5/2024" alike; "hai mươi ba" is 23.

    >>> [word.folded for word in long_words("Ngày 3 tháng 5 năm 2024, UBND xã có hai mươi ba hộ.")]
    ['3', '5', '2024', 'uy', 'ban', 'nhan', 'dan', 'xa', 'co', '23', 'ho']
    """
    dates = [(date.start, date.end) for date in find_dates(text)]
    numbers = {q.start: Word(q.token, q.token, q.start, q.end) for q in find_quantities(text)}
    ends = 0
    found: list[Word] = []
    for word in matching_words(text):
        number = numbers.get(word.start)
        if number is not None:
            ends = number.end
            found.append(number)
        elif word.start >= ends and not _names_the_calendar(word, dates):
            found += _date_parts(word) if word.exact.count(".") > 1 else [word]
    return found


def long_content_words(text: str) -> list[Word]:
    """Those of the ``long_words`` that name something: not the ones that only ask or connect."""
    return content_of(long_words(text), text)


def content_of(found: Iterable[Word], text: str) -> list[Word]:
    """Those of the ``long_words`` of ``text`` that name something."""
    dropped = _ACCENTED if has_accents(text) else _UNACCENTED
    return [word for word in found if word.exact not in dropped]


def coverage(wanted: Mapping[str, float], present: Collection[str]) -> float:
    """Share of the ``wanted`` tokens that are ``present``, by weight; 0 when none is wanted.

    Args:
        wanted: Weight of each token to find.
        present: Tokens of the text searched.
    """
    total = sum(wanted.values())
    return sum(weight for token, weight in wanted.items() if token in present) / total if total else 0.0


def weigh(content: Iterable[Word], rarities: Rarities) -> dict[str, float]:
    """Weight of each of the words, by its exact form."""
    found = list(content)
    weights = rarities(word.folded for word in found)
    return {word.exact: weights[word.folded] for word in found}


def _names_the_calendar(word: Word, dates: Iterable[tuple[int, int]]) -> bool:
    """Whether the word is the "ngày", "tháng" or "năm" of a date."""
    return not word.exact[0].isdecimal() and any(start <= word.start < end for start, end in dates)


def _date_parts(word: Word) -> list[Word]:
    """The numbers of "3.5.2024", which ``matching_words`` takes for one."""
    return [Word(part, part, word.start, word.end) for part in word.exact.split(".")]
