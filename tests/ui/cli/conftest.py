from pathlib import Path

import pytest
from command_line import ARTICLE, OTHER


@pytest.fixture
def pile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOIDAP_EMBEDDING_MODEL", "hashing")
    monkeypatch.setenv("HOIDAP_LLM", "extractive")
    monkeypatch.setenv("HOIDAP_INDEX", str(tmp_path / "index"))
    monkeypatch.setenv("HOIDAP_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "pile"
    folder.mkdir()
    (folder / "thu-vien.txt").write_text(ARTICLE, encoding="utf-8")
    (folder / "nuoc-sach.txt").write_text(OTHER, encoding="utf-8")
    return folder
