"""Embedding on a Ray of two workers here: the same vectors, a worker that is killed, what a user may miss."""

import os
import signal
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index import IndexSettings, ModelMissing
from index.models.embedding import Hashing
from index.models.ray_embedding import RayEmbedder

TEXTS = [f"Xã số {number} thu {number * 7} tấn lúa" + " trong vụ mùa" * (number % 5) for number in range(100)]


@pytest.fixture
def settings(tmp_path: Path) -> IndexSettings:
    return IndexSettings(cache=tmp_path, embedding_model="hashing")


@pytest.fixture(autouse=True)
def ray_that_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ray gives the processes it kills a second to be gone, and then forgets them; on a busy machine they take longer.

    What is forgotten before it has ended is a warning of Python's when it is collected, in whatever test that happens.
    Nor does Ray wait longer than 30 seconds for what it starts: what a busy machine has not started by then is ended,
    and started once more.
    """
    ray, psutil = pytest.importorskip("ray"), pytest.importorskip("psutil")
    start = ray.init

    def start_patiently(**options: Any) -> Any:
        before = set(psutil.Process().children(recursive=True))
        try:
            return start(**options)
        except Exception as error:
            if "timed out during startup" not in str(error):
                raise
        begun = [one for one in psutil.Process().children(recursive=True) if one not in before]
        for one in begun:
            one.kill()
        psutil.wait_procs(begun, timeout=60)
        return start(**options)

    monkeypatch.setattr(ray, "shutdown", partial(ray.shutdown, wait_for_processes=True))
    monkeypatch.setattr(ray, "init", start_patiently)


def worker_ids(settings: IndexSettings) -> list[int]:
    """Process ids of the workers that these tests started."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            ours = str(settings.cache).encode() in (process / "environ").read_bytes()
            if ours and b"_Worker" in (process / "cmdline").read_bytes():
                found.append(int(process.name))
        except OSError:
            continue  # it has ended meanwhile, or belongs to somebody else
    return found


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds the workers in /proc")
def test_two_workers_give_the_same_vectors_in_order_even_when_one_is_killed(
    settings: IndexSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOIDAP_CACHE", str(settings.cache))  # by which the test tells its own workers
    done: list[int] = []
    killed: list[int] = []

    def kill_one(_: int) -> None:
        if not killed:
            killed.extend(worker_ids(settings)[:1])
            os.kill(killed[0], signal.SIGKILL)

    with RayEmbedder(settings, Hashing(), workers=2) as embedder:
        np.testing.assert_array_equal(embedder.embed_passages(TEXTS, done.append), Hashing().embed_passages(TEXTS))
        assert sum(done) == len(TEXTS)
        assert len(worker_ids(settings)) == 2
        assert embedder.embed_passages([]).shape == (0, Hashing.dimensions)
        np.testing.assert_array_equal(embedder.embed_query("thư viện xã"), Hashing().embed_query("thư viện xã"))
        many = TEXTS * 5
        np.testing.assert_array_equal(embedder.embed_passages(many, kill_one), Hashing().embed_passages(many))
        assert killed
        assert killed[0] not in worker_ids(settings)
    deadline = time.monotonic() + 60  # they end themselves when they find Ray gone
    while worker_ids(settings):
        assert time.monotonic() < deadline, "closing ends the workers"
        time.sleep(0.1)


@pytest.mark.slow
def test_a_worker_with_another_model_is_told_apart(settings: IndexSettings) -> None:
    class Other(Hashing):
        fingerprint = "another-model"

    with RayEmbedder(settings, Other(), workers=1) as embedder, pytest.raises(ModelMissing, match="another-model"):
        embedder.embed_passages(TEXTS[:2])


def test_without_ray_one_line_says_what_to_install(settings: IndexSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ModelMissing, match=r"pip install 'hoidap\[ray\]'"):
        RayEmbedder(settings, Hashing())
