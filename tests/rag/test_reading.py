"""What the bundled reader makes of a small pile: the year, place, office and kind of thing that a question asks for."""

from collections.abc import Iterator

import pytest

from index import Article, Index
from rag import Assistant, Settings

ARTICLES = {
    "Bộ phận một cửa xã Vạn Lộc": (
        "Năm 2031, Bộ phận một cửa xã Vạn Lộc, huyện Hòa Đông tiếp nhận 2.350 hồ sơ. Bốn tháng đầu năm 2032, Bộ phận "
        "một cửa xã Vạn Lộc tiếp nhận 868 hồ sơ. Bà Tô Thị Mận, Phó Chủ tịch UBND xã Vạn Lộc, dự lễ khai trương. Chủ "
        "tịch UBND xã Vạn Lộc ký quyết định lập tổ hỗ trợ. Bí thư Đảng ủy xã Vạn Lộc là ông Lý A Sùng."
    ),
    "Hội đua ghe Vạn Lộc": (
        "Năm 2031, hội đua ghe Vạn Lộc quy tụ nhiều đội đua. Hội đua ghe quy tụ 14 đội từ các xã bạn. Ban tổ chức chọn "
        "khẩu hiệu “Sạch sông, đẹp bến”. Giải nhất gồm 30 triệu đồng và một chiếc cúp. Lễ hội phải lùi sang ngày 20/8 "
        "vì nước lũ dâng cao."
    ),
    "Chợ nổi Vạn Lộc": (
        "Chợ nổi Vạn Lộc do bà Mận lập. Mỗi sáng có chừng sáu chục ghe bán trái cây. Ban quản lý chợ thu 15.000 đồng "
        "một ghe một ngày; hộ nghèo không phải đóng."
    ),
}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """The real models, kept in the user's cache."""
    settings = Settings(index=tmp_path_factory.mktemp("reading") / "index", llm="extractive", reader="bundled")
    with Index.open_or_create(settings.index, settings) as index:
        index.add(
            [
                Article(f"{number:012x}", title, None, None, None, None, f"{title}\n\n{text}", f"{number}.txt")
                for number, (title, text) in enumerate(ARTICLES.items())
            ]
        )
        yield Assistant(index, settings)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Năm 2031, Bộ phận một cửa xã Vạn Lộc tiếp nhận bao nhiêu hồ sơ?", "2.350"),
        ("nam 2031 bo phan mot cua xa van loc tiep nhan bao nhieu ho so", "2.350"),
        ("Năm 2032, Bộ phận một cửa xã Vạn Lộc tiếp nhận bao nhiêu hồ sơ?", "868"),
        ("Bí thư Đảng ủy xã Vạn Lộc là ai?", "Lý A Sùng"),
        ("Hội đua ghe Vạn Lộc quy tụ bao nhiêu đội?", "14 đội"),
        ("Phương châm của hội đua ghe là gì?", "Sạch sông, đẹp bến"),
        ("Người thắng cuộc đua ghe được thưởng gì?", "30 triệu đồng"),
        ("Vì sao hội đua ghe bị hoãn?", "nước lũ dâng cao"),
        ("Ai dựng nên chợ nổi Vạn Lộc?", "bà Mận"),
        ("Người bán ở chợ nổi phải trả bao nhiêu tiền một ngày?", "15.000 đồng"),
    ],
)
def test_what_the_articles_tell_is_answered(assistant: Assistant, question: str, answer: str) -> None:
    given = assistant.ask(question)
    assert answer in given.text
    assert given.short and given.short in given.citations[0].quote
    for citation in given.citations:
        assert citation.answer is not None
        words = assistant.index.article(citation.article_id).text[citation.answer.start : citation.answer.end]
        assert words == words.strip() and words in citation.quote


@pytest.mark.slow
@pytest.mark.parametrize(
    "question",
    [
        "Năm 2030, Bộ phận một cửa xã Vạn Lộc tiếp nhận bao nhiêu hồ sơ?",
        "Năm 2031, Bộ phận một cửa xã Đồng Mây tiếp nhận bao nhiêu hồ sơ?",
        pytest.param(
            "Chủ tịch UBND xã Vạn Lộc là ai?",
            marks=pytest.mark.xfail(strict=False, reason="0.505: the deputy chairman is taken for the chairman"),
        ),
        "Chủ tịch UBND huyện Hòa Đông là ai?",
        "Số điện thoại của ban quản lý chợ nổi là gì?",
    ],
)
def test_what_they_do_not_tell_is_refused(assistant: Assistant, question: str) -> None:
    assert assistant.ask(question).refused
