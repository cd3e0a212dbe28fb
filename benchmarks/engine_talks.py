"""The second half of `make bench-engine`: how many recorded talks at once stay clean.

Through the engine (standing leg, Bridge, MixMonitor), then by the bare dialplan (Dial to a phone
that answers by itself, the same MixMonitor), with the same phones, customers and audio. Gaps are
counted at both ends by the kernel's arrival stamps. Measures; refuses to know bars.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

from benchmarks.load_ami import bare_ami
from benchmarks.load_plan import BARE_CALLS, TALK_LEADS, number
from benchmarks.load_stage import (
    CALLS_PER_S,
    CLEAN_RATE,
    UP_WITHIN_S,
    Heard,
    Stage,
    open_stage,
    told,
)
from dialer.adapters.asterisk.installation import Installation
from dialer.domain.ids import new_attempt_id

BYTES_PER_S: Final = 32_000
"""Of a stereo recording: 8 kHz, 16 bit."""
_LAST_WRITE_S: Final = 1.0
"""After a hang-up, until the switch has written the whole file."""
_LISTEN_AGAIN: Final = 2
"""How often a try with gaps is repeated when our own packets were late meanwhile."""
_BARE_CONTEXT: Final = "bench-bare"
_BARE_DIALPLAN: Final = (
    's,1,MixMonitor,"${UNIQUEID}.raw,bD"',
    's,2,Dial,"PJSIP/${BARE_AGENT},10"',
    "s,3,Hangup",
)


@dataclass(frozen=True, slots=True)
class TalkPlan:
    """Which numbers of talks are tried."""

    bar: int
    """Held first, and longest."""
    bar_s: float
    step: int
    step_s: float
    most: int
    least: int


@dataclass(frozen=True, slots=True)
class TalkRun:
    """The whole second half."""

    engine: Sequence[Heard]
    bare: Sequence[Heard]

    @staticmethod
    def capacity(tries: Sequence[Heard]) -> int:
        """Return the largest number of talks that stayed clean; 0 when none did."""
        return max((heard.talks for heard in tries if heard.clean), default=0)


class TalksNotUp(Exception):
    """Not all talks came up in time; says how many did."""

    def __init__(self, wanted: int, up: int) -> None:
        self.wanted = wanted
        self.up = up
        super().__init__(f"{up} of {wanted} talks came up")


class Way(Protocol):
    """How customers and phones are brought together."""

    async def bring_up(self, talks: int) -> None:
        """Have so many talks, all at once.

        Raises:
            TalksNotUp: not all came up.
        """
        ...

    async def take_down(self) -> None:
        """End them all."""
        ...


class EngineWay:
    """By the engine: agents log in once, each step is a campaign of its own."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._in: list[str] = []
        self._campaigns = 0
        self._campaign = ""

    async def prepare(self, plan: TalkPlan) -> None:
        """Make the campaigns and start the engine."""
        for place, talks in enumerate(_sizes(plan)):
            numbers = self._stage.take_numbers(TALK_LEADS, talks)
            await self._stage.floor.add_campaign(
                f"talks-{talks}",
                numbers.start,
                talks,
                mode="progressive",
                calls_per_second=CALLS_PER_S,
                max_lines=1000,
                max_lines_per_agent=10,
                wrap_up_limit_s=0,
            )
            self._campaigns = place + 1
        await self._stage.floor.start_engine()
        self._all = [f"talks-{talks}" for talks in _sizes(plan)]

    async def bring_up(self, talks: int) -> None:
        """Log agents in or out, then let a campaign give one customer to each."""
        stage, floor = self._stage, self._stage.floor
        names = sorted(stage.phones)[:talks]
        await floor.log_in([name for name in names if name not in self._in], self._all)
        for name in self._in:
            if name not in names:
                await floor.ask("agent.logout", agent=name)
        self._in = names
        await stage.until(lambda: len(stage.phone_calls()) == talks)
        self._campaign = f"talks-{talks}"
        await floor.ask("campaign.start", campaign=self._campaign)
        if not await stage.until(lambda: stage.talking() == talks):
            raise TalksNotUp(talks, stage.talking())

    async def take_down(self) -> None:
        """Customers hang up; the legs stay."""
        await self._stage.hang_up()
        await self._stage.floor.until_no_lines(self._campaign, UP_WITHIN_S)

    async def finish(self) -> None:
        """End the engine and the legs."""
        await asyncio.to_thread(self._stage.floor.engine.stop)
        for phone in self._stage.phones.values():
            phone.hang_up()
        await self._stage.until(lambda: not self._stage.phone_calls())


