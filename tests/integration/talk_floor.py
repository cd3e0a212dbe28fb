"""A floor with one talk on it, and who hears whom in any stretch of time."""

import time
import wave
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from asterisk_fixtures import until
from floor import CUSTOMER_HZ, FIRST_AGENT_HZ, Floor, Row, floor, heard

from dialer.adapters.asterisk.installation import install
from simulation.sip.agent import Behave, Invite
from simulation.sip.behaviour import Behaviour
from simulation.sip.call import Call
from simulation.sip.tones import ToneDetector, level_dbfs

OUTSIDE = "+12065550123"
SILENT = "+12065550124"
OUTSIDE_HZ = 1300
STEP_S = 0.5
"""How long each stretch of a test is listened to."""
EDGE_S = 0.15
"""Around a change, what is heard is of both before and after."""
TURNED_WITHIN_S = 2.0


def people(invite: Invite) -> Behaviour:
    """The customer, and the outside number."""
    if invite.number == SILENT.lstrip("+"):
        return Behaviour(ring_s=0.2, code=486)
    outside = invite.number == OUTSIDE.lstrip("+")
    return Behaviour(ring_s=0.3, tone_hz=OUTSIDE_HZ if outside else CUSTOMER_HZ)


@dataclass
class Talk:
    """One customer and their agent; other agents idle."""

    world: Floor
    attempt: str
    agent: str
    others: list[str]
    customer: Call

    async def ask(self, do: str, **arguments: object) -> Any:
        """Ask for a move of this talk; the agent may be another by now."""
        return await self.world.ask(f"call.{do}", attempt=self.attempt, **arguments)

    def phone(self, name: str) -> Call:
        (leg,) = self.world.phones[name].calls
        return leg

    @property
    def outside(self) -> Call:
        return next(
            call for call in self.world.customers.answered if call.number == OUTSIDE.lstrip("+")
        )

    def tone(self, name: str) -> int:
        """The tone of an agent's phone."""
        return FIRST_AGENT_HZ + 100 * (int(name[1:]) - 1)

    async def hears(self, ear: Callable[[], Call], tones: set[int]) -> None:
        """Wait until somebody has heard just these tones for a stretch of time.

        Asterisk answers a move before its audio has turned, by more where other tests load the
        machine.
        """
        end_s = time.time() + TURNED_WITHIN_S
        begin_s = time.time() + EDGE_S
        await self.pass_time(EDGE_S + STEP_S)
        while (heard_tones := self.tones(ear(), begin_s, begin_s + STEP_S)) != tones:
            assert begin_s < end_s, f"{sorted(heard_tones)} Hz is heard, not {sorted(tones)}"
            begin_s = time.time()
            await self.pass_time(STEP_S)

    def tones(self, call: Call, from_s: float, to_s: float) -> set[int]:
        part = heard(call).cut(from_s, to_s).samples
        known = [CUSTOMER_HZ, OUTSIDE_HZ, *(self.tone(name) for name in self.world.phones)]
        return {
            hz
            for hz in known
            if ToneDetector(hz, window_s=0.02, share_rate=0.15).presence(part).mean() > 0.6
        }

    async def recording(self) -> npt.NDArray[np.int16]:
        """Wait until the talk's recording is finished; its samples, a column for each side."""
        file = self.world.home / "asterisk" / "spool" / "monitor" / f"{self.attempt}.wav"
        await self.world.until(lambda _status: file.exists())
        with wave.open(str(file)) as made:
            return np.frombuffer(made.readframes(made.getnframes()), "<i2").reshape(-1, 2)

    def level(self, call: Call, from_s: float, to_s: float) -> float:
        return level_dbfs(heard(call).cut(from_s, to_s).samples)

    async def pass_time(self, seconds: float) -> None:
        """Let audio flow, by the clock of what the customer's phone hears or by the wall's."""
        end = time.time() + seconds
        await until(lambda: time.time() >= end, seconds + 10)

    async def at_rest(self) -> None:
        """Wait until the call is over, and nothing of it is left in Asterisk or on the floor."""
        names = [self.agent, *self.others]
        await self.world.until(
            lambda s: (
                all(
                    a["state"] in ("idle", "wrap_up", "offline")
                    for a in s.get("agents", ())
                    if a["agent"] in names
                )
                and not sum(s["calls"].values())
            )
        )
        await self.only_legs_idle()

    async def only_legs_idle(self) -> None:
        """Wait until each channel left is a standing leg that idles."""

        def idle(_status: dict[str, Any]) -> bool:
            rows = self.world.channels()
            return all("!BridgeWait!agents" in row and "!ag-" in row for row in rows)

        await self.world.until(idle)


@asynccontextmanager
async def talk(
    tmp_path: Path,
    *,
    agents: int = 2,
    leads: int = 600,
    behave: Behave = people,
    ami_port: Callable[[int], int] | None = None,
    **settings: object,
) -> AsyncIterator[Talk]:
    """Open a floor on which one customer talks to an agent."""
    async with floor(install(), tmp_path, agents=agents, behave=behave, ami_port=ami_port) as world:
        with (world.home / "node.env").open("a") as env:
            env.write("OUTPACE_TRANSFER_TO=+1206*\n")
        await world.campaign(leads, **{"wrap_up_limit_s": 60, **settings})
        await world.start_engine()
        await world.log_in()
        yield await next_talk(world)


async def next_talk(world: Floor) -> Talk:
    """Have one more customer called; the campaign is paused again once they talk."""
    before = len(world.customers.answered)
    while len(world.customers.answered) == before:
        await only_one_line(world)  # in its first second Asterisk knows no trunk: it fails then
        await world.until(
            lambda s: len(world.customers.answered) > before or not sum(s["calls"].values())
        )
    await world.until(lambda s: s["calls"]["talking"] == 1, 20)
    (live,) = await world.ask("calls")
    names = sorted(world.phones)
    return Talk(
        world,
        live["attempt"],
        live["agent"],
        [name for name in names if name != live["agent"]],
        world.customers.answered[-1],
    )


async def only_one_line(world: Floor) -> None:
    """Dial one customer: all agents but one are paused while lines are started."""
    names = [a["agent"] for a in (await world.status())["agents"]]
    for name in names[1:]:
        await world.ask("agent.pause", agent=name)
    dialed = len(world.attempts())
    await world.start_campaign()
    await world.until(lambda _status: len(world.attempts()) > dialed)
    await world.ask("campaign.pause", campaign="faults")
    for name in names[1:]:
        await world.ask("agent.resume", agent=name)


def calls_on_record(at: Talk) -> list[tuple[object, ...]]:
    """Return all calls beside attempts: number, agent, outcome, whether answered, attempt."""
    return at.world.on_record(
        "SELECT number, agent_id, outcome, answered_at IS NOT NULL, attempt_id FROM calls"
        " ORDER BY id"
    )


async def own_row(at: Talk) -> Row:
    """Return the talk's attempt as it is on record once it is over."""

    def own(rows: list[Row]) -> list[Row]:
        return [row for row in rows if row.attempt_id == at.attempt and row.outcome]

    (row,) = own(await at.world.until_recorded(own))
    return row
