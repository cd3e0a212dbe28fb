"""What the AGI scripts do with a channel, as transcripts between Asterisk and the desk."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from agi_line import Line, serving

from agi.handlers import CallHandlers
from dialer.domain.ids import LegId
from dialer.ports import AwaitBeep, BridgeEnd, ConnectTo, HangUp, Hold, LetGo, LineOrder

NOW = 1_700_000_000.0
JOIN = ("SET VARIABLE CONNECTED yes", "SET VARIABLE TIMEOUT(absolute) 0", "EXEC Bridge ag-1")
UNDO = "SET VARIABLE CONNECTED no"


class StoppedClock:
    def now(self) -> float:
        return NOW


@dataclass
class Desk:
    """A `CallDesk` that gives these orders, in turn, and keeps what it was told."""

    orders: list[LineOrder] = field(default_factory=list)
    told: list[object] = field(default_factory=list)
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    async def customer_answered(self, channel_id: str, at: float) -> LineOrder:
        self.told.append(("answered", channel_id, at))
        return await self._order()

    async def bridge_returned(self, channel_id: str, end: BridgeEnd) -> LineOrder:
        self.told.append((end, channel_id))
        return await self._order()

    async def held(self, channel_id: str) -> LineOrder:
        self.told.append(("held", channel_id))
        return await self._order()

    def line_closed(self, channel_id: str) -> None:
        self.told.append(("closed", channel_id))
        self.closed.set()

    async def do_not_call(self, channel_id: str, number: str) -> None:
        self.told.append(("do-not-call", channel_id, number))

    async def _order(self) -> LineOrder:
        if not self.orders:  # nobody is free yet; the line ends first
            await self.closed.wait()
            return HangUp()
        return self.orders.pop(0)


@asynccontextmanager
async def line(
    desk: Desk, script: str = "answered", argument: str = str(NOW - 0.5)
) -> AsyncIterator[Line]:
    async with serving(CallHandlers(desk, StoppedClock()).routes()) as port:
        opened = await Line.ask(port, script, argument=argument)
        yield opened
        opened.cut()
        if script != "do-not-call":
            await desk.closed.wait()


async def test_an_answered_customer_is_joined_and_the_customer_hangs_up() -> None:
    desk = Desk([ConnectTo(LegId("ag-1")), HangUp()])
    async with line(desk) as asterisk:
        await asterisk.expect(*JOIN[:2])
        assert await asterisk.heard() == JOIN[2]
        asterisk.hang_up()  # Asterisk answers EXEC, then leaves at once
        await desk.closed.wait()
    assert desk.told == [
        ("answered", "at-1", NOW - 0.5),
        ("closed", "at-1"),
        (BridgeEnd.CUSTOMER_LEFT, "at-1"),
    ]


async def test_a_hangup_line_before_the_reply_is_the_customer_leaving() -> None:
    desk = Desk([ConnectTo(LegId("ag-1")), HangUp()])
    async with line(desk) as asterisk:
        await asterisk.expect(*JOIN[:2])
        await asterisk.expect(JOIN[2], reply="HANGUP\n200 result=0")
        assert await asterisk.heard() == "SET VARIABLE OUTPACE_NEXT hangup"
    assert (BridgeEnd.CUSTOMER_LEFT, "at-1") in desk.told


async def test_after_a_talk_the_clock_of_the_dialplan_runs_again_before_the_desk_is_asked() -> None:
    desk = Desk([ConnectTo(LegId("ag-1"))])
    async with line(desk) as asterisk:
        await asterisk.expect(*JOIN)
        await asterisk.expect("GET VARIABLE BRIDGERESULT", reply="200 result=1 (SUCCESS)")
        assert await asterisk.heard() == "SET VARIABLE TIMEOUT(absolute) 1.800"
        assert len(desk.told) == 1
        desk.orders.append(LetGo("lost"))
        asterisk.say("200 result=1")
        await asterisk.expect("SET VARIABLE OUTPACE_NEXT lost")
        assert await asterisk.heard() == ""
    assert desk.told[1] == (BridgeEnd.LEG_LEFT, "at-1")


async def test_a_leg_that_is_gone_is_undone_with_the_time_that_is_left_and_the_next_is_joined() -> (
    None
):
    desk = Desk([ConnectTo(LegId("ag-1")), ConnectTo(LegId("ag-2")), LetGo("abandon")])
    async with line(desk) as asterisk:
        await asterisk.expect(*JOIN)
        await asterisk.expect("GET VARIABLE BRIDGERESULT", reply="200 result=1 (NONEXISTENT)")
        await asterisk.expect(UNDO, "SET VARIABLE TIMEOUT(absolute) 1.300")
        await asterisk.expect(*JOIN[:2], "EXEC Bridge ag-2")
        await asterisk.expect("GET VARIABLE BRIDGERESULT", reply="200 result=1 (NONEXISTENT)")
        await asterisk.expect(UNDO, "SET VARIABLE TIMEOUT(absolute) 1.300")
        await asterisk.expect("SET VARIABLE OUTPACE_NEXT let-go")
    assert desk.told[1:3] == [(BridgeEnd.NO_LEG, "at-1")] * 2


async def test_a_leg_that_is_gone_after_the_time_is_up_leaves_the_dialplan_an_instant() -> None:
    desk = Desk([ConnectTo(LegId("ag-1")), LetGo("abandon")])
    async with line(desk, argument=str(NOW - 30)) as asterisk:
        await asterisk.expect(*JOIN)
        await asterisk.expect("GET VARIABLE BRIDGERESULT", reply="200 result=1 (NONEXISTENT)")
        await asterisk.expect(UNDO, "SET VARIABLE TIMEOUT(absolute) 0.050")


@pytest.mark.parametrize("dead_after", range(6))
async def test_a_customer_who_leaves_at_any_point_of_the_join_has_left(dead_after: int) -> None:
    desk = Desk([ConnectTo(LegId("ag-1")), HangUp()])
    steps = [*JOIN, "GET VARIABLE BRIDGERESULT", UNDO, "SET VARIABLE TIMEOUT(absolute) 1.300"]
    async with line(desk) as asterisk:
        for step in steps[:dead_after]:
            await asterisk.expect(step, reply="200 result=1 (NONEXISTENT)")
        await asterisk.expect(steps[dead_after], reply="511 Command Not Permitted")
        asterisk.cut()
    assert (BridgeEnd.CUSTOMER_LEFT, "at-1") in desk.told


@pytest.mark.parametrize(
    ("order", "word"),
    [
        (LetGo("abandon"), "let-go"),
        (LetGo("lost"), "lost"),
        (LetGo("message"), "message"),
        (HangUp(), "hangup"),
    ],
)
async def test_an_order_that_is_no_join_goes_to_the_dialplan(order: LineOrder, word: str) -> None:
    desk = Desk([order])
    async with line(desk) as asterisk:
        await asterisk.expect(f"SET VARIABLE OUTPACE_NEXT {word}")
        assert await asterisk.heard() == ""


async def test_a_customer_who_leaves_while_waiting_is_told_at_once() -> None:
    desk = Desk()
    async with line(desk) as asterisk:
        asterisk.hang_up()
        await desk.closed.wait()
    assert desk.told == [("answered", "at-1", NOW - 0.5), ("closed", "at-1")]


@pytest.mark.parametrize("stamp", ["", "rubbish", "nan", "inf", "-1e999", "0", str(NOW + 3600)])
async def test_a_stamp_that_cannot_be_true_is_now(stamp: str) -> None:
    desk = Desk([HangUp()])
    async with line(desk, argument=stamp) as asterisk:
        await asterisk.expect("SET VARIABLE OUTPACE_NEXT hangup")
    assert desk.told[0] == ("answered", "at-1", NOW)


async def test_after_asks_what_becomes_of_a_talk_whose_handler_is_gone() -> None:
    desk = Desk([LetGo("lost")])
    async with line(desk, script="after") as asterisk:
        await asterisk.expect("SET VARIABLE OUTPACE_NEXT lost")
    assert desk.told[0] == (BridgeEnd.LEG_LEFT, "at-1")


async def test_do_not_call_gives_the_line_back_once_it_is_committed() -> None:
    desk = Desk()
    async with line(desk, script="do-not-call", argument="+12025550100") as asterisk:
        assert await asterisk.heard() == ""
    assert desk.told == [("do-not-call", "at-1", "+12025550100")]


MUSIC_ON = ("SET MUSIC ON hold", "SET VARIABLE TIMEOUT(absolute) 0")


async def test_on_hold_music_plays_first_and_no_clock_runs_until_the_next_join() -> None:
    desk = Desk([ConnectTo(LegId("ag-1")), Hold(), ConnectTo(LegId("ag-1")), LetGo("lost")])
    async with line(desk) as asterisk:
        parted = ("GET VARIABLE BRIDGERESULT", "SET VARIABLE TIMEOUT(absolute) 1.800")
        await asterisk.expect(*JOIN, *parted, reply="200 result=1 (SUCCESS)")
        await asterisk.expect(*MUSIC_ON, "SET MUSIC OFF hold")
        await asterisk.expect(*JOIN, *parted, reply="200 result=1 (SUCCESS)")
        await asterisk.expect("SET VARIABLE OUTPACE_NEXT lost")
    assert desk.told[1:4] == [
        (BridgeEnd.LEG_LEFT, "at-1"),
        ("held", "at-1"),
        (BridgeEnd.LEG_LEFT, "at-1"),
    ]


async def test_a_customer_who_hangs_up_on_hold_closes_the_line() -> None:
    desk = Desk([Hold()])
    async with line(desk) as asterisk:
        await asterisk.expect(*MUSIC_ON)
        asterisk.hang_up()
        await desk.closed.wait()
    assert desk.told[1:] == [("held", "at-1"), ("closed", "at-1")]


async def test_a_beep_is_awaited_in_silence_and_without_us_the_dialplan_leaves_the_message() -> (
    None
):
    desk = Desk([ConnectTo(LegId("ag-1")), AwaitBeep("/prompts/message"), LetGo("message")])
    async with line(desk) as asterisk:
        parted = ("GET VARIABLE BRIDGERESULT", "SET VARIABLE TIMEOUT(absolute) 1.800")
        await asterisk.expect(*JOIN, *parted, reply="200 result=1 (SUCCESS)")
        await asterisk.expect(
            "SET VARIABLE OUTPACE_PROMPT_MESSAGE /prompts/message",
            "SET VARIABLE OUTPACE_NEXT message",
            "SET VARIABLE TIMEOUT(absolute) 35.000",
        )
        await asterisk.expect("SET VARIABLE OUTPACE_NEXT message")
    assert ("held", "at-1") in desk.told
