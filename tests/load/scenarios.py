"""What a server has to bear, each as a function that gives figures and what of them is not as it should be."""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Literal

import httpx
from communes import Commune
from crowd import ApiUser, PageEvents, PageUser, Served, User, client, judged, use
from servers import Running, fake_model, free_port, hoidap, hoidap_serve, kill

from ui.page.conversations import Conversations

# Closed loop, equal users, rounds: nobody should be served much worse than the others.
_SLOWEST_USER = 3.0  # times the median user
_LONGEST_WAIT = 10.0  # times the median answer, once that is a tenth of a second
_NOTICE = "Mô hình ngôn ngữ không trả lời trọn vẹn"
_GROWTH = 1.15  # of memory, from a fifth of the time to its end …
_GROWTH_MIB = 64  # … and this much, for what caches and allocators keep
_BUSY_SECONDS = 120.0  # what a busy machine may take to come to a state
_LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a scenario.

    Attributes:
        figures: Numbers, for a result file.
        wrong: What is not as it should be; empty where all is well.
        slow: What took too long beside something else. On a machine that others use, once is no proof.
    """

    figures: dict[str, Any]
    wrong: list[str]
    slow: list[str] = field(default_factory=list)


async def crowd(
    server: Running, made: Sequence[Commune], seconds: float, pause_seconds: float, strict: bool = True
) -> Outcome:
    """One user for each commune, every other one at the page, the rest with OpenAI clients.

    Args:
        server: Who answers them.
        made: What they ask about.
        seconds: For how long.
        pause_seconds: Mean pause between an answer and the next question.
        strict: Whether every answer has to hold what was asked for; a small model may say less, but nothing foreign.
    """
    memory: list[float] = []

    async def sample() -> None:
        while True:
            memory.append(server.resident_mib())
            await asyncio.sleep(0.5)

    async with AsyncExitStack() as opened:
        users = [await _user(opened, server, f"user-{place}", at_page=place % 2 == 0) for place in range(len(made))]
        began = time.monotonic()  # everybody is there
        sampling = asyncio.create_task(sample())
        others = [[other for other in made if other is not commune] for commune in made]
        held = await asyncio.gather(
            *(
                use(user, commune, foreign, began + seconds, pause_seconds)
                for user, commune, foreign in zip(users, made, others, strict=True)
            )
        )
        lasted = time.monotonic() - began
        sampling.cancel()
    served = [one for conversation in held for one in conversation]
    figures: dict[str, Any] = {
        "users": len(made),
        "lasted_seconds": round(lasted, 1),
        "mean_pause_seconds": pause_seconds,
    }
    figures |= _speed(served, lasted)
    warm = max(1, len(memory) // 5)
    early, late = median(memory[warm : 2 * warm] or memory), median(memory[-warm:])
    figures["memory_mib"] = {"start": round(memory[0]), "after_a_fifth": round(early), "end": round(late)}
    wrong = [one.problem for one in served if one.problem and (strict or " is not in " not in one.problem)]
    figures["answers_as_asked_for"] = sum(not one.problem for one in served)
    of_users = {user.name: median(one.seconds for one in served if one.user == user.name) for user in users}
    typical, slowest = median(of_users.values()), max(of_users.values())
    figures["slowest_user_to_median_user"] = round(slowest / typical, 2)
    slow = []
    if slowest > _SLOWEST_USER * max(typical, 0.1):
        slow.append(f"unfair: a user waits {slowest:.2f} s, the median one {typical:.2f}")
    if (longest := max(one.seconds for one in served)) > _LONGEST_WAIT * max(typical, 0.1):
        slow.append(f"an answer took {longest:.2f} s, the median user's {typical:.2f}")
    if late > early * _GROWTH + _GROWTH_MIB:
        wrong.append(f"memory grew from {early:.0f} to {late:.0f} MiB")
    return Outcome(figures, wrong, slow)


async def flood(server: Running, made: Sequence[Commune], seconds: float, at_once: int) -> Outcome:
    """A program that asks ``at_once`` questions at a time beside two users who ask one after another.

    The flood may get every seat but one; what the two wait must not grow with it.
    """
    async with AsyncExitStack() as opened:
        polite = [await _user(opened, server, f"polite-{place}", at_page=place == 0) for place in range(2)]
        flooding = [await _user(opened, server, "flood", at_page=False) for _ in range(at_once)]

        async def asked(users: Sequence[User], until: float) -> list[Served]:
            held = await asyncio.gather(*(use(user, made[0], [], until, 0) for user in users))
            return [one for conversation in held for one in conversation]

        alone = await asked(polite, time.monotonic() + seconds)
        until = time.monotonic() + seconds
        beside, flooded = await asyncio.gather(asked(polite, until), asked(flooding, until))
    before, during = (median(one.seconds for one in served) for served in (alone, beside))
    turned_away = sum(one.problem.startswith("429") for one in flooded)
    figures = {
        "flooding_at_once": at_once,
        "polite_seconds_p50": {"alone": round(before, 3), "beside_the_flood": round(during, 3)},
        "flood_answers": len(flooded) - turned_away,
        "flood_turned_away": turned_away,
    }
    wrong = [one.problem for one in (*alone, *beside) if one.problem]
    wrong += [one.problem for one in flooded if one.problem and not one.problem.startswith("429")]
    slow = []
    if during > 4 * before + 0.5:
        slow.append(f"the flood delays others: {before:.2f} s alone, {during:.2f} s beside it")
    if at_once > 8 and not turned_away:
        wrong.append("the flood was never turned away")
    return Outcome(figures, wrong, slow)


async def outage(index: Path, log: Path, made: Sequence[Commune], settings: dict[str, str]) -> Outcome:
    """The model's endpoint dies in the middle of answers, stays away, and comes back."""
    port = free_port()
    phases: dict[str, list[Served]] = {}
    with ExitStack() as processes:
        model = processes.enter_context(fake_model(port, seconds=0.03))
        server = processes.enter_context(hoidap_serve(index, log, **settings, **_endpoint(port)))
        async with AsyncExitStack() as opened:
            users = [await _user(opened, server, f"user-{place}", at_page=False) for place in range(4)]

            async def everybody() -> list[Served]:
                return list(await asyncio.gather(*map(_asked_anew, users, made)))

            phases["with"] = await everybody()
            coming = asyncio.create_task(everybody())
            await _until(
                "some worded, others waiting", lambda: _now(server, "running") >= 1 and _now(server, "waiting") >= 1
            )
            await asyncio.to_thread(kill, model)
            phases["dying"] = await coming
            phases["without"] = await everybody()
            await _until_health_says(server, "degraded")  # it asks the model every five seconds
            await asyncio.to_thread(processes.enter_context, fake_model(port))
            phases["again"] = await everybody()
            await _until_health_says(server, "ok")
    # What had been worded when the model died may be less than was asked for; then the reader is told.
    wrong = [one.problem for served in phases.values() for one in served if one.problem and _NOTICE not in one.text]
    wanted = {"with": {"llm"}, "without": {"extractive"}, "again": {"llm"}}
    for phase, modes in wanted.items():
        if (found := {one.mode for one in phases[phase]}) != modes:
            wrong.append(f"{phase}: {found}, not {modes}")
    if not all(_NOTICE in one.text and "sách" in one.text for one in phases["without"]):
        wrong.append("the reader is not told that the model failed")
    figures = {
        phase: {"modes": sorted(one.mode for one in served)} | _speed(served) for phase, served in phases.items()
    }
    return Outcome(figures, wrong)


