"""Every formula against numbers worked by hand."""

import math
from collections.abc import Callable, Iterable

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from evals.gold import Target
from evals.metrics.citations import (
    citation_precision,
    citation_recall,
    dangling_markers,
    exact_spans,
    number_fidelity,
)
from evals.metrics.correctness import correctness, normalised, token_f1
from evals.metrics.latency import quantiles
from evals.metrics.ranking import ranking_metrics
from evals.metrics.refusal import auroc, refusal_f1, refusal_precision
from evals.metrics.support import supported_share
from evals.scoring import retrieval_metrics
from index import Article, Chunk, Span
from rag import Answer, Citation, Passage, Sentence

MakeArticle = Callable[..., Article]


def test_ranking_with_one_target() -> None:
    # Found at rank 3; a second copy at rank 5 changes nothing.
    metrics = ranking_metrics([None, None, 0, None, 0], 1)
    assert metrics == pytest.approx(
        {
            "recall@1": 0,
            "recall@3": 1,
            "recall@5": 1,
            "recall@10": 1,
            "mrr@10": 1 / 3,
            "ndcg@10": 1 / math.log2(4),  # gain at rank 3, ideal gain 1 at rank 1
        }
    )


def test_ranking_with_two_targets() -> None:
    # Targets at ranks 1 and 4.
    metrics = ranking_metrics([1, None, 1, 0], 2)
    ideal = 1 + 1 / math.log2(3)
    assert metrics == pytest.approx(
        {
            "recall@1": 0.5,
            "recall@3": 0.5,
            "recall@5": 1,
            "recall@10": 1,
            "mrr@10": 1,
            "ndcg@10": (1 + 1 / math.log2(5)) / ideal,
        }
    )


@pytest.mark.parametrize("found", [[], [None] * 10, [None] * 10 + [0]])
def test_ranking_that_finds_nothing_in_ten(found: list[int | None]) -> None:
    assert set(ranking_metrics(found, 1).values()) == {0.0}


def test_a_passage_is_relevant_by_its_words_and_by_its_article(make_article: MakeArticle) -> None:
    gold, other = make_article("", "Một. Hai. Ba."), make_article("", "Bốn.")
    target = Target({gold.id: (Span(5, 9),)})
    passages = [
        Passage(1, Chunk(1, other.id, 0, 4), other, 0.9),
        Passage(2, Chunk(2, gold.id, 0, 4), gold, 0.8),  # the gold article, not the gold words
        Passage(3, Chunk(3, gold.id, 8, 13), gold, 0.7),  # overlaps them by one character
    ]
    metrics = retrieval_metrics(passages, [target])
    assert metrics["mrr@10"] == pytest.approx(1 / 3)
    assert (metrics["recall@1"], metrics["recall@3"]) == (0, 1)
    assert "article_mrr@10" not in metrics
    assert (metrics["article_recall@1"], metrics["article_recall@3"]) == (0, 1)
    assert retrieval_metrics(passages[:2], [target])["article_recall@3"] == 1


def test_normalisation_forgets_spelling_and_keeps_accents() -> None:
    assert (
        normalised("Ngày 03 tháng 05 năm 2024")
        == normalised("ngày 3/5/2024")
        == normalised("ngày 03.05.2024".replace(".", "/"))
    )
    assert normalised("98,50 %") == normalised("98.5%")
    assert normalised("Kỹ thuật, Thuỷ Khê") == normalised("kĩ thuật thủy khê")
    assert normalised("Hòa Lạc") == normalised("Hòa Lạc".encode().decode()) != normalised("Hoa Lac")


def test_token_f1_by_hand() -> None:
    # 2 tokens in common of 4 said and 3 wanted: precision 2/4, recall 2/3, F1 = 4/7.
    assert token_f1("a b c d".split(), "a b e".split()) == pytest.approx(4 / 7)
    assert token_f1("a a".split(), "a".split()) == pytest.approx(2 / 3)
    assert token_f1([], "a".split()) == 0
    assert token_f1("b".split(), "a".split()) == 0


def test_correctness_takes_the_best_accepted_answer() -> None:
    # "xã có 2350 hồ sơ": 5 tokens, 3 of them in "2350 hồ sơ".
    scores = correctness("Xã có 2.350 hồ sơ.", ["hai nghìn", "2350 hồ sơ"], every=False)
    assert scores == pytest.approx({"contained": 1, "exact": 0, "f1": 2 * 3 / (5 + 3)})
    assert correctness("2.350 Hồ sơ", ["2350 hồ sơ"], every=False) == {"contained": 1, "exact": 1, "f1": 1}
    assert correctness("", ["x"], every=False) == {"contained": 0, "exact": 0, "f1": 0}
    # 12.350 holds the digits of 2.350, not the number.
    assert correctness("12.350 hồ sơ", ["2.350"], every=False)["contained"] == 0


def test_correctness_of_parts() -> None:
    # Parts "14 dự án" and "11 dự án" make 6 tokens; "có 14 dự án" has 4, of which 14, dự, án are common.
    scores = correctness("Có 14 dự án.", ["14 dự án", "11 dự án"], every=True)
    assert scores == pytest.approx({"contained": 0.5, "exact": 0, "f1": 2 * 3 / (4 + 6)})


def cite(article: Article, quote: str, number: int = 1) -> Citation:
    start = article.text.index(quote)
    return Citation(number, article.id, start, start + len(quote), quote, 1.0)


