"""Vietnamese text: the one place that knows how it is written, typed and compared.

Used on both sides of every comparison (articles and questions) so that they always agree.
"""

from index.vietnamese.abbreviations import matching_forms, matching_words, possible_expansions
from index.vietnamese.alternatives import Alternatives
from index.vietnamese.dates import DateMention, find_dates, mentioned_years
from index.vietnamese.definitions import learn_abbreviations
from index.vietnamese.folding import fold, has_accents, nfc, syllable_key, usual_tone_placement
from index.vietnamese.numbers import find_numbers
from index.vietnamese.places import other_names, province_syllables
from index.vietnamese.quantities import Quantity, find_quantities
from index.vietnamese.sentences import split_sentences
from index.vietnamese.spelling import is_syllable
from index.vietnamese.syllables import WORD, Word, bigrams, words
from index.vietnamese.telex import from_telex
from index.vietnamese.terms import IndexTerms, index_terms

__all__ = [
    "WORD",
    "Alternatives",
    "DateMention",
    "IndexTerms",
    "Quantity",
    "Word",
    "bigrams",
    "find_dates",
    "find_numbers",
    "find_quantities",
    "fold",
    "from_telex",
    "has_accents",
    "index_terms",
    "is_syllable",
    "learn_abbreviations",
    "matching_forms",
    "matching_words",
    "mentioned_years",
    "nfc",
    "other_names",
    "possible_expansions",
    "province_syllables",
    "split_sentences",
    "syllable_key",
    "usual_tone_placement",
    "words",
]
