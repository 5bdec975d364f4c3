"""Prompts are Markdown files with declared variables; this loads them.

A file has a front matter ``variables: a, b`` and one ``## role`` heading (system, user, assistant) for each
message; ``{a}`` stands for a variable.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parent
_FRONT_MATTER = re.compile(r"---\nvariables: *(?P<variables>[\w, ]*)\n---\n(?P<body>.*)", re.DOTALL)
_HEADING = re.compile(r"^## (system|user|assistant)$", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class PromptError(ValueError):
    """A prompt file that does not keep its own declarations."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt template.

    Attributes:
        name: File name without ``.md``.
        messages: Pairs of role ("system", "user", "assistant") and text with ``{variable}`` places.
        variables: The names the text uses.
        fingerprint: First 12 hexadecimal digits of the SHA-256 of the file; goes into every answer.
    """

    name: str
    messages: tuple[tuple[str, str], ...]
    variables: frozenset[str]
    fingerprint: str


def load_prompt(name: str, folder: Path = _FOLDER) -> Prompt:
    """Load ``name.md``.

    Raises:
        PromptError: No such file, no front matter or message, or variables that differ from the declared ones.
    """
    path = folder / f"{name}.md"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in folder.glob("*.md")))
        raise PromptError(f"no prompt {name!r} in {folder}; there are: {known}")
    text = path.read_text(encoding="utf-8")
    match = _FRONT_MATTER.fullmatch(text)
    if match is None:
        raise PromptError(f"{path.name} must start with a front matter that declares its variables")
    parts = _HEADING.split(match["body"])
    messages = tuple((role, content.strip()) for role, content in zip(parts[1::2], parts[2::2], strict=True))
    if parts[0].strip() or not messages:
        raise PromptError(f"{path.name} must consist of '## system', '## user' and '## assistant' messages")
    declared = frozenset(match["variables"].replace(",", " ").split())
    used = frozenset(name for _, content in messages for name in _PLACEHOLDER.findall(content))
    if declared != used:
        raise PromptError(f"{path.name} declares {sorted(declared)} but uses {sorted(used)}")
    return Prompt(name, messages, declared, hashlib.sha256(text.encode()).hexdigest()[:12])
