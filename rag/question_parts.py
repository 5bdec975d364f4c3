"""Compound questions taken apart by their wording: several clauses that ask, or one clause about several things."""

import re
from collections.abc import Iterator, Sequence

from index.vietnamese import fold
from index.vietnamese.lexicon import ASKS, ORGANISATIONS, UNCLEAR_QUESTION_WORDS, any_of
from rag.follow_ups import is_fragment, points_back
from rag.places_and_times import BEFORE, DAY, KINDS, NAME, PERIOD, UNIT

_MOST_PARTS = 4
_FEWEST_WORDS = 4  # "Làm thế nào và khi nào …": too little to be asked alone

# Some also as typed without accents: articles ask nothing, so accents may not come back from them.
_ASKS_UNACCENTED = {*map(fold, ASKS)} - UNCLEAR_QUESTION_WORDS
_ASKS = re.compile(rf"\b(?:{any_of(ASKS, _ASKS_UNACCENTED)}|có .+ không)\b", re.IGNORECASE)
_CONNECTION = re.compile(r" ?[?;] (?:(?:và|còn) )?| ?,? (?:và|va|còn|đồng thời) | ?, ", re.IGNORECASE)
_COMPARES = re.compile(
    r"^\W*(?:hãy )?so sánh (?:xem )?|,? +(?:thì )?(?:[^\W\d]+ ){0,3}(?:nào|ai|đâu)(?: [^\W\d]+){0,4} hơn\b.*$",
    re.IGNORECASE,
)

