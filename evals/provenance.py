"""What a run was made of: digests of suites, articles and code, the commit, and settings without secrets."""

import hashlib
import importlib
import json
import subprocess
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from evals.types import Case, article_name
from index import Article
from rag import Settings

CODE = ("index", "prompts", "rag", "evals")
_PRIVATE = {"llm_base_url"}  # may carry a user's name or an internal host
_DIGITS = 12


def digest(value: object) -> str:
    """First 12 hexadecimal digits of the SHA-256 of a JSON-ready value."""
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:_DIGITS]


def case_digest(case: Case, asked: str) -> str:
    """Equal for cases asked and judged the same: question as asked, history, gold, answers, slices."""
    facts = asdict(case)
    del facts["split"]
    return digest({**facts, "asked": asked})


def cases_digest(cases: Iterable[Case]) -> str:
    """Equal for the same cases in the same order."""
    return digest([asdict(case) for case in cases])


def articles_digest(articles: Iterable[Article]) -> str:
    """Equal for articles of the same names, titles, days and texts, in any order."""
    return digest(sorted([a.id, article_name(a), a.title, str(a.published), a.source or ""] for a in articles))


def code_digest(packages: Iterable[str] = CODE, leave_out: Iterable[str] = ()) -> str:
    """Equal for the same source files and prompts.

    Args:
        packages: Importable packages, searched with their sub-packages.
        leave_out: Names of sub-packages that do not count.
    """
    found = hashlib.sha256()
    for package in packages:
        folder = Path(str(importlib.import_module(package).__file__)).parent
        for path in sorted((*folder.rglob("*.py"), *folder.rglob("*.md"))):
            inside = path.relative_to(folder)
            if inside.parts[0] not in (*leave_out, "suites", "results"):
                found.update(f"{package}/{inside.as_posix()}".encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()[:_DIGITS]


def commit() -> str:
    """The commit of the working tree that holds this code: 12 digits, "-dirty" behind if it has changes.

    "unknown" outside a git checkout or without git, and for an installed package, whose environment may lie in the
    checkout of something else. Result files are no change.
    """
    folder = Path(__file__).parent
    head = _git(folder, "rev-parse", "HEAD")
    if not head or not _git(folder, "ls-files", Path(__file__).name):
        return "unknown"
    changed = _git(folder, "status", "--porcelain", "--", ":/", ":(exclude,top)evals/results")
    return head[:_DIGITS] + ("-dirty" if changed else "")


def public_settings(settings: Settings) -> dict[str, Any]:
    """Settings that bear on the answers: no key, no address, no path of this machine."""
    shown: dict[str, Any] = {}
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if not isinstance(value, SecretStr | Path) and name not in _PRIVATE:
            shown[name] = Path(value).name if isinstance(value, str) and Path(value).is_absolute() else value
    return shown


def _git(folder: Path, *arguments: str) -> str:
    try:
        found = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603, S607
    except OSError:
        return ""
    return found.stdout.strip() if found.returncode == 0 else ""
