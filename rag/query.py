"""A question made ready for searching."""

import re

from index import QuestionError
from index.vietnamese import fold, nfc, words
from rag.types import History, Query

MAX_QUESTION_CHARACTERS = 2_000

# Openings and pronouns that point back at what was asked before, matched on folded text.
_POINTS_BACK = re.compile(
    r"^(?:con|the con|the thi|vay|vay con|vay thi|the)\b"
    r"|\b(?:o do|o day|noi do|noi nay|luc do|khi do|nam do|ong ay|ba ay|anh ay|chi ay|ho|no|viec do|viec nay|dieu do"
    r"|(?:xa|huyen|tinh|phuong|bai|nguoi|mo hinh|don vi|co quan|chi so|du an) (?:do|nay|ay))\b"
)
_MAX_FRAGMENT_WORDS = 4  # "Năm 2019?", "Ai ký?": too short to stand alone after another question


def prepare_query(question: str, history: History = ()) -> Query:
    """Clean a question and put back what a follow-up leaves out.

    A question that points back at the one before (or is a fragment of a few words) is searched together with
    it; any other question stands alone, so a change of topic does not drag the old one along.

    Raises:
        QuestionError: The question is empty or longer than ``MAX_QUESTION_CHARACTERS``.
    """
    text = " ".join(nfc(question).split())
    if not any(character.isalnum() for character in text):
        raise QuestionError("Câu hỏi đang trống. Hãy nhập điều bạn muốn hỏi.")
    if len(text) > MAX_QUESTION_CHARACTERS:
        raise QuestionError(
            f"Câu hỏi dài {len(text):,} ký tự, vượt quá {MAX_QUESTION_CHARACTERS:,}. Hãy rút gọn câu hỏi.".replace(
                ",", ".", 2
            )
        )
    earlier = _last_question(history)
    if earlier and (_POINTS_BACK.search(fold(text)) or len(list(words(text))) <= _MAX_FRAGMENT_WORDS):
        standalone = f"{earlier} {text}"[-MAX_QUESTION_CHARACTERS:]
    else:
        standalone = text
    return Query(text=text, standalone=standalone, folded=fold(standalone))


def _last_question(history: History) -> str:
    asked = [message["content"] for message in history if message["role"] == "user"]
    return " ".join(nfc(asked[-1]).split()) if asked else ""