_AND = r",? (?i:và|hay|hoặc|với|so với) "
# What follows "xã Tân Hòa và" without the word for a place may be none: "Sở Nội vụ", "Chủ tịch xã Bình An".
_ORGANISATION = f"(?i:{any_of(ORGANISATIONS, ('ban', 'trạm', 'đoàn'))}) "
_OF_ANOTHER = rf"{NAME} [^\W\d_A-ZĐ]+(?: \w+){{0,4}} {UNIT} {NAME}"
_ALIKE = tuple(
    re.compile(
        rf"(?P<before>\b{BEFORE})(?P<kind>{kind}) (?P<one>{one})(?P<within>(?: {kind} {one})*+){_AND}"
        rf"(?P<before_other>{BEFORE})(?:(?P<kind_other>{kind}) |(?!{_ORGANISATION}|{_OF_ANOTHER}))"
        rf"(?P<other>{one})(?P<other_within>(?: {kind} {one})*+)(?![\w%])"
    )
    for kind, one in KINDS
)
_LISTS = tuple(
    re.compile(
        rf"\b(?P<kind>{kind}) (?P<items>{one}(?:, (?i:(?P=kind) )?{one})++),? (?i:và|hay|hoặc) "
        rf"(?P<last>(?i:(?P=kind) )?{one})(?![\w%])"
    )
    for kind, one in KINDS
)
_LISTED = tuple(re.compile(rf"\b{kind} {one},? $") for kind, one in KINDS)
# Two things and what is asked of both: "Giữa A và B, xã nào …?", "Xã nào …, A hay B?", "So sánh … giữa A và B".
_COMPARED = tuple(
    re.compile(
        form.format(
            kind=kind, pair=rf"(?P<one>(?P<kind>{kind}) {one}),? (?i:và|hay|hoặc|với) (?P<other>(?:{kind} )?{one})"
        )
    )
    for kind, one in KINDS
    for form in (
        r"^(?i:giữa )?{pair},? (?i:thì )?{kind} (?i:nào) (?P<asked>[^,?]+)\W*$",
        # "Xã nào nằm giữa xã A và xã B?" asks for a third.
        r"^{kind} (?i:nào) (?P<asked>[^,:?]+(?:[,:]|(?<= hơn))) (?i:giữa )?{pair}\W*$",
        r"^\W*(?i:(?:hãy )?so sánh )(?P<asked>[^,?]+) (?i:giữa) {pair}(?P<rest>[^,]*)$",
    )
)
_MORE = re.compile(r"\s*\b(?:(?:nhiều|ít|cao|thấp|lớn|nhỏ|tốt|sớm|muộn) )?hơn\b", re.IGNORECASE)
# What holds of two things together holds of neither alone.
_TOGETHER = re.compile(
    r"\b(?:giữa|nối|sáp nhập|nhập (?:từ|lại)|hợp nhất|thành lập (?:từ|trên cơ sở)"
    r"|phối hợp|với nhau)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(rf"\b{UNIT} {NAME}")
_SETTING = re.compile(rf"^(?:{BEFORE}{PERIOD} {DAY}[^,?]{{0,20}}), ")


def parts_of(question: str) -> tuple[str, ...]:
    """The questions that a compound question asks, each to be asked alone; none where it asks one thing.

    Args:
        question: With accents, restored where they were not typed, and single spaces, as ``prepare_query`` makes it.

    >>> parts_of("Xã Bình An có bao nhiêu thôn và ai là Chủ tịch xã?")
    ('Xã Bình An có bao nhiêu thôn', 'ai là Chủ tịch xã (Xã Bình An)')
    >>> parts_of("So sánh số hộ nghèo của xã Tân Phú và xã Bình An năm 2022.")
    ('số hộ nghèo của xã Tân Phú năm 2022.', 'số hộ nghèo của xã Bình An năm 2022.')
    >>> parts_of("Xã có bao nhiêu cán bộ và công chức?")
    ()
    """
    if compared := _compared(question):
        return compared
    clauses = _complete(list(_clauses(_COMPARES.sub("", question))))
    if len(clauses) > 1 and any(points_back(clause) or is_fragment(clause) for clause in clauses):
        return ()  # "… và lệ phí bao nhiêu?", "… và ông ấy nói gì?" ask nothing without the rest
    parts = tuple(dict.fromkeys(part for clause in clauses for part in _apart(clause)))
    return parts if 1 < len(parts) <= _MOST_PARTS else ()


def _compared(question: str) -> tuple[str, ...]:
    """What is asked of each of two things that a question compares; none where it does not."""
    for form in _COMPARED:
        if found := form.search(question):
            named = found["other"]
            other = named if re.match(UNIT + "|" + PERIOD, named) else f"{found['kind']} {named}"
            asked, rest = _MORE.sub("", found["asked"].rstrip(",:")), found.groupdict().get("rest")
            if rest is None:
                return f"{found['one']} {asked}", f"{other} {asked}"
            return f"{asked} của {found['one']}{rest}", f"{asked} của {other}{rest}"
    return ()


def _clauses(text: str) -> Iterator[str]:
    """The text cut where both sides ask something."""
    start = 0
    for connection in _CONNECTION.finditer(text):
        clause, rest = text[start : connection.start()], text[connection.end() :]
        if _closed(clause) and all(
            _ASKS.search(side) and len(side.split()) >= _FEWEST_WORDS for side in (clause, rest)
        ):
            yield clause
            start = connection.end()
    yield text[start:]


def _closed(text: str) -> bool:
    """Whether no quotation and no bracket is open at the end."""
    return text.count('"') % 2 == 0 and text.count("“") == text.count("”") and text.count("(") == text.count(")")


def _complete(clauses: Sequence[str]) -> list[str]:
    """The clauses, each with the place and the time that it shares with another."""
    setting = _SETTING.match(clauses[0])
    shared = next((place[0] for clause in clauses if (place := _PLACE.search(clause))), "")
    completed = []
    for clause in clauses:
        placed = clause if _PLACE.search(clause) or not shared else f"{clause.rstrip(' ?.')} ({shared})"
        dated = any(character.isdecimal() for character in clause)
        completed.append(placed if dated or not setting else setting[0] + placed)
    return completed


def _apart(clause: str) -> Iterator[str]:
    """The clause once for each of several things alike that it asks about: places, or times."""
    if _TOGETHER.search(clause):
        yield clause
        return
    for listing, alike, listed in zip(_LISTS, _ALIKE, _LISTED, strict=True):
        if found := listing.search(clause):
            kind, named = found["kind"], re.compile(rf"{found['kind']} ", re.IGNORECASE)
            for item in [*found["items"].split(", "), found["last"]]:
                yield f"{clause[: found.start()]}{kind} {named.sub('', item)}{clause[found.end() :]}"
            return
        found = alike.search(clause)
        if found is None:
            continue
        head, tail = clause[: found.start()], clause[found.end() :]
        if listed.search(head) or not re.search(r"\w", head + tail):  # one lies in another; nothing asked about them
            continue
        # "quý I và quý II năm 2020": both lie within the year.
        one = f"{found['before']}{found['kind']} {found['one']}{found['within'] or found['other_within']}"
        other = f"{found['before_other'] or found['before']}{found['kind_other'] or found['kind']} {found['other']}"
        yield f"{head}{one}{tail}"
        yield f"{head}{other}{found['other_within']}{tail}"
        return
    yield clause