def answer_of(text: str, *citations: Citation) -> Answer:
    return Answer(text, (), citations, (), False, "llm", {}, {}, "Hỏi gì?", 1.0, "", 0)


def test_citation_precision_and_recall(make_article: MakeArticle) -> None:
    first, twin = make_article("", "Có 412 hồ sơ. Trời nắng."), make_article("", "Nghe nói có 412 hồ sơ.")
    copies = Target({first.id: (Span(0, 13),), twin.id: (Span(9, 22),)})
    right, wrong, twins = cite(first, "Có 412"), cite(first, "Trời nắng."), cite(twin, "412 hồ sơ")
    assert citation_precision([right, wrong, twins], [copies]) == pytest.approx(2 / 3)
    assert citation_recall([twins], [copies]) == 1
    assert citation_recall([wrong], [copies]) == 0
    parts = [Target({first.id: (Span(0, 13),)}), Target({twin.id: (Span(9, 22),)})]
    assert citation_recall([right, wrong], parts) == 0.5
    assert citation_precision([], [copies]) is None
    assert citation_recall([], [copies]) == 0
    assert citation_recall([right], []) is None


def test_dangling_markers(make_article: MakeArticle) -> None:
    article = make_article("", "Có 412 hồ sơ.")
    assert (
        dangling_markers(answer_of("Một. [1] Hai. [2][3] Năm [2024].", cite(article, "412", 1), cite(article, "hồ", 3)))
        == 1
    )
    assert dangling_markers(answer_of("Một. [0]")) == 1


def test_number_fidelity(make_article: MakeArticle) -> None:
    article = make_article("", "Có 2.350 hồ sơ, 98,5% đúng hạn.")
    cited = (cite(article, "Có 2.350 hồ sơ"), cite(article, "98,5% đúng hạn", 2))
    sentences = [
        Sentence("Có 2350 hồ sơ, 98.5% đúng hạn.", cited, verified=True),
        Sentence("Có 2.350 hồ sơ, 98,5%.", cited[:1], verified=True),  # the second number is not in its quote
        Sentence("Không có số.", cited, verified=True),  # no number: no part in it
        Sentence("Có 7 hồ sơ.", (), verified=False),  # said to be unverified
    ]
    assert number_fidelity(sentences) == 0.5
    assert number_fidelity(sentences[2:]) is None


def test_exact_spans(make_article: MakeArticle) -> None:
    article = make_article("", "Có 412 hồ sơ.")
    good = cite(article, "412")
    shifted = Citation(1, article.id, good.start + 1, good.end + 1, good.quote, 1.0)
    elsewhere = Citation(1, "other", good.start, good.end, good.quote, 1.0)
    assert exact_spans([good, shifted, elsewhere, good], {article.id: article}) == 0.5
    assert exact_spans([], {}) is None


def test_support_looks_at_the_cited_words_alone(make_article: MakeArticle) -> None:
    article = make_article("Đông Hải", "Huyện Đông Hải đạt 8,5 điểm. Huyện có 120 thủ tục.")
    score, other = cite(article, "Huyện Đông Hải đạt 8,5 điểm."), cite(article, "Huyện có 120 thủ tục.")
    claim = "Huyện Đông Hải đạt 8,5 điểm."
    sentences = [
        Sentence(claim, (score,), verified=True),
        Sentence(claim, (other,), verified=True),  # supported by the article, not by what it cites
        Sentence(claim, (), verified=False),
        Sentence("Huyện Đông Hải đạt 8,5 điểm và có 120 thủ tục.", (score, other), verified=True),  # jointly
    ]
    assert supported_share(sentences, {article.id: article}, equal) == 0.5
    assert supported_share([], {}, equal) is None


def equal(tokens: Iterable[str]) -> dict[str, float]:
    return dict.fromkeys(tokens, 1.0)


def test_refusal_by_hand() -> None:
    # Refused: two unanswerable and one answerable; one unanswerable was answered.
    refused = [True, True, True, False, False]
    answerable = [False, False, True, False, True]
    assert refusal_precision(refused, answerable) == pytest.approx(2 / 3)
    assert refusal_f1(refused, answerable) == pytest.approx(2 * 2 / (3 + 3))  # precision 2/3, recall 2/3
    assert refusal_precision([False], [True]) is None
    assert refusal_f1([True], [True]) is None


def test_auroc_by_hand() -> None:
    # Pairs (answerable, unanswerable): 0.9 beats 0.5 and 0.1; 0.5 ties 0.5 and beats 0.1: 3.5 of 4.
    assert auroc([0.9, 0.5, 0.5, 0.1], [True, True, False, False]) == pytest.approx(3.5 / 4)
    assert auroc([0.1, 0.9], [True, False]) == 0
    assert auroc([0.1, 0.9], [True, True]) is None
    assert auroc([0.5, 0.5, 0.5], [True, False, False]) == 0.5


def test_auroc_is_that_of_scikit_learn_whatever_is_tied() -> None:
    draw = np.random.default_rng(7)
    for _ in range(50):
        known = [True, False, *(draw.random(20) < 0.5).tolist()]
        confidence = (draw.integers(0, 6, len(known)) / 5).tolist()
        assert auroc(confidence, known) == pytest.approx(roc_auc_score(known, confidence), abs=1e-12)


def test_quantiles_by_hand() -> None:
    # 1 to 21: the median is the 11th, the 95th percentile the 20th.
    assert quantiles([float(second) for second in range(1, 22)]) == {"p50": 11.0, "p95": pytest.approx(20.0)}
