"""Agent first, in real calls: the agent has the customer at once, and a machine is taken away."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from floor import Floor, Row
from forked import loaded

from dialer.adapters.asterisk.installation import install
from dialer.domain.amd.law import AmdDetector
from simulation.carrier.plan import Line, LineOutcome, fictional_numbers
from simulation.lab import Lab
from simulation.sip.agent import SipUserAgent
from simulation.sip.call import CallLog


def all_are_there(lab: Lab) -> bool:
    """Asterisk looked at the trunk before the network was up: it looks again after 10 s."""
    contacts = lab.asterisk.rx("pjsip show contacts").splitlines()
    phones = all(any(f" {one.name}/" in line for line in contacts) for one in lab.agents)
    return phones and any(" trunk/" in line and " Avail " in line for line in contacts)


@asynccontextmanager
async def network(home: Path, detector: AmdDetector, *lines: LineOutcome) -> AsyncIterator[Floor]:
    """Open a floor on the simulated network; one phone for each line."""
    await asyncio.to_thread(loaded)
    numbers = fictional_numbers()
    plan = [Line(next(numbers), what, ring_ms=300, talk_ms=60_000) for what in lines]
    lab = Lab(install(), home, agents=len(lines), plan=plan, die_with_parent=True)
    lab.start()
    async with SipUserAgent("127.0.0.1", 0, lambda _: None) as nobody:  # type: ignore[arg-type, return-value]
        world = Floor(lab, nobody, CallLog(), {})
        try:
            async with asyncio.timeout(30):
                while not await asyncio.to_thread(all_are_there, lab):
                    await asyncio.sleep(0.1)
            asked = {"amd": "agent_first", "amd_detector": detector, "record": False}
            await world.campaign(len(lines), **asked)
            await world.start_engine()
            await world.log_in(*(agent.name for agent in lab.agents))
            await world.until(lambda now: [a["state"] for a in now["agents"]].count("idle"))
            yield world
        finally:
            for process in world.engines:
                if process.poll() is None:
                    os.kill(process.pid, signal.SIGTERM)
                    await asyncio.to_thread(process.wait, 20)
                if process.stdout is not None:
                    process.stdout.close()
            await asyncio.to_thread(lab.stop)


def of(rows: list[Row], outcome: str) -> list[Row]:
    return [row for row in rows if row.outcome == outcome]


def listening(world: Floor) -> list[str]:
    return [line for line in world.channels() if "@amd" in line]


async def test_a_machine_is_taken_from_the_agent_and_a_silent_line_is_not(tmp_path: Path) -> None:
    async with network(tmp_path, AmdDetector.OWN, LineOutcome.MACHINE, LineOutcome.ECHO) as world:
        await world.start_campaign()
        rows = await world.until_recorded(lambda rows: of(rows, "machine"), 30)
        (machine,) = of(rows, "machine")
        assert machine.ended_by == "dialer"
        assert not machine.charged
        assert machine.answered_at is not None
        assert machine.connected_at is not None
        assert machine.connected_at - machine.answered_at < 2.0  # at once, before any verdict

        await world.until(
            lambda now: sorted(a["state"] for a in now["agents"]) == ["idle", "talking"]
        )
        (campaign,) = (await world.status())["campaigns"]
        assert campaign["machines_released"] == 1
        assert (campaign["amd"], campaign["amd_detector"]) == ("agent_first", "own")
        assert round(campaign["amd_charge_rate"], 3) == 0.044

        # the silent line is listened to until the deadline and then left alone
        async with asyncio.timeout(20):
            while await asyncio.to_thread(listening, world):
                await asyncio.sleep(0.1)
        assert [row.outcome for row in world.attempts()].count(None) == 1

        # both verdicts are on record, by the seconds since the answer
        asked = "SELECT attempt_id, answerer, at_s FROM amd_verdicts"
        await world.until(lambda _status: len(world.on_record(asked)) == 2)
        said = {attempt_id: (who, at_s) for attempt_id, who, at_s in world.on_record(asked)}
        who, at_s = said.pop(machine.attempt_id)
        assert who == "machine"
        assert 0.5 < at_s < 12.0
        ((other, _),) = said.values()
        assert other != "machine"


async def test_app_amd_listens_to_a_talk_and_its_machine_is_taken_from_the_agent(
    tmp_path: Path,
) -> None:
    async with network(tmp_path, AmdDetector.ASTERISK, LineOutcome.MACHINE) as world:
        await world.start_campaign()
        (machine,) = of(await world.until_recorded(lambda rows: of(rows, "machine"), 30), "machine")
        assert (machine.ended_by, machine.charged) == ("dialer", False)
        assert machine.answered_at is not None
        assert machine.connected_at is not None
        assert machine.connected_at - machine.answered_at < 2.0  # at once, before any verdict
        await world.until(lambda now: [a["state"] for a in now["agents"]] == ["idle"])
        (campaign,) = (await world.status())["campaigns"]
        assert (campaign["machines_released"], campaign["amd_detector"]) == (1, "asterisk")
        asked = "SELECT answerer, detector FROM amd_verdicts WHERE attempt_id = ?"
        await world.until(lambda _status: world.on_record(asked, machine.attempt_id))
        assert world.on_record(asked, machine.attempt_id) == [("machine", "asterisk")]
        async with asyncio.timeout(20):
            while await asyncio.to_thread(listening, world):
                await asyncio.sleep(0.1)
