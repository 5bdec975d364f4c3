import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evals.articles import read_articles
from evals.errors import SuiteError
from evals.gold import by_name, find_quote, targets_of
from evals.suite import load_suite
from evals.types import Case, Gold, article_name
from index import Article, Span

THU_VIEN = "Xã Bình Sơn mở thư viện\n12/03/2024\n\nUBND xã Bình Sơn mở thư viện cộng đồng với 2.350 đầu sách.\n"
GOOD: dict[str, Any] = {
    "id": "q1",
    "question": "Thư viện có bao nhiêu đầu sách?",
    "history": [],
    "answerable": True,
    "gold": [{"article": "thu-vien.txt", "quote": "cộng đồng với  2.350\nđầu sách"}],
    "answers": ["2.350"],
    "slices": ["number"],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A suite folder with one article and no questions yet."""
    made = tmp_path / "nho"
    (made / "articles").mkdir(parents=True)
    (made / "articles" / "thu-vien.txt").write_text(THU_VIEN, encoding="utf-8")
    return made


def write(folder: Path, *lines: dict[str, Any] | str, name: str = "dev.jsonl") -> Path:
    path = folder / name
    texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def test_a_folder_gives_cases_articles_and_halves(folder: Path) -> None:
    write(folder, GOOD)
    write(folder, {**GOOD, "id": "q2"}, name="test.jsonl")
    suite = load_suite(folder)
    assert suite.name == "nho"
    assert [(case.id, case.split) for case in suite.cases] == [("q1", "tune"), ("q2", "report")]
    assert [article_name(article) for article in suite.articles] == ["thu-vien.txt"]


def test_one_questions_file_finds_the_articles_beside_it_or_named(folder: Path, tmp_path: Path) -> None:
    assert load_suite(write(folder, GOOD)).name == "nho-dev"
    alone = write(tmp_path, GOOD, name="cau-hoi.jsonl")
    with pytest.raises(SuiteError, match="no articles"):
        load_suite(alone)
    suite = load_suite(alone, [folder / "articles"])
    assert (suite.name, len(suite.articles), suite.cases[0].split) == ("cau-hoi", 1, None)


def test_an_existing_index_takes_the_place_of_the_articles(folder: Path, make_article: Callable[..., Article]) -> None:
    article = make_article("Thư viện", "Có 2.350 đầu sách.", path="/elsewhere/thu-vien.txt")
    with pytest.raises(SuiteError, match=r"dev\.jsonl:1: gold quote not found"):
        load_suite(write(folder, GOOD), indexed=[article])
    quoted = {**GOOD, "gold": [{"article": "thu-vien.txt", "quote": "2.350 đầu sách"}]}
    assert load_suite(write(folder, quoted), indexed=[article]).articles == (article,)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "malformed JSON"),
        ("[1]", "expected a JSON object, found list"),
        ({key: GOOD[key] for key in GOOD if key != "gold"}, 'missing key "gold"'),
        ({**GOOD, "answer": "2.350"}, 'unknown key "answer"'),
        ({**GOOD, "answerable": "yes"}, '"answerable" must be true or false'),
        ({**GOOD, "question": 7}, '"question" must be a string'),
        ({**GOOD, "question": "  "}, '"question" is empty'),
        ({**GOOD, "history": {}}, '"history" must be a list'),
        ({**GOOD, "history": [{"role": "system", "content": "x"}]}, "unknown role 'system'"),
        ({**GOOD, "history": ["x"]}, 'needs "role" and "content"'),
        ({**GOOD, "answers": [1]}, '"answers" must hold non-empty strings'),
        ({**GOOD, "gold": []}, 'answerable, but "gold" is empty'),
        ({**GOOD, "answerable": False}, 'not answerable, but "gold" names thu-vien.txt'),
        ({**GOOD, "gold": [{"article": "thu-vien.txt"}]}, 'needs "article" and "quote"'),
        ({**GOOD, "gold": [{"article": "khac.txt", "quote": "x"}]}, "unknown article khac.txt"),
        (
            {**GOOD, "gold": [{"article": "thu-vien.txt", "quote": "2.351 đầu sách"}]},
            "gold quote not found in thu-vien",
        ),
        ({**GOOD, "id": "q0"}, "duplicate id q0, first at dev.jsonl:1"),
    ],
)
def test_a_bad_line_is_refused_by_its_number(folder: Path, line: dict[str, Any] | str, message: str) -> None:
    write(folder, {**GOOD, "id": "q0"}, "", line)
    with pytest.raises(SuiteError) as caught:
        load_suite(folder)
    assert str(caught.value).startswith("dev.jsonl:3: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_all_bad_lines_are_listed_up_to_twenty(folder: Path) -> None:
    write(folder, "{", {**GOOD, "gold": [{"article": "khac.txt", "quote": "x"}]})
    with pytest.raises(SuiteError) as caught:
        load_suite(folder)
    assert [line.split(":")[1] for line in str(caught.value).splitlines()] == ["1", "2"]
    write(folder, *["{"] * 30)
    with pytest.raises(SuiteError) as caught:
        load_suite(folder)
    assert len(str(caught.value).splitlines()) == 21
    assert str(caught.value).endswith("… and 10 more")


@pytest.mark.parametrize("name", ["missing", "empty"])
def test_no_suite_is_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SuiteError, match=r"no such suite|no questions"):
        load_suite(tmp_path / name)


def test_passages_in_jsonl_stay_as_they_are_and_equal_texts_are_one(tmp_path: Path) -> None:
    scraped = "Chia sẻ\nĐăng nhập\nTrang chủ > Tin tức\n" + "Nội dung. " * 3
    rows = [{"title": "A_B", "context": scraped, "context_id": "c1"}, {"text": scraped}, {"id": "x", "text": "Khác."}]
    articles = read_articles([write(tmp_path, *rows, name="pool.jsonl")])
    assert [(article.path, article.title, article.text) for article in articles] == [
        ("c1", "A B", scraped),
        ("x", "", "Khác."),
    ]
    with pytest.raises(SuiteError, match=r"pool\.jsonl:1: an article needs"):
        read_articles([write(tmp_path, {"title": "x"}, name="pool.jsonl")])


def test_a_bad_article_file_is_named(folder: Path) -> None:
    (folder / "articles" / "rong.txt").write_bytes(b"")
    with pytest.raises(SuiteError, match=r"rong\.txt"):
        load_suite(write(folder, GOOD))


def test_quotes_are_found_wherever_they_stand() -> None:
    text = "Xã A đạt\n8,5 điểm. Xã A đạt 8,5 điểm (2024)."
    assert find_quote(text, "đạt 8,5 điểm") == (Span(5, 17), Span(24, 36))
    assert find_quote(text, "điểm (2024).") == (Span(32, 44),)
    assert find_quote(text, "9 điểm") == ()


def test_copies_are_one_target_and_parts_are_several(make_article: Callable[..., Article]) -> None:
    first = make_article("", "Có 412 hồ sơ.", path="a.txt")
    second = make_article("", "Vâng: có 412 hồ sơ.", path="b.txt")
    gold = (Gold("a.txt", "412"), Gold("b.txt", "412"))
    case = Case("q", "?", (), True, gold, (), ())
    named = by_name([first, second])
    (target,) = targets_of(case, named)
    assert target.met_by(first.id, 0, 4)  # shares the character at 3
    assert target.met_by(second.id, 11, 20)
    assert not target.met_by(first.id, 0, 3)
    assert not target.met_by("other", 0, 100)
    assert len(targets_of(Case("q", "?", (), True, gold, (), ("multi-article",)), named)) == 2
    (whole,) = targets_of(Case("q", "?", (), True, (Gold("a.txt", None),), (), ()), named)
    assert whole.met_by(first.id, 12, 13)
    assert targets_of(Case("q", "?", (), False, (), (), ()), named) == ()
