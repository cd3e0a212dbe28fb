"""Processes that race on one database: a list of [ROLE, URL, NAME, NUMBER ...] in JSON comes in.

Each is forked from one that has loaded what they need, so that they begin together; it waits until
all are ready, runs until it is through, and says what it did. Out goes the list of these words.
"""

import asyncio
import io
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import redirect_stdout
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier

from commit_order import witnessed

from dialer.adapters.sql.stores import open_stores
from dialer.domain.ids import CampaignId, new_attempt_id
from dialer.domain.lead import Attempt, Draw

Start = Callable[[], Awaitable[None]]
"""Returns when all are ready."""


async def record(url: str, name: str, start: Start) -> None:
    """Lease leads and record an attempt on each, as an engine does."""
    async with witnessed(url) as stores:
        await start()
        while True:
            now = time.time()
            leads = await stores.leads.lease(CampaignId("spring"), 2, Draw(now, name))
            if not leads:
                return
            wanted = [
                Attempt(
                    new_attempt_id(), lead.campaign_id, lead.lead_id, lead.number, "t", now, name
                )
                for lead in leads
            ]
            held = await stores.attempts.record_dialed(wanted)
            for one in held:
                print(one.held_by.value)
            print("\n".join(["recorded"] * (len(wanted) - len(held))))


async def enter(url: str, name: str, numbers: list[str], start: Start) -> None:
    """Enter numbers into the do-not-call list, one after the other."""
    async with witnessed(url) as stores:
        await start()
        for number in numbers:
            await stores.attempts.add_do_not_call(number, source=name, at=time.time())


async def lease(url: str, name: str, start: Start) -> None:
    """Lease all that can be had, and say which leads."""
    async with open_stores(url) as stores:
        await stores.leads.lease(CampaignId("none"), 1)  # connected, statements understood
        await start()
        draw = Draw(time.time(), name)
        while leads := await stores.leads.lease(CampaignId("spring"), 5, draw):
            print("\n".join(str(lead.lead_id) for lead in leads))


FORK = get_context("fork")


def run(role: Sequence[str], ready: Barrier, told: int) -> None:
    """Run as a racer; what it did is written to the file descriptor `told`."""
    kind, url, name, *numbers = role

    async def start() -> None:
        await asyncio.to_thread(ready.wait, 60)

    said = io.StringIO()
    with redirect_stdout(said):
        match kind:
            case "record":
                asyncio.run(record(url, name, start))
            case "enter":
                asyncio.run(enter(url, name, numbers, start))
            case "lease":
                asyncio.run(lease(url, name, start))
    with os.fdopen(told, "w") as pipe:
        pipe.write(json.dumps(said.getvalue().split()))


def race(roles: Sequence[Sequence[str]]) -> list[list[str]]:
    """Run a race to its end."""
    ready = FORK.Barrier(len(roles))
    pipes = [os.pipe() for _ in roles]
    racers = [
        FORK.Process(target=run, args=(role, ready, pipe[1]))
        for role, pipe in zip(roles, pipes, strict=True)
    ]
    for racer in racers:
        racer.start()
    told = []
    for reading, writing in pipes:
        os.close(writing)
        with os.fdopen(reading) as pipe:
            told.append(json.loads(pipe.read()))  # of one that died, nothing: that is an error
    for racer in racers:
        racer.join()
    return told


if __name__ == "__main__":
    print(json.dumps(race(json.load(sys.stdin))))
