"""Writers killed at any moment: what was committed is there, nothing is half there, and the next writer goes on."""

import random
import shutil
import signal
import sys
import time
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("needs SIGKILL", allow_module_level=True)

from piles import LONG, QUESTIONS, Command, content, damages, found, settings_for, write_pile

from index import Index, IndexMissing

pytestmark = pytest.mark.slow

KILLS = 50 if LONG else 10  # of each of two kinds of work


def start(work: str, folder: Path) -> list[object]:
    """Make what there is before the work, and give the command that does it."""
    pile, index = folder / "pile", folder / "index"
    write_pile(pile, range(30))
    if work != "new":
        assert Command(["index", pile, "--index", index], folder).wait() == 0
        write_pile(pile, range(15, 22), paragraphs=5)  # changed
        write_pile(pile, range(30, 45))
        for number in range(12):
            (pile / f"{number:03}.txt").unlink()
    return ["index", pile, "--index", index, "--prune"]


@pytest.mark.parametrize("work", ["new", "update"])
def test_a_killed_writer_loses_nothing_and_leaves_nothing_half_done(tmp_path: Path, work: str) -> None:
    prepared = tmp_path / "prepared"
    command = start(work, prepared)
    whole = tmp_path / "whole"
    shutil.copytree(prepared, whole)
    began = time.monotonic()
    undisturbed = Command([str(word).replace("prepared", "whole") for word in command], whole)
    assert undisturbed.wait() == 0, undisturbed.output()
    seconds, events = time.monotonic() - began, undisturbed.events()
    draw = random.Random(work)  # noqa: S311
    killed = 0
    for attempt in range(KILLS):
        folder = tmp_path / "run"
        shutil.copytree(prepared, folder)
        words = [str(word).replace("prepared", "run") for word in command]
        reader = None
        if work == "update":
            reader = Index.open(folder / "index", settings_for(folder / "index"))
            assert found(reader, QUESTIONS[0])
        before = ids_in(folder / "index") or set()
        if attempt % 2:
            run = Command(words, folder, kill_at=draw.randint(1, events))
            run.wait()
        else:
            run = Command(words, folder)
            time.sleep(draw.uniform(0, seconds))
            run.kill()
        killed += run.process.exitcode != 0
        assert "Traceback" not in run.output()
        if reader:
            assert found(reader, QUESTIONS[0])
            reader.close()
        check_what_is_left(folder / "index", run, before)
        again = Command(words, folder)
        assert again.wait() == 0, again.output()
        assert expected(content(folder / "index"), "run") == expected(content(whole / "index"), "whole")
        assert damages(folder / "index") == []
        assert not list((folder / "index").glob(".writing-*"))
        shutil.rmtree(folder)
    assert killed >= KILLS // 2


def check_what_is_left(folder: Path, run: Command, before: set[str]) -> None:
    held = ids_in(folder)
    if held is None:
        assert not before and not any(is_committed for _, is_committed in run.groups())
        return
    assert damages(folder) == []
    begun = [ids for ids, _ in run.groups()]
    assert held <= before.union(*begun)
    for ids, is_committed in run.groups():
        assert held.isdisjoint(ids) or ids <= held
        assert ids <= held or not is_committed
    with Index.open(folder, settings_for(folder)) as index:
        assert all((len(found(index, question)) > 0) == bool(held) for question in QUESTIONS if held)


def ids_in(folder: Path) -> set[str] | None:
    """Ids of the articles; None where an index was not even made yet."""
    try:
        with Index.open(folder, settings_for(folder)) as index:
            return {article.id for article in index.articles()}
    except IndexMissing:
        return None


def expected(held: dict[str, list[str]], name: str) -> dict[str, list[str]]:
    """The paths of the articles apart, which say where a run was."""
    return held | {"articles": sorted(row.replace(f"/{name}/pile/", "/pile/") for row in held["articles"])}


def test_a_killed_repair_leaves_what_can_be_repaired(tmp_path: Path) -> None:
    prepared = tmp_path / "prepared"
    write_pile(prepared / "pile", range(12))
    assert Command(["index", prepared / "pile", "--index", prepared / "index"], prepared).wait() == 0
    whole = content(prepared / "index")
    with (prepared / "index" / "index.sqlite3").open("r+b") as store:
        store.write(bytes(4096))
    shutil.copytree(prepared, tmp_path / "whole")
    undisturbed = Command(["check", "--repair", "--index", tmp_path / "whole" / "index"], tmp_path / "whole")
    assert undisturbed.wait() == 0, undisturbed.output()
    events = undisturbed.events()
    assert content(tmp_path / "whole" / "index") == whole
    for kill_at in range(1, events + 1, 1 if LONG else 12):
        folder = tmp_path / "run"
        shutil.copytree(prepared, folder)
        killed = Command(["check", "--repair", "--index", folder / "index"], folder, kill_at=kill_at)
        assert killed.wait() == -signal.SIGKILL
        again = Command(["check", "--repair", "--index", folder / "index"], folder)
        assert again.wait() == 0, again.output()
        assert content(folder / "index") == whole
        assert damages(folder / "index") == []
        shutil.rmtree(folder)
