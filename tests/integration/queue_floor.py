"""A floor whose trunk rings in: callers are put into a queue, by a dialplan of the test's own.

The engine and its AGI script `queue` are the real ones; only the context of calls that come in is
replaced, which ships closed.
"""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from asterisk_fixtures import first_heard
from floor import CAMPAIGN, Floor, floor, heard

from dialer.adapters.asterisk.installation import Installation
from dialer.adapters.asterisk.render import shipped_templates
from dialer.adapters.sql.stores import open_stores
from dialer.settings import load_settings
from simulation.lab import HOST
from simulation.sip.behaviour import Behaviour
from simulation.sip.call import Call
from simulation.sip.tones import ToneDetector

OURS = "12025550199"
CALLER_HZ = 1500
QUEUED = """[from-trunk]
exten => _[+0-9].,1,Set(AGIEXITONHANGUP=yes)
 same => n,AGI({{ engine }}/queue,sales)
 same => n,GotoIf($["${OUTPACE_QUEUE}"="taken"]?bye)
 same => n,Playback({{ prompts }}/lost)
 same => n(bye),Hangup(16)
exten => T,1,Hangup(16)
"""


def templates(folder: Path) -> Path:
    """Write a configuration that lets callers into the queue `sales`."""
    made = folder / "templates"
    shutil.copytree(shipped_templates(), made)
    dialplan = made / "extensions.conf.j2"
    before, found, after = dialplan.read_text().partition("[from-trunk]\n")
    assert found
    _, _, rest = after.partition("; From agents' phones")
    dialplan.write_text(f"{before}{QUEUED}\n; From agents' phones{rest}")
    return made


@dataclass
class QueueFloor:
    """A floor and its callers."""

    floor: Floor

    async def queue(self, **settings: Any) -> None:
        await self.floor.add_queue("sales", **{"wrap_up_limit_s": 0.0, **settings})

    async def change(self, **settings: Any) -> None:
        """Change the queue, for who calls from now on."""
        async with open_stores(load_settings(self.floor.home).database) as stores:
            before = await stores.queues.get("sales")
            assert before is not None
            after = replace(before, settings=replace(before.settings, **settings))
            await stores.queues.change(after, by="test", at=0.0, expected=before)

    async def call(self, number: str = "+12025550111", hz: int = CALLER_HZ) -> Call:
        """Somebody calls and is answered."""
        carrier, port = self.floor.carrier, self.floor.lab.sip_port
        call = carrier.dial(
            f"sip:{OURS}@{HOST}:{port}",
            (HOST, port),
            identity=f"sip:{number}@{HOST}",
            behaviour=Behaviour(tone_hz=hz),
        )
        await self.until(lambda: call.status != 0)
        assert call.status == 200
        return call

    def hang_up(self, call: Call) -> None:
        self.floor.carrier.hang_up(call)

    async def until(self, true: Any, timeout_s: float = 15) -> None:
        async with asyncio.timeout(timeout_s):
            while not true():
                await asyncio.sleep(0.03)

    def leg(self, agent: str) -> Call:
        """The standing leg at an agent's phone."""
        (call,) = self.floor.phones[agent].calls
        return call

    def hears(self, call: Call, hz: int, after_s: float) -> float | None:
        """When somebody first heard a tone, after a time."""
        return heard(call).first_heard_s(ToneDetector(hz), after_s)

    async def until_hears(self, call: Call, hz: int, after_s: float = 0.0) -> float:
        """Wait until somebody hears a tone; returns when."""
        return await first_heard(call, ToneDetector(hz), after_s=after_s)

    def calls(self) -> list[dict[str, Any]]:
        """Return the calls on record."""
        database = sqlite3.connect(f"file:{self.floor.home}/outpace.db?mode=ro", uri=True)
        try:
            database.row_factory = sqlite3.Row
            rows = database.execute(
                "SELECT calls.*, queues.name AS queue FROM calls"
                " LEFT JOIN queues ON queues.id = calls.queue_id ORDER BY began_at"
            ).fetchall()
        finally:
            database.close()
        return [dict(row) for row in rows]

    async def until_ended(self, count: int) -> list[dict[str, Any]]:
        """Wait until so many calls are on record with their end."""
        await self.until(lambda: sum(row["ended_at"] is not None for row in self.calls()) >= count)
        return self.calls()

    async def states(self, *wanted: str) -> None:
        """Wait until the agents are in these states, in any order."""
        await self.floor.until(
            lambda status: (
                sorted(one["state"] for one in status.get("agents", ())) == sorted(wanted)
            )
        )


@asynccontextmanager
async def queue_floor(
    installation: Installation,
    home: Path,
    *,
    agents: int = 1,
    leads: int = 1,
    settings: dict[str, Any] | None = None,
    queue: dict[str, Any] | None = None,
) -> AsyncIterator[QueueFloor]:
    """Open a floor with an engine and agents who are idle; the campaign does not dial yet."""
    async with floor(installation, home / "f", agents=agents, templates=templates(home)) as world:
        await world.campaign(leads, **(settings or {}))
        opened = QueueFloor(world)
        await opened.queue(**(queue or {}))
        await world.start_engine()
        await world.log_in()
        try:
            yield opened
        finally:
            for call in list(world.carrier.calls.values()):
                world.carrier.hang_up(call)


__all__ = ["CALLER_HZ", "CAMPAIGN", "QueueFloor", "queue_floor"]
