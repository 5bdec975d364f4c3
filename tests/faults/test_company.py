"""Several writers and readers at once, and clocks that go wrong."""

import os
import re
import threading
import time
from pathlib import Path

import pytest
from piles import LONG, QUESTIONS, Command, content, damages, found, settings_for, write_pile

import index as index_package
from index import Index, ingest

SECONDS = 60 if LONG else 3


@pytest.mark.slow
@pytest.mark.parametrize("same", [False, True])
def test_two_writers_at_once(tmp_path: Path, same: bool) -> None:
    piles = [tmp_path / "one" / "pile", (tmp_path / "one" if same else tmp_path / "two") / "pile"]
    write_pile(piles[0], range(40))
    write_pile(piles[1], range(40 if same else 80)[-40:])
    commands = []
    for number, pile in enumerate(piles):
        folder = tmp_path / f"run{number}"
        folder.mkdir()
        commands.append(Command(["index", pile, "--index", tmp_path / "index"], folder))
    for command in commands:
        assert command.wait() == 0, command.output()
    assert damages(tmp_path / "index") == []
    with Index.open_or_create(tmp_path / "anew", settings_for(tmp_path / "anew")) as anew:
        ingest(anew, piles)
    assert content(tmp_path / "index") == content(tmp_path / "anew")


@pytest.mark.slow
def test_readers_never_see_what_was_removed_nor_anything_half_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.search.segments._SMALL", 4)  # so that merging is more than putting all together
    folder = tmp_path / "index"
    write_pile(tmp_path / "pile", range(20 + 100 * SECONDS))  # more than are got through: none is added again
    files = sorted((tmp_path / "pile").iterdir())
    writer = Index.open_or_create(folder, settings_for(folder))
    ingest(writer, files[:20])
    gone: set[str] = set()
    failures: list[str] = []
    searches = 0
    done = threading.Event()

    def read() -> None:
        nonlocal searches
        with Index.open(folder, settings_for(folder)) as reader:
            while not done.is_set():
                before = set(gone)
                try:
                    seen = [article_id for question in QUESTIONS for article_id, *_ in found(reader, question)]
                except Exception as error:
                    failures.append(repr(error))
                    raise
                if before.intersection(seen):
                    failures.append(f"cited after its removal: {before.intersection(seen)}")
                searches += 1

    readers = [threading.Thread(target=read) for _ in range(2)]
    for thread in readers:
        thread.start()
    end = time.monotonic() + SECONDS
    ids = [article.id for article in writer.articles()]
    for file in files[20:]:
        ids += ingest(writer, [file]).added
        removed = ids.pop(0)
        writer.remove(removed)
        gone.add(removed)
        enough = searches > 2 and len(gone) > 2  # which takes a busy machine longer
        if (time.monotonic() > end and enough) or len(ids) < 2:
            break
    done.set()
    for thread in readers:
        thread.join()
    writer.save_searchers()
    writer.close()
    assert not failures
    assert searches > 2 and len(gone) > 2
    assert damages(folder) == []


def test_no_clock_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_pile(tmp_path / "pile", range(20))
    with Index.open_or_create(tmp_path / "anew", settings_for(tmp_path / "anew")) as anew:
        ingest(anew, [tmp_path / "pile"])
    clock = iter(range(2_000_000_000, 0, -1000))
    monkeypatch.setattr(time, "time", lambda: float(next(clock)))
    monkeypatch.setattr(time, "time_ns", lambda: next(clock) * 10**9)
    with Index.open_or_create(tmp_path / "index", settings_for(tmp_path / "index")) as index:
        for at, file in enumerate(sorted((tmp_path / "pile").iterdir())):
            ingest(index, [file])
            os.utime(file, (4_000_000_000 - at * 10**8,) * 2)  # the future, then the past
        again = ingest(index, [tmp_path / "pile"])
        assert (again.added, len(again.unchanged)) == ([], 20)
        changed = tmp_path / "pile" / "003.txt"
        stamp = changed.stat().st_mtime
        changed.write_text(changed.read_text() + "\nThêm một câu về cây cầu mới.\n")
        os.utime(changed, (stamp, stamp))  # the same time, other words
        assert len(ingest(index, [tmp_path / "pile"]).added) == 1
        changed.write_text(changed.read_text().removesuffix("\nThêm một câu về cây cầu mới.\n"))
        os.utime(changed, (1, 1))
        assert len(ingest(index, [tmp_path / "pile"]).added) == 1
        assert [found(index, question) for question in QUESTIONS]
    assert content(tmp_path / "index") == content(tmp_path / "anew")
    assert damages(tmp_path / "index") == []


def test_nothing_but_a_kept_files_name_a_lease_on_milvus_and_the_patience_with_a_pdf_comes_from_the_clock() -> None:
    folder = Path(index_package.__file__).parent
    asked = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        if re.search(r"\bimport time\b|mtime|\bnow\(|\btoday\(", path.read_text(encoding="utf-8"))
    }
    assert asked == {"store/recovery.py", "milvus/state.py", "reading/pdf.py"}
