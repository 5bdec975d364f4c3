"""The short form of ``make load``: the same scenarios with fewer users, for seconds."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path

import pytest
from communes import Commune, write_pile
from scenarios import Outcome, crowd, flood, outage, several_servers, shutdown
from servers import hoidap, hoidap_serve

pytestmark = pytest.mark.slow

QUOTING = {"HOIDAP_LLM": "extractive"}
USERS = 10


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[Commune]:
    return write_pile(tmp_path_factory.mktemp("load") / "pile", USERS)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {"HOIDAP_EMBEDDING_MODEL": "hashing", "HOIDAP_CACHE": str(tmp_path_factory.mktemp("cache"))}


@pytest.fixture
def index(tmp_path: Path, made: Sequence[Commune], settings: dict[str, str]) -> Path:
    write_pile(tmp_path / "pile", USERS)
    hoidap("index", str(tmp_path / "pile"), "--index", str(tmp_path / "index"), **settings)
    return tmp_path / "index"


def borne(scenario: Callable[[], Coroutine[None, None, Outcome]]) -> Outcome:
    """What came of it, which has to be right every time, and fast at least every other time."""
    came = asyncio.run(scenario())
    if came.slow and not came.wrong:
        came = asyncio.run(scenario())
    assert (came.wrong, came.slow) == ([], []), came.figures
    return came


def test_a_crowd_and_a_flood(index: Path, made: list[Commune], settings: dict[str, str]) -> None:
    with hoidap_serve(index, index.with_name("log.jsonl"), **settings, **QUOTING) as server:
        together = borne(lambda: crowd(server, made, seconds=10, pause_seconds=0.3))
        assert together.figures["answers"] >= 2 * USERS
        borne(lambda: flood(server, made, seconds=3, at_once=12))
    assert server.process.returncode == 0


def test_the_model_dies_and_comes_back(index: Path, made: list[Commune], settings: dict[str, str]) -> None:
    came = asyncio.run(outage(index, index.with_name("log.jsonl"), made, settings))
    assert came.wrong == [], came.figures


def test_the_end_lets_answers_finish(index: Path, made: list[Commune], settings: dict[str, str]) -> None:
    came = asyncio.run(shutdown(index, index.with_name("log.jsonl"), made, settings))
    assert came.wrong == [], came.figures


def test_several_servers_share_an_index(index: Path, made: list[Commune], settings: dict[str, str]) -> None:
    came = several_servers(index, index.parent, made, settings | QUOTING)
    assert came.wrong == []
