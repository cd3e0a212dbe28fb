"""Events reach receivers in order, whatever receivers and senders do."""

import asyncio
import random
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from databases import database
from hypothesis import given, settings
from hypothesis import strategies as st
from receiver import Receiver, until
from sqlalchemy import Select, func, select

from dialer.adapters.inprocess.clock import SteadyClock
from dialer.adapters.sql.outbox_steps import OutboxSteps
from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.adapters.sql.tables.webhooks import outbox
from dialer.adapters.webhook_post import HttpWebhookPost
from dialer.domain.webhook import Event, Topic, Webhook
from dialer.domain.webhook_delivery import MOST_TRIES, Answer
from dialer.ports import Clock, WebhookPost
from dialer.services.webhook_sender import MOST_AT_ONCE, MOST_PER_WEBHOOK, WebhookSender
from dialer.testing.clock import SetClock
from dialer.testing.webhooks import MemoryPost

KINDS = ("sqlite", "postgresql")
both_kinds = pytest.mark.parametrize("kind", KINDS)


@asynccontextmanager
async def stored(kind: str, folder: Path) -> AsyncIterator[SqlStores]:
    async with database(kind, folder) as url, open_stores(url, gather_s=0.0) as stores:
        yield stores


async def value(stores: SqlStores, query: Select[Any]) -> Any:
    async with stores.reader.connect() as connection:
        return (await connection.execute(query)).scalar()


async def made(stores: SqlStores, name: str, url: str = "", secret: str = "") -> str:
    url = url or f"https://{name}.example/"
    hook = Webhook(name, "main", url, tuple(Topic), "ann", time.time(), secret=secret)
    await stores.webhooks.create(hook, by="ann")
    return url


async def happen(stores: SqlStores, subjects: Sequence[str], before: Sequence[str] = ()) -> None:
    """Have one thing after the other happen to subjects; the count of each is in its data."""
    counts: dict[str, int] = dict(Counter(before))
    events = []
    for subject in subjects:
        counts[subject] = counts.get(subject, 0) + 1
        data = {"count": counts[subject]}
        events.append(Event(Topic.LEAD_DONE, "main", subject, 1.0, data))
    steps = OutboxSteps()
    await stores.writer.transact(lambda connection: steps.tell(connection, events))


@asynccontextmanager
async def sending(
    stores: SqlStores, post: WebhookPost, clock: Clock, *holders: str, hold_s: float = 30.0
) -> AsyncIterator[list[WebhookSender]]:
    """Run senders for as long as the block lasts."""
    senders = [
        WebhookSender(
            stores.outbox,
            post,
            clock,
            holder=holder,
            chance=lambda: 0.0,
            poll_s=0.01,
            hold_s=hold_s,
        )
        for holder in holders
    ]
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(one.run(), name="sender") for one in senders]
        yield senders
        for task in running:
            task.cancel()


@asynccontextmanager
async def passing(clock: SetClock, step_s: float = 0.5) -> AsyncIterator[None]:
    """Let a clock run ahead, so that waits are over soon."""

    async def run() -> None:
        while True:
            await asyncio.sleep(0.005)
            clock.advance(step_s)

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(run(), name="clock")
        yield
        task.cancel()


def counts_of(events: Sequence[Mapping[str, Any]], subject: str) -> list[int]:
    """Return the counts of a subject's events in the order in which they came."""
    return [event["data"]["count"] for event in events if event["subject"] == subject]


@both_kinds
def test_each_subject_is_told_in_order_whatever_fails(kind: str) -> None:
    @settings(max_examples=8)
    @given(
        subjects=st.lists(st.sampled_from("abc"), min_size=1, max_size=12),
        failures=st.lists(st.booleans(), max_size=30),
        seed=st.integers(0, 1 << 16),
    )
    def holds(subjects: list[str], failures: list[bool], seed: int) -> None:
        chance = random.Random(seed)
        script = iter(failures)
        bad = [503, 500, 404, 302, 429]

        def answer(_url: str, _event: Mapping[str, Any]) -> Answer:
            if not next(script, False):
                return Answer(chance.choice([200, 202, 204]))
            status = chance.choice([*bad, None])
            return Answer(status, "" if status else "timed out")

        async def run() -> None:
            clock = SetClock(time.time() + 10)
            with tempfile.TemporaryDirectory() as folder:
                async with stored(kind, Path(folder)) as stores:
                    url = await made(stores, "wh-1")
                    await happen(stores, subjects)
                    post = MemoryPost(answer, lambda: asyncio.sleep(chance.choice([0, 0.003])))
                    async with passing(clock), sending(stores, post, clock, "s-1", "s-2"):
                        await until(lambda: len(post.taken) >= len(subjects))
                    told = [event for _, event in post.taken]
                    assert len(told) == len({event["id"] for event in told}) == len(subjects)
                    assert post.out_of_turn == []
                    assert {at for at, _ in post.taken} == {url}
                    for subject, many in Counter(subjects).items():
                        assert counts_of(told, subject) == list(range(1, many + 1))

        asyncio.run(run())

    holds()


