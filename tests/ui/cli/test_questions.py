import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from command_line import hoidap
from typer.testing import CliRunner

from ui.cli import app
from ui.cli.terminal import EXIT_FAILED, EXIT_REFUSED


def test_ask_traces_as_json_with_the_same_exit_codes(pile: Path) -> None:
    hoidap("index", str(pile))
    code, out = hoidap("ask", "Thư viện xã Bình Sơn có bao nhiêu đầu sách?", "--trace")
    trace = json.loads(out)
    assert code == 0
    assert "2.350" in trace["answer"]["text"]
    assert trace["steps"]
    code, out = hoidap("ask", "Giá vàng ở Luân Đôn hôm nay?", "--trace")
    assert code == EXIT_REFUSED
    assert json.loads(out)["answer"]["refused"]


@pytest.mark.parametrize("question", ["", "   ", "xã " * 4000])
def test_a_bad_question_is_one_line(pile: Path, question: str) -> None:
    hoidap("index", str(pile))
    code, out = hoidap("ask", question)
    assert code == EXIT_FAILED
    assert "câu hỏi" in out.lower()
    assert "\n" not in out.strip()


def test_search_shows_passages(pile: Path) -> None:
    hoidap("index", str(pile))
    _, out = hoidap("search", "nuoc sach suoi can", "--json")
    best = json.loads(out)[0]
    assert "98%" in best["text"]
    assert set(best) == set(
        "number article_id title source published url start end text score highlights also_in".split()
    )


OPENING = (
    "Sáng thứ Hai, UBND huyện Đông Hải khai trương trung tâm phục vụ hành chính công với 35 quầy tiếp nhận hồ sơ của "
    "người dân trong huyện và các xã lân cận, mở cửa cả sáng thứ Bảy hằng tuần."
)
QUESTION = "Trung tâm phục vụ hành chính công huyện Đông Hải có bao nhiêu quầy?"


@pytest.fixture
def papers(pile: Path) -> Path:
    """Two papers that print one piece, a year apart, beside the pile."""
    (pile / "bao.txt").write_text(
        f"Đông Hải khai trương trung tâm\nNgày đăng: 04/03/2024\nTác giả: Lê An\nNguồn: Báo Nam Hoài\n\n{OPENING}\n",
        encoding="utf-8",
    )
    (pile / "cong.txt").write_text(
        f"Tin vui từ huyện\nNgày đăng: 05/03/2023\nTác giả: Trần Bình\nNguồn: Cổng huyện\n\n{OPENING}\n",
        encoding="utf-8",
    )
    code, _ = hoidap("index", str(pile), "--json")
    assert code == 0
    return pile


def searched(*options: str) -> list[dict[str, Any]]:
    code, out = hoidap("search", QUESTION, "--json", *options)
    assert code == 0
    rows: list[dict[str, Any]] = json.loads(out)
    return rows


@pytest.mark.parametrize(
    ("options", "titles"),
    [
        (["--from", "2024-03-04"], {"Đông Hải khai trương trung tâm", "Xã Bình Sơn mở thư viện", "Thôn Suối Cạn"}),
        (["--from", "4/3/2024", "--to", "04/03/2024"], {"Đông Hải khai trương trung tâm"}),
        (["--to", "31/12/2023"], {"Tin vui từ huyện"}),
        (["--source", "Cổng huyện"], {"Tin vui từ huyện"}),
        (["--source", unicodedata.normalize("NFD", "Cổng huyện")], {"Tin vui từ huyện"}),
        (["--author", "Lê An"], {"Đông Hải khai trương trung tâm"}),
        (["--author", "Lê An", "--source", "Cổng huyện"], set()),
        (["--source", "Báo khác"], set()),
    ],
)
def test_search_keeps_to_days_sources_and_authors(papers: Path, options: list[str], titles: set[str]) -> None:
    found = {row["title"].removesuffix(" có nước sạch") for row in searched(*options)}
    assert found == titles


