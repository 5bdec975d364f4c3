"""A question made ready for searching."""

import re
from collections.abc import Mapping

from index import QuestionError
from index.vietnamese import fold, has_accents, nfc, words
from index.vietnamese.lexicon import (
    ASKS_HOW_MANY,
    ASKS_WHEN,
    ASKS_WHERE,
    ASKS_WHY,
    PRONOUNS,
    UNCLEAR_UNITS,
    UNITS,
    any_of,
)
from rag.greetings import is_courtesy
from rag.places_and_times import BEFORE, KINDS, UNIT
from rag.types import History, Query

MAX_QUESTION_CHARACTERS = 2_000
_MOST_TYPED_CHARACTERS = 4 * MAX_QUESTION_CHARACTERS

# Openings and pronouns that point back at what was asked before. Without accents "ho", "no", "con" and "the" may as
# well be "hồ", "nợ", "cồn" and "thẻ", so an unaccented question is only matched where it is plain.
_THINGS = ("bài", "người", "mô hình", "đơn vị", "cơ quan", "chỉ số", "dự án")
_THING = any_of(UNITS, _THINGS)
_THING_UNACCENTED = any_of({*map(fold, (*UNITS, *_THINGS))} - UNCLEAR_UNITS)
_POINTS_BACK = re.compile(
    r"^(?:còn|thế còn|thế thì|vậy)\b|\bthì sao\W*$"
    r"|\b(?:ở đó|ở đấy|nơi đó|nơi này|lúc đó|khi đó|năm đó|nó|việc đó|việc này|điều đó"
    rf"|(?:{any_of(PRONOUNS)}) ấy|(?<!dòng )họ(?! và tên| tên)|(?:{_THING}) (?:đó|này|ấy))\b"
)
_POINTS_BACK_UNACCENTED = re.compile(
    r"^(?:the con|vay (?:con|da|thi|ai)|con\b.*\bthi sao)\b"
    r"|\b(?:o do|noi do|luc do|khi do|viec do|dieu do"
    rf"|(?:{fold(any_of(PRONOUNS))}) ay|(?:{_THING_UNACCENTED}) (?:do|nay|ay))\b"
)
# "Thế còn huyện Yên Trạch?", "Năm 2020 thì sao?": the same question about another place or time.
_MENTIONED = tuple(re.compile(rf"\b{kind} {one}") for kind, one in KINDS)
_OTHER = tuple(
    re.compile(rf"^(?i:(?:(?:thế|vậy) )?(?:còn|thì) )?{BEFORE}(?P<other>{kind} {one})(?i: thì(?: sao)?| thế nào)?\W*$")
    for kind, one in KINDS
)
_UNIT_UNACCENTED = re.compile(rf"\b{fold(UNIT)} ")
_OTHER_UNACCENTED = re.compile(
    rf"^(?:(?:the|vay) )?(?:con )?(?:(?:o|tai|cua) )?(?P<unit>{fold(UNIT)}) (?!(?:do|nay|ay|kia|nao|ben|khac)\b)"
    r"(?P<name>\w+ \w+)(?: thi(?: sao)?)?\W*$"
)
_MAX_FRAGMENT_WORDS = 4  # "Năm 2019?", "Ai ký?": too short to stand alone after another question
_MAX_NAMELESS_WORDS = 6  # "Xây hết bao nhiêu tiền?": names nothing, so it goes on about what was asked before
_ASKING = any_of(("ai", "nào", "là gì"), ASKS_WHERE, ASKS_WHEN, ASKS_HOW_MANY, ASKS_WHY)
_ASKS = re.compile(rf"\b(?:{fold(_ASKING)})\b")
_DEFINES = re.compile(r"\b(?:là gì|nghĩa là|thế nào là|la gi|nghia la|the nao la)\b")


def prepare_query(question: str, history: History = ()) -> Query:
    """Clean a question and put back what a follow-up leaves out.

    A question that points back at the one before (or is a fragment of a few words) is searched together with
    it; any other question stands alone, so a change of topic does not drag the old one along.

    Raises:
        QuestionError: The question is empty or longer than ``MAX_QUESTION_CHARACTERS``.
    """
    if len(question) > _MOST_TYPED_CHARACTERS:  # cleaning takes its time with piles of combining marks
        raise _too_long(len(question))
    text = _clean(question)
    if not any(character.isalnum() for character in text):
        raise QuestionError("Câu hỏi đang trống. Hãy nhập điều bạn muốn hỏi.")
    if len(text) > MAX_QUESTION_CHARACTERS:
        raise _too_long(len(text))
    topic = ""
    for earlier in [*_questions(history), text]:
        topic, standalone = _resolve(earlier, topic)
    return Query(text, standalone)


