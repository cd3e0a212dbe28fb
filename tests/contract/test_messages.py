"""What every record of messages promises."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from durable_stores import KINDS, Stores, durable
from two_tenants import ACME, ACMES, ANN, BOB, CLEO, DAN, EAST, settle_in

from dialer.domain.ids import AgentId
from dialer.domain.message import Message
from dialer.errors import BadInput, NoSuch

pytestmark = pytest.mark.parametrize("kind", KINDS)

GUEST = AgentId("guest")
"""Nobody's user, so of the main tenant, and in no team."""


def line(sent_to: str, body: str = "slower, please", *, at: float = 10.0) -> Message:
    return Message("sue", sent_to, body, at)


@asynccontextmanager
async def offices(kind: str, folder: Path) -> AsyncIterator[Stores]:
    async with durable(kind, folder) as stores:
        await settle_in(stores)
        yield stores


async def bodies(stores: Stores, agent: AgentId, *, unread: bool = True) -> list[str]:
    return [one.body for one in await stores.messages.inbox(agent, limit=99, unread=unread)]


async def test_a_message_reaches_an_agent_a_team_or_everyone(kind: str, tmp_path: Path) -> None:
    async with offices(kind, tmp_path) as stores:
        for at, (to, body) in enumerate(
            (("agent:ann", "to ann"), ("team:East", "to east"), ("*", "to all"))
        ):
            await stores.messages.send(line(to, body, at=float(at)))
        assert await bodies(stores, ANN) == ["to all", "to east", "to ann"]
        assert await bodies(stores, BOB) == ["to all"]
        assert await bodies(stores, GUEST) == ["to all"]
        assert await bodies(stores, DAN) == []  # disabled
        assert await stores.messages.unread_count(ANN) == 3


async def test_a_team_is_named_by_id_or_name_and_kept_by_its_id(kind: str, tmp_path: Path) -> None:
    async with offices(kind, tmp_path) as stores:
        for name in ("East", EAST):
            sent = await stores.messages.send(line(f"team:{name}"))
            assert sent == replace(line(f"team:{EAST}"), message_id=sent.message_id)
        assert len(await bodies(stores, ANN)) == 2


async def test_each_reader_reads_for_themselves_and_once(kind: str, tmp_path: Path) -> None:
    async with offices(kind, tmp_path) as stores:
        sent = await stores.messages.send(line("*"))
        assert await stores.messages.mark_read(sent.message_id, ANN, 20.0)
        assert not await stores.messages.mark_read(sent.message_id, ANN, 30.0)
        assert await bodies(stores, ANN) == []
        assert await bodies(stores, BOB) == [sent.body]
        assert await stores.messages.inbox(ANN, limit=9) == [replace(sent, read_at=20.0)]
        assert await stores.messages.inbox(BOB, limit=9) == [sent]
        assert await stores.messages.mark_read(sent.message_id, BOB, 25.0)
        assert await stores.messages.readers(sent.message_id) == {ANN: 20.0, BOB: 25.0}
        assert [await stores.messages.unread_count(one) for one in (ANN, BOB, GUEST)] == [0, 0, 1]


async def test_messages_come_newest_first_in_pages(kind: str, tmp_path: Path) -> None:
    async with offices(kind, tmp_path) as stores:
        made = [await stores.messages.send(line("*", f"m{i}", at=float(i // 2))) for i in range(5)]
        newest = made[::-1]
        first = await stores.messages.inbox(ANN, limit=3)
        assert first == newest[:3]
        await stores.messages.mark_read(first[-1].message_id, ANN, 9.0)
        assert await stores.messages.inbox(ANN, limit=3, before=first[-1].key) == newest[3:]
        unread = await stores.messages.inbox(ANN, limit=3, unread=True)
        assert unread == [newest[0], newest[1], newest[3]]
        assert await stores.messages.sent(limit=2) == newest[:2]
        assert await stores.messages.sent(limit=9, before=newest[1].key) == newest[2:]


async def test_what_is_not_to_an_agent_cannot_be_read_by_them(kind: str, tmp_path: Path) -> None:
    async with offices(kind, tmp_path) as stores:
        private = await stores.messages.send(line("agent:ann"))
        for which in (private.message_id, private.message_id + 1000):
            with pytest.raises(NoSuch, match=rf"^message: {which} does not exist"):
                await stores.messages.mark_read(which, BOB, 20.0)
        assert await stores.messages.readers(private.message_id) == {}


async def test_messages_of_another_tenant_are_neither_seen_nor_sent(
    kind: str, tmp_path: Path
) -> None:
    async with offices(kind, tmp_path) as stores:
        ours = await stores.messages.send(line("*"))
        theirs = await stores.messages.send(replace(line("*", "to acme"), tenant_id=ACME))
        assert await stores.messages.inbox(CLEO, limit=9, tenant_id=ACME) == [theirs]
        for agent, tenant in ((CLEO, "main"), (ANN, ACME), (GUEST, ACME)):
            assert await stores.messages.inbox(agent, limit=9, tenant_id=tenant) == []
            assert await stores.messages.unread_count(agent, tenant_id=tenant) == 0
        assert await stores.messages.sent(limit=9, tenant_id=ACME) == [theirs]
        for which, agent in ((ours.message_id, CLEO), (theirs.message_id, ANN)):
            with pytest.raises(NoSuch):
                await stores.messages.mark_read(which, agent, 20.0, tenant_id=ACME)
        with pytest.raises(NoSuch):
            await stores.messages.readers(ours.message_id, tenant_id=ACME)
        for to in ("agent:cleo", f"team:{ACMES}", "team:North", "agent:dan"):
            with pytest.raises(NoSuch, match="does not exist"):
                await stores.messages.send(line(to))
        namesake = await stores.messages.send(replace(line("team:East"), tenant_id=ACME))
        assert namesake.sent_to == f"team:{ACMES}"


async def test_what_is_no_line_or_goes_to_nobody_is_refused(kind: str, tmp_path: Path) -> None:
    async with offices(kind, tmp_path) as stores:
        for body, refusal in (
            ("two\r\nlines", "^body: holds a line break"),
            ("a\x00b", "^body: holds a line break, a NUL"),
            ("   ", "^body: is empty"),
            ("x" * 501, "^body: has 501 characters; write 500 at most"),
        ):
            with pytest.raises(BadInput, match=refusal):
                await stores.messages.send(line("*", body))
        for to in ("ann", "agent:", "", "everyone"):
            with pytest.raises(BadInput, match=r"^to: .* is no recipient; use agent:<id>"):
                await stores.messages.send(line(to))
        assert await stores.messages.sent(limit=9) == []
        longest = await stores.messages.send(line("*", "é" * 500))
        assert longest.body == "é" * 500
