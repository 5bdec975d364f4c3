from collections.abc import Callable, Iterable

import pytest

from index import Article, Chunk
from rag import Passage
from rag.drafts import DraftSentence
from rag.grounding import Grounder
from rag.lexical_reader import LexicalReader
from rag.matching import coverage

TEXT = (
    "Đông Hải nâng chỉ số\n\nChỉ số cải cách hành chính của huyện Đông Hải đạt 8,5 điểm, đứng thứ 2 trong 9 huyện. "
    "Ông Lê Văn Bình là Chủ tịch UBND huyện. Huyện đã đưa 120 thủ tục lên mạng từ ngày 3/5/2024."
)


@pytest.fixture
def grounder(make_article: Callable[..., Article]) -> Grounder:
    article = make_article("Đông Hải nâng chỉ số", TEXT)
    return Grounder([Passage(1, Chunk(1, article.id, 0, len(TEXT)), article, 1.0)], equal_weights, RULES)


def equal_weights(tokens: Iterable[str]) -> dict[str, float]:
    return dict.fromkeys(tokens, 1.0)


RULES = LexicalReader(equal_weights)


@pytest.mark.parametrize(
    ("draft", "quoted"),
    [
        ("Chỉ số cải cách hành chính của huyện Đông Hải đạt 8,5 điểm.", "đạt 8,5 điểm"),
        ("Huyện Đông Hải đạt 8.5 điểm.", "đạt 8,5 điểm"),
        ("Chủ tịch UBND huyện là ông Lê Văn Bình.", "Lê Văn Bình"),
        ("Từ ngày 03/05/2024, 120 thủ tục đã lên mạng.", "120 thủ tục"),
    ],
)
def test_a_supported_sentence_cites_the_exact_words(grounder: Grounder, draft: str, quoted: str) -> None:
    sentence = grounder.check(DraftSentence(draft, frozenset()))
    assert sentence.verified
    for citation in sentence.citations:
        assert TEXT[citation.start : citation.end] == citation.quote
    assert any(quoted in citation.quote for citation in sentence.citations)


@pytest.mark.parametrize(
    "draft",
    [
        "Chỉ số cải cách hành chính của huyện Đông Hải đạt 8,6 điểm.",  # another number
        "Chỉ số cải cách hành chính của huyện Tây Hải đạt 8,5 điểm.",  # another name
        "Huyện đã đưa 120 thủ tục lên mạng từ ngày 3/6/2024.",  # another date
        "Huyện sẽ xây ba trường mầm non và một bệnh viện.",  # nothing of it
        "Chỉ số cải cách hành chính của huyện Đông Hải không đạt 8,5 điểm.",  # denied
        "Chủ tịch UBND huyện không phải là ông Lê Văn Bình.",
        "Chủ tịch UBND huyện là ông Lê Văn Hải.",  # both syllables stand somewhere, the name does not
        "Chỉ số cải cách hành chính của huyện đạt 9 điểm, đứng thứ 8,5.",  # numbers swapped
        "Đông Sơn có chỉ số cải cách hành chính đạt 8,5 điểm.",
    ],
)
def test_what_the_articles_do_not_say_is_not_verified(grounder: Grounder, draft: str) -> None:
    sentence = grounder.check(DraftSentence(draft, frozenset({1})))
    assert not sentence.verified
    assert sentence.citations == ()


def test_citations_are_numbered_in_order_of_first_use(grounder: Grounder) -> None:
    drafts = [
        "Huyện đã đưa 120 thủ tục lên mạng.",
        "Chỉ số cải cách hành chính của huyện đạt 8,5 điểm.",
        "Huyện đã đưa 120 thủ tục lên mạng từ ngày 3/5/2024.",
    ]
    sentences = [grounder.check(DraftSentence(draft, frozenset())) for draft in drafts]
    assert [[citation.number for citation in sentence.citations] for sentence in sentences] == [[1], [2], [1]]


