"""A broadcast on a line, as transcripts: the message, then the key, then what any answer gets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from agi_line import Line, serving
from test_agi_handlers import JOIN, NOW, StoppedClock
from test_agi_handlers import Desk as CallsDesk
from test_flow_line import KEYS, due
from test_flow_line import Desk as Flows

from agi.broadcast import BroadcastHandlers
from dialer.adapters.flow_files import checked
from dialer.domain.ids import CallId, LegId, TenantId
from dialer.ports import ConnectTo, HangUp, LedCall, LetGo

ANSWERED = NOW - 0.5
FLOW = """
otherwise: bye
steps:
  who: {play: who, next: menu}
  menu: {menu: menu, choices: {1: agent, 9: no-more}, tries: 1, otherwise: bye}
  agent: {transfer: {campaign: true}, otherwise: bye}
  no-more: {opt_out: no-more, next: bye, declined: bye}
  bye: {hang_up: }
"""
PLAYED = "200 result=0 endpos=8000"


@dataclass
class Messages:
    """A `MessageDesk` whose calls are all led by a flow; keeps what it was told."""

    flow: str
    told: list[tuple[str, str, float]] = field(default_factory=list)

    async def led(self, channel_id: str) -> LedCall | None:
        if not self.flow:
            return None
        flow, problems = checked(self.flow)
        assert flow is not None, problems
        number, ours = "+12025550123", "+12025550140"
        return LedCall(CallId(channel_id), TenantId("main"), number, ours, flow, "offer")

    def began(self, call: LedCall, at: float) -> None:
        self.told.append(("began", call.call_id, at))

    def over(self, call: LedCall, at: float) -> None:
        self.told.append(("over", call.call_id, at))


@asynccontextmanager
async def line(desk: CallsDesk, messages: Messages, flows: Flows) -> AsyncIterator[Line]:
    handlers = BroadcastHandlers(desk, StoppedClock(), messages, flows)
    async with serving(handlers.routes()) as port:
        opened = await Line.ask(port, "answered", argument=str(ANSWERED))
        yield opened
        opened.cut()
        await desk.closed.wait()


async def informed(asterisk: Line) -> None:
    """Hear who calls, and be asked for a key."""
    await asterisk.expect("EXEC CELGenUserEvent MESSAGE")
    await due(asterisk, 3.1)
    await asterisk.expect(f"STREAM FILE /en/who {KEYS}", reply=PLAYED)
    await due(asterisk, 8.0)


async def test_after_the_key_the_dialplans_clock_runs_before_an_agent_is_sought() -> None:
    desk, messages = CallsDesk([ConnectTo(LegId("ag-1")), HangUp()]), Messages(FLOW)
    async with line(desk, messages, Flows("", takes="")) as asterisk:
        await informed(asterisk)
        assert desk.told == []
        await asterisk.expect("GET DATA /en/menu 5000 1", reply="200 result=1")
        await asterisk.expect("SET VARIABLE TIMEOUT(absolute) 1.800")
        await asterisk.expect("EXEC CELGenUserEvent KEY")
        await asterisk.expect(*JOIN[:2])
        assert desk.told == [("answered", "at-1", NOW)]
        assert await asterisk.heard() == JOIN[2]
        asterisk.hang_up()
    assert messages.told == [("began", "at-1", ANSWERED)]


async def test_who_presses_no_key_is_hung_up_on_and_no_agent_is_sought() -> None:
    desk, messages = CallsDesk(), Messages(FLOW)
    async with line(desk, messages, Flows("")) as asterisk:
        await informed(asterisk)
        await asterisk.expect("GET DATA /en/menu 5000 1", reply="200 result= (timeout)")
        await asterisk.expect("SET VARIABLE OUTPACE_NEXT hangup")
        assert await asterisk.heard() == ""
    assert messages.told == [("began", "at-1", ANSWERED), ("over", "at-1", NOW)]
    assert desk.told == [("closed", "at-1")]


async def test_who_hangs_up_in_the_message_is_nobodys_to_seek() -> None:
    desk, messages = CallsDesk(), Messages(FLOW)
    async with line(desk, messages, Flows("")) as asterisk:
        await asterisk.expect("EXEC CELGenUserEvent MESSAGE")
        await due(asterisk, 3.1)
        assert (await asterisk.heard()).startswith("STREAM FILE")
        asterisk.hang_up()
    assert messages.told == [("began", "at-1", ANSWERED)]
    assert desk.told == [("closed", "at-1")]


async def test_who_heard_nothing_at_all_is_a_person_who_answered_and_waits() -> None:
    silent = FLOW.replace("play: who, next: menu", "play: nowhere, next: bye")
    desk, messages = CallsDesk([LetGo("abandon")]), Messages(silent)
    async with line(desk, messages, Flows("")) as asterisk:
        await asterisk.expect("EXEC CELGenUserEvent MESSAGE")
        await asterisk.expect("SET VARIABLE TIMEOUT(absolute) 1.300")  # from the answer on
        await asterisk.expect("EXEC CELGenUserEvent KEY")
        await asterisk.expect("SET VARIABLE OUTPACE_NEXT let-go")
    assert desk.told[0] == ("answered", "at-1", ANSWERED)
    assert messages.told == [("began", "at-1", ANSWERED)]


async def test_a_call_that_no_flow_leads_is_asked_for_at_once() -> None:
    desk = CallsDesk([LetGo("abandon")])
    async with line(desk, Messages(""), Flows("")) as asterisk:
        await asterisk.expect("SET VARIABLE OUTPACE_NEXT let-go")
    assert desk.told[0] == ("answered", "at-1", ANSWERED)
