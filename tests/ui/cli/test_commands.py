"""What goes wrong before a command has begun is one line."""

from pathlib import Path

import pytest
from command_line import hoidap, run_main

from ui.cli.terminal import EXIT_FAILED


@pytest.mark.parametrize("command", [["list"], ["info"], ["search", "gì"], ["ask", "gì"], ["remove", "x"], ["serve"]])
def test_without_an_index_every_command_says_how_to_make_one(pile: Path, command: list[str]) -> None:
    code, out = hoidap(*command)
    assert code == EXIT_FAILED
    assert "hoidap index" in out


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
