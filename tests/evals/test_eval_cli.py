import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evals.cli import eval_app
from evals.errors import ResultError, SuiteError
from index import HoidapError, Index, ingest
from rag import Settings

CONTEXTS = [
    "Cầu Trường Tiền ở Huế dài 402,6 m, khánh thành năm 1899.",
    "Ủy ban nhân dân xã Bình Sơn mở thư viện với 2.350 đầu sách.",
    "Hồ Ba Bể nằm ở tỉnh Bắc Kạn, rộng 500 ha.",
]
ASKED = ["Cầu Trường Tiền dài bao nhiêu?", "Ủy ban nhân dân xã nào mở thư viện?", "Hồ Ba Bể ở tỉnh nào?"]
ANSWERS = ["402,6 m", "Bình Sơn", "Bắc Kạn"]


@pytest.fixture
def squad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOIDAP_EMBEDDING_MODEL", "hashing")
    monkeypatch.setenv("HOIDAP_LLM", "extractive")
    monkeypatch.setenv("HOIDAP_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "bo.jsonl"
    rows = [
        {"id": f"s{i}", "context_id": f"c{i}", "context": context, "question": question, "answers": [answer]}
        for i, (context, question, answer) in enumerate(zip(CONTEXTS, ASKED, ANSWERS, strict=True))
    ]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def evaluate(*arguments: str) -> str:
    result = CliRunner().invoke(eval_app, list(arguments))
    if isinstance(result.exception, HoidapError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_squad_file_runs_in_one_command(squad: Path) -> None:
    pool = squad.with_name("pool.jsonl")
    pool.write_text('{"title": "Khác", "text": "Chợ nổi Cái Răng họp từ sáng sớm."}\n', encoding="utf-8")
    out = evaluate(
        "run",
        str(squad),
        "--articles",
        str(pool),
        "--split",
        "all",
        "--perturb",
        "none",
        "--perturb",
        "unaccented",
        "--perturb",
        "abbreviation",
    )
    assert "recall@1" in out
    assert "none → unaccented, same questions" in out
    files = sorted(Path("evals/results").iterdir())
    assert len(files) == 3
    runs = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    assert {run["perturb"]: len(run["rows"]) for run in runs} == {"none": 3, "unaccented": 3, "abbreviation": 1}
    assert all(run["suite"] == "bo" and str(squad.parent) not in json.dumps(run) for run in runs)


def test_json_holds_the_figures_and_the_file_the_rows(squad: Path) -> None:
    (run,) = json.loads(
        evaluate("run", str(squad), "--split", "all", "--stage", "answers", "--out", "r.json", "--json")
    )
    assert run["metrics"]["recall@5"]["value"] == 1
    assert run["metrics"]["contained"]["count"] == 3
    assert "rows" not in run
    assert len(json.loads(Path("r.json").read_text(encoding="utf-8"))["rows"]) == 3


def test_compare_shows_what_changed(squad: Path) -> None:
    evaluate("run", str(squad), "--split", "all", "--out", "a.json")
    evaluate("run", str(squad), "--split", "all", "--out", "b.json", "--no-texts")
    worse = json.loads(Path("b.json").read_text(encoding="utf-8"))
    worse["rows"][2]["metrics"]["recall@1"] = 0.0
    Path("b.json").write_text(json.dumps(worse), encoding="utf-8")
    out = evaluate("compare", "a.json", "b.json")
    assert f"recall@1 lost: s2 {ASKED[2]}" in out
    found = {row["metric"]: row for row in json.loads(evaluate("compare", "a.json", "b.json", "--json"))}
    assert (found["recall@1"]["losses"], found["recall@1"]["ties"]) == (["s2"], 2)
    assert found["recall@5"]["ties"] == 3


def test_runs_over_other_questions_are_not_compared(squad: Path) -> None:
    evaluate("run", str(squad), "--split", "all", "--out", "a.json")
    evaluate("run", str(squad), "--split", "all", "--limit", "2", "--out", "b.json")
    evaluate("run", str(squad), "--split", "all", "--perturb", "typo", "--out", "c.json")
    with pytest.raises(ResultError, match="different cases"):
        evaluate("compare", "a.json", "b.json")
    with pytest.raises(ResultError, match="perturb none and typo"):
        evaluate("compare", "a.json", "c.json")


def test_import_makes_a_folder_that_runs(squad: Path) -> None:
    assert "3 questions on 3 articles" in evaluate("import", str(squad), "--to", "bo")
    assert "recall@1" in evaluate("run", "bo", "--split", "all", "--out", "r.json")


def test_an_existing_index_is_asked(squad: Path) -> None:
    Path("bai").mkdir()
    Path("bai/cau.txt").write_text("Cầu Trường Tiền\n01/02/2024\n\n" + CONTEXTS[0], encoding="utf-8")
    with Index.open_or_create("chi-muc", Settings()) as index:
        ingest(index, [Path("bai")])
    line = {"id": "q", "question": ASKED[0], "answerable": True, "gold": [{"article": "cau.txt", "quote": "402,6 m"}]}
    Path("hoi.jsonl").write_text(json.dumps(line, ensure_ascii=False), encoding="utf-8")
    (run,) = json.loads(evaluate("run", "hoi.jsonl", "--index", "chi-muc", "--out", "r.json", "--json"))
    assert run["metrics"]["recall@1"]["value"] == 1
    with pytest.raises(SuiteError, match="cannot be combined"):
        evaluate("run", "hoi.jsonl", "--index", "chi-muc", "--articles", "bai")


@pytest.mark.parametrize(
    "arguments", [["--perturb", "upside-down"], ["--stage", "x"], ["--split", "x"], ["--limit", "0"]]
)
def test_a_wrong_option_is_named(squad: Path, arguments: list[str]) -> None:
    result = CliRunner().invoke(eval_app, ["run", str(squad), *arguments])
    assert result.exit_code == 2
    assert arguments[0] in result.output


def test_out_takes_one_run(squad: Path) -> None:
    with pytest.raises(SuiteError, match="--out takes one run"):
        evaluate("run", str(squad), "--out", "r.json", "--perturb", "none", "--perturb", "nfd")
