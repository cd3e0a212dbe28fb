"""Reads of a supervisor at a steady rate beside a campaign at work: what each took.

Finds out what there is to ask for, has it asked by `open_loop`, and reads what that wrote. Reports
are asked apart, one after the other. Refuses to know bars.
"""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any, Final

import httpx

from api.app import PREFIX
from api.asking import COOKIE
from benchmarks.api.at_work import CAMPAIGN, CPS, AtWork
from benchmarks.api.mix import REPORTS, Known, targets
from benchmarks.api.open_loop import Asking
from benchmarks.api.record import PASSWORD, PAST
from benchmarks.load_process import Helper, Usage

SEED: Final = 7
ASKED: Final = "api 1"
"""The process that is asked."""

SAMPLE: Final = 40
"""Things of a kind that are asked for by id, in turn."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One read, as `open_loop` wrote it."""

    operation: str
    ms: float | None
    """From its due time to the end of the answer; None: there was none."""
    late_ms: float
    """Until it was sent: a connection had to be made, or the asking side was late."""
    status: int
    size: int
    path: str

    @property
    def good(self) -> bool:
        """Whether it was answered as asked."""
        return self.ms is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Reads:
    """What a run of reads found."""

    answers: Sequence[Answered]
    usage: Usage
    generator_core_rate: float
    connections: int
    nice: int
    cpu_ms: float
    """CPU of the API for each read that was answered, warm-up and its other work included."""
    dialed_per_s: float
    reports_s: Sequence[tuple[str, float]]
    """Reports that were asked meanwhile: name and seconds; inf: refused."""


async def read(
    work: AtWork, rate: float, seconds: float, warm_up_s: float, *, reports: bool = False
) -> Reads:
    """Ask the first API at a rate; with `reports` one report after the other besides."""
    host, _, port = work.service.addresses[0].partition(":")
    known, cookie = await _known(work)
    asking = Asking(
        host=host,
        port=int(port),
        rate=rate,
        seconds=seconds,
        warm_up_s=warm_up_s,
        seed=SEED,
        targets=targets(known),
        headers={
            "": f"Authorization: Bearer {work.service.entrance.token}",
            "session.get": f"Cookie: {COOKIE}={cookie}",
        },
    )
    plan, out = work.floor.home / "reads.json", work.floor.home / "reads.txt"
    asking.write(plan)
    within_s = warm_up_s + seconds + 60.0
    async with Helper.started("benchmarks.api.open_loop", str(plan), str(out)) as helper:
        await helper.hear()
        whole = work.meter()
        helper.tell("begin")
        await asyncio.sleep(warm_up_s)
        meter, before, began = work.meter(), await work.dialed(), time.monotonic()
        told: list[tuple[str, float]] = []
        async with asyncio.TaskGroup() as tasks:
            asked = tasks.create_task(_reports(work, told), name="reports") if reports else None
            await asyncio.sleep(seconds)
            usage, after = meter.lap(), await work.dialed()
            elapsed = time.monotonic() - began
            said = await helper.hear(within_s)
            whole_s = whole.lap().cpu_s[ASKED]
            if asked is not None:
                asked.cancel()
    return Reads(
        answers=answers_in(out),
        usage=usage,
        generator_core_rate=said["core_rate"],
        connections=said["connections"],
        nice=said["nice"],
        cpu_ms=1000 * whole_s / max(1, said["answered"]),
        dialed_per_s=(after - before) / elapsed,
        reports_s=told,
    )


def answers_in(out: Path) -> list[Answered]:
    """Return what `open_loop` wrote."""
    lines = out.read_text(encoding="utf-8").splitlines()
    return [Answered(*json.loads(line)) for line in lines]


async def _reports(work: AtWork, told: list[tuple[str, float]]) -> None:
    async with _client(work) as client:
        while True:
            for name in REPORTS:
                began = time.monotonic()
                answer = await client.get(f"/reports/{name}")
                took_s = time.monotonic() - began
                told.append((name, took_s if answer.is_success else inf))


async def _known(work: AtWork) -> tuple[Known, str]:
    """Ask what there is, as a supervisor; returns it, and the cookie of a session."""
    async with _client(work) as client:

        async def items(path: str) -> list[dict[str, Any]]:
            answer = await client.get(f"{path}{'&' if '?' in path else '?'}limit={SAMPLE}")
            answer.raise_for_status()
            found = answer.json()
            return list(found["items"] if isinstance(found, dict) else found)

        campaigns = (CAMPAIGN, *PAST)
        lists = [(one, which["id"]) for one in campaigns for which in await items(_lists(one))]
        leads = [lead for one in campaigns for lead in await items(f"/leads?campaign={one}")]
        attempts = await items(f"/attempts?campaign={CAMPAIGN}")  # the others have made-up ids
        known = Known(
            campaigns=campaigns,
            lists=lists,
            leads=[lead["id"] for lead in leads],
            numbers=[f"+1999{place:07}" for place in range(SAMPLE)],
            attempts=[attempt["id"] for attempt in attempts],
            recordings=[one["attempt"] for one in await items("/recordings")],
            agents=[one["id"] for one in await items("/agents")],
            rules=[one["id"] for one in (await items("/rules"))[:SAMPLE]],
        )
        who = {"login": work.service.entrance.logins[0], "password": PASSWORD}
        entered = await client.post("/auth/login", json=who, headers={"Authorization": ""})
        entered.raise_for_status()
        return known, entered.cookies[COOKIE]


def _lists(campaign: str) -> str:
    return f"/campaigns/{campaign}/lists"


def _client(work: AtWork) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=f"{work.service.urls[0]}{PREFIX}",
        headers={"Authorization": f"Bearer {work.service.entrance.token}"},
        timeout=120.0,
    )


def rate_stated() -> str:
    """Return how the campaign dials, as a sentence."""
    return f"A campaign dials {CPS:g} calls a second through Asterisk meanwhile."
