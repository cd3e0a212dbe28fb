"""The AMI session on a real Asterisk, through a network that fails: nothing is dialed twice."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from asterisk_fixtures import NUMBER, SECRET, Node, until
from tcp_proxy import TcpProxy

from dialer.adapters.asterisk.ami_link import AmiLink, LoginFailed
from dialer.adapters.asterisk.ami_session import DEAD_AFTER_S
from dialer.adapters.asterisk.installation import install
from dialer.adapters.asterisk.switch import AmiAddress, AsteriskSwitch
from dialer.adapters.inprocess.clock import SteadyClock
from dialer.domain.events import SwitchDown, SwitchEvent, SwitchUp
from dialer.domain.ids import CampaignId, LeadId, new_attempt_id
from dialer.domain.lead import Attempt
from dialer.errors import SwitchUnavailable
from dialer.ports import DialOptions
from simulation.sip.agent import Invite, SipUserAgent
from simulation.sip.behaviour import Behaviour
from simulation.sip.call import CallLog


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with Node(install(), tmp_path_factory.mktemp("n")) as started:
        yield started


def rings(_: Invite) -> Behaviour:
    return Behaviour(ring_s=30.0)


@dataclass
class World:
    switch: AsteriskSwitch
    proxy: TcpProxy
    invites: CallLog
    told: list[SwitchEvent] = field(default_factory=list)

    def dial(self) -> Attempt:
        attempt = Attempt(new_attempt_id(), CampaignId("c"), LeadId(1), NUMBER, "trunk", 0.0)
        self.switch.originate(attempt, DialOptions(ring_timeout_s=20.0))
        return attempt

    async def until(self, kind: type[SwitchEvent]) -> None:
        await until(lambda: any(isinstance(event, kind) for event in self.told))

    async def live(self) -> set[str]:
        return {channel.channel_id for channel in await self.switch.live_channels()}


@asynccontextmanager
async def world(node: Node) -> AsyncIterator[World]:
    """A switch that reaches its Asterisk through a proxy, and a network where phones ring."""
    log = CallLog()
    async with (
        TcpProxy() as proxy,
        SipUserAgent("127.0.0.1", node.carrier_port, rings, observer=log),
        asyncio.TaskGroup() as tasks,
    ):
        address = AmiAddress("127.0.0.1", proxy.to(node.conf.ami_port), node.conf.ami_user, SECRET)
        switch = AsteriskSwitch(address, clock=SteadyClock())
        await switch.connect()
        opened = World(switch, proxy, log)
        switch.subscribe(opened.told.append)
        running = tasks.create_task(switch.run())
        yield opened
        for channel_id in await opened.live():
            switch.hang_up(channel_id)
        await until(lambda: not node.channels())
        running.cancel()
        switch.close()


async def test_originates_cut_off_from_their_replies_are_dialed_once_or_never(node: Node) -> None:
    async with world(node) as at:
        for _ in range(5):
            at.dial()
            at.proxy.cut()  # sent, on its way or dialed: nobody tells us
            await at.until(SwitchDown)
            await at.until(SwitchUp)
            at.told.clear()
        marker = at.dial()
        while marker.attempt_id not in await at.live():
            await asyncio.sleep(0.02)
        live = await at.live()
        await at.invites.until(lambda log: len(log.invited) >= len(live))
        assert len(at.invites.invited) == len(live) <= 6


async def test_a_call_lives_through_the_loss_of_the_session_and_is_not_dialed_again(
    node: Node,
) -> None:
    async with world(node) as at:
        attempt = at.dial()
        await at.invites.until(lambda log: len(log.invited) == 1)
        at.proxy.cut()
        await at.until(SwitchUp)
        marker = at.dial()
        await at.invites.until(lambda log: len(log.invited) == 2)
        assert await at.live() == {attempt.attempt_id, marker.attempt_id}


async def test_a_half_open_session_is_noticed_and_what_it_swallowed_is_not_dialed(
    node: Node,
) -> None:
    async with world(node) as at:
        at.proxy.swallow()
        at.dial()
        await at.until(SwitchDown)
        with pytest.raises(SwitchUnavailable):
            at.dial()
        at.proxy.heal()
        await at.until(SwitchUp)
        marker = at.dial()
        await at.invites.until(lambda log: len(log.invited) == 1)
        assert await at.live() == {marker.attempt_id}


async def test_no_session_for_a_while_and_then_one(node: Node) -> None:
    async with world(node) as at:
        attempt = at.dial()
        await at.invites.until(lambda log: len(log.invited) == 1)
        at.proxy.refuse()
        at.proxy.cut()
        await at.until(SwitchDown)
        await asyncio.sleep(1.0)
        assert not at.switch.connected
        at.proxy.heal()
        await at.until(SwitchUp)
        assert await at.live() == {attempt.attempt_id}


async def test_our_own_loop_may_stall_longer_than_the_deadline(node: Node) -> None:
    async with world(node) as at:
        attempt = at.dial()
        await at.invites.until(lambda log: len(log.invited) == 1)
        time.sleep(DEAD_AFTER_S + 0.3)  # noqa: ASYNC251 - as a stopped process would
        for _ in range(2):  # pings and answers go on as before
            assert await at.live() == {attempt.attempt_id}
            await asyncio.sleep(0.6)
        assert not any(isinstance(event, SwitchDown) for event in at.told)


async def test_a_wrong_secret_is_one_clear_error(node: Node) -> None:
    address = AmiAddress("127.0.0.1", node.conf.ami_port, node.conf.ami_user, "wrong")
    with pytest.raises(LoginFailed, match=r"check the secret in manager\.conf"):
        await AsteriskSwitch(address, clock=SteadyClock()).connect()


@pytest.mark.parametrize("path", ["/p/a-b_c.d", "/srv/prüfung/x=y", "/a+b@c~1/d:e"])
async def test_a_prompts_path_is_one_variable_as_it_is(node: Node, path: str) -> None:
    async with world(node) as at:
        attempt = Attempt(new_attempt_id(), CampaignId("c"), LeadId(1), NUMBER, "trunk", 0.0)
        at.switch.originate(attempt, DialOptions(ring_timeout_s=20.0, abandon_prompt=path))
        await at.invites.until(lambda log: len(log.invited) == 1)
        assert await variable(node, attempt.attempt_id, "OUTPACE_PROMPT_ABANDON") == path
        assert await variable(node, attempt.attempt_id, "OUTPACE_RECORD") == "yes"


async def variable(node: Node, channel_id: str, name: str) -> str:
    loop = asyncio.get_running_loop()
    _, link = await loop.create_connection(
        lambda: AmiLink(node.conf.ami_user, SECRET, clock=SteadyClock(), on_event=None),
        "127.0.0.1",
        node.conf.ami_port,
    )
    await link.logged_in
    reply = await link.ask("Getvar", [("Channel", channel_id), ("Variable", name)])
    link.close()
    return reply.frame.get("Value", reply.frame.get("Message", ""))