@both_kinds
async def test_so_many_at_once_and_so_many_for_each_webhook(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        for number in range(7):
            await made(stores, f"wh-{number}")
        await happen(stores, [f"lead:{number}" for number in range(10)])
        gate = asyncio.Event()
        post = MemoryPost(wait=lambda: asyncio.wait_for(gate.wait(), 20))
        clock = SetClock(time.time() + 10)
        async with sending(stores, post, clock, "s-1"):
            await until(lambda: len(post.on_their_way) == MOST_AT_ONCE)
            await asyncio.sleep(0.1)
            by_url = [url for url, _, _ in post.on_their_way]
            assert max(by_url.count(url) for url in by_url) == MOST_PER_WEBHOOK
            gate.set()
            await until(lambda: len(post.taken) == 70)
        assert post.most_at_once == MOST_AT_ONCE


@both_kinds
async def test_what_a_dead_sender_held_is_sent_once_more_with_its_id(
    kind: str, tmp_path: Path
) -> None:
    clock = SetClock(time.time() + 10)
    async with stored(kind, tmp_path) as stores:
        url = await made(stores, "wh-1")
        await happen(stores, ["a", "a"])
        never = asyncio.Event()
        stuck = MemoryPost(wait=lambda: asyncio.wait_for(never.wait(), 60))
        async with sending(stores, stuck, clock, "s-1"):
            await until(lambda: len(stuck.on_their_way) == 1)
            (held,) = [event_id for _, _, event_id in stuck.on_their_way]
        post = MemoryPost()
        async with sending(stores, post, clock, "s-2"):
            await asyncio.sleep(0.1)
            assert post.taken == []  # nobody knows whether it was sent
            clock.advance(31)
            await until(lambda: len(post.taken) == 2)
        assert post.ids(url, "a")[0] == held


@both_kinds
async def test_one_that_is_given_up_lets_the_next_one_go(kind: str, tmp_path: Path) -> None:
    clock = SetClock(time.time() + 10)
    tries = 0

    def first_is_poison(_url: str, event: Mapping[str, Any]) -> Answer:
        nonlocal tries
        if event["subject"] == "a" and event["data"]["count"] == 1:
            tries += 1
            return Answer(500)
        return Answer(204)

    async with stored(kind, tmp_path) as stores:
        url = await made(stores, "wh-1")
        await happen(stores, ["a", "a", "b"])
        post = MemoryPost(first_is_poison)
        async with passing(clock, step_s=30.0), sending(stores, post, clock, "s-1"):
            await until(lambda: len(post.taken) == 2, 60)
        assert tries == MOST_TRIES
        assert [event["subject"] for _, event in post.taken] == ["b", "a"]
        (letter,) = await stores.outbox.dead_letters("wh-1")
        assert letter.problem == f"answered 500; given up after {MOST_TRIES} tries"
        hook = await stores.webhooks.get("main", "wh-1")
        assert hook is not None
        await stores.outbox.retry(hook, None, by="ann", at=clock.now())
        post.script = lambda _url, _event: Answer(204)
        async with sending(stores, post, clock, "s-1"):
            await until(lambda: len(post.taken) == 3)
        assert post.ids(url, "a")[-1] == letter.event_id


@both_kinds
async def test_a_receiver_that_is_gone_is_told_nothing_more(kind: str, tmp_path: Path) -> None:
    clock = SetClock(time.time() + 10)
    async with stored(kind, tmp_path) as stores:
        await made(stores, "wh-1")
        await made(stores, "wh-2")
        await happen(stores, ["a", "a", "a"])
        post = MemoryPost(lambda url, _event: Answer(410 if "wh-1" in url else 204))
        async with sending(stores, post, clock, "s-1"):
            await until(lambda: len(post.taken) == 3)
        assert {url for url, _ in post.taken} == {"https://wh-2.example/"}
        gone = await stores.webhooks.get("main", "wh-1")
        assert gone is not None
        assert (gone.active, gone.why) == (False, "answered 410")
        assert [letter.tries for letter in await stores.outbox.dead_letters("wh-1")] == [1, 0, 0]


@both_kinds
async def test_a_receiver_that_was_down_gets_everything_in_order(kind: str, tmp_path: Path) -> None:
    receiver = Receiver()
    async with receiver.up():
        pass  # its port is known, and nobody listens
    clock = SetClock(time.time())
    subjects = [f"lead:{number % 6}" for number in range(40)]
    async with stored(kind, tmp_path) as stores, HttpWebhookPost(private=True) as post:
        await made(stores, "wh-1", receiver.url, receiver.secret)
        await happen(stores, subjects[:20])
        tried = select(func.sum(outbox.c.tries))
        async with sending(stores, post, SteadyClock(), "s-1"):
            async with asyncio.timeout(20):
                while not await value(stores, tried):
                    await asyncio.sleep(0.02)
        await happen(stores, subjects[20:], before=subjects[:20])
        assert receiver.tries == 0
        clock.advance(5.0)
        flaky = random.Random(5)
        receiver.answer = lambda _event: 503 if flaky.random() < 0.2 else 200
        # ten times as fast, and still within what a receiver's clock may be off
        senders = sending(stores, post, clock, "s-2", "s-3")
        async with receiver.up(), passing(clock, 0.05), senders:
            await until(lambda: len(receiver.taken) >= 40)
        assert receiver.wrong == []
        assert len({event["id"] for event in receiver.taken}) == 40
        assert receiver.tries > 40
        for subject, many in Counter(subjects).items():
            assert counts_of(receiver.taken, subject) == list(range(1, many + 1))