def test_several_sources_let_through_either_and_copies_are_told(papers: Path) -> None:
    (row,) = searched("--source", "Cổng huyện", "--source", "Báo Nam Hoài")
    _, out = hoidap("list", "--json")
    both = {listed["id"] for listed in json.loads(out) if listed["source"]}
    assert {row["article_id"], *row["also_in"]} == both
    assert len(row["also_in"]) == 1
    _, out = hoidap("search", QUESTION, "--source", "Cổng huyện", "--source", "Báo Nam Hoài")
    assert "Cũng đăng ở: " in out


def test_search_tells_where_the_words_stand(papers: Path) -> None:
    _, out = hoidap("search", "huyen dong hai co bao nhieu quay tiep nhan?", "--json")
    row = json.loads(out)[0]
    words = [row["text"][start - row["start"] : end - row["start"]] for start, end in row["highlights"]]
    assert all(row["start"] <= start < end <= row["end"] for start, end in row["highlights"])
    assert "quầy tiếp nhận" in words
    assert row["highlights"] == sorted(row["highlights"])


def test_search_says_how_it_understood_and_when_the_filters_leave_nothing(papers: Path) -> None:
    understood = CliRunner().invoke(app, ["search", "huyen Dong Hai"])
    assert "Hiểu là: huyện Đông Hải" in understood.stderr
    nothing = CliRunner().invoke(app, ["search", "huyện Đông Hải", "--source", "Báo khác"])
    assert (nothing.exit_code, nothing.stdout) == (0, "")
    assert nothing.stderr.strip() == "Không có bài nào qua được bộ lọc."


@pytest.mark.parametrize(
    ("options", "source"), [(["--from", "2024-01-01"], "Báo Nam Hoài"), (["--author", "Trần Bình"], "Cổng huyện")]
)
def test_ask_draws_only_on_what_the_filters_allow(papers: Path, options: list[str], source: str) -> None:
    code, out = hoidap("ask", QUESTION, "--json", *options)
    answer = json.loads(out)
    _, listed = hoidap("list", "--json")
    sources = {row["id"]: row["source"] for row in json.loads(listed)}
    assert code == 0
    assert "35 quầy" in answer["text"]
    assert {sources[citation["article_id"]] for citation in answer["citations"]} == {source}
    assert all(passage["also_in"] == [] for passage in answer["passages"])


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_ask_refuses_when_the_filters_leave_nothing(papers: Path, form: list[str]) -> None:
    code, out = hoidap("ask", QUESTION, "--from", "2030-01-01", *form)
    assert code == EXIT_REFUSED
    assert "Không tìm thấy" in out


@pytest.mark.parametrize("command", ["search", "ask"])
@pytest.mark.parametrize("day", ["2024-02-31", "hôm qua", "13-03-2024"])
def test_a_day_that_is_none_is_one_line(papers: Path, command: str, day: str) -> None:
    code, out = hoidap(command, QUESTION, "--from", day)
    assert code == EXIT_FAILED
    assert out.strip() == f"Ngày «{day}» không đúng. Hãy viết như 31/12/2024 hoặc 2024-12-31."


def test_ask_json_tells_the_question_as_it_was_searched_for(papers: Path) -> None:
    _, out = hoidap("ask", f"  {QUESTION} ", "--json")
    assert json.loads(out)["standalone"] == QUESTION


def test_chat_shows_what_a_follow_up_is_searched_as(papers: Path) -> None:
    result = CliRunner().invoke(app, ["chat"], input=f"{QUESTION}\nMở cửa vào thứ mấy?\n\n")
    assert result.exit_code == 0
    searched_as = [line for line in "".join(result.stderr).split("Đang ") if line.startswith("tìm:")]
    assert [" ".join(line.split()) for line in searched_as] == [f"tìm: {QUESTION} Mở cửa vào thứ mấy?"]
