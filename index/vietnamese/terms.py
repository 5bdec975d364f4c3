"""What lexical search indexes: words for matching, and one token for each spelling of a date or a large number."""

from dataclasses import dataclass
from operator import itemgetter

from index.vietnamese.abbreviations import matching_forms
from index.vietnamese.dates import find_dates
from index.vietnamese.quantities import composed_quantities


@dataclass(frozen=True, slots=True)
class IndexTerms:
    """The tokens of a text.

    Attributes:
        exact: Its words in order, accented; neighbours make bigrams.
        folded: The same without accents.
        extras: Canonical dates and quantities that no word gives, beside both; they make no bigrams.
    """

    exact: tuple[str, ...]
    folded: tuple[str, ...]
    extras: tuple[str, ...]


def index_terms(text: str) -> IndexTerms:
    """The tokens of NFC ``text``, the same however its dates, numbers and abbreviations are written.

    A full date also gives its day and its month alone, so that "ngày 3/5" finds "3.5.2024". A year gives nothing
    that the word "2024" does not.

    >>> index_terms("UBND họp ngày 3 tháng 5 năm 2024, chi hai nghìn ba trăm năm mươi tỷ").extras
    ('2024-05-03', '05-03', '2024-05', '2350000000000')
    >>> index_terms("3.5.2024: 2.350 tỉ").extras
    ('2024-05-03', '05-03', '2024-05', '2350000000000')
    """
    found = list(matching_forms(text))
    dates = [token for date in find_dates(text) if date.month is not None for token in date.tokens]
    quantities = [quantity.token for quantity in composed_quantities(text)]
    return IndexTerms(
        exact=tuple(map(itemgetter(0), found)),
        folded=tuple(map(itemgetter(1), found)),
        extras=(*dates, *quantities),
    )
