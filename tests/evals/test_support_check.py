"""The support check on rows made by hand: scores, separation, result file."""

import json
from pathlib import Path

import pytest

from evals.curves import refusal_curve, roc_curve
from evals.errors import SuiteError
from evals.splits import split_of
from evals.support_check import Response, support_score, validate_support

CONTEXT = "Xã Bình Sơn mở thư viện với 2.350 đầu sách. Thư viện mở cửa từ thứ Hai. Bà Hạnh quản lý thư viện."
ROWS = [
    ("Thư viện xã Bình Sơn có 2.350 đầu sách.", "no"),
    ("Bà Hạnh quản lý thư viện.", "no"),
    ("Thư viện xã Bình Sơn có 9.999 tờ báo.", "intrinsic"),
    ("Bà Mai trông coi bảo tàng tỉnh.", "intrinsic"),
    ("Cầu Sông Trà khánh thành mùa thu.", "extrinsic"),
]


def even(_: object) -> dict[str, float]:
    """All words weigh the same."""
    return dict.fromkeys(_, 1.0)  # type: ignore[call-overload, no-any-return]


@pytest.fixture
def vihallu(tmp_path: Path) -> Path:
    file = tmp_path / "vihallu_tiny.jsonl"
    rows = [
        {"id": str(n), "context": CONTEXT, "context_id": half, "response": text, "label": label}
        for half in ("6717b9d8d75c", "bff1a78e6b40")
        for n, (text, label) in enumerate(ROWS)
    ]
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return file


def response(text: str, context: str = CONTEXT) -> Response:
    return Response(context, "Thư viện ra sao?", text, "no", "key")


def test_the_score_falls_with_every_word_the_context_lacks() -> None:
    scores = [
        support_score(response(text), even)
        for text in ("Bà Hạnh quản lý thư viện.", "Bà Hạnh quản lý bảo tàng.", "Cầu Sông Trà khánh thành mùa thu.")
    ]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 0.5 > scores[1] > scores[2] > 0


def test_without_a_context_nothing_is_supported() -> None:
    assert support_score(response("Cầu Sông Trà.", context=""), even) == 0


def test_supported_responses_are_told_from_the_others(vihallu: Path) -> None:
    check = validate_support(vihallu)
    assert (check.set, check.split) == ("vihallu_tiny", "report")
    assert (check.figures["auroc"].value, check.figures["auroc"].count) == (1.0, 5)
    assert (check.figures["auroc_intrinsic"].value, check.figures["auroc_intrinsic"].count) == (1.0, 4)
    assert check.figures["shown_no"].value == 1
    assert check.figures["shown_intrinsic"].value == check.figures["shown_extrinsic"].value == 0
    assert check.curve[0][1:] == (1.0, 1.0)
    assert check.curve[-1][1:] == (0.0, 0.0)
    assert validate_support(vihallu, "all").figures["auroc"].count == 10
    assert {split_of("6717b9d8d75c"), split_of("bff1a78e6b40")} == {"tune", "report"}


def test_the_result_is_named_by_set_and_commit(vihallu: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from evals.report.support import write_support

    check = validate_support(vihallu)
    path = write_support(check, tmp_path / "results")
    assert path.name == f"support-vihallu_tiny-{check.commit.removesuffix('-dirty')}.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    assert data["figures"]["auroc"]["value"] == 1.0
    assert set(data["curve"][0]) == {"threshold", "positive", "negative"}
    assert "AUROC 1.000" in path.with_suffix(".svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"context": "a", "label": "no"}', 'bad.jsonl:1: expected "context", "response"'),
        ('{"context": "a", "response": "b", "label": "maybe"}', "bad.jsonl:1: expected"),
        ('{"context": "a", "response": "b", "label": "no"}', "no response with label"),
    ],
)
def test_wrong_rows_are_refused(line: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text(line, encoding="utf-8")
    with pytest.raises(SuiteError, match=message):
        validate_support(file, "all")


def test_a_roc_by_hand() -> None:
    points = {round(p.threshold, 2): (p.positive, p.negative) for p in roc_curve([0.5, 1.0], [0.0, 0.5])}
    assert points[0.0] == (1.0, 1.0)
    assert points[0.01] == (1.0, 0.5)
    assert points[0.5] == (1.0, 0.5)
    assert points[0.51] == (0.5, 0.0)
    assert refusal_curve([]) == []
