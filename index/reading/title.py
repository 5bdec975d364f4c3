"""The headline among the lines above the body."""

import re
from datetime import date

from index.reading.byline import read_line
from index.reading.shape import SENTENCE_END, is_item, office_in, word_count
from index.reading.types import Line, Value

_CAPTION = re.compile(
    r"\W*(?:ảnh|hình|nguồn ảnh|video|clip|chú thích|biểu đồ|sơ đồ)\b(?:\s*\d+)?\s*[:.]|.*\(?\bảnh\s*:",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"(?:tin|tin tức|tin hoạt động|hoạt động|chuyên mục|chuyên đề|mục|thời sự|bản tin|sự kiện|góc|nghiên cứu"
    r"|diễn đàn|xây dựng đảng|cải cách hành chính)"
    r"(?: [^\W\d_]+){0,5}",
    re.IGNORECASE,
)
_SECTION_WORDS = 5
_TRAILING_DATE = re.compile(r"\s*(?:\(\s*(?P<inside>[^()]*\d{4}[^()]*)\)|[|–—-]\s+(?P<after>[^|–—]*\d{4}[^|–—]*))$")


def find_title(header: list[Line]) -> tuple[Line, Value] | None:
    """Returns the headline and the line it stands in, if one of the lines looks like it.

    Args:
        header: Lines above the body.
    """
    for line in header:
        for statement in line.statements:
            if statement.field == "title":
                return line, line.part(statement.value, statement.start)
    candidates = [
        (place, line) for place, line in enumerate(header) if not line.statements or _is_lonely_name(header, place)
    ]
    scored = [(_title_score(header, place) - 0.5 * rank, -place, line) for rank, (place, line) in enumerate(candidates)]
    if not scored:
        return None
    score, _, best = max(scored)
    if score < 0:  # nothing looks like a headline: the line beside the date is one all the same
        beside = (
            line
            for step in (1, -1)
            for place, line in candidates
            if _is_dated(header, place + step) and not office_in(line.text)
        )
        chosen = next(beside, None)
        if chosen is None:
            return None
        best = chosen
    return best, best.part(best.text)


def _is_lonely_name(header: list[Line], place: int) -> bool:
    # A first line that reads like a name is the title of an article about someone, if nothing else can be it.
    return place == 0 and all(line.statements and line.statements[0].field == "author" for line in header)


def _title_score(header: list[Line], place: int) -> float:
    """How much a header line looks like the headline. The weights order the cases of test_text."""
    line = header[place].text
    words = word_count(line)
    score = 3.0 if 5 <= words <= 25 else 1.0 if words >= 3 and words <= 35 else -1.0
    if words > 35:
        score = -3.0
    if office_in(line):
        score -= 4.0
    elif (
        line.isupper() and place == 0 and any(not other.text.isupper() for other in header[1:] if not other.statements)
    ):
        score -= 2.0  # a site's name in capitals above a headline that is not
    if _SECTION.fullmatch(line) and words <= _SECTION_WORDS:
        score -= 2.5
    if SENTENCE_END.search(line) and line[-1] not in "?!”\"’'":
        score -= 2.0
    if line[0].islower() or is_item(line) or line[0] in "(":
        score -= 3.0
    if _CAPTION.match(line):
        score -= 3.0
    if _is_dated(header, place + 1):
        score += 2.0
    elif _is_dated(header, place - 1):
        score += 1.0
    return score


def _is_dated(header: list[Line], place: int) -> bool:
    """Whether the line at a place is there and says when or by whom the article was written."""
    return 0 <= place < len(header) and any(
        s.field in ("published", "updated", "author") for s in header[place].statements
    )


def split_trailing_date(line: Line) -> tuple[Value, Value, date] | None:
    """Takes the date that some sites print behind the headline, "... (29/10/2019)", apart from it."""
    match = _TRAILING_DATE.search(line.text)
    if not match or not line.text[: match.start()].strip():
        return None
    group = "inside" if match["inside"] else "after"
    for statement in read_line(match[group].strip()):
        if statement.day:
            at = line.text.index(statement.value, match.start(group))
            return line.part(line.text[: match.start()]), line.part(statement.value, at), statement.day
    return None
