"""Which letters can form a Vietnamese syllable: onset, rime and tone, as the spelling rules combine them."""

import unicodedata
from functools import cache, lru_cache

from index.vietnamese.folding import TONES, fold, nfc

_FRONT_VOWELS = frozenset("eêiy")
_STOPS = ("p", "t", "c", "ch")  # a syllable that ends in one carries sắc or nặng
_TONES_OF_STOPPED = frozenset("\u0301\u0323")

_ONSETS = "b ch d đ h kh l m n nh ph r s t th tr v x p".split()
_ONSETS_BEFORE_FRONT = "k gh ngh".split()
_ONSETS_BEFORE_BACK = "c g ng".split()
_RIMES = (
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et "
    "ê êch êm ên ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu o oc oi om on ong op ot "
    "oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oen oeo oet ooc oong ô ôc ôi ôm ôn ông "
    "ôp ôt ơ ơi ơm ơn ơp ơt u ua uc ui um un ung up ut uân uâng uât uây uê uêch uênh uơ uy uya uych uynh uyt uyu uyp "
    "uyên uyêt uôc uôi uôm uôn uông uôt ư ưa ưc ưi ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu"
).split()
_RIMES_AFTER_QU = (
    "a ac ach ai an ang anh ao at au ay ăc ăm ăn ăng ăp ăt âc ân âng ât ây âu e en eo et ê êch ên ênh êt i it in inh "
    "ich y ych ynh yt yên yêt ôc ơ"
).split()
_RIMES_AFTER_GI = (
    "a ac ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăt âc âm ân âp ât âu ây eo em en êng êt êc ô ôi ông ơ ơi ơn o "
    "oc oi om ong ot u ua uc ui un up uôc uông ư ưa ưc ương ươc"
).split()
_WITHOUT_ONSET = "y yêm yên yêng yêt yêu".split()
_Y_FOR_I_AFTER = "h k l m s t v".split()


@lru_cache(maxsize=50_000)
def is_syllable(text: str) -> bool:
    """Whether the letters can be one Vietnamese syllable, typed with all its accents or with none.

    >>> is_syllable("trước"), is_syllable("truoc"), is_syllable("hđnd"), is_syllable("trưoc")
    (True, True, False, False)
    """
    decomposed = unicodedata.normalize("NFD", text.lower())
    tones = [mark for mark in decomposed if mark in TONES]
    letters = nfc("".join(mark for mark in decomposed if mark not in TONES))
    if not tones and letters in _unaccented():
        return True
    stopped = letters.endswith(_STOPS)
    return letters in _toneless() and len(tones) <= 1 and (not stopped or bool(_TONES_OF_STOPPED.intersection(tones)))


@cache
def _toneless() -> frozenset[str]:
    """Every spelling without its tone mark, some 4,000."""
    found = {*_RIMES, *_WITHOUT_ONSET, "gi", "gin"}
    found.update(onset + rime for onset in _ONSETS for rime in _RIMES)
    found.update(onset + rime for onset in _ONSETS_BEFORE_FRONT for rime in _RIMES if rime[0] in _FRONT_VOWELS)
    found.update(onset + rime for onset in _ONSETS_BEFORE_BACK for rime in _RIMES if rime[0] not in _FRONT_VOWELS)
    found.update("qu" + rime for rime in _RIMES_AFTER_QU)
    found.update("gi" + rime for rime in _RIMES_AFTER_GI)
    found.update(onset + "y" for onset in _Y_FOR_I_AFTER)
    return frozenset(found)


@cache
def _unaccented() -> frozenset[str]:
    return frozenset(map(fold, _toneless()))
