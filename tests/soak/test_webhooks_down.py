"""A receiver is down for ten minutes of real time: then every event arrives, in order, once.

`OUTPACE_SOAK_DOWN_S` makes it shorter. Minutes long: `make soak`.
"""

import asyncio
import os
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "services"))

from databases import database
from receiver import Receiver

from dialer.adapters.inprocess.clock import SteadyClock
from dialer.adapters.sql.outbox_steps import OutboxSteps
from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.adapters.webhook_post import HttpWebhookPost
from dialer.domain.webhook import Event, Topic, Webhook, lead_subject
from dialer.services.webhook_sender import WebhookSender

DOWN_S = float(os.environ.get("OUTPACE_SOAK_DOWN_S", "600"))
EVERY_S = 0.2
LEADS = 50
CATCH_UP_S = 420.0
"""The longest wait between two tries, and time to send what waited."""


async def happens(stores: SqlStores, steps: OutboxSteps, count: int) -> None:
    lead = lead_subject(count % LEADS)
    happened = Event(Topic.LEAD_DONE, "main", lead, time.time(), {"count": count})
    await stores.writer.transact(lambda connection: steps.tell(connection, [happened]))


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_receiver_that_was_down_gets_everything_in_order(kind: str, tmp_path: Path) -> None:
    receiver = Receiver()
    async with receiver.up():
        pass  # its port is known, and nobody listens
    async with (
        database(kind, tmp_path) as url,
        open_stores(url) as stores,
        HttpWebhookPost(private=True) as post,
    ):
        hook = Webhook(
            "wh-1",
            "main",
            receiver.url,
            tuple(Topic),
            "ann",
            time.time(),
            secret=receiver.secret,
        )
        await stores.webhooks.create(hook, by="ann")
        steps, count = OutboxSteps(), 0
        senders = [
            WebhookSender(stores.outbox, post, SteadyClock(), holder=holder)
            for holder in ("s-1", "s-2")
        ]
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(one.run(), name="sender") for one in senders]
            down_until = time.monotonic() + DOWN_S
            while time.monotonic() < down_until:
                await happens(stores, steps, count)
                count += 1
                await asyncio.sleep(EVERY_S)
            assert receiver.tries == 0
            async with receiver.up(), asyncio.timeout(CATCH_UP_S):
                began = time.monotonic()
                while len({event["id"] for event in receiver.taken}) < count:
                    await asyncio.sleep(0.1)
            for task in running:
                task.cancel()
        assert receiver.wrong == []
        assert await stores.outbox.dead_letters("wh-1") == []
        order: dict[str, list[int]] = {}
        for event in receiver.taken:
            order.setdefault(event["subject"], []).append(event["data"]["count"])
        assert all(counts == sorted(counts) for counts in order.values())
        assert sum(Counter(event["id"] for event in receiver.taken).values()) == count
        print(f"{kind}: {count} events after {DOWN_S:g} s in {time.monotonic() - began:.1f} s")