class BareWay:
    """By the dialplan alone: Dial to the phone, nothing of ours between them."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def prepare(self) -> None:
        """Add the dialplan to the running Asterisk, and Dial, which the product does not load."""
        self._stage.floor.lab.asterisk.rx("module load app_dial.so")
        for line in _BARE_DIALPLAN:
            self._stage.floor.lab.asterisk.rx(f"dialplan add extension {line} into {_BARE_CONTEXT}")

    async def bring_up(self, talks: int) -> None:
        """Originate one call for each phone."""
        stage, lab = self._stage, self._stage.floor.lab
        async with bare_ami(lab.ami_port, lab.ami_secret, lambda _: None) as ami:
            numbers = stage.take_numbers(BARE_CALLS, talks)
            for index, name in zip(numbers, sorted(stage.phones), strict=False):
                call_id = new_attempt_id()
                ami.send(
                    "Originate",
                    {
                        "ActionID": call_id,
                        "Channel": f"PJSIP/{number(index).removeprefix('+')}@trunk",
                        "ChannelId": call_id,
                        "Context": _BARE_CONTEXT,
                        "Exten": "s",
                        "Priority": "1",
                        "Timeout": "10000",
                        "Async": "true",
                        "Variable": f"BARE_AGENT={name}",
                    },
                )
                await asyncio.sleep(1 / CALLS_PER_S)
            up = await stage.until(lambda: stage.talking() == len(stage.phone_calls()) == talks)
            if not up:
                raise TalksNotUp(talks, min(stage.talking(), len(stage.phone_calls())))

    async def take_down(self) -> None:
        """Customers hang up, which ends the phones' calls too."""
        await self._stage.hang_up()
        await self._stage.until(lambda: not self._stage.phone_calls())


async def run_talks(
    installation: Installation, home: Path, plan: TalkPlan, tell: Callable[[str], None]
) -> TalkRun:
    """Look for the most talks that stay clean, through the engine and by the bare dialplan.

    Args:
        installation: the Asterisk to run.
        home: an empty folder.
        plan: which numbers are tried.
        tell: told of each try.
    """
    async with open_stage(installation, home, plan.most) as stage:
        engine = EngineWay(stage)
        await engine.prepare(plan)
        tell("talks through the engine")
        by_engine = await _search(stage, engine, plan, tell)
        await engine.finish()
        await asyncio.to_thread(_remove_recordings, stage.floor.recordings)
        bare = BareWay(stage)
        await bare.prepare()
        tell("talks by the bare dialplan")
        by_dialplan = await _search(stage, bare, plan, tell)
    return TalkRun(by_engine, by_dialplan)


async def _search(
    stage: Stage, way: Way, plan: TalkPlan, tell: Callable[[str], None]
) -> list[Heard]:
    """Try the bar first, then up while it is clean, or down until it is."""
    folder = stage.floor.recordings

    async def attempt(talks: int, seconds: float) -> Heard:
        before = _sizes_of_recordings(folder).keys()
        await way.bring_up(talks)
        heard = await stage.listen(talks, seconds)
        for _ in range(_LISTEN_AGAIN):
            if heard.gap_rate < CLEAN_RATE or not heard.disturbed:
                break
            tell(f"  {told(heard).strip()}; our own audio was late: listening again")
            heard = await stage.listen(talks, seconds)
        await way.take_down()
        await asyncio.sleep(_LAST_WRITE_S)
        sizes = _sizes_of_recordings(folder)
        least = seconds * BYTES_PER_S
        new = sizes.keys() - before
        heard = replace(heard, recorded=sum(sizes[name] >= least for name in new))
        tell(told(heard))
        return heard

    tries = [await attempt(plan.bar, plan.bar_s)]
    step = plan.step if tries[0].clean else -plan.step
    talks = plan.bar + step
    while plan.least <= talks <= plan.most:
        tries.append(await attempt(talks, plan.step_s))
        if tries[-1].clean is (step < 0):
            break
        talks += step
    return tries


def _sizes(plan: TalkPlan) -> list[int]:
    down = range(plan.bar - plan.step, plan.least - 1, -plan.step)
    return [*range(plan.bar, plan.most + 1, plan.step), *down]


def _sizes_of_recordings(folder: Path) -> dict[str, int]:
    """Return the bytes of each recording, by attempt, raw or wrapped already."""
    found: dict[str, int] = {}
    for _ in range(2):  # one that is renamed during the first look is found by the second
        for path in folder.iterdir():
            with suppress(FileNotFoundError):
                found[path.stem] = max(found.get(path.stem, 0), path.stat().st_size)
    return found


def _remove_recordings(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink(missing_ok=True)
