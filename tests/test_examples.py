"""The examples run as they stand, from an empty folder, and print what they promise."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"
PRINTED = {
    "python_api.py": [
        "articles added, 0 known already",
        "tiếp nhận 2.350 hồ sơ",
        "[1] Bình An: Bộ phận một cửa",
        "refused: True, citations: 0, nearest: ",
        "checked: Năm 2023",
        "tiếp nhận 868 hồ sơ",
    ],
    "langchain_chain.py": [
        "2 messages for a model of your choice",
        "(of 4 documents)",
        "Phòng một cửa rộng 68 m²",
        "refused: Không tìm thấy",
        "step: reading",
    ],
    "evaluation.py": [
        "3 questions on 28 articles",
        "contained: 1.00 (95 % interval 1.00 to 1.00, 2 questions)",
        "refusal_recall: 1.00",
        "recall@1: dense 0.00, hoidap 1.00",
    ],
}


def test_every_example_is_tested() -> None:
    assert {path.name for path in EXAMPLES.glob("*.py")} == set(PRINTED)


@pytest.mark.slow
@pytest.mark.parametrize("name", PRINTED)
def test_an_example_prints_what_it_promises(name: str, tmp_path: Path) -> None:
    variables = {**os.environ, "HOIDAP_EMBEDDING_MODEL": "hashing", "HOIDAP_CACHE": str(tmp_path / "cache")}
    result = subprocess.run(
        [sys.executable, EXAMPLES / name], cwd=tmp_path, env=variables, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    assert [line for line in PRINTED[name] if line not in result.stdout] == []
