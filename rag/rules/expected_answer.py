"""What kind of thing a question asks for, and whether a sentence offers one."""

import re
from collections.abc import Callable, Iterable, Iterator

from index.vietnamese import fold, has_accents, lexicon, words
from index.vietnamese.lexicon import any_of
from rag.places_and_times import CAPITAL

Offers = Callable[[str], bool]
"""Whether a sentence holds a thing of some kind."""


def _pattern(pattern: str) -> Offers:
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda sentence: compiled.search(sentence) is not None


def _has_name(sentence: str) -> bool:
    """Whether a word other than the first is capitalised."""
    return any(sentence[word.start].isupper() for word in list(words(sentence))[1:])


def _has_number(sentence: str) -> bool:
    if has_accents(sentence):
        return _NUMBER_ACCENTED.search(sentence) is not None
    return _NUMBER.search(fold(sentence)) is not None


def _capital_or_not(phrase: str) -> str:
    return f"[{phrase[0].upper()}{phrase[0]}]{phrase[1:]}"


def _folded(phrases: Iterable[str]) -> str:
    return any_of(map(fold, phrases))


_SURNAMES = any_of(map(str.title, lexicon.SURNAMES - lexicon.SURNAMES_LIKE_PLACES))
_PERSON = re.compile(rf"\b(?:{any_of(map(_capital_or_not, lexicon.ADDRESSES))}|{_SURNAMES}) {CAPITAL}")
_WHO = re.compile(rf"\b(?:{_folded(lexicon.ASKS_WHO)}|ten (?:la )?(?:gi|ai|chi))\b")
_NUMERALS = {*lexicon.DIGITS, lexicon.TEN, lexicon.TENS, lexicon.HUNDRED, *lexicon.SCALES} - {"không"}  # which denies
_NUMBER_WORDS = any_of({*map(fold, _NUMERALS)} - lexicon.UNCLEAR_NUMERALS, ("mot",))
_NUMBER = re.compile(rf"\d|\b(?:{_NUMBER_WORDS})\b")
# "năm" is a year, "Vạn Ninh" a place.
_NUMBER_ACCENTED = re.compile(rf"\d|\b(?:{any_of(_NUMERALS - {'năm', 'vạn'})})\b", re.IGNORECASE)
# What is counted stands behind the question word, without accents; how much money is said in units of money.
_HOW_MANY = _folded(lexicon.ASKS_HOW_MANY)
_COUNTED = re.compile(rf"\b(?P<word>{_HOW_MANY})\b\s*(?P<unit>\w*)")
_DATED = re.compile(rf"\b(?:nam|ngay|thang|hom|luc) (?:{_HOW_MANY})\b")
_UNITS = {"tien": "dong|trieu|ty|usd", "phan": "%|phan tram", "kinh": "dong|trieu|ty|usd"}
_NO_UNITS = frozenset("la thi va o tai so cua trong mot moi".split())
_TIMES = "nam|ngay|thang|quy|thoi gian|thoi diem|giai doan|the ky"
_PLACES = any_of({*map(fold, (*lexicon.UNITS, *lexicon.COUNTRIES))} - lexicon.UNCLEAR_UNITS)
_PLACED = any_of(lexicon.PLACE_PREPOSITIONS, lexicon.UNITS, lexicon.HAMLET_UNITS, lexicon.VILLAGES, ("thuộc", "nước"))

# Question words, without accents, and what an answer to them looks like.
_KINDS: tuple[tuple[re.Pattern[str], Offers], ...] = tuple(
    (re.compile(rf"\b(?:{asked})\b"), offers)
    for asked, offers in (
        (
            f"{_folded(lexicon.ASKS_WHEN)}|(?:{_TIMES}) (?:nao|bao nhieu)",
            _pattern(
                r"\b\d{4}\b|\d/\d|\b(?:ngày|tháng|năm|quý|thế kỷ|giờ|sáng|chiều|tối|thập niên|chủ nhật)\b"
                rf"|\bthứ (?:{any_of(lexicon.WEEKDAYS)})\b"
            ),
        ),
        (f"{_folded(lexicon.ASKS_HOW_FAR)}|ty le|ti le", _has_number),
        (f"{_folded(lexicon.ASKS_WHERE)}|(?:{_PLACES}) nao", _pattern(rf"\b(?:{_PLACED})\b")),
        (
            f"{_folded(lexicon.ASKS_WHY)}|nguyen nhan|ly do|muc dich|do dau",
            _pattern(r"\b(?:do|vì|bởi|nhờ|nhằm|để|khiến|nguyên nhân|lý do)\b"),
        ),
        (_folded(lexicon.ASKS_WHO), _has_name),
    )
)