def _too_long(characters: int) -> QuestionError:
    length, limit = (f"{number:,}".replace(",", ".") for number in (characters, MAX_QUESTION_CHARACTERS))
    return QuestionError(f"Câu hỏi dài {length} ký tự, vượt quá {limit}. Hãy rút gọn câu hỏi.")


def _resolve(text: str, topic: str) -> tuple[str, str]:
    """The topic after a question, and the question made standalone.

    A follow-up leaves the topic as it was, unless it asks the same of something else.
    """
    if is_courtesy(text):
        return topic, text
    if topic and (same := _about_another(topic, text)):
        return same, same
    if topic and (points_back(text) or is_fragment(text)):
        return topic, f"{topic} {text}"[-MAX_QUESTION_CHARACTERS:]
    return text, text


def _about_another(topic: str, text: str) -> str:
    """The question before about the place or time that ``text`` names; "" where that is not what ``text`` asks."""
    for mentioned, about_other in zip(_MENTIONED, _OTHER, strict=True):
        other = about_other.search(text)
        found = list(mentioned.finditer(topic))
        if other and len(found) == 1:
            before, after = topic[: found[0].start()], topic[found[0].end() :]
            named = other["other"]
            same = before + (named[0].lower() if before else named[0].upper()) + named[1:] + after
            return same[:MAX_QUESTION_CHARACTERS]
    return "" if has_accents(text) else _about_another_unaccented(topic, text)


def _about_another_unaccented(topic: str, text: str) -> str:
    """The same where names have no capitals to tell them by: names are taken to have two words, as most do."""
    other = _OTHER_UNACCENTED.search(fold(text))
    if other is None:
        return ""
    found = list(re.finditer(rf"\b{other['unit']} \w+ \w+", fold(topic)))
    if len(found) != 1:
        return ""
    return topic[: found[0].start()] + text[other.start("unit") : other.end("name")] + topic[found[0].end() :]


def points_back(text: str) -> bool:
    """Whether a question refers to something said before: "ông ấy", "xã đó", "… thì sao?".

    The names "Nguyễn Văn Nó" and "Lê Thị Họ" do not.
    """
    pattern = _POINTS_BACK if has_accents(text) else _POINTS_BACK_UNACCENTED
    read = text.lower() if text.isupper() else text[:1].lower() + text[1:]
    return pattern.search(read) is not None


def is_fragment(text: str) -> bool:
    """Whether a question is too short to stand alone: of few words, or of few more and without a name.

    One that asks for a definition, or something about a name, stands alone however short: "Đông Hải ở đâu?".
    """
    found = list(words(text))
    named = any(text[word.start].isupper() for word in found[1:]) or (
        not has_accents(text) and _UNIT_UNACCENTED.search(fold(text)) is not None
    )
    if _DEFINES.search(text.lower()) or (named and _ASKS.search(fold(text))):
        return False
    if len(found) <= _MAX_FRAGMENT_WORDS:
        return True
    dated = any(text[word.start].isdecimal() for word in found)
    return len(found) <= _MAX_NAMELESS_WORDS and not named and not dated


def _clean(text: str) -> str:
    """NFC, single spaces, no half characters (a lone surrogate would break every encoder behind)."""
    return " ".join(nfc(text.encode("utf-8", "replace").decode()).split())


def _questions(history: History) -> list[str]:
    """What the user asked so far. Content may be text or, as some chat clients send it, a list of text parts."""
    asked = []
    for message in history or ():
        if not isinstance(message, Mapping) or "role" not in message:
            raise QuestionError("Lịch sử trò chuyện sai dạng: mỗi lượt cần có role và content.")
        content = message.get("content") or ""
        if not isinstance(content, str | list | tuple):
            raise QuestionError("Lịch sử trò chuyện sai dạng: content phải là chữ.")
        if not isinstance(content, str):
            content = " ".join(str(part.get("text", "")) for part in content if isinstance(part, Mapping))
        if message["role"] == "user" and content.strip():
            asked.append(_clean(content[:_MOST_TYPED_CHARACTERS]))
    return asked
