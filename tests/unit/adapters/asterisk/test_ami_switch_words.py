"""The switch on AMI, over real TCP: what is heard, what is said, and how it begins."""

import asyncio
import socket

import pytest
from ami_peer import BANNER, ami_port
from ami_world import OPTIONS, attempt, connected, switch_at

from dialer.adapters.asterisk.ami_link import AmiLink, LoginFailed
from dialer.adapters.asterisk.ami_wire import Frame
from dialer.adapters.asterisk.switch import AmiAddressWrong, AsteriskSwitch
from dialer.adapters.inprocess.clock import SteadyClock
from dialer.domain.events import (
    ChannelHungUp,
    ChannelUp,
    OriginateFailed,
    SwitchDown,
    SwitchUp,
)
from dialer.domain.ids import AttemptId, new_attempt_id, new_leg_id
from dialer.errors import ReplyLost, SwitchUnavailable, UnsafeValue
from dialer.ports import DialOptions

# -- what is heard ---------------------------------------------------------------------------


async def test_events_come_after_the_session_is_up() -> None:
    async with connected() as at:
        at.ami.cut()
        await at.until(SwitchDown)
        again = await at.peer.connection()
        again.raw(BANNER)
        log_in = await again.heard()
        ours = new_attempt_id()
        at.told.clear()
        again.raw(  # in one segment, so that they are read at once
            f"Response: Success\r\nActionID: {log_in['ActionID']}\r\n\r\n"
            f"Event: Newstate\r\nUniqueid: {ours}\r\nChannelState: 6\r\n\r\n".encode()
        )
        await at.until(ChannelUp)
        assert [type(event) for event in at.told] == [SwitchUp, ChannelUp]
        assert at.switch.connected


async def test_the_response_of_an_originate_that_failed_is_told_by_its_action_id() -> None:
    async with connected() as at:
        dialed = attempt()
        at.switch.originate(dialed, OPTIONS)
        action = await at.ami.heard()
        assert action["ActionID"] == dialed.attempt_id
        at.ami.reply(action, Message="Originate successfully queued")
        at.ami.say(
            Event="OriginateResponse",
            ActionID=dialed.attempt_id,
            Response="Failure",
            Reason="5",
            Uniqueid="<unknown>",
        )
        failed = await at.until(OriginateFailed)
        assert isinstance(failed, OriginateFailed)
        assert (failed.channel_id, failed.no_channel) == (dialed.attempt_id, False)


async def test_an_originate_that_is_refused_at_once_has_no_channel() -> None:
    async with connected() as at:
        dialed = attempt()
        at.switch.originate(dialed, OPTIONS)
        at.ami.reply(await at.ami.heard(), "Error", Message="Extension does not exist.")
        failed = await at.until(OriginateFailed)
        assert isinstance(failed, OriginateFailed)
        assert (failed.channel_id, failed.reason, failed.no_channel) == (
            dialed.attempt_id,
            "Extension does not exist.",
            True,
        )


async def test_events_keep_their_order_and_strangers_are_dropped() -> None:
    async with connected() as at:
        ours = new_attempt_id()
        at.ami.say(Event="Newstate", Uniqueid="1700000000.1", ChannelState="6")
        at.ami.say(Event="Newstate", Uniqueid=ours, ChannelState="6", Timestamp="17.5")
        at.ami.say(Event="VarSet", Uniqueid=ours)
        at.ami.say(Event="Hangup", Uniqueid=ours, Cause="16", TechCause="200", Timestamp="18.25")
        await at.until(ChannelHungUp)
        assert at.told == [ChannelUp(ours, 17.5), ChannelHungUp(ours, 16, "200", 18.25)]


async def test_what_is_asked_for_is_read_from_the_list() -> None:
    async with connected() as at, asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(at.switch.live_channels())
        action = await at.ami.heard()
        ours, key = new_attempt_id(), action["ActionID"]
        at.ami.reply(action, EventList="start")
        for uniqueid in (ours, "1700000000.1"):
            at.ami.say(
                Event="CoreShowChannel",
                ActionID=key,
                Uniqueid=uniqueid,
                ChannelStateDesc="Up",
                BridgeId="b1",
                Duration="01:02:03",
                Application="AGI",
            )
        at.ami.say(Event="CoreShowChannelsComplete", ActionID=key, EventList="Complete")
        (channel,) = await asking
        assert (channel.channel_id, channel.state, channel.bridge_id) == (ours, "Up", "b1")
        assert (channel.age_s, channel.application) == (3723.0, "AGI")


