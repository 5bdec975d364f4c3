from pathlib import Path

import pytest

from index import Article, Index
from rag import Assistant, Settings
from ui.page.suggestions import example_questions

TEXTS = [
    "Thị trấn Hòa Bình hiện có hơn 1.250 hộ dân, tăng 12 hộ so với năm trước.",
    "Chiều qua, ông Lê Văn Tám, Chủ tịch UBND xã Bình Minh cho biết đường đã thông.",
    "Đảng ủy xã Tân Lập triển khai nhiều giải pháp nhằm rút ngắn thời gian giải quyết hồ sơ.",
    "UBND huyện Long Mỹ đã tổ chức ngày hội chuyển đổi số tại xã Thuận Hưng.",
    "Nhờ đó, tỷ lệ hồ sơ đúng hạn của huyện Long Mỹ đạt 98,5%, cao nhất tỉnh.",
]
QUESTIONS = [
    "Thị trấn Hòa Bình hiện có bao nhiêu hộ dân?",
    "Ai là Chủ tịch UBND xã Bình Minh?",
    "Đảng ủy xã Tân Lập triển khai nhiều giải pháp nhằm mục đích gì?",
    "UBND huyện Long Mỹ đã tổ chức ngày hội chuyển đổi số ở đâu?",
    "Tỷ lệ hồ sơ đúng hạn của huyện Long Mỹ đạt bao nhiêu phần trăm?",
]


def articles(texts: list[str]) -> list[Article]:
    return [Article(f"a{number}", f"Tin {number}", None, None, None, None, text) for number, text in enumerate(texts)]


@pytest.mark.parametrize(("text", "question"), list(zip(TEXTS, QUESTIONS, strict=True)))
def test_a_plain_statement_is_turned_round(text: str, question: str) -> None:
    assert example_questions(articles([text])) == [question]


@pytest.mark.parametrize(
    "text",
    [
        "Xã này hiện có 12 thôn và 3 trường học.",  # which commune?
        "Theo ông Lê Văn Tám, huyện Long Mỹ có 12 xã.",  # points back
        "Ngày 12/3/2024.",
        "Slideshow Image 1 Slideshow Image 1",
        "",
    ],
)
def test_what_does_not_stand_alone_is_not_asked(text: str) -> None:
    assert example_questions(articles([text])) == []


def test_each_article_is_asked_before_one_is_asked_twice() -> None:
    both = f"{TEXTS[0]}\n\n{TEXTS[3]}"
    assert len(example_questions(articles([both, *TEXTS[1:3]]), count=4)) == 4
    assert example_questions(articles([both, *TEXTS[1:3]]), count=3) == QUESTIONS[:3]
    assert example_questions(articles([TEXTS[0]] * 4)) == QUESTIONS[:1]


def test_every_example_is_answered_from_its_article(tmp_path: Path) -> None:
    settings = Settings(embedding_model="hashing", llm="extractive")
    index = Index.open_or_create(tmp_path, settings)
    index.add(articles(TEXTS))
    assistant = Assistant(index, settings)
    for number, question in enumerate(example_questions(articles(TEXTS), count=5)):
        answer = assistant.ask(question)
        assert not answer.refused and f"a{number}" in {citation.article_id for citation in answer.citations}
    index.close()