async def shutdown(index: Path, log: Path, made: Sequence[Commune], settings: dict[str, str]) -> Outcome:
    """SIGTERM while two answers are being worded and one waits: the two finish and are kept, nothing new begins."""
    port = free_port()
    wrong: list[str] = []
    with ExitStack() as processes:
        processes.enter_context(fake_model(port, seconds=0.25))
        server = processes.enter_context(hoidap_serve(index, log, **settings, **_endpoint(port)))
        async with AsyncExitStack() as opened:
            at_page, program, waiting, late = [
                await _user(opened, server, f"user-{place}", at_page=place == 0) for place in range(4)
            ]
            running = [asyncio.create_task(_asked_anew(*one)) for one in zip((at_page, program), made, strict=False)]
            await _until("both worded", lambda: _now(server, "running") == len(running))
            in_line = asyncio.create_task(waiting.ask(made[2].question))
            await _until("one waiting", lambda: _now(server, "waiting") == 1)
            told = time.monotonic()
            server.told_to_end()
            await _until_health_says(server, "closing")
            refused = await late.ask(made[3].question)
            finished = [await task for task in running]
            sent_away = await in_line
            owner = at_page.http.cookies.get("hoidap_browser")  # type: ignore[attr-defined]
        code = await asyncio.to_thread(server.exit_code, 60)
    wrong += [one.problem for one in finished if one.problem]
    if not refused.problem.startswith("503"):
        wrong.append(f"a new question got {refused}")
    if "đang tắt" not in sent_away.problem:
        wrong.append(f"a waiting question got {sent_away}")
    if code != 0:
        wrong.append(f"exit code {code}")
    wrong += _not_kept(index, f"browser:{owner}", made[0])
    return Outcome({"seconds_to_end": round(time.monotonic() - told, 2), "exit_code": code}, wrong)


