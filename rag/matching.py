"""How much of one text another one carries, by words weighted with their rarity in the articles."""

from collections.abc import Collection, Iterable, Mapping

from index.vietnamese import Word, fold

# Words that ask or connect and name nothing; a source need not contain them. Folded.
_FUNCTION_WORDS = frozenset(
    "ai gi nao sao dau may bao nhieu khi luc the la co cua va cac nhung mot o tai tu den trong ngoai tren duoi cho voi "
    "ve do duoc bi da dang se vua moi thi ma rang hay hoac nhu nay kia ay vi tai nen a u nhi khong phai hoi biet "
    "toi ban minh xin hay nhe cho ra theo cung con nhat lam gom vay bang".split()
)


def content_words(found: Iterable[Word]) -> list[Word]:
    """Words that name something: not the ones that only ask or connect."""
    return [word for word in found if word.folded not in _FUNCTION_WORDS]


def coverage(wanted: Collection[str], present: Collection[str], rarities: Mapping[str, float]) -> float:
    """Share of the ``wanted`` tokens that are ``present``, each weighing its rarity; 0 when none is wanted.

    Args:
        wanted: Tokens to find, folded or accented.
        present: Tokens of the text searched, in the same form.
        rarities: Weight of each wanted token by its folded form.
    """
    weights = {token: rarities[fold(token)] for token in wanted}
    total = sum(weights.values())
    return sum(weight for token, weight in weights.items() if token in present) / total if total else 0.0
