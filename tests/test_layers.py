"""The tree is the architecture: imports point one way, and heavy things load late."""

import subprocess
import sys

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

HEAVY = ("torch", "transformers", "sentence_transformers", "faiss", "gradio", "langchain_core", "xllamacpp", "pymilvus")


def test_import_contracts_hold() -> None:
    assert lint_imports() == EXIT_STATUS_SUCCESS


def test_importing_the_packages_loads_nothing_heavy() -> None:
    code = f"import sys, rag, index, prompts, ui.cli, evals; print([name for name in {HEAVY} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
