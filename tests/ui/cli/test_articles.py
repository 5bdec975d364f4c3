import json
import os
from pathlib import Path

import pytest
from command_line import ARTICLE, OTHER, hoidap

from ui.cli.terminal import EXIT_FAILED, EXIT_REFUSED


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


def test_an_empty_folder_is_one_line(pile: Path, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    code, out = hoidap("index", str(tmp_path / "none"), "--json")
    assert code == EXIT_FAILED
    assert len(json.loads(out)["errors"]) == 1


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
