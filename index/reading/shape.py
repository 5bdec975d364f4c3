"""What a line of text looks like: a paragraph, a person's name, the name of an office or newspaper."""

import re

from index.vietnamese.lexicon import (
    NEWSPAPERS,
    OFFICE_HEADS,
    OFFICE_WORDS,
    SURNAMES,
    SURNAMES_LIKE_HEADLINES,
    any_of,
)
from index.vietnamese.provinces import province_names

SENTENCE_END = re.compile(r"[.…;:!?][\"'”’»)\]]*$")
_STATEMENT_END = re.compile(r"[.…;:][\"'”’»)\]]*$")
_PARAGRAPH_WORDS = 8  # shortest full sentence that is taken for body text and not for a heading or a caption
_EXCLAMATION_WORDS = 20  # headlines ask and exclaim too, but shortly
_LONG_WORDS = 40  # longer than any headline of the 2,098 in news_dated and news_gov

_OFFICE_HEAD = re.compile(rf"(?:{any_of(OFFICE_HEADS)})\b", re.IGNORECASE)
_LOWER = "a-zàáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
_UPPER = "A-Z" + _LOWER[3:].upper()
# The second form is that of "H’ Hồng" and "K'Brôi".
_NAME_WORD = rf"[{_UPPER}][{_LOWER}]+|[{_UPPER}]['’](?:[{_UPPER}][{_LOWER}]+)?"
_NAME = rf"(?:{_NAME_WORD})(?:\s(?:{_NAME_WORD})){{1,4}}"
_INITIALS = rf"(?:[{_UPPER}]\.\s?)+(?:[{_UPPER}][{_LOWER}]*\.?)"
_PERSON = re.compile(rf"(?:{_NAME}|{_INITIALS})(?:\s*(?:[-–,/&]|và)\s*(?:{_NAME}|{_INITIALS}))*")
_CONNECTOR = re.compile(r"\s*(?:[-–,/&]|\bvà\b)\s*")
_NOT_PERSON = re.compile(
    r"(?:theo|nguồn|ảnh|tin|bài|trang|liên|tác|thứ|chủ nhật|tháng|ngày|năm|video|tham|xem|tổ quốc|kết|kính"
    r"|trân trọng|phóng sự|việt nam|người|nhóm|các|những|một|chúng|ông|bà|chương|phần|mục|điều|khoản|quyết"
    r"|nghị|kế hoạch|thông)\b",
    re.IGNORECASE,
)
_BULLET = re.compile(r"(?:[-–—•·*+▪●○◦►»>]|\(?\d{1,3}[.)]|[a-zđ]\)|[IVX]{1,4}[.)])(?:\s|(?<=[•·▪●○◦►»>–—]))")
_TELLING_SURNAMES = SURNAMES - SURNAMES_LIKE_HEADLINES


def word_count(line: str) -> int:
    """Number of words that hold a letter or a digit."""
    return sum(any(character.isalnum() for character in word) for word in line.split())


def is_paragraph(line: str) -> bool:
    """Whether a line is running text: no rule may drop it, and header and footer end at it."""
    words = word_count(line)
    if words >= _LONG_WORDS:
        return True
    if _STATEMENT_END.search(line):
        return words >= _PARAGRAPH_WORDS
    return bool(SENTENCE_END.search(line)) and words >= _EXCLAMATION_WORDS


def is_office(line: str) -> bool:
    """Whether a line is the name of an office, a newspaper or a site, such as "Huyện ủy Tam Nông"."""
    if line.casefold() in NEWSPAPERS:
        return True
    words = [word for word in re.split(r"[\s\-–|,]+", line.strip(" .:-–")) if word]
    if not _OFFICE_HEAD.match(line) or len(words) > 16 or any(character.isdigit() for character in line):
        return False
    strange = [word for word in words if word.casefold() not in OFFICE_WORDS]
    if line.isupper():  # capitals tell names from words no longer: only a short name may follow the office
        return len(strange) <= 4
    return all(word[0].isupper() for word in strange) and len(strange) <= 6


def is_person(line: str) -> bool:
    """Whether a line is nothing but one or more people's names, such as "Lê Hằng" or "H.Long"."""
    if line.isupper() and has_surname(line):
        line = line.title()
    if not _PERSON.fullmatch(line) or _OFFICE_HEAD.match(line) or _NOT_PERSON.match(line):
        return False
    folded = line.casefold()
    others = province_names() | {"việt nam"} | NEWSPAPERS
    return others.isdisjoint((folded, *_CONNECTOR.split(folded)))


def has_surname(name: str) -> bool:
    """Whether the first word of a name is a family name."""
    return name.split()[0].casefold() in _TELLING_SURNAMES


def is_item(line: str) -> bool:
    """Whether a line starts like an item of a list: a bullet, "1.", "a)", "II."."""
    return bool(_BULLET.match(line))


def office_in(line: str) -> str:
    """The office that a line names, alone or before the number of its letter: "UBND HUYỆN X - Số: 29/KH"."""
    name = re.split(r"\s*[-–—|,]?\s+Số\b", line)[0]
    return name if is_office(name) else ""
