import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from evals.errors import SuiteError
from evals.splits import split_of
from evals.squad import import_squad, read_squad
from evals.suite import load_suite

CONTEXT = "Sông Hương chảy qua Huế. Cầu Trường Tiền dài 402,6 m, khánh thành năm 1899. Trang chủ."
ROW: dict[str, Any] = {
    "id": "s1",
    "title": "Sông_Hương",
    "context_id": "c1",
    "context": CONTEXT,
    "question": "Cầu Trường Tiền dài bao nhiêu?",
    "answers": ["402,6 m"],
    "is_impossible": False,
}
IMPOSSIBLE = {**ROW, "id": "s2", "question": "Ai xây cầu?", "answers": [], "is_impossible": True}


def flat(tmp_path: Path, *rows: dict[str, Any]) -> Path:
    path = tmp_path / "bo.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def test_flat_rows_become_a_suite(tmp_path: Path) -> None:
    suite = load_suite(flat(tmp_path, ROW, IMPOSSIBLE))
    assert suite.name == "bo"
    (article,) = suite.articles
    assert (article.text, article.title, article.path) == (CONTEXT, "Sông Hương", "c1")
    answerable, impossible = suite.cases
    assert answerable.gold[0].quote == "Cầu Trường Tiền dài 402,6 m, khánh thành năm 1899."
    assert answerable.answers == ("402,6 m",)
    assert (impossible.answerable, impossible.gold, impossible.slices) == (False, (), ("unanswerable",))
    assert {case.split for case in suite.cases} == {split_of("c1")}


def test_nested_json_gives_the_same_suite(tmp_path: Path) -> None:
    asked = [
        {"id": "s1", "question": ROW["question"], "answers": [{"text": "402,6 m", "answer_start": 45}]},
        {"id": "s2", "question": "Ai xây cầu?", "answers": [], "is_impossible": True},
    ]
    nested = {"data": [{"title": "Sông_Hương", "paragraphs": [{"context": CONTEXT, "qas": asked}]}]}
    path = tmp_path / "bo.json"
    path.write_text(json.dumps(nested), encoding="utf-8")
    context_id = hashlib.sha1(CONTEXT.encode(), usedforsecurity=False).hexdigest()[:12]
    named = [{**row, "context_id": context_id} for row in (ROW, IMPOSSIBLE)]
    assert read_squad(path) == read_squad(flat(tmp_path, *named))


def test_an_imported_folder_is_the_same_suite(tmp_path: Path) -> None:
    rows = [{**ROW, "id": f"s{i}", "context_id": f"c{i}", "context": f"{CONTEXT} Số {i}."} for i in range(8)]
    imported = import_squad(flat(tmp_path, *rows), tmp_path / "bo")
    loaded = load_suite(tmp_path / "bo")
    assert set(loaded.cases) == set(imported.cases)
    assert loaded.articles == imported.articles
    assert {case.split for case in loaded.cases} == {"tune", "report"}
    with pytest.raises(SuiteError, match="not an empty folder"):
        import_squad(tmp_path / "bo.jsonl", tmp_path / "bo")


def test_an_answer_across_sentences_and_one_that_is_nowhere(tmp_path: Path) -> None:
    across = {**ROW, "answers": ["qua Huế. Cầu Trường Tiền"]}
    nowhere = {**ROW, "id": "s3", "answers": ["cầu Long Biên"]}
    cases = read_squad(flat(tmp_path, across, nowhere)).cases
    assert cases[0].gold[0].quote == CONTEXT.removesuffix(" Trang chủ.")
    assert cases[1].gold[0].quote is None


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({**ROW, "question": ""}, r'bo\.jsonl:2: "question" must be'),
        ({**ROW, "id": "s0"}, r"bo\.jsonl:2: duplicate id s0"),
        ({**ROW, "answers": []}, r"bo\.jsonl:2: answerable, but without"),
        ({**ROW, "answers": [7]}, r'bo\.jsonl:2: "answers" must be'),
        ({**ROW, "context": "Đoạn khác."}, "a context_id must stand for one context"),
    ],
)
def test_a_bad_row_is_refused(tmp_path: Path, row: dict[str, Any], message: str) -> None:
    with pytest.raises(SuiteError, match=message):
        load_suite(flat(tmp_path, {**ROW, "id": "s0"}, row))


def test_other_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"version": 2}', encoding="utf-8")
    with pytest.raises(SuiteError, match="not SQuAD-style JSON"):
        load_suite(tmp_path / "x.json")


def test_halves_follow_the_first_byte_of_sha1() -> None:
    assert split_of("6717b9d8d75c") == "report"  # d7… by sha1sum, odd
    assert split_of("bff1a78e6b40") == "tune"  # fa…, even
