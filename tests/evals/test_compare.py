from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evals.bootstrap import mean_interval, paired_difference, statistic_interval
from evals.compare import compare, differences, sign_test
from evals.errors import ResultError
from evals.results import read_run, result_name, without_texts, write_run
from evals.types import Ranked, Row, Run


def row(name: str, recall: float, digest: str = "") -> Row:
    ranked = Ranked("a.txt", 0, 5, 0.5, relevant=True)
    question = f"Câu {name}?"
    metrics = {"recall@1": recall, "false_refusal": 1 - recall}
    return Row(
        name, digest or name, question, question, True, ("plain",), (ranked,), None, None, {"retrieval": 0.1}, metrics
    )


def run(*recalls: float) -> Run:
    rows = tuple(row(f"q{i}", recall) for i, recall in enumerate(recalls))
    facts = {"llm": "extractive"}
    figures = {"recall@1": mean_interval(recalls)}
    return Run(
        "nho",
        "hoidap",
        "retrieval",
        "all",
        "none",
        None,
        "0123456789ab-dirty",
        {},
        facts,
        figures,
        {"plain": figures},
        rows,
    )


def test_compare_by_hand() -> None:
    recall, refusal = compare(run(0, 0, 1, 1), run(1, 1, 0, 1))
    assert (recall.first, recall.second, recall.change.value) == (0.5, 0.75, 0.25)
    assert (recall.wins, recall.losses, recall.ties) == (("q0", "q1"), ("q2",), 1)
    assert recall.p == 1.0  # 2 against 1: (1 + 3) / 8, doubled
    assert refusal.change.value == -0.25
    assert refusal.wins == ("q0", "q1")  # fewer false refusals are a win


def test_sign_test_by_hand() -> None:
    # 1 loss in 6: (C(6,0) + C(6,1)) / 64 = 7/64, two-sided 14/64.
    assert sign_test(5, 1) == sign_test(1, 5) == pytest.approx(14 / 64)
    assert sign_test(0, 0) == 1.0
    assert sign_test(3, 3) == 1.0


def test_a_clear_difference_excludes_zero_and_none_does_not() -> None:
    better = compare(run(*[0] * 20, *[1] * 20), run(*[1] * 40))[0]
    assert better.change.low > 0
    assert better.p < 0.001
    same = compare(run(0, 1, 0, 1), run(0, 1, 0, 1))[0]
    assert (same.change.value, same.change.low, same.change.high, same.p) == (0, 0, 0, 1)


def test_runs_over_other_cases_are_refused() -> None:
    first = run(0, 1, 1)
    with pytest.raises(ResultError, match=r"1 only in the first run \(q2\), 0 only in the second"):
        compare(first, run(0, 1))
    changed = replace(first, rows=(*first.rows[:2], row("q2", 1, digest="other")))
    with pytest.raises(ResultError, match=r"in 1 of 3 cases \(suite changed\) \(q2\)"):
        compare(first, changed)
    with pytest.raises(ResultError, match="perturb none and typo"):
        compare(first, replace(changed, perturb="typo"))
    with pytest.raises(ResultError, match="different stages"):
        compare(first, replace(first, stage="answers"))
    assert differences(first, changed)[0].ties == 3


def test_the_bootstrap_of_a_mean() -> None:
    interval = mean_interval([0.0, 1.0] * 200)
    # Standard error sqrt(0.25 / 400) = 0.025: the interval is 0.5 ± 1.96 · 0.025.
    assert interval.value == 0.5
    assert interval.low == pytest.approx(0.5 - 0.049, abs=0.006)
    assert interval.high == pytest.approx(0.5 + 0.049, abs=0.006)
    assert mean_interval([0.0, 1.0] * 200) == interval
    assert mean_interval([0.3]).low == 0.3


def test_pairing_narrows_the_difference() -> None:
    first = np.linspace(0, 1, 50)
    paired = paired_difference(first.tolist(), (first + 0.1).tolist())
    assert (paired.low, paired.value, paired.high) == pytest.approx((0.1, 0.1, 0.1))


def test_the_bootstrap_of_another_statistic() -> None:
    values = [0.0, 1.0] * 200
    interval = statistic_interval(lambda at: sum(values[i] for i in at) / len(at), len(values), draws=400)
    assert interval is not None
    assert interval.low == pytest.approx(0.451, abs=0.01)
    assert statistic_interval(lambda _: None, 5) is None
    assert statistic_interval(lambda _: 1.0, 0) is None


def test_a_result_file_reads_back_as_it_was(tmp_path: Path) -> None:
    made = run(0, 1)
    assert result_name(made) == "nho-0123456789ab-retrieval.json"
    path = tmp_path / "new" / result_name(made)
    write_run(made, path)
    assert read_run(path) == made
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_names_tell_runs_apart() -> None:
    made = replace(run(1), stage="answers", split="tune", perturb="typo", limit=20)
    assert result_name(made) == "nho-0123456789ab-answers-extractive-tune-typo-limit20.json"
    assert result_name(replace(run(1), system="bm25", fingerprints={})) == "nho-0123456789ab-retrieval-bm25.json"
    hostile = replace(run(1), stage="answers", fingerprints={"llm": "../org/model:7b"})
    assert "/" not in result_name(hostile)


def test_a_run_without_texts_holds_none_and_still_compares(tmp_path: Path) -> None:
    answered = replace(run(0, 1).rows[0], answer={"refused": True, "text": "Câu bí mật"})
    made = replace(run(0, 1), rows=(answered, run(0, 1).rows[1]))
    path = tmp_path / "x.json"
    write_run(without_texts(made), path)
    assert "Câu" not in path.read_text(encoding="utf-8")
    assert read_run(path).rows[0].answer == {"refused": True}
    assert compare(read_run(path), made)[0].ties == 2


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": 99}', '{"format": 1, "rows": []}'])
def test_a_file_that_is_no_result_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ResultError, match=r"x\.json"):
        read_run(path)
    with pytest.raises(ResultError, match="No such file"):
        read_run(tmp_path / "missing.json")