def several_servers(index: Path, logs: Path, made: Sequence[Commune], settings: dict[str, str]) -> Outcome:
    """Two processes serve one index; what a third one removes is refused by both at the next question."""
    wrong: list[str] = []
    commune = made[0]
    with ExitStack() as processes:
        servers = [
            processes.enter_context(hoidap_serve(index, logs / f"server-{number}.jsonl", **settings))
            for number in range(2)
        ]
        if not all(commune.books in _answer(server, commune.question) for server in servers):
            wrong.append("an article is not found")
        listed = hoidap("list", "--index", str(index), "--json", **settings)
        article = next(row["id"] for row in json.loads(listed) if commune.name in row["title"])
        hoidap("remove", article, "--index", str(index), **settings)
        if any(commune.books in _answer(server, commune.question) for server in servers):
            wrong.append("a removed article is still quoted")
    return Outcome({"servers": len(servers)}, wrong)


def _endpoint(port: int) -> dict[str, str]:
    address = f"http://127.0.0.1:{port}/v1"
    return {"HOIDAP_LLM": "endpoint", "HOIDAP_LLM_MODEL": "fake", "HOIDAP_LLM_BASE_URL": address}


async def _user(opened: AsyncExitStack, server: Running, name: str, *, at_page: bool) -> Any:
    http = await opened.enter_async_context(client())
    if not at_page:
        return ApiUser(name, http, server.address)
    user = PageUser(name, http, server.address, await PageEvents.of(http, server.address))
    await user.open()
    await opened.enter_async_context(user.beating())
    return user


async def _asked_anew(user: User, commune: Commune) -> Served:
    await user.start_over()
    return judged(await user.ask(commune.question), commune, [], follow_up=False)


def _speed(served: Sequence[Served], seconds: float | None = None) -> dict[str, Any]:
    figures: dict[str, Any] = {"answers": len(served)}
    if seconds is not None:
        figures["answers_per_second"] = round(len(served) / seconds, 2)
    for name in ("first_seconds", "seconds"):
        values = sorted(getattr(one, name) for one in served)
        cuts = quantiles(values, n=20, method="inclusive") if len(values) > 1 else values * 19
        figures[name] = {"p50": round(cuts[9], 3), "p95": round(cuts[18], 3), "max": round(values[-1], 3)}
    return figures


async def _until(what: str, condition: Callable[[], bool]) -> None:
    """Wait until something is so; asking blocks."""
    deadline = time.monotonic() + _BUSY_SECONDS
    while not await asyncio.to_thread(condition):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not after {_BUSY_SECONDS:g} s")
        await asyncio.sleep(_LOOK_SECONDS)


async def _until_health_says(server: Running, status: str) -> None:
    await _until(status, lambda: _health(server)["status"] == status)


def _now(server: Running, state: Literal["running", "waiting"]) -> int:
    """How many questions for the model are in a state."""
    text = httpx.get(f"{server.address}/metrics", timeout=30, trust_env=False).text
    name = f'hoidap_questions_now{{lane="model",state="{state}"}} '
    return next((int(float(line.removeprefix(name))) for line in text.splitlines() if line.startswith(name)), 0)


def _health(server: Running) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{server.address}/health", timeout=30, trust_env=False).json()
    return found


def _answer(server: Running, question: str) -> str:
    body = {"model": "hoidap", "messages": [{"role": "user", "content": question}]}
    reply = httpx.post(f"{server.address}/v1/chat/completions", json=body, timeout=60, trust_env=False)
    return str(reply.raise_for_status().json()["choices"][0]["message"]["content"])


def _not_kept(index: Path, owner: str, commune: Commune) -> list[str]:
    """What is wrong with the conversation that the page's user had."""
    with closing(Conversations(index.with_name(f"{index.name}.page") / "conversations.sqlite3")) as kept:
        turns = [turn for listed in kept.listed(owner) for turn in kept.turns(owner, listed.id)]
    if len(turns) != 1 or not turns[0].finished or commune.books not in turns[0].text:
        return [f"the conversation was not kept: {turns}"]
    return []
