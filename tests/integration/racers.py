"""Processes that race on one database: `python racers.py ROLE URL NAME [NUMBER ...]`.

Each says "ready", waits for a line, and runs until it is through. Says what it did, one word a
line.
"""

import asyncio
import sys
import time

from commit_order import witnessed

from dialer.adapters.sql.stores import open_stores
from dialer.domain.ids import CampaignId, new_attempt_id
from dialer.domain.lead import Attempt, Draw


async def record(url: str, name: str) -> None:
    """Lease leads and record an attempt on each, as an engine does."""
    async with witnessed(url) as stores:
        await _start()
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


async def enter(url: str, name: str, numbers: list[str]) -> None:
    """Enter numbers into the do-not-call list, one after the other."""
    async with witnessed(url) as stores:
        await _start()
        for number in numbers:
            await stores.attempts.add_do_not_call(number, source=name, at=time.time())


async def lease(url: str, name: str) -> None:
    """Lease all that can be had, and say which leads."""
    async with open_stores(url) as stores:
        await stores.leads.lease(CampaignId("none"), 1)  # connected, statements understood
        await _start()
        draw = Draw(time.time(), name)
        while leads := await stores.leads.lease(CampaignId("spring"), 5, draw):
            print("\n".join(str(lead.lead_id) for lead in leads))


async def _start() -> None:
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)


if __name__ == "__main__":
    role, url, name, *numbers = sys.argv[1:]
    match role:
        case "record":
            asyncio.run(record(url, name))
        case "enter":
            asyncio.run(enter(url, name, numbers))
        case "lease":
            asyncio.run(lease(url, name))
