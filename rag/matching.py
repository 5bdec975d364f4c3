"""How much of one text another one carries, by words weighted with their rarity in the articles."""

from collections.abc import Collection, Mapping

from index.vietnamese import Word, fold, has_accents, syllable_key, words

# Words that ask or connect and name nothing; a source need not contain them. "cửa", "hội", "thẻ" do name something,
# so a word with accents is compared with its accents, and only those that stay clear without are dropped unaccented.
_FUNCTION_WORDS = (
    "ai gì nào sao đâu mấy bao nhiêu khi lúc là có của và các những một ở tại từ đến trong ngoài trên dưới cho với về "
    "do được bị đã đang sẽ vừa thì mà rằng hay hoặc như này kia ấy vì nên à ư nhỉ không phải tôi bạn mình xin nhé ra "
    "theo cũng còn nhất làm gồm vậy bằng thế"
).split()
_ACCENTED = frozenset(syllable_key(word) for word in _FUNCTION_WORDS)
_AMBIGUOUS = frozenset(
    "cua hoi the con vay lam bang do ra thi mot dau may nhi bi minh dang moi mot nhat phai vi".split()
)
_UNACCENTED = frozenset(syllable_key(fold(word)) for word in _FUNCTION_WORDS) - _AMBIGUOUS


def content_words(text: str) -> list[Word]:
    """The words of ``text`` that name something: not the ones that only ask or connect."""
    dropped = _ACCENTED if has_accents(text) else _UNACCENTED
    return [word for word in words(text) if word.exact not in dropped]


def coverage(wanted: Mapping[str, float], present: Collection[str]) -> float:
    """Share of the ``wanted`` tokens that are ``present``, by weight; 0 when none is wanted.

    Args:
        wanted: Weight of each token to find.
        present: Tokens of the text searched.
    """
    total = sum(wanted.values())
    return sum(weight for token, weight in wanted.items() if token in present) / total if total else 0.0