def test_without_passages_nothing_is_verified() -> None:
    assert not Grounder([], equal_weights, RULES).check(DraftSentence("Bất cứ điều gì.", frozenset({1}))).verified


def test_support_falls_with_what_the_passages_lack(grounder: Grounder) -> None:
    scores = [
        grounder.support(text)
        for text in (
            "Huyện đã đưa 120 thủ tục lên mạng.",
            "Huyện đã đưa tất cả 120 thủ tục lên mạng.",
            "Huyện đã đưa 120 thủ tục lên cổng dịch vụ công quốc gia.",
            "Huyện đã đưa 999 máy gặt xuống cánh đồng phía tây.",
        )
    ]
    assert scores == sorted(scores, reverse=True)
    assert 1 > scores[0] > 0.8
    assert 0 < scores[-1] < 0.05
    assert Grounder([], equal_weights, RULES).support("Huyện đã đưa 120 thủ tục lên mạng.") == 0


def test_words_of_the_question_are_no_news_and_no_proof(grounder: Grounder) -> None:
    question = "Bao nhiêu thủ tục được người dân dùng qua mạng?"
    sentence = "Người dân dùng qua mạng 120 thủ tục."
    assert grounder.support(sentence, question) > grounder.support(sentence)
    asked = "Số giáo viên mầm non hợp đồng dài hạn của huyện Đông Hải là bao nhiêu?"
    echoed = DraftSentence("Số giáo viên mầm non hợp đồng dài hạn của huyện Đông Hải là 120.", frozenset())
    assert not grounder.check(echoed, asked).verified


@pytest.mark.parametrize(
    "draft",
    [
        "Ông Lê Văn Bình là Chủ tịch Ủy ban nhân dân huyện.",
        "Huyện đã đưa 120 thủ tục lên mạng từ ngày 3 tháng 5 năm 2024.",
        "Không, huyện đã đưa 120 thủ tục lên mạng.",
        "Ông Lê Văn Bình là Chủ tịch UBND huyện, không phải ông Trần Tám.",
    ],
)
def test_the_same_in_another_spelling_is_verified(grounder: Grounder, draft: str) -> None:
    assert grounder.check(DraftSentence(draft, frozenset())).verified


def test_coverage_by_hand() -> None:
    # wanted weights 1 + 2 + 1; present are the ones weighing 2 and 1: 3 of 4.
    assert coverage({"một": 1.0, "hai": 2.0, "ba": 1.0}, {"hai", "ba", "bốn"}) == 0.75
    assert coverage({}, {"một"}) == 0.0


def test_what_the_quotes_only_deny_cannot_be_asserted(make_article: Callable[..., Article]) -> None:
    text = "Năm 2023, xã Tân Phú không đạt chuẩn nông thôn mới."
    article = make_article("Tân Phú", text)
    grounder = Grounder([Passage(1, Chunk(1, article.id, 0, len(text)), article, 1.0)], equal_weights, RULES)
    assert grounder.check(DraftSentence("Năm 2023, xã Tân Phú không đạt chuẩn nông thôn mới.", frozenset())).verified
    assert not grounder.check(DraftSentence("Năm 2023, xã Tân Phú đạt chuẩn nông thôn mới.", frozenset())).verified


def test_a_title_alone_supports_no_other_sentence(make_article: Callable[..., Article]) -> None:
    article = make_article("Đông Hải nâng chỉ số cải cách hành chính", "Sáng nay trời nắng to.")
    passage = Passage(1, Chunk(1, article.id, 0, len(article.text)), article, 1.0)
    draft = DraftSentence("Đông Hải nâng chỉ số cải cách hành chính.", frozenset())
    assert not Grounder([passage], equal_weights, RULES).check(draft).verified


@pytest.mark.parametrize("sentence", TEXT.replace("\n\n", ". ").split(". "))
def test_every_sentence_of_an_article_supports_itself(grounder: Grounder, sentence: str) -> None:
    checked = grounder.check(DraftSentence(sentence.strip(), frozenset()))
    assert checked.verified
    assert sentence.strip(" .") in checked.citations[0].quote
