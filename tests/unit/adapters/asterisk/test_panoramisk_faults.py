"""Why the AMI session is our own (docs/adr/0001): what panoramisk 1.4 does as it comes.

Each of these would be a fault in a dialer; our own session is shown free of them in the tests of
`ami_wire`, `ami_session` and `switch`. When one of these fails, panoramisk has changed: read the
decision again.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import panoramisk
from ami_peer import Connection, Peer, ami_port

ORIGINATE = {
    "Action": "Originate",
    "Channel": "PJSIP/12025550100@trunk",
    "Async": "true",
    "ChannelId": "at-1",
}


@asynccontextmanager
async def manager() -> AsyncIterator[tuple[panoramisk.Manager, Peer, Connection]]:
    async with ami_port() as (peer, port):
        client = panoramisk.Manager(
            loop=asyncio.get_running_loop(),
            host="127.0.0.1",
            port=port,
            username="outpace",
            secret="s",
            reconnect_timeout=0,
        )
        client.connect()
        yield client, peer, await let_in(peer)
        client.close()


async def let_in(peer: Peer) -> Connection:
    ami = await (await peer.connection()).let_in()
    ami.say(Event="FullyBooted", Status="Fully Booted")
    return ami


async def test_an_originate_without_a_reply_is_sent_again_after_a_reconnect() -> None:
    async with manager() as (client, peer, ami):
        client.send_action(dict(ORIGINATE))
        first = await ami.heard()
        ami.cut()  # it may have been carried out
        again = await (await let_in(peer)).heard()
        assert first["ChannelId"] == again["ChannelId"] == "at-1"


async def test_what_is_asked_for_without_a_session_is_dialed_when_there_is_one() -> None:
    async with manager() as (client, peer, ami):
        down = asyncio.Event()
        client.on_disconnect = lambda _client, _error: down.set()
        ami.cut()
        await down.wait()
        client.send_action(dict(ORIGINATE))  # no error
        assert (await (await let_in(peer)).heard())["Action"] == "Originate"


async def test_a_line_break_in_a_value_begins_an_action_of_its_own() -> None:
    async with manager() as (client, _, ami):
        client.send_action(
            {
                "Action": "UserEvent",
                "UserEvent": "x\r\n\r\nAction: Command\r\nCommand: core restart now\r\n",
            }
        )
        await ami.heard()
        assert (await ami.heard())["Command"] == "core restart now"


async def test_the_response_of_an_originate_is_told_to_no_listener() -> None:
    async with manager() as (client, _, ami):
        told: list[str] = []
        client.register_event("*", lambda _client, event: told.append(event.event))
        client.send_action(dict(ORIGINATE))
        action = await ami.heard()
        ami.reply(action, Message="Originate successfully queued")
        ami.say(Event="OriginateResponse", ActionID=action["ActionID"], Response="Failure")
        ami.say(Event="Hangup")
        while "Hangup" not in told:
            await asyncio.sleep(0)
        assert "OriginateResponse" not in told


async def test_a_character_split_over_two_reads_is_dropped() -> None:
    async with manager() as (client, _, ami):
        names: list[str] = []
        client.register_event("Newstate", lambda _client, event: names.append(event.calleridname))
        text = "Event: Newstate\r\nCallerIDName: Zoë\r\n\r\n".encode()
        split = text.index("ë".encode()) + 1
        ami.raw(text[:split])
        await asyncio.sleep(0.05)  # so that it is two reads
        ami.raw(text[split:])
        while not names:
            await asyncio.sleep(0)
        assert names == ["Zo"]


async def test_a_wrong_secret_is_no_error() -> None:
    async with ami_port() as (peer, port):
        client = panoramisk.Manager(
            loop=asyncio.get_running_loop(),
            host="127.0.0.1",
            port=port,
            username="outpace",
            secret="wrong",
            reconnect_timeout=0,
        )
        connecting = client.connect()
        for _ in range(3):  # and so on for ever
            await (await peer.connection()).turn_away()
        assert connecting.exception() is None
        client.close()
