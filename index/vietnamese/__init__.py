"""Vietnamese text: the one place that knows how it is written, typed and compared.

Used on both sides of every comparison (articles and questions) so that they always agree.
"""

from index.vietnamese.folding import fold, has_accents, nfc, syllable_key
from index.vietnamese.numbers import find_numbers
from index.vietnamese.sentences import split_sentences
from index.vietnamese.syllables import Word, bigrams, words

__all__ = ["Word", "bigrams", "find_numbers", "fold", "has_accents", "nfc", "split_sentences", "syllable_key", "words"]