def asked_for(question: str) -> Offers | None:
    """Tells whether a sentence offers what ``question`` asks for: a date, a number, a place, a reason, a name.

    The question's own names and numbers are no news: "Năm 2023, xã Bình An có bao nhiêu thôn?" is not answered by "xã
    Bình An" or by "2023". None where the question asks for nothing that can be told by its form.

    >>> offers = asked_for("Xã có bao nhiêu thôn?")
    >>> offers("Xã có 12 thôn"), offers("Xã có thôn mới")
    (True, False)
    >>> asked_for("Mô hình này là gì?") is None
    True
    """
    folded = fold(question)
    kinds = [offers for asked, offers in _KINDS if asked.search(folded)]
    kinds += [_count_of(counted["unit"]) for counted in _counted(question) if not _DATED.search(folded)]
    if not kinds:
        return None
    known = frozenset(word.exact for word in words(question))

    def offers(sentence: str) -> bool:
        news = _without_names_and_numbers(sentence, known)
        return all(kind(news) for kind in kinds)

    return offers


def _without_names_and_numbers(sentence: str, known: frozenset[str]) -> str:
    """The sentence without those of its capitalised words and numbers that are ``known``."""
    kept: list[str] = []
    end = 0
    for word in words(sentence):
        raw = sentence[word.start : word.end]
        if word.exact in known and (raw[0].isupper() or _NUMBER_ACCENTED.fullmatch(raw) or raw[0].isdecimal()):
            kept.append(sentence[end : word.start])
            end = word.end
    return "".join([*kept, sentence[end:]])


def asks_who(question: str) -> bool:
    """Whether a question asks for a person.

    >>> asks_who("Ai là Chủ tịch xã?"), asks_who("Chủ tịch xã tiếp dân khi nào?")
    (True, False)
    """
    return _WHO.search(fold(question)) is not None


def names_a_person(sentence: str, question: str) -> bool:
    """Whether a sentence names somebody whom the question does not: by a form of address, or by a family name."""
    news = _without_names_and_numbers(sentence, frozenset(word.exact for word in words(question)))
    return _PERSON.search(news) is not None


def must_offer(question: str) -> tuple[Offers, ...]:
    """Like ``asked_for``, but only what no answer can do without: some number or date.

    >>> [offers("Mười hai thôn") for offers in must_offer("Xã có bao nhiêu thôn?")]
    [True]
    >>> must_offer("Nhà máy nước đặt ở đâu?")
    ()
    """
    if _KINDS[0][0].search(fold(question)) or any(_counted(question)):
        return (lambda sentence: _has_number(sentence) or _KINDS[0][1](sentence),)
    return ()


def _counted(question: str) -> Iterator[re.Match[str]]:
    """Where the question asks how many; "máy" and "may" ask nothing where accents are typed."""
    accented = has_accents(question)
    for match in _COUNTED.finditer(fold(question)):
        asked = question[match.start() : match.end("word")].lower()
        if not accented or asked in lexicon.ASKS_HOW_MANY:
            yield match


def _count_of(unit: str) -> Offers:
    """Tells whether a sentence has a number with its unit a few words behind; any number where no unit is asked for."""
    units = _UNITS.get(unit, re.escape(unit))
    if not unit or unit in _NO_UNITS:
        return _has_number
    # "12km" is 12 km, but "thôn" holds no "hộ".
    counted = re.compile(
        rf"(?:\d[\d.,]*|\b(?:{_NUMBER_WORDS})\b)(?:\W+\w+){{0,3}}?\W*(?<![^\W\d_])(?:{units})(?![^\W\d_])"
    )
    return lambda sentence: counted.search(fold(sentence)) is not None


_ABOUT_ARTICLE = re.compile(r"\b(?:bai|bai viet|bai bao|ban tin|tin|tac gia)\b")
_HEADER_FIELDS = {
    "author": re.compile(r"\b(?:tac gia|ai viet|ai la nguoi viet|ai dang|nguoi viet|do ai)\b"),
    "published": re.compile(
        r"\b(?:dang|cap nhat|xuat ban|viet)\b.*\b(?:ngay|hom|khi|luc|thang|nam) (?:nao|may)\b"
        r"|\bngay (?:dang|cap nhat)\b"
    ),
    "source": re.compile(r"\b(?:nguon nao|bao nao|trang nao|nguon cua bai)\b"),
}


def header_fields_asked(question: str) -> tuple[str, ...]:
    """Names of the spans of an ``Article`` that answer a question about an article itself: who wrote it, when, where.

    >>> header_fields_asked("Ai viết bài về tổ công nghệ số?"), header_fields_asked("bai nay dang ngay nao")
    (('author',), ('published',))
    >>> header_fields_asked("Xã nào về đích nông thôn mới?")
    ()
    """
    folded = fold(question)
    if not _ABOUT_ARTICLE.search(folded):
        return ()
    return tuple(name for name, asked in _HEADER_FIELDS.items() if asked.search(folded))
