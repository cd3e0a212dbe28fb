"""A stage for talks: phones, customers and their audio, and what both ends hear of each other.

Gaps are counted by the kernel's arrival stamps. Refuses to know how customers and phones are
brought together.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.load_floor import LoadFloor, load_floor
from benchmarks.load_phones import registered
from benchmarks.load_plan import TALKS
from benchmarks.load_process import Meter, Usage
from dialer.adapters.asterisk.installation import Installation
from simulation.lab import HOST
from simulation.sip.agent import Invite, SipUserAgent
from simulation.sip.behaviour import Behaviour
from simulation.sip.bulk import BulkLine, BulkMedia
from simulation.sip.bulk_counts import LineReport
from simulation.sip.call import Call
from simulation.sip.softphone import Softphone

PACKETS_PER_S: Final = 50
CLEAN_RATE: Final = 0.001
"""Share of gaps over 30 ms, and of lost packets, below which audio is clean."""
LATE_S: Final = 0.009
"""Our own packets, later than this, are gaps of nearly 30 ms when they are sent."""
CALLS_PER_S: Final = 20.0
"""How fast talks are brought up."""
UP_WITHIN_S: Final = 60.0
SETTLE_S: Final = 3.0


@dataclass(frozen=True, slots=True)
class Heard:
    """The audio of some talks, both ends together."""

    talks: int
    seconds: float
    received: int
    gaps: int
    """Arrivals more than 30 ms after the one before."""
    lost: int
    heard: int
    """Packets that carry exactly the tone of the other end."""
    max_gap_s: float
    silent: int
    """Ends that received less than 98 % of what they should."""
    recorded: int
    """Talks whose stereo recording is as long as they were listened to."""
    generator_late_s: float
    """How late our own packets were at worst."""
    generator_core_rate: float
    """Share of one core that our own audio took."""
    usage: Usage

    @property
    def gap_rate(self) -> float:
        """Gaps / packets received, 0..1."""
        return self.gaps / self.received if self.received else 1.0

    @property
    def lost_rate(self) -> float:
        """Lost / packets that should have come, 0..1."""
        return self.lost / (self.received + self.lost) if self.received else 1.0

    @property
    def disturbed(self) -> bool:
        """Whether our own packets were so late that a gap need not be the switch's doing."""
        return self.generator_late_s > LATE_S

    @property
    def clean(self) -> bool:
        """Whether every talk was heard and recorded whole, without gaps."""
        return (
            self.gap_rate < CLEAN_RATE
            and self.lost_rate < CLEAN_RATE
            and self.silent == 0
            and self.recorded == self.talks
        )


class Stage:
    """Phones, customers and their audio: what both ways of talking share."""

    def __init__(self, floor: LoadFloor, desk: BulkMedia, customers: SipUserAgent) -> None:
        self.floor = floor
        self.desk = desk
        self.customers = customers
        self.phones: dict[str, Softphone] = {}
        self._used = 0

    def take_numbers(self, first: int, count: int) -> range:
        """Return indices that were never called."""
        self._used += count
        return range(first + self._used - count, first + self._used)

    def talking(self) -> int:
        """Count the customers that are up."""
        return sum(call.acked is not None for call in self.customers.calls.values())

    def phone_calls(self) -> list[Call]:
        """Return the calls on the phones."""
        return [call for phone in self.phones.values() for call in phone.calls]

    async def until(self, true: Callable[[], bool], within_s: float = UP_WITHIN_S) -> bool:
        """Wait until something is so; False when it did not become so."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within_s
        while not true():
            if loop.time() > deadline:
                return False
            await asyncio.sleep(0.1)
        return True

    async def listen(self, talks: int, seconds: float) -> Heard:
        """Count what both ends of all talks hear from now on."""
        await asyncio.sleep(SETTLE_S)
        customers = list(self.customers.calls.values())
        lines = {
            call.line.line
            for call in (*customers, *self.phone_calls())
            if isinstance(call.line, BulkLine)
        }
        meter = Meter({**self.floor.pids(), "bench": os.getpid()})
        self.desk.reset()
        await asyncio.sleep(seconds)
        report = await self.desk.report()
        usage = meter.lap()
        heard = [report.lines[line] for line in lines if line in report.lines]
        return Heard(
            talks=talks,
            seconds=seconds,
            received=sum(line.received for line in heard),
            gaps=sum(line.gaps for line in heard),
            lost=sum(line.lost for line in heard),
            heard=sum(line.heard for line in heard),
            max_gap_s=max((line.max_gap_s for line in heard), default=0.0),
            silent=2 * talks - sum(_whole(line, seconds) for line in heard),
            recorded=0,
            generator_late_s=report.latest_s,
            generator_core_rate=report.cpu_s / report.elapsed_s,
            usage=usage,
        )

    async def hang_up(self) -> None:
        """End all talks from the customers' side."""
        for call in list(self.customers.calls.values()):
            self.customers.hang_up(call)
        await self.until(lambda: not self.customers.calls)


def told(heard: Heard) -> str:
    """Return one line about a try."""
    usage = heard.usage
    shares = ", ".join(f"{name} {usage.core_rate(name):.0%}" for name in usage.cpu_s)
    verdict = "clean" if heard.clean else "not clean"
    return (
        f"  {heard.talks} talks for {heard.seconds:g} s: {verdict}; gaps over 30 ms"
        f" {heard.gap_rate:.4%} (longest {heard.max_gap_s * 1000:.0f} ms),"
        f" lost {heard.lost_rate:.4%}, tone heard in {heard.heard / max(1, heard.received):.2%},"
        f" recorded {heard.recorded}, ends cut short {heard.silent}; {shares},"
        f" audio {heard.generator_core_rate:.0%} (late {heard.generator_late_s * 1000:.0f} ms),"
        f" machine {usage.machine_rate:.0%}"
    )


@asynccontextmanager
async def open_stage(installation: Installation, home: Path, phones: int) -> AsyncIterator[Stage]:
    def behave(_: Invite) -> Behaviour:
        return TALKS

    async with (
        BulkMedia(HOST) as desk,
        SipUserAgent(HOST, 0, behave, media=desk) as customers,
        load_floor(
            installation,
            home,
            agents=phones,
            carrier_port=customers.address[1],
            lines=phones + 50,
            cps=2 * CALLS_PER_S,
        ) as floor,
    ):
        stage = Stage(floor, desk, customers)
        registrar = (HOST, floor.lab.sip_port)
        async with registered(floor.lab.extra_agents, registrar, desk) as stage.phones:
            yield stage


def _whole(line: LineReport, seconds: float) -> bool:
    return line.received >= 0.98 * seconds * PACKETS_PER_S
