from pathlib import Path

import pytest

from prompts import PromptError, load_prompt


def test_the_answer_prompt_declares_what_it_uses() -> None:
    prompt = load_prompt("answer")
    assert prompt.variables == {"evidence", "question"}
    assert prompt.messages[0][0] == "system"
    assert prompt.messages[-1][0] == "user"


def test_the_fingerprint_changes_with_the_text(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\nvariables: x\n---\n\n## user\n\nHỏi {x}\n", encoding="utf-8")
    first = load_prompt("a", tmp_path).fingerprint
    (tmp_path / "a.md").write_text("---\nvariables: x\n---\n\n## user\n\nHỏi: {x}\n", encoding="utf-8")
    assert load_prompt("a", tmp_path).fingerprint != first


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("## user\n\nHỏi", "front matter"),
        ("---\nvariables: x\n---\n\nHỏi {x}", "messages"),
        ("---\nvariables: x\n---\n\n## user\n\nHỏi {y}", r"declares \['x'\] but uses \['y'\]"),
        ("---\nvariables: x, y\n---\n\n## user\n\nHỏi {x}", "declares"),
    ],
)
def test_a_prompt_that_breaks_its_declaration_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "bad.md").write_text(text, encoding="utf-8")
    with pytest.raises(PromptError, match=message):
        load_prompt("bad", tmp_path)


def test_an_unknown_prompt_names_the_known_ones() -> None:
    with pytest.raises(PromptError, match="answer"):
        load_prompt("no-such-prompt")
