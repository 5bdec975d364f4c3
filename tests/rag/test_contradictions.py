from collections.abc import Callable, Iterable
from datetime import date

import pytest

from index import Article, Chunk
from rag import Passage
from rag.contradictions import find_contradiction
from rag.drafts import DraftSentence
from rag.grounding import Grounder
from rag.lexical_reader import LexicalReader

HERE = "Xã Bình Sơn đã hỗ trợ 35 hộ nghèo sửa nhà."


def equal_weights(tokens: Iterable[str]) -> dict[str, float]:
    return dict.fromkeys(tokens, 1.0)


RULES = LexicalReader(equal_weights)


@pytest.fixture
def passages(make_article: Callable[..., Article]) -> Callable[..., list[Passage]]:
    def make(*texts: str) -> list[Passage]:
        articles = [make_article("Tin vắn", text, date(2024, 5, day)) for day, text in enumerate(texts, 1)]
        return [
            Passage(number, Chunk(number, article.id, 0, len(article.text)), article, 1.0)
            for number, article in enumerate(articles, 1)
        ]

    return make


@pytest.mark.parametrize(
    ("here", "there", "difference"),
    [
        (HERE, "Đến nay, xã Bình Sơn đã hỗ trợ 53 hộ nghèo sửa nhà.", ("35 ", "53 ")),
        (
            "UBND xã Bình Sơn chi 2,5 tỷ đồng làm đường thôn Suối Cạn.",
            "Ủy ban nhân dân xã Bình Sơn đã chi 3 tỷ đồng làm đường thôn Suối Cạn.",
            ("2500000000 ", "3000000000 "),
        ),
        (
            "Cầu Suối Cạn khánh thành ngày 3/5/2024.",
            "Cầu Suối Cạn được khánh thành ngày 4 tháng 5 năm 2024.",
            ("2024-05-03", "2024-05-04"),
        ),
    ],
)
def test_another_article_with_another_figure_is_found(
    passages: Callable[..., list[Passage]], here: str, there: str, difference: tuple[str, str]
) -> None:
    retrieved = passages(here, f"Sáng nay trời nắng. {there}")
    grounder = Grounder(retrieved, equal_weights, RULES)
    sentence = grounder.check(DraftSentence(here, frozenset({1})))
    found = find_contradiction(sentence, retrieved, equal_weights)
    assert found is not None
    assert found.passage.article.text[found.span.start : found.span.end] == there
    assert found.passage.article.published == date(2024, 5, 2)
    assert (found.stated.startswith(difference[0]), found.found.startswith(difference[1])) == (True, True)
    assert grounder.quote(found.passage, found.span).citations[0].quote == there


@pytest.mark.parametrize(
    ("here", "there"),
    [
        (HERE, "Xã Bình Sơn đã hỗ trợ 35 hộ nghèo sửa nhà."),  # the same
        (HERE, "Xã Tân Phú đã hỗ trợ 53 hộ nghèo sửa nhà."),  # another place
        (HERE, "Xã Bình Sơn đã hỗ trợ 53 con bò giống."),  # another thing
        (HERE, "Xã Bình Sơn có 53 hộ nghèo, trong đó đã hỗ trợ 35 hộ nghèo sửa nhà."),  # both numbers
        (HERE, "Xã Bình Sơn vận động doanh nghiệp trao quà Tết, thăm 53 hộ nghèo và gia đình chính sách."),
        (  # two years of a yearly figure
            "Năm 2023, xã Bình Sơn có 35 hộ nghèo.",
            "Năm 2024, xã Bình Sơn có 20 hộ nghèo.",
        ),
        (HERE, "Năm 2021, xã Bình Sơn đã hỗ trợ 53 hộ nghèo sửa nhà."),  # one says of which year it speaks
        (  # a meeting held every quarter
            "HĐND xã Bình Sơn họp ngày 3/5/2023.",
            "HĐND xã Bình Sơn họp ngày 4/7/2024.",
        ),
        ("Xã Bình Sơn đã mở thư viện cộng đồng.", "Xã Bình Sơn đã mở 2 thư viện cộng đồng."),  # no number here
    ],
)
def test_other_statements_do_not_contradict(passages: Callable[..., list[Passage]], here: str, there: str) -> None:
    retrieved = passages(here, f"{there} Chiều qua có mưa.")
    sentence = Grounder(retrieved, equal_weights, RULES).check(DraftSentence(here, frozenset({1})))
    assert sentence.verified
    assert find_contradiction(sentence, retrieved, equal_weights) is None


def test_an_article_does_not_contradict_itself(passages: Callable[..., list[Passage]]) -> None:
    retrieved = passages(f"{HERE} Xã Bình Sơn đã hỗ trợ 53 hộ nghèo sửa nhà.")
    sentence = Grounder(retrieved, equal_weights, RULES).check(DraftSentence(HERE, frozenset({1})))
    assert find_contradiction(sentence, retrieved, equal_weights) is None


def test_an_unverified_sentence_is_not_looked_at(passages: Callable[..., list[Passage]]) -> None:
    retrieved = passages(HERE, "Xã Bình Sơn đã hỗ trợ 53 hộ nghèo sửa nhà.")
    sentence = Grounder(retrieved, equal_weights, RULES).check(DraftSentence("Xã có 9.999 trường học.", frozenset()))
    assert not sentence.verified
    assert find_contradiction(sentence, retrieved, equal_weights) is None
