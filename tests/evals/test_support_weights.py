"""Weights learnt on rows whose answer is known by hand."""

import json
from pathlib import Path

import numpy as np
import pytest

from evals.benchmarks.support_weights import _RIDGE, fit, learn_support_weights

CONTEXT = "Xã Bình Sơn mở thư viện với 2.350 đầu sách. Thư viện mở cửa từ thứ Hai. Bà Hạnh quản lý thư viện."
RESPONSES = {
    "no": ("Thư viện có 2.350 đầu sách.", "Bà Hạnh quản lý thư viện.", "Thư viện mở cửa từ thứ Hai."),
    "intrinsic": ("Thư viện có 9.999 tờ báo.", "Bà Mai trông coi bảo tàng.", "Bảo tàng đóng cửa cả tuần."),
    "extrinsic": ("Cầu Sông Trà khánh thành mùa thu.", "Giá vàng tăng mạnh.", "Đội bóng tỉnh vừa thắng."),
}


def test_a_fit_by_hand() -> None:
    # A signal that says nothing gets no weight; one that decides gets a positive one, and the bias centres it.
    signals = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    weights, bias = fit(signals, np.array([0.0, 0.0, 1.0, 1.0]))
    assert weights[0] > 0.5
    assert weights[1] == pytest.approx(0, abs=1e-9)
    assert bias == pytest.approx(-weights[0] / 2)


def test_a_fit_is_where_loss_and_ridge_balance() -> None:
    # The gradient of the loss, by hand: every standardised weight is held back by the ridge, the bias by nothing.
    draw = np.random.default_rng(7)
    signals = draw.normal(3, 2, (60, 3)) * np.array([1.0, 0.01, 50.0])
    supported = (draw.random(60) < 1 / (1 + np.exp(6 - 2 * signals[:, 0]))).astype(np.float64)
    weights, bias = fit(signals, supported)
    missed = 1 / (1 + np.exp(-(signals @ weights + bias))) - supported
    scale = signals.std(axis=0)
    standardised = (signals - signals.mean(axis=0)) / scale
    assert standardised.T @ missed == pytest.approx(-_RIDGE * weights * scale, abs=1e-5)
    assert missed.sum() == pytest.approx(0, abs=1e-5)


def test_weights_are_learnt_on_tune_rows_alone_and_every_signal_is_left_out_once(tmp_path: Path) -> None:
    file = tmp_path / "tiny.jsonl"
    rows = [
        {"id": f"{label}{at}{copy}", "context": CONTEXT, "response": text, "label": label}
        for copy in range(8)
        for label, texts in RESPONSES.items()
        for at, text in enumerate(texts)
    ]
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    learnt = learn_support_weights(file)
    assert learnt["set"] == "tiny"
    assert 0 < sum(learnt["responses"].values()) < len(rows)
    assert learnt["weights"]["invented"] < 0 < learnt["weights"]["covered"]
    assert learnt["cross_validated"]["all"] > 0.9
    assert learnt["without"].keys() == learnt["weights"].keys()
    assert learn_support_weights(file) == learnt
