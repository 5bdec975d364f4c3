"""Suites, SQuAD sets and results that are nearly right: read, or refused by their own error; nothing half written."""

import json
from pathlib import Path
from typing import Any

import pytest
from fuzzing import fuzzed, json_values, mutated
from hypothesis import example, given
from hypothesis import strategies as st

from evals.compare import compare
from evals.errors import ResultError, SuiteError
from evals.partial import PartialRows
from evals.results import read_run
from evals.squad import import_squad, read_squad
from evals.suite import load_suite

ARTICLE = {"article": "a", "title": "Sông", "text": "Sông Hương chảy qua Huế. Cầu dài 402 m."}
CASE: dict[str, Any] = {
    "id": "1", "question": "Cầu dài bao nhiêu?", "answerable": True, "gold": [{"article": "a", "quote": "402 m"}],
    "history": [{"role": "user", "content": "Sông nào?"}], "answers": ["402 m"], "slices": ["số"],
}  # fmt: skip
SQUAD: dict[str, Any] = {
    "id": "1",
    "title": "S",
    "context_id": "c",
    "context": "Cầu dài 402 m.",
    "question": "Dài?",
    "answers": ["402 m"],
}
NESTED = {"data": [{"title": "S", "paragraphs": [{"context": SQUAD["context"], "qas": [
    {"id": "1", "question": "Dài?", "answers": [{"text": "402 m", "answer_start": 8}]},
]}]}]}  # fmt: skip
INTERVAL = {"value": 0.5, "low": 0.1, "high": 0.9, "count": 2}
ROW: dict[str, Any] = {
    "id": "1", "digest": "d", "question": "?", "asked": "?", "answerable": True, "slices": ["số"], "answer": None,
    "ranking": [{"article": "a", "start": 0, "end": 5, "score": 0.5, "relevant": True}],
    "confidence": 0.5, "seconds": {"retrieval": 0.1}, "metrics": {"recall@1": 1.0},
}  # fmt: skip
RUN: dict[str, Any] = {
    "format": 1, "suite": "s", "system": "hoidap", "stage": "retrieval", "split": "all", "perturb": "none",
    "limit": None, "commit": "0", "settings": {}, "fingerprints": {}, "metrics": {"recall@1": INTERVAL},
    "slices": {"số": {"recall@1": INTERVAL}}, "rows": [ROW, {**ROW, "id": "2"}],
}  # fmt: skip


@st.composite
def changed(draw: st.DrawFn, sample: Any) -> Any:
    """JSON with one value anywhere in it replaced by another."""
    if isinstance(sample, dict) and sample and draw(st.integers(0, 4)):
        key = draw(st.sampled_from(sorted(sample)))
        return {**sample, key: draw(changed(sample[key]))}
    if isinstance(sample, list) and sample and draw(st.integers(0, 4)):
        place = draw(st.integers(0, len(sample) - 1))
        return [*sample[:place], draw(changed(sample[place])), *sample[place + 1 :]]
    return draw(json_values)


def nearly(sample: Any) -> st.SearchStrategy[bytes]:
    """The JSON of a sample with a value changed, or with its characters disturbed."""
    text = json.dumps(sample, ensure_ascii=False).encode()
    return st.one_of(changed(sample).map(lambda value: json.dumps(value).encode()), mutated(text))


DEEP = b"[" * 100_000
HALF = json.dumps({**SQUAD, "context": "\ud800"}).encode()


def test_samples_are_read(tmp_path: Path) -> None:
    for name, value in (("articles", ARTICLE), ("dev", CASE), ("squad", SQUAD), ("nested", NESTED), ("run", RUN)):
        suffix = ".json" if name in ("nested", "run") else ".jsonl"
        (tmp_path / name).with_suffix(suffix).write_text(json.dumps(value), encoding="utf-8")
    assert len(load_suite(tmp_path / "dev.jsonl").cases) == 1
    assert (
        read_squad(tmp_path / "squad.jsonl").cases[0].answers == read_squad(tmp_path / "nested.json").cases[0].answers
    )
    run = read_run(tmp_path / "run.json")
    assert compare(run, run)[0].ties == 2


@fuzzed
@given(nearly(CASE), nearly(ARTICLE))
@example(DEEP, b"{}")
@example(json.dumps(CASE).encode(), json.dumps({**ARTICLE, "text": "\ud800"}).encode())
@example(b'{"id": ' + b"9" * 5000 + b"}", b"{}")
def test_suites(tmp_path: Path, case: bytes, article: bytes) -> None:
    (tmp_path / "dev.jsonl").write_bytes(case)
    (tmp_path / "articles.jsonl").write_bytes(article)
    for path in (tmp_path, tmp_path / "dev.jsonl"):
        try:
            suite = load_suite(path)
        except SuiteError:
            continue
        assert suite.cases and suite.articles and all(case.question.strip() for case in suite.cases)


@pytest.mark.parametrize(("suffix", "sample"), [(".jsonl", SQUAD), (".json", NESTED)])
def test_squad_sets(tmp_path: Path, suffix: str, sample: Any) -> None:
    path, folder = tmp_path / f"bo{suffix}", tmp_path / "bo"

    @fuzzed
    @given(nearly(sample))
    @example(DEEP)
    @example(HALF)
    def read(data: bytes) -> None:
        path.write_bytes(data)
        try:
            imported = import_squad(path, folder)
        except SuiteError:
            assert not folder.exists()
            return
        assert set(load_suite(folder).cases) == set(imported.cases)
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()

    read()


@fuzzed
@given(nearly(RUN))
@example(DEEP)
@example(json.dumps({**RUN, "metrics": {"recall@1": {**INTERVAL, "value": "x"}}}).encode())
def test_results(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(data)
    try:
        run = read_run(path)
        compare(run, run)
    except ResultError as error:
        assert "\n" not in str(error)


@fuzzed
@given(nearly(ROW))
@example(DEEP)
@example(b"{}")
def test_rows_of_an_interrupted_run(tmp_path: Path, row: bytes) -> None:
    path = tmp_path / "part"
    path.write_bytes(b'{"k": 1}\n' + row + b"\n")
    try:
        kept = PartialRows(path, {"k": 1}).rows
    except ResultError:
        assert path.exists()
    else:
        assert all(name == kept[name].id for name in kept)