async def test_sessions_of_our_user_are_counted() -> None:
    async with connected() as at, asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(at.switch.sessions())
        action = await at.ami.heard()
        assert action["Command"] == "manager show connected"
        at.ami.raw(
            f"Response: Success\r\nActionID: {action['ActionID']}\r\n"
            "Output:   Username         IP Address   Start\r\n"
            "Output:   outpace          127.0.0.1    17\r\n"
            "Output:   other            127.0.0.1    17\r\n"
            "Output:   outpace          127.0.0.1    18\r\n"
            "Output: \r\nOutput: 3 users connected.\r\n\r\n".encode()
        )
        assert await asking == 2


# -- what is said ----------------------------------------------------------------------------


async def test_an_originate_names_channel_time_and_prompts() -> None:
    async with connected() as at:
        dialed = attempt()
        options = DialOptions(25.5, "Shop <+12025550199>", False, "/p/a-b", "/p/c_d")
        at.switch.originate(dialed, options)
        action = await at.ami.heard()
        assert action["Channel"] == "PJSIP/12025550100@trunk-lane0"
        assert (action["Context"], action["Exten"], action["Async"]) == ("outbound", "s", "true")
        assert (action["Timeout"], action["CallerID"]) == ("25500", "Shop <+12025550199>")
        assert action["ChannelId"] == action["ActionID"] == dialed.attempt_id
        assert action.all("Variable") == [
            "OUTPACE_RECORD=no",
            "OUTPACE_PROMPT_ABANDON=/p/a-b",
            "OUTPACE_PROMPT_LOST=/p/c_d",
        ]


@pytest.mark.parametrize("mark", ["\r", "\n", "\0"])
async def test_no_field_of_ours_may_hold_a_line_break(mark: str) -> None:
    async with connected() as at:
        for options in (
            DialOptions(25, f"x{mark}Action: Command"),
            DialOptions(25, abandon_prompt=f"x{mark}"),
            DialOptions(25, lost_prompt=f"x{mark}"),
        ):
            with pytest.raises(UnsafeValue):
                at.switch.originate(attempt(), options)
        for act in (
            lambda: at.switch.originate(attempt(AttemptId(f"at{mark}")), OPTIONS),
            lambda: at.switch.call_agent(new_leg_id(), f"1001{mark}"),
            lambda: at.switch.hang_up(f"at{mark}"),
        ):
            with pytest.raises(UnsafeValue):
                act()
        at.switch.hang_up("at-last")
        assert (await at.ami.heard())["Channel"] == "at-last"
        assert at.peer.opened == 1


async def test_a_phone_is_called_in_a_session_of_its_own_that_hears_no_events() -> None:
    async with connected() as at:
        leg_id = new_leg_id()
        at.switch.call_agent(leg_id, "1001")
        own = await at.peer.connection()
        own.raw(BANNER)
        log_in = await own.heard()
        assert log_in["Events"] == "off"
        own.reply(log_in)
        action = await own.heard()
        assert (action["Channel"], action["Async"]) == ("PJSIP/1001", "false")
        assert (action["ChannelId"], action["PreDialGoSub"]) == (leg_id, "agent-guard,s,1")
        own.reply(action, Message="Originate successfully queued")
        assert await own.rest() == []
        assert at.told == []
        assert at.switch.connected


@pytest.mark.parametrize(("ring_s", "told"), [(None, "15000"), (1.5, "1500")])
async def test_a_phone_rings_no_longer_than_it_may(ring_s: float | None, told: str) -> None:
    async with connected() as at:
        at.switch.call_agent(new_leg_id(), "1001", ring_s=ring_s)
        own = await (await at.peer.connection()).let_in()
        action = await own.heard()
        assert action["Timeout"] == told
        own.reply(action)


