"""An agent's phone, or one that stole its password, cannot make a call of its own."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from asterisk_fixtures import AGENTS, Node, session, until

from dialer.adapters.asterisk.installation import install
from dialer.adapters.asterisk.spying import AsteriskSpying
from dialer.domain.events import ChannelHungUp
from dialer.domain.ids import new_attempt_id, new_leg_id, new_spy_id
from dialer.domain.supervision import SpyMode
from dialer.ports import SpiedTalk
from simulation.sip.message import Request, parse, respond
from simulation.sip.softphone import NotRegistered, Softphone

AGENT, OTHER = AGENTS


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with Node(install(), tmp_path_factory.mktemp("f")) as started:
        yield started


@pytest.mark.parametrize(
    "number",
    [
        *("+12025550100", "12025550100", "0012025550100", "911", "1002", "*72"),
        *("s", "idle", "play", "spy", "trunk", "let-go", "after", "h", "i", "T"),
        *("listen", "whisper", "barge", "take", "coach", "end"),
    ],
)
async def test_an_agents_phone_reaches_nothing(node: Node, number: str) -> None:
    async with (
        session(node) as world,
        Softphone(AGENT.name, AGENT.password, node.address) as phone,
    ):
        assert await phone.call(number) == 404
        assert world.log.invited == []


async def test_a_stranger_and_a_wrong_password_reach_nothing(node: Node) -> None:
    async with (
        session(node) as world,
        Softphone("nobody", "guess", node.address) as stranger,
        Softphone(AGENT.name, "guess", node.address) as guesser,
    ):
        # on the loopback it has the trunk's address: a call that comes in, and no engine to take it
        assert await stranger.call("12025550100") == 503
        with pytest.raises(NotRegistered):
            await guesser.register()
        assert world.log.invited == []


class RedirectingPhone(asyncio.DatagramProtocol):
    """Stands at a registered phone's address and answers every call with «call that instead»."""

    def __init__(self, target: str) -> None:
        self._target = target
        self.asked = 0

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, source: tuple[str, int]) -> None:
        message = parse(data)
        if not isinstance(message, Request) or message.method == "ACK":
            return
        status = 200
        if message.method == "INVITE":
            self.asked, status = self.asked + 1, 302
        contact = [("contact", f"<{self._target}>")]
        answer = respond(message, status, tag="redirect", extra=contact)
        self._transport.sendto(answer.encode(), source)


@asynccontextmanager
async def redirecting_phone(node: Node, target: str) -> AsyncIterator[RedirectingPhone]:
    """Register as a phone does, then take its place."""
    async with Softphone(AGENT.name, AGENT.password, node.address) as phone:
        await phone.register()
        address = phone.address
    loop = asyncio.get_running_loop()
    transport, thief = await loop.create_datagram_endpoint(
        lambda: RedirectingPhone(target), local_addr=address
    )
    yield thief
    transport.close()


def targets(node: Node) -> list[str]:
    carrier = f"127.0.0.1:{node.carrier_port}"
    return [
        "sip:12025550100@127.0.0.1",
        f"sip:12025550100@{carrier}",
        "sip:s%40outbound@127.0.0.1",
        "sip:Local%2Fs%40outbound@127.0.0.1",
        "sip:PJSIP%2F12025550100%40trunk@127.0.0.1",
        f"sip:PJSIP%2F1002%2Fsip%3A12025550100%40127.0.0.1%3A{node.carrier_port}@127.0.0.1",
    ]


@pytest.mark.parametrize("which", range(6))
async def test_a_phone_that_redirects_its_leg_reaches_nobody(node: Node, which: int) -> None:
    async with session(node) as world, redirecting_phone(node, targets(node)[which]) as thief:
        leg_id = new_leg_id()
        world.switch.call_agent(leg_id, AGENT.name)
        await world.until_event(ChannelHungUp, leg_id)
        assert thief.asked == 1
        await until(lambda: not node.channels())
        assert world.log.invited == []


@pytest.mark.parametrize("which", range(6))
async def test_a_supervisors_phone_that_redirects_reaches_nobody(node: Node, which: int) -> None:
    async with session(node) as world, redirecting_phone(node, targets(node)[which]) as thief:
        spy_id = new_spy_id()
        talk = SpiedTalk(new_attempt_id(), new_leg_id())
        AsteriskSpying(world.switch).begin(spy_id, AGENT.name, talk, SpyMode.LISTEN)
        await world.until_event(ChannelHungUp, spy_id)
        assert thief.asked == 1
        await until(lambda: not node.channels())
        assert world.log.invited == []
