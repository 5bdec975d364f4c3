"""Full disks and folders that may not be written: one line, nothing lost, and on it goes when there is room again."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("needs limits of POSIX", allow_module_level=True)

from piles import LONG, QUESTIONS, Command, answers, content, damages, settings_for, write_pile

from index import Index

pytestmark = pytest.mark.slow

# Bytes a file may have: from nothing at all to nearly enough.
LIMITS = range(1000, 700_000, 10_000 if LONG else 90_000)
NOBODY = 65534


@pytest.mark.parametrize("limit", LIMITS)
def test_a_full_disk_loses_nothing(tmp_path: Path, limit: int) -> None:
    write_pile(tmp_path / "pile", range(24))
    command = ["index", tmp_path / "pile", "--index", tmp_path / "index"]
    full = Command(command, tmp_path, limit=limit)
    status = full.wait()
    assert_one_line(full)
    committed: set[str] = set().union(*(ids for ids, is_committed in full.groups() if is_committed))
    assert status == 0 or len(committed) < 24
    if committed:
        assert damages(tmp_path / "index") == []
        with Index.open(tmp_path / "index", settings_for(tmp_path / "index")) as index:
            assert {article.id for article in index.articles()} == committed
            assert index.search(QUESTIONS[0])
    again = Command(command, tmp_path)
    assert again.wait() == 0, again.output()
    assert_complete(tmp_path)


def assert_one_line(command: Command) -> None:
    output = command.output()
    assert "Traceback" not in output
    assert command.process.exitcode in (0, 1), output
    if command.process.exitcode:
        lines = [line for line in output.splitlines() if line and not line.startswith("Đang lập chỉ mục")]
        assert len(lines) == 1, output


def assert_complete(folder: Path) -> None:
    assert damages(folder / "index") == []
    shutil.rmtree(folder / "anew", ignore_errors=True)
    with Index.open_or_create(folder / "anew", settings_for(folder / "anew")) as index:
        from index import ingest

        ingest(index, [folder / "pile"])
    assert content(folder / "index") == content(folder / "anew")
    assert answers(folder / "index") == answers(folder / "anew")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = os.geteuid() == 0 and sys.platform == "linux"
    if not mounted or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], check=False).returncode:
        pytest.skip("needs to mount a disk of memory")
    yield disk
    subprocess.run(["umount", disk], check=True)


@pytest.mark.parametrize("left", [0, 60_000, 200_000, 700_000, 1_300_000])
def test_a_disk_without_room(small_disk: Path, tmp_path: Path, left: int) -> None:
    write_pile(tmp_path / "pile", range(24))
    filler = small_disk / "filler"
    filler.write_bytes(bytes(os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize - left - 4096))
    (tmp_path / "index").symlink_to(small_disk / "index")
    (tmp_path / "cache").symlink_to(small_disk / "cache")
    (small_disk / "cache").mkdir()
    command = ["index", tmp_path / "pile", "--index", small_disk / "index"]
    full = Command(command, tmp_path)
    full.wait()
    assert_one_line(full)
    filler.unlink()
    shutil.rmtree(small_disk / "cache" / "vectors", ignore_errors=True)
    if (small_disk / "index" / "index.sqlite3").exists() and full.groups():
        assert damages(small_disk / "index") == []
    again = Command(command, tmp_path)
    assert again.wait() == 0, again.output()
    assert_complete(tmp_path)


def test_a_full_disk_during_a_repair_leaves_what_there_was(tmp_path: Path) -> None:
    write_pile(tmp_path / "pile", range(12))
    assert Command(["index", tmp_path / "pile", "--index", tmp_path / "index"], tmp_path).wait() == 0
    store = tmp_path / "index" / "index.sqlite3"
    data = bytearray(store.read_bytes())
    data[:4096] = bytes(4096)
    store.write_bytes(data)
    full = Command(["check", "--repair", "--index", tmp_path / "index"], tmp_path, limit=50_000)
    assert full.wait() == 1
    assert_one_line(full)
    assert store.read_bytes() == data
    assert Command(["check", "--repair", "--index", tmp_path / "index"], tmp_path).wait() == 0
    assert_complete(tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become another user")
def test_a_folder_that_may_only_be_read(tmp_path: Path) -> None:
    write_pile(tmp_path / "pile", range(6))
    assert Command(["index", tmp_path / "pile", "--index", tmp_path / "index"], tmp_path).wait() == 0
    write_pile(tmp_path / "pile", range(6, 9))
    for folder in [tmp_path, *tmp_path.parents]:
        if folder.stat().st_uid == 0 and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o055)
    before = content(tmp_path / "index")
    for words, status in (
        (["index", tmp_path / "pile"], 1),
        (["remove", "0" * 12], 1),
        (["check"], 0),
        (["check", "--repair"], 1),
        (["list"], 0),
        (["search", QUESTIONS[0]], 0),
        (["index", tmp_path / "pile", "--index", tmp_path / "another"], 1),
    ):
        index = [] if "--index" in words else ["--index", tmp_path / "index"]
        command = Command([*words, *index], tmp_path, user=NOBODY)
        assert command.wait() == status, command.output()
        if status:
            assert_one_line(command)
    assert content(tmp_path / "index") == before
