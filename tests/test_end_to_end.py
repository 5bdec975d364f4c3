"""The whole product on real files with the real bundled models, as a newcomer would use it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[1]
ARTICLES = PROJECT / "evals" / "suites" / "bundled" / "articles"
QUESTION = "Năm 2023, Bộ phận một cửa xã Bình An tiếp nhận bao nhiêu hồ sơ?"


def hoidap(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "ignore", "-c", "from ui.cli import main; main()", *arguments]
    variables = {name: value for name, value in os.environ.items() if not name.startswith("HOIDAP_LLM")}
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env={**variables, **environment})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose data/index holds all bundled articles, vectors by the real sentence model."""
    folder = tmp_path_factory.mktemp("newcomer")
    result = hoidap("index", str(ARTICLES), "--json", folder=folder)
    assert result.returncode == 0, result.stderr
    report = json.loads(result.stdout)
    assert report["errors"] == []
    assert report["articles"] == len(list(ARTICLES.iterdir())) >= 24
    return folder


def texts(folder: Path) -> dict[str, str]:
    from index import Index

    with Index.open(folder / "data" / "index") as index:
        return {article.id: article.text for article in index.articles()}


def assert_answers(data: dict[str, Any], folder: Path) -> None:
    assert not data["refused"]
    assert "2.350" in data["text"]
    assert data["citations"]
    articles = texts(folder)
    for citation in data["citations"]:
        assert articles[citation["article_id"]][citation["start"] : citation["end"]] == citation["quote"]
    assert any("2.350" in citation["quote"] for citation in data["citations"])


@pytest.mark.parametrize("llm", ["bundled", "extractive"])
def test_a_question_is_answered_with_exact_citations(folder: Path, llm: str) -> None:
    result = hoidap("ask", QUESTION, "--json", folder=folder, HOIDAP_LLM=llm)
    assert result.returncode == 0, result.stderr
    data = json.loads(result.stdout)
    assert data["mode"] == ("llm" if llm == "bundled" else "extractive")
    assert_answers(data, folder)


def test_the_same_question_without_accents(folder: Path) -> None:
    question = "nam 2023 bo phan mot cua xa binh an tiep nhan bao nhieu ho so"
    result = hoidap("ask", question, "--json", folder=folder, HOIDAP_LLM="extractive")
    assert_answers(json.loads(result.stdout), folder)


def test_chat_in_the_terminal_prints_sources(folder: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-c", "from ui.cli import main; main()", "chat"]
    environment = {**os.environ, "HOIDAP_LLM": "extractive"}
    result = subprocess.run(
        command, input=f"{QUESTION}\n\n", capture_output=True, text=True, cwd=folder, env=environment, check=True
    )
    assert "2.350" in result.stdout
    assert "[1] Bình An" in result.stdout


def test_the_example_of_the_readme_runs_as_printed(folder: Path) -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    (example,) = (one for one in re.findall(r"```python\n(.*?)```", readme, re.DOTALL) if "Assistant.open" in one)
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", example], capture_output=True, text=True, cwd=folder, check=True
    )
    assert "2.350" in result.stdout
    assert "True" in result.stdout


def test_loading_a_named_model_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    result = hoidap("index", str(ARTICLES), folder=tmp_path, HOIDAP_EMBEDDING_MODEL=str(tmp_path / "nothing"))
    assert result.returncode == 1
    assert len(result.stderr.strip().splitlines()) == 1
    assert "HOIDAP_EMBEDDING_MODEL" in result.stderr
