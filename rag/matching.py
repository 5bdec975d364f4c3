"""How much of one text another one carries, by words weighted with their rarity in the articles."""

from collections.abc import Collection, Iterable, Mapping

from index.vietnamese import Word

# Words that ask or connect and name nothing; a source need not contain them. Folded.
_FUNCTION_WORDS = frozenset(
    "ai gi nao sao dau may bao nhieu khi luc the la co cua va cac nhung mot o tai tu den trong ngoai tren duoi cho voi "
    "ve do duoc bi da dang se vua moi thi ma rang hay hoac nhu nay kia ay vi tai nen a u nhi khong phai hoi biet "
    "toi ban minh xin hay nhe cho ra theo cung con nhat lam gom vay bang".split()
)


def content_words(found: Iterable[Word]) -> list[Word]:
    """Words that name something: not the ones that only ask or connect."""
    return [word for word in found if word.folded not in _FUNCTION_WORDS]


def coverage(wanted: Mapping[str, float], present: Collection[str]) -> float:
    """Share of the ``wanted`` tokens that are ``present``, by weight; 0 when none is wanted.

    Args:
        wanted: Weight of each token to find.
        present: Tokens of the text searched.
    """
    total = sum(wanted.values())
    return sum(weight for token, weight in wanted.items() if token in present) / total if total else 0.0