async def test_a_phone_that_refuses_has_no_leg() -> None:
    async with connected() as at:
        leg_id = new_leg_id()
        at.switch.call_agent(leg_id, "1001")
        own = await (await at.peer.connection()).let_in()
        own.reply(await own.heard(), "Error", Message="Originate failed")
        failed = await at.until(OriginateFailed)
        assert isinstance(failed, OriginateFailed)
        assert (failed.channel_id, failed.reason, failed.no_channel) == (
            leg_id,
            "Originate failed",
            True,
        )


async def test_a_phone_whose_reply_was_lost_is_hung_up() -> None:
    async with connected() as at:
        leg_id = new_leg_id()
        at.switch.call_agent(leg_id, "1001")
        own = await (await at.peer.connection()).let_in()
        await own.heard()
        own.cut()
        await at.until(OriginateFailed)
        action = await at.ami.heard()
        assert (action["Action"], action["Channel"]) == ("Hangup", leg_id)


# -- the first session -----------------------------------------------------------------------


async def test_a_wrong_secret_is_one_clear_error_and_no_second_try() -> None:
    async with ami_port() as (peer, port), asyncio.TaskGroup() as tasks:
        connecting = tasks.create_task(problem(switch_at(port, secret="wrong")))
        ami = await peer.connection()
        ami.raw(BANNER)
        log_in = await ami.heard()
        assert log_in["Secret"] == "wrong"
        ami.reply(log_in, "Error", Message="Authentication failed")
        error = await connecting
        assert isinstance(error, LoginFailed)
        assert "refused user 'outpace': check the secret" in str(error)
        assert "wrong" not in str(error)
        assert await ami.rest() == []
        assert peer.opened == 1


async def problem(switch: AsteriskSwitch) -> Exception:
    with pytest.raises((LoginFailed, AmiAddressWrong)) as error:
        await switch.connect()
    assert not switch.connected
    return error.value


@pytest.mark.parametrize("greeting", [b"SSH-2.0-OpenSSH_9.2\r\n", b"", b"x" * 400, b"\xff\r\n"])
async def test_a_peer_that_is_not_ami_is_one_clear_error(greeting: bytes) -> None:
    async with ami_port() as (peer, port), asyncio.TaskGroup() as tasks:
        connecting = tasks.create_task(problem(switch_at(port)))
        ami = await peer.connection()
        ami.raw(greeting)
        if greeting == b"":
            ami.cut()
        error = await connecting
        assert isinstance(error, AmiAddressWrong)
        assert f"no AMI at 127.0.0.1:{port}" in str(error)


async def test_a_port_where_nobody_listens_is_one_clear_error() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        error = await problem(switch_at(free.getsockname()[1]))
    assert "start Asterisk or set OUTPACE_AMI_HOST" in str(error)


async def test_a_secret_with_a_line_break_is_refused_and_not_shown() -> None:
    async with ami_port() as (_, port):
        with pytest.raises(UnsafeValue) as error:
            await switch_at(port, secret="s3cret\r\nAction: Command").connect()
        assert "s3cret" not in str(error.value)


# -- the link itself -------------------------------------------------------------------------


async def test_a_link_that_is_closed_says_so_to_whoever_waits() -> None:
    async with ami_port() as (peer, port), asyncio.TaskGroup() as tasks:
        frames: list[Frame] = []
        _, link = await asyncio.get_running_loop().create_connection(
            lambda: AmiLink("outpace", "s", clock=SteadyClock(), on_event=frames.append),
            "127.0.0.1",
            port,
        )
        await (await peer.connection()).let_in()
        await link.logged_in
        asking = tasks.create_task(ask_lost(link))
        await asyncio.sleep(0)
        link.close()
        assert await asking == "Ping"
        assert (await link.lost).reason == "closed by us"
        with pytest.raises(SwitchUnavailable):
            link.send("Ping", [])


async def ask_lost(link: AmiLink) -> str:
    with pytest.raises(ReplyLost) as error:
        await link.ask("Ping")
    return error.value.action
