"""Sentence boundaries that survive Vietnamese abbreviations, numbers, dates and names."""

import re

from index.types import Span

# Abbreviations after which a full stop does not end a sentence, folded to lower case.
_ABBREVIATIONS = frozenset(
    "tp tx tt q p x h đ ts ths gs pgs bs cn ks cv kts ds ls ncs nsnd nsưt cki ckii ck1 ck2 đ/c đc tr st vd tel đt "
    "mr mrs ms dr".split()
)
_NUMBER_SIGN = "No"  # "No. 5"; in lower case it is the word for having eaten enough
_INITIALS = re.compile(r"[A-ZĐƯ](?:\.[A-ZĐƯ])*")
_AN_INITIAL = re.compile(r"[A-ZĐƯ]\.")
# Words that begin a sentence and no name: "Công an TP. Sau đó" is the end of one (in the news of DESIGN's
# measuring data 6 % of the points behind "TP" end one).
_OPENERS = frozenset(
    "Theo Ngoài Trong Trước Sau Khi Các Những Tuy Việc Với Đối Bên Riêng Bởi Vì Hiện Nếu Để Do Tại Từ Cùng Đây Đó "
    "Nhiều Một Ông Như Đến Nhưng Và Còn".split()
)
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_TERMINATOR = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’»)\]]*+(?=\s)")
_PARAGRAPH = re.compile(r"[^\n]+(?:\n(?!\n)[^\n]+)*")
_LAST_WORD = re.compile(r"[^\s(\"'“‘«\[]*$")
_STARTS_SENTENCE = re.compile(r"[\"'“‘«(\[\-–—•*+]*\s*(?:\d|[^\W\d_])")
_LOOK_BACK = 80
_LIST_NUMBER = re.compile(r"(?:\d{1,2}(?:\.\d{1,2}){0,3}|[a-zđ]|[IVX]{1,4})", re.IGNORECASE)
_NUMBERED = ("Chương", "Mục", "Phần", "Điều", "Bước", "Bài", "Câu")  # "Điều 3. Phạm vi" heads a line


def split_sentences(text: str) -> list[Span]:
    """Spans of the sentences of ``text``, in order, without surrounding white space.

    A line break ends a sentence unless the line stops in the middle of one (no closing punctuation and the
    next line starts in lower case). Every character that is not white space lies in exactly one span.

    >>> [text[s.start:s.end] for text in ["TP. Huế đạt 8.5 điểm. Đứng thứ 2."] for s in split_sentences(text)]
    ['TP. Huế đạt 8.5 điểm.', 'Đứng thứ 2.']
    """
    spans: list[Span] = []
    for paragraph in _PARAGRAPH.finditer(text):
        start = paragraph.start()
        for end in (*_boundaries(text, paragraph.start(), paragraph.end()), paragraph.end()):
            span = strip_span(text, start, end)
            if span is not None:
                spans.append(span)
            start = end
    return spans


def _boundaries(text: str, start: int, end: int) -> list[int]:
    stops = [m.end() for m in _TERMINATOR.finditer(text, start, end) if _ends_sentence(text, start, m)]
    breaks = [m.start() for m in re.finditer("\n", text[start:end])]
    stops += [start + offset for offset in breaks if not _continues(text, start + offset)]
    return sorted(set(stops))


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    following = text[match.end() : match.end() + 40].lstrip()
    opening = _STARTS_SENTENCE.match(following)
    if opening is None or opening.group()[-1].islower():
        return False
    if match.group()[0] != "." or len(match.group().rstrip("\"'”’»)]")) > 1:
        return True
    # A bounded look back: the whole line would make a text without line breaks take quadratic time.
    start = max(start, match.start() - _LOOK_BACK)
    line_start = max(text.rfind("\n", start, match.start()) + 1, start)
    before = text[line_start : match.start()]
    word_match = _LAST_WORD.search(before)
    word = word_match.group() if word_match else ""
    if _is_abbreviation(word, following):
        first = _FIRST_WORD.match(following)
        return first is not None and first.group() in _OPENERS
    # "1. Mục tiêu": the number of a list item, not a sentence of its own.
    earlier = before[: len(before) - len(word)].rstrip()
    return not (_LIST_NUMBER.fullmatch(word) and (not earlier or earlier[-1] in ".!?:;" or earlier in _NUMBERED))


def _is_abbreviation(word: str, following: str) -> bool:
    """Whether the point behind ``word`` may belong to it: "TP. Huế", "PGS.TS. Lê", "Nguyễn V. An", "bà T.T. L."."""
    parts = word.lower().split(".")
    if all(part in _ABBREVIATIONS for part in parts) or "".join(parts) in _ABBREVIATIONS or word == _NUMBER_SIGN:
        return True
    return bool(_INITIALS.fullmatch(word)) and (len(word) == 1 or bool(_AN_INITIAL.match(following)))


def _continues(text: str, line_break: int) -> bool:
    before = text[max(0, line_break - _LOOK_BACK) : line_break].rstrip()[-1:]
    after = text[line_break : line_break + _LOOK_BACK].lstrip()[:1]
    return before not in ".!?…:;" and after.islower()


def strip_span(text: str, start: int, end: int) -> Span | None:
    """``[start, end)`` without the white space at its ends; None when there is nothing else."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if end > start else None
