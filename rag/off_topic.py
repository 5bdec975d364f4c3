"""Requests that no article could answer, whatever the articles say: told by their wording alone."""

import re

from index.vietnamese import fold, is_syllable, words
from rag.greetings import is_courtesy

_OUT_OF_SCOPE = re.compile(
    r"""
    ^\W* (?:(?:hay|ban|giup|xin|vui\ long|toi|minh|em|nho|co\ the|lam\ on)\ )*
        (?:viet|sang\ tac|soan|lam|ke|ve|dich)\ (?:\w+\ ){0,4}?
        (?:bai\ (?:tho|hat|van)|tho|ca\ dao|truyen|chuyen\ (?:cuoi|ma|co\ tich|vui)|doan\ code|cau\ do)\b
    | ^\W*(?:tinh\ )?\d[\d.,]*\s*(?:[+*x×:/÷-]|cong|tru|nhan|chia(?:\ cho)?)\s*\d[\d.,]*
        \s*(?:=|(?:thi\ |la\ )?bang|la)?\s*(?:may|bao\ nhieu)?\W*$
    | \b(?:ngay\ mai|hom\ nay|tuan\ nay|toi\ nay|chieu\ nay|cuoi\ tuan)\b .* {weather}
    | {weather} .* \b(?:ngay\ mai|hom\ nay|tuan\ nay|toi\ nay|chieu\ nay|cuoi\ tuan)\b
    | \b(?:bo\ qua|quen)\ (?:moi|tat\ ca|het|toan\ bo)\ (?:\w+\ )?(?:huong\ dan|chi\ dan|cau\ lenh|quy\ tac)\b
    | \b(?:cau\ lenh|loi\ nhac|prompt)\ (?:he\ thong|cua\ ban|goc)\b
    | ^\W*(?:ban\ la\ ai|ban\ ten\ (?:la\ )?gi|ban\ khoe\ khong)\W*$
    """.replace("{weather}", r"\b(?:du\ bao\ thoi\ tiet|thoi\ tiet|troi\ (?:co\ |se\ )?(?:mua|nang|dep|lanh|nong))\b"),
    re.VERBOSE,
)
_FEWEST_WORDS = 3
_LEAST_VIETNAMESE = 0.5


def out_of_scope(question: str) -> bool:
    """Whether a question asks for a poem, a sum, the weather or the assistant itself, or is not in Vietnamese.

    Args:
        question: As it was typed, with or without accents.

    >>> out_of_scope("Viết giúp tôi một bài thơ về mùa thu"), out_of_scope("12 nhân 12 bằng mấy?")
    (True, True)
    >>> out_of_scope("What is the capital of France?"), out_of_scope("Ai viết bài về lễ hội thơ ở Hòa Hiệp?")
    (True, False)
    """
    if is_courtesy(question) or _OUT_OF_SCOPE.search(fold(question)):
        return True
    # Names and short forms are foreign to any language.
    found = list(words(question))
    spoken = [word for word in found if question[word.start].islower() or word is found[0]]
    letters = [question[word.start : word.end] for word in spoken if question[word.start].isalpha()]
    plain = [word.lower() for word in letters if not (word.isupper() and len(word) > 1)]
    return len(plain) >= _FEWEST_WORDS and sum(map(is_syllable, plain)) < _LEAST_VIETNAMESE * len(plain)
