"""SECURITY.md names tests that exist; what it says of code and dependencies is so."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PACKAGES = ("rag", "index", "prompts", "ui", "evals")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / "SECURITY.md").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LINTED = {"S102", "S301", "S307", "S506", "S602", "S604", "S605"}  # exec, pickle, eval, yaml.load, shells


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_the_tests_named_are_there(file: str, test: str) -> None:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert test in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_threat_names_a_test() -> None:
    table = (ROOT / "SECURITY.md").read_text(encoding="utf-8").split("| threat |")[1].split("\n\n")[0]
    rows = table.split("\n")[2:]
    assert len(rows) > 10 and all("`tests/" in row for row in rows)


def test_the_linter_forbids_the_rest() -> None:
    """Ruff's rules on pickle, eval, YAML and shells are on, and nowhere let off."""
    assert "S" in PROJECT["tool"]["ruff"]["lint"]["select"]
    assert not [
        rule for rule in PROJECT["tool"]["ruff"]["lint"]["ignore"] if rule.startswith("S") and rule[1:].isdigit()
    ]
    for path in sources():
        let_off = re.findall(r"#\s*noqa:([^#\n]*)", path.read_text(encoding="utf-8"))
        assert LINTED.isdisjoint(rule for rules in let_off for rule in re.findall(r"S\d+", rules)), path


def test_nothing_can_unpickle_or_evaluate_data() -> None:
    """What the linter does not know: joblib and dill, numpy's and torch's pickles, the other forms of eval.

    The scripts of the peers are left out: they run other software as its manual says, on files of their own making.
    """
    found = []
    for path in sources():
        if path.is_relative_to(ROOT / "evals" / "baselines" / "peers"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if _imported(node) & {"pickle", "joblib", "dill", "cloudpickle", "marshal", "shelve"}:
                found.append(f"{path}:{node.lineno}")  # type: ignore[attr-defined]
            if isinstance(node, ast.keyword) and (node.arg, getattr(node.value, "value", None)) in (
                ("allow_pickle", True), ("weights_only", False), ("allow_dangerous_deserialization", True),
                ("trust_remote_code", True), ("shell", True),
            ):  # fmt: skip
                found.append(f"{path}:{node.value.lineno}")
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("eval", "exec"):
                found.append(f"{path}:{node.lineno}")
    assert found == []


def test_every_dependency_is_pinned() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").split()
    assert all(re.fullmatch(r"[\w.-]+==[\w.+!]+", line) for line in lines)
    pinned = {canonicalize_name(line.split("==")[0]) for line in lines}
    project = PROJECT["project"]
    wanted = [
        Requirement(line)
        for part in (project["dependencies"], *project["optional-dependencies"].values())
        for line in part
    ]
    loose = [one.name for one in wanted if canonicalize_name(one.name) not in pinned and "==" not in str(one.specifier)]
    assert loose == []


def sources() -> list[Path]:
    return [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]


def _imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[0] for alias in node.names}
    return {(node.module or "").split(".")[0]} if isinstance(node, ast.ImportFrom) else set()
