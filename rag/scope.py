"""Requests that no article could answer, whatever the articles say: told by their wording alone."""

import re

from index.vietnamese import fold, is_syllable, words

_OUT_OF_SCOPE = re.compile(
    r"""
    ^\W* (?:(?:hay|ban|giup|xin|vui\ long|toi|minh|em|nho|co\ the|lam\ on)\ )*
        (?:viet|sang\ tac|soan|lam|ke|ve|dich)\ (?:\w+\ ){0,4}?
        (?:bai\ (?:tho|hat|van)|tho|ca\ dao|truyen|chuyen\ (?:cuoi|ma|co\ tich|vui)|doan\ code|cau\ do)\b
    | \b\d+\s*(?:[+*x×:/÷-]|cong|tru|nhan|chia(?:\ cho)?)\s*\d+\s*(?:=|bang|la)\s*(?:may|bao\ nhieu|\?|$)
    | \b(?:ngay\ mai|hom\ nay|tuan\ nay|toi\ nay|chieu\ nay|cuoi\ tuan)\b .* \b(?:troi|thoi\ tiet|mua|nang)\b
    | \b(?:troi|thoi\ tiet)\b .* \b(?:ngay\ mai|hom\ nay|tuan\ nay|toi\ nay|chieu\ nay|cuoi\ tuan)\b
    | \b(?:bo\ qua|quen)\ (?:moi|tat\ ca|het|cac|nhung|toan\ bo)\b .* \b(?:huong\ dan|chi\ dan|cau\ lenh|quy\ tac)\b
    | \b(?:cau\ lenh|loi\ nhac|huong\ dan|chi\ dan|prompt)\ (?:he\ thong|cua\ ban|goc|ban\ dau)\b
    | ^\W*(?:ban\ la\ ai|ban\ ten\ (?:la\ )?gi|ban\ khoe\ khong|xin\ chao|chao\ ban|cam\ on)\b
    """,
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
    if _OUT_OF_SCOPE.search(fold(question)):
        return True
    spoken = [question[word.start : word.end] for word in words(question) if question[word.start].isalpha()]
    vietnamese = sum(is_syllable(word.lower()) for word in spoken)
    return len(spoken) >= _FEWEST_WORDS and vietnamese < _LEAST_VIETNAMESE * len(spoken)
