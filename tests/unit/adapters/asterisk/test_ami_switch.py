"""The switch on AMI, over real TCP: nothing is sent twice or queued, every loss is seen."""

import asyncio
from contextlib import suppress

import pytest
from ami_peer import BANNER
from ami_world import OPTIONS, attempt, connected

from dialer.adapters.asterisk.ami_session import MAX_PENDING
from dialer.adapters.asterisk.ami_wire import MAX_FRAME
from dialer.adapters.asterisk.switch import AsteriskSwitch
from dialer.domain.events import (
    ChannelHungUp,
    ChannelUp,
    SwitchDown,
    SwitchEvent,
    SwitchUp,
)
from dialer.domain.ids import new_attempt_id, new_leg_id
from dialer.errors import ReplyLost, SwitchUnavailable

# -- nothing twice, nothing queued -----------------------------------------------------------


async def test_an_originate_without_a_reply_is_never_sent_again() -> None:
    async with connected() as at:
        dialed = attempt()
        at.switch.originate(dialed, OPTIONS)
        assert (await at.ami.heard())["ChannelId"] == dialed.attempt_id
        at.ami.cut()
        again = await (await at.peer.connection()).let_in()
        await at.until(SwitchUp)
        marker = new_attempt_id()
        at.switch.hang_up(marker)
        assert (await again.heard())["Channel"] == marker  # the first thing that comes
        assert [type(event) for event in at.told] == [SwitchDown, SwitchUp]


async def test_nothing_is_queued_while_there_is_no_session() -> None:
    async with connected() as at:
        at.ami.cut()
        await at.until(SwitchDown)
        assert not at.switch.connected
        for act in (
            lambda: at.switch.originate(attempt(), OPTIONS),
            lambda: at.switch.call_agent(new_leg_id(), "1001"),
            lambda: at.switch.hang_up(new_attempt_id()),
        ):
            with pytest.raises(SwitchUnavailable):
                act()
        at.switch.whisper(new_leg_id())
        again = await (await at.peer.connection()).let_in()
        await at.until(SwitchUp)
        at.switch.hang_up(new_attempt_id())
        assert (await again.heard())["Action"] == "Hangup"
        assert at.peer.opened == 2


async def test_a_question_whose_answer_was_lost_says_so_and_is_not_asked_again() -> None:
    async with connected() as at, asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(lost(at.switch))
        assert (await at.ami.heard())["Action"] == "CoreShowChannels"
        at.ami.cut()
        assert await asking == "CoreShowChannels"
        again = await (await at.peer.connection()).let_in()
        await at.until(SwitchUp)
        at.switch.hang_up(new_attempt_id())
        assert (await again.heard())["Action"] == "Hangup"


async def lost(switch: AsteriskSwitch) -> str:
    with pytest.raises(ReplyLost) as error:
        await switch.live_channels()
    return error.value.action


async def test_it_reconnects_until_it_is_let_in_again() -> None:
    async with connected() as at:
        at.ami.cut()
        for _ in range(2):
            (await at.peer.connection()).cut()
        refusing = await at.peer.connection()
        refusing.raw(BANNER)
        refusing.reply(await refusing.heard(), "Error", Message="Authentication failed")
        await (await at.peer.connection()).let_in()
        await at.until(SwitchUp)
        assert [type(event) for event in at.told] == [SwitchDown, SwitchUp]


async def test_a_hang_up_that_was_lost_is_asked_for_again_until_the_channel_is_gone() -> None:
    async with connected() as at:
        lost, unknown = new_attempt_id(), new_attempt_id()
        at.switch.hang_up(lost)
        at.ami.reply(await at.ami.heard())
        at.switch.hang_up(unknown)
        at.ami.reply(await at.ami.heard(), "Error", Message="No such channel")
        again = await at.ami.heard()
        assert (again["Action"], again["Channel"]) == ("Hangup", lost)
        at.ami.reply(again)
        at.ami.say(Event="Hangup", Uniqueid=lost, Cause="16")
        await at.until(ChannelHungUp)
        await asyncio.sleep(1.2)  # it would be asked a third time
        marker = new_attempt_id()
        at.switch.hang_up(marker)
        assert (await at.ami.heard())["Channel"] == marker


# -- every loss is seen ----------------------------------------------------------------------


async def test_a_connection_that_went_silent_is_noticed_and_replaced() -> None:
    async with connected() as at:
        dialed = attempt()
        at.switch.originate(dialed, OPTIONS)
        down = await at.until(SwitchDown)  # the peer holds the connection and says nothing
        assert isinstance(down, SwitchDown)
        assert "nothing heard" in down.reason
        again = await (await at.peer.connection()).let_in()
        await at.until(SwitchUp)
        at.switch.hang_up(new_attempt_id())
        assert (await again.heard())["Action"] == "Hangup"


async def test_a_peer_that_sends_a_huge_frame_is_left() -> None:
    async with connected() as at:
        at.ami.raw(b"Event: " + b"x" * (MAX_FRAME + 100))
        down = await at.until(SwitchDown)
        assert isinstance(down, SwitchDown)
        assert "more than" in down.reason
        await (await at.peer.connection()).let_in()
        await at.until(SwitchUp)


async def test_a_peer_that_reads_nothing_is_sent_only_so_much() -> None:
    async with connected() as at:
        sent = 0
        with suppress(SwitchUnavailable):
            while True:
                at.switch.originate(attempt(), OPTIONS)
                sent += 1
        assert sent <= MAX_PENDING


async def test_a_fault_in_whoever_hears_the_events_ends_the_switch_loudly() -> None:
    def broken(event: SwitchEvent) -> None:
        if isinstance(event, ChannelUp):
            raise LookupError("a fault of ours")  # noqa: TRY004

    with pytest.RaisesGroup(pytest.RaisesGroup(LookupError)):
        async with connected() as at:
            at.switch.subscribe(broken)
            at.ami.say(Event="Newstate", Uniqueid=new_attempt_id(), ChannelState="6")
            await asyncio.Event().wait()
