import json
import os
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from index import HoidapError
from ui.cli import app
from ui.cli.options import EXIT_FAILED, EXIT_REFUSED

ARTICLE = "Xã Bình Sơn mở thư viện\n12/03/2024\n\nUBND xã Bình Sơn mở thư viện cộng đồng với 2.350 đầu sách.\n"
OTHER = "Thôn Suối Cạn có nước sạch\n13/03/2024\n\nHiện 98% số hộ thôn Suối Cạn được dùng nước sạch hợp vệ sinh.\n"


@pytest.fixture
def pile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOIDAP_EMBEDDING_MODEL", "hashing")
    monkeypatch.setenv("HOIDAP_LLM", "extractive")
    monkeypatch.setenv("HOIDAP_INDEX", str(tmp_path / "index"))
    monkeypatch.setenv("HOIDAP_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "pile"
    folder.mkdir()
    (folder / "thu-vien.txt").write_text(ARTICLE, encoding="utf-8")
    (folder / "nuoc-sach.txt").write_text(OTHER, encoding="utf-8")
    return folder


def hoidap(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=True)
    if isinstance(result.exception, HoidapError):
        return EXIT_FAILED, str(result.exception)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout


def test_index_list_ask_remove(pile: Path) -> None:
    code, out = hoidap("index", str(pile), "--json")
    assert code == 0
    assert {Path(row["path"]).name for row in json.loads(out)["added"]} == {"thu-vien.txt", "nuoc-sach.txt"}

    _, out = hoidap("list", "--json")
    rows = {row["title"]: row for row in json.loads(out)}
    assert rows["Xã Bình Sơn mở thư viện"]["published"] == "2024-03-12"

    code, out = hoidap("ask", "Thư viện xã Bình Sơn có bao nhiêu đầu sách?", "--json")
    answer = json.loads(out)
    assert code == 0
    assert "2.350" in answer["text"]

    code, out = hoidap("ask", "Giá vàng ở Luân Đôn hôm nay?")
    assert code == EXIT_REFUSED
    assert "Không tìm thấy" in out

    code, _ = hoidap("remove", rows["Xã Bình Sơn mở thư viện"]["id"])
    assert code == 0
    code, _ = hoidap("ask", "Thư viện xã Bình Sơn có bao nhiêu đầu sách?")
    assert code == EXIT_REFUSED


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


def test_indexing_again_changes_nothing_and_a_changed_file_is_updated(pile: Path) -> None:
    hoidap("index", str(pile))
    _, out = hoidap("index", str(pile), "--json")
    assert (len(json.loads(out)["added"]), len(json.loads(out)["unchanged"])) == (0, 2)
    (pile / "thu-vien.txt").write_text(ARTICLE.replace("2.350", "2.400"), encoding="utf-8")
    _, out = hoidap("index", str(pile), "--json")
    report = json.loads(out)
    assert (len(report["added"]), len(report["unchanged"]), report["articles"]) == (1, 1, 2)


def test_a_file_is_the_same_however_its_path_is_typed(pile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hoidap("index", str(pile))
    monkeypatch.chdir(pile)
    _, out = hoidap("index", ".", "--json")
    assert (len(json.loads(out)["unchanged"]), json.loads(out)["errors"]) == (2, [])


def test_two_folders_with_files_of_one_name_keep_both(
    pile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "thu-vien.txt").write_text(ARTICLE.replace("Bình Sơn", "Tân Hòa"), encoding="utf-8")
    for folder in (pile, other):
        monkeypatch.chdir(folder)
        _, out = hoidap("index", ".", "--json")
    assert json.loads(out)["articles"] == 3


def test_a_renamed_file_keeps_its_article(pile: Path) -> None:
    hoidap("index", str(pile))
    (pile / "thu-vien.txt").rename(pile / "ten-moi.txt")
    _, out = hoidap("index", str(pile), "--json")
    assert json.loads(out)["errors"] == []
    _, out = hoidap("list", "--json")
    assert {Path(row["path"]).name for row in json.loads(out)} == {"ten-moi.txt", "nuoc-sach.txt"}


def test_a_file_name_that_is_not_text_does_not_stop_the_rest(pile: Path) -> None:
    (pile / os.fsdecode(b"b\xe0i.txt")).write_text(ARTICLE.replace("Bình Sơn", "Tân Hòa"), encoding="utf-8")
    code, out = hoidap("index", str(pile), "--json")
    assert (code, json.loads(out)["articles"]) == (0, 3)


def test_bad_files_are_named_and_the_rest_goes_on(pile: Path) -> None:
    (pile / "empty.txt").write_bytes(b"")
    (pile / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    (pile / "broken.pdf").write_bytes(b"%PDF-1.7 broken")
    (pile / "again.txt").write_text(OTHER, encoding="utf-8")
    with (pile / "huge.txt").open("wb") as file:
        file.truncate(200_000_000)
    code, out = hoidap("index", str(pile), str(pile / "missing.txt"), "--json")
    assert code == 0
    report = json.loads(out)
    assert report["articles"] == 2
    assert len(report["errors"]) == 6
    for name in ("empty.txt", "picture.txt", "broken.pdf", "huge.txt", "missing.txt"):
        assert sum(name in line for line in report["errors"]) == 1
    assert sum("trùng nội dung" in line for line in report["errors"]) == 1
    assert all("\n" not in line for line in report["errors"])


@pytest.mark.parametrize("command", [["list"], ["info"], ["search", "gì"], ["ask", "gì"], ["remove", "x"], ["serve"]])
def test_without_an_index_every_command_says_how_to_make_one(pile: Path, command: list[str]) -> None:
    code, out = hoidap(*command)
    assert code == EXIT_FAILED
    assert "hoidap index" in out


def test_an_empty_folder_is_one_line(pile: Path, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    code, out = hoidap("index", str(tmp_path / "none"), "--json")
    assert code == EXIT_FAILED
    assert len(json.loads(out)["errors"]) == 1


@pytest.mark.parametrize("question", ["", "   ", "xã " * 4000])
def test_a_bad_question_is_one_line(pile: Path, question: str) -> None:
    hoidap("index", str(pile))
    code, out = hoidap("ask", question)
    assert code == EXIT_FAILED
    assert "câu hỏi" in out.lower()
    assert "\n" not in out.strip()


def test_an_index_of_another_model_is_one_line(pile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hoidap("index", str(pile))
    monkeypatch.setenv("HOIDAP_EMBEDDING_MODEL", "some/other-model")
    code, out = hoidap("ask", "Thư viện có gì?")
    assert code == EXIT_FAILED
    assert "hashing-256" in out


@pytest.mark.parametrize(
    ("variables", "wanted"), [({"HOIDAP_LLM": "magic"}, "HOIDAP_LLM"), ({"HOIDAP_PASSAGES": "0"}, "HOIDAP_PASSAGES")]
)
def test_a_wrong_setting_is_one_line_without_a_traceback(pile: Path, variables: dict[str, str], wanted: str) -> None:
    hoidap("index", str(pile))
    result = run_main("info", **variables)
    assert result.returncode == EXIT_FAILED
    assert wanted in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_setting_of_several_values_that_is_no_list_is_one_line() -> None:
    ran = run_main("bench", "index", HOIDAP_BENCH_SIZES="5,6")
    assert ran.returncode == EXIT_FAILED
    assert "Cấu hình sai" in ran.stderr and "bench_sizes" in ran.stderr and "Traceback" not in ran.stderr


def run_main(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """The command line as a process of its own, with some environment variables set."""
    command = [sys.executable, "-c", "from ui.cli import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **variables}, check=False)


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


def test_info_tells_of_an_index_or_of_a_server(pile: Path) -> None:
    hoidap("index", str(pile))
    _, out = hoidap("info", "--json")
    facts = json.loads(out)
    assert (facts["articles"], facts["status"], facts["llm"], facts["model_reachable"]) == (2, "ok", "extractive", None)
    assert facts["embedding"] == "hashing-256" and int(facts["generation"]) == 1
    assert hoidap("info", "--url", "http://127.0.0.1:9") == (
        EXIT_FAILED, "Không có máy chủ hoidap nào trả lời ở http://127.0.0.1:9. Hãy chạy: hoidap serve",
    )  # fmt: skip


def test_an_index_in_milvus_is_not_checked_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOIDAP_STORE", "milvus")
    status, out = hoidap("check")
    assert (status, out.count("\n")) == (EXIT_FAILED, 0) and "Milvus" in out
