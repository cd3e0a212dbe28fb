"""A caller's line over FastAGI, and the script that puts a call into a queue, as transcripts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from agi_line import Line, serving

from agi.queue_script import QueueScript
from dialer.domain.ids import LegId, is_call_id
from dialer.ports import BridgeEnd, InboundLine
from dialer.services.recorder import Recorder
from dialer.testing.call_records import MemoryCallRecords
from dialer.testing.stores import MemoryStores

NOW = 1_700_000_000.0
ACCOUNT = "SET VARIABLE CHANNEL(accountcode) "
CLOCK_OFF = "SET VARIABLE TIMEOUT(absolute) 0"


class StoppedClock:
    def now(self) -> float:
        return NOW


@dataclass
class Taker:
    """A `CallTaker` that does with a line what the test says."""

    act: Callable[[InboundLine], Awaitable[str]]
    asked: list[tuple[str, str, float]] = field(default_factory=list)
    lines: list[InboundLine] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, line: InboundLine, kind: str, to: str, wait_s: float) -> str:
        self.asked.append((kind, to, wait_s))
        self.lines.append(line)
        try:
            return await self.act(line)
        finally:
            self.over.set()


@asynccontextmanager
async def line(
    act: Callable[[InboundLine], Awaitable[str]],
) -> AsyncIterator[tuple[Line, Taker, MemoryCallRecords]]:
    stores, taker = MemoryStores(), Taker(act)
    recorder = Recorder(stores.attempts, stores.agents, stores.leads)
    script = QueueScript(taker, stores.calls, recorder, StoppedClock(), node="node")
    async with asyncio.TaskGroup() as tasks:
        recording = tasks.create_task(recorder.run())
        async with serving(script.routes()) as port:
            asterisk = await Line.ask(port, "queue", argument="sales")
            said = await asterisk.heard()
            assert said.startswith(ACCOUNT)
            assert is_call_id(said.removeprefix(ACCOUNT))
            asterisk.say("200 result=1")
            await asterisk.expect("ANSWER")
            yield asterisk, taker, stores.calls
            asterisk.cut()
            await taker.over.wait()
        await recorder.settled()
        recording.cancel()


async def test_a_call_is_recorded_answered_and_put_into_the_queue_that_was_named() -> None:
    async def act(one: InboundLine) -> str:
        await one.music(True)
        await one.play("/prompts/queue/1")
        await one.music(False)
        return "time_out"

    async with line(act) as (asterisk, taker, records):
        await asterisk.expect(
            "SET MUSIC ON default", 'STREAM FILE /prompts/queue/1 ""', "SET MUSIC OFF"
        )
        await asterisk.expect("SET VARIABLE OUTPACE_QUEUE time_out")
        assert await asterisk.heard() == ""
    assert taker.asked == [("queue", "sales", 0.0)]
    (record,) = records.rows.values()
    assert (record.call_id, record.began_at) == (taker.lines[0].call_id, NOW)
    assert record.tenant_id == "main"


async def test_how_a_join_comes_back_is_told() -> None:
    ends: list[BridgeEnd] = []

    async def act(one: InboundLine) -> str:
        ends.append(await one.join(LegId("ag-1")))
        ends.append(await one.join(LegId("ag-2")))
        ends.append(await one.join(LegId("ag-3")))
        return ""

    async with line(act) as (asterisk, _, _):
        await asterisk.expect(CLOCK_OFF, "EXEC Bridge ag-1")
        await asterisk.expect("GET VARIABLE BRIDGERESULT", reply="200 result=1 (NONEXISTENT)")
        await asterisk.expect(CLOCK_OFF, "EXEC Bridge ag-2")
        await asterisk.expect("GET VARIABLE BRIDGERESULT", reply="200 result=1 (SUCCESS)")
        await asterisk.expect(CLOCK_OFF)
        await asterisk.expect("EXEC Bridge ag-3", reply="HANGUP\n200 result=0")
    assert ends == [BridgeEnd.NO_LEG, BridgeEnd.LEG_LEFT, BridgeEnd.CUSTOMER_LEFT]


async def test_a_key_is_listened_for_until_there_is_something_better_to_do() -> None:
    keys: list[str] = []

    async def act(one: InboundLine) -> str:
        keys.append(await one.play("/prompts/queue/1", "5"))
        keys.append(await one.key(2.0))
        keys.append(await one.key(2.0))
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(0.05, stop.set)
        keys.append(await one.key(60.0, stop))
        await one.play("/prompts/queue/2")
        return ""

    async with line(act) as (asterisk, _, _):
        await asterisk.expect("STREAM FILE /prompts/queue/1 5", reply="200 result=53 endpos=800")
        await asterisk.expect("WAIT FOR DIGIT 2000", reply="200 result=55")
        await asterisk.expect("WAIT FOR DIGIT 2000", reply="200 result=0")
        assert await asterisk.heard() == "WAIT FOR DIGIT 60000"
        assert await asterisk.heard() == "GET FULL VARIABLE now-1"
        asterisk.say("200 result=1", "200 result=1 (now-1)")
        await asterisk.expect('STREAM FILE /prompts/queue/2 ""', reply="200 result=0 endpos=8000")
    assert keys == ["5", "7", "", ""]


async def test_what_is_asked_of_a_line_that_is_lost_returns_at_once() -> None:
    ends: list[object] = []

    async def act(one: InboundLine) -> str:
        await one.gone
        await one.music(True)
        await one.play("/prompts/queue/1")
        assert await one.key(60.0) == ""
        ends.append(await one.join(LegId("ag-1")))
        return "hung_up"

    async with line(act) as (asterisk, _, _):
        asterisk.cut()
    assert ends == [BridgeEnd.CUSTOMER_LEFT]
