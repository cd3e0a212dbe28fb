"""Two carriers through a real Asterisk and a real engine: who takes the calls, who is taken out.

Nobody is called twice at once while it happens: each carrier's own log is the witness.
"""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from floor import CAMPAIGN, CUSTOMER_HZ, FIRST_AGENT_HZ, Floor, floor, hears, longest_silence_s

from dialer.adapters.asterisk.installation import Installation, install
from dialer.adapters.sql.stores import SqlStores
from dialer.domain.caller_id import CallerId
from dialer.domain.trunk import Trunk
from dialer.domain.trunk_route import Policy, TrunkRoute, Way
from dialer.errors import OutpaceError
from dialer.settings import load_settings
from simulation.lab import HOST
from simulation.sip.agent import Invite, SipUserAgent
from simulation.sip.behaviour import FOREVER, Behaviour
from simulation.sip.call import Call, CallLog

BUSY = Behaviour(ring_s=0.1, code=486)
REFUSED = Behaviour(ring=False, ring_s=0.0, code=503)
PERSON = Behaviour(ring_s=0.3, tone_hz=CUSTOMER_HZ)
RINGING = Behaviour(ring_s=FOREVER)
RETRIED = {"most_in_all": 20, "most_per_day": 20}


@pytest.fixture(scope="module")
def installation() -> Installation:
    return install()


@dataclass
class Network:
    """One carrier of a test: what it does with every call, and its log of them."""

    behaviour: Behaviour
    log: CallLog = field(default_factory=CallLog)

    def behave(self, _: Invite) -> Behaviour:
        return self.behaviour

    @property
    def calls(self) -> Sequence[Call]:
        return self.log.invited


@dataclass
class Two:
    """A floor with trunk `trunk` (the first) and `west`, joined by route `both`."""

    floor: Floor
    first: Network
    west: Network
    carrier: SipUserAgent
    """Of the first trunk."""

    async def trunk(self, name: str) -> dict[str, Any]:
        status = await self.floor.status()
        found: dict[str, Any] = next(row for row in status["trunks"] if row["trunk"] == name)
        return found

    async def until_state(self, name: str, state: str, timeout_s: float = 25.0) -> None:
        async with asyncio.timeout(timeout_s):
            while (await self.trunk(name))["state"] != state:
                await asyncio.sleep(0.05)

    async def until_calls(self, count: int, timeout_s: float = 40.0) -> None:
        async with asyncio.timeout(timeout_s):
            while len(self.first.calls) + len(self.west.calls) < count:
                await asyncio.sleep(0.05)

    def split(self) -> Counter[str]:
        return Counter({"trunk": len(self.first.calls), "west": len(self.west.calls)})


def nobody_called_twice_at_once(calls: Sequence[Call]) -> None:
    """By the carriers' own logs no number had two calls at the same time."""
    by_number: dict[str, list[Call]] = {}
    for call in calls:
        by_number.setdefault(call.number, []).append(call)
    for number, mine in by_number.items():
        mine.sort(key=lambda call: call.invited.epoch_s)
        for before, after in pairwise(mine):
            assert before.ended is not None, f"{number} was called while a call was out"
            assert before.ended.epoch_s <= after.invited.epoch_s, f"{number} was called twice"


@asynccontextmanager
async def two(
    installation: Installation,
    home: Path,
    *,
    first: Behaviour,
    west: Behaviour,
    agents: int = 4,
    policy: Policy = Policy.PRIORITY,
    shares: tuple[float, float] = (1.0, 1.0),
    leads: int = 60,
    settings: dict[str, object] | None = None,
    west_settings: dict[str, object] | None = None,
    **campaign: object,
) -> AsyncIterator[Two]:
    one, other = Network(first), Network(west)
    async with (
        SipUserAgent(HOST, 0, other.behave, observer=other.log) as western,
        floor(
            installation,
            home,
            agents=agents,
            behave=one.behave,
            more_trunks={"west": western.address[1]},
        ) as world,
    ):
        one.log = world.customers
        world.lab.settings.update(settings or {})
        world.lab.more_settings["west"] = west_settings or {}
        world.lab.write_settings()
        priorities = (1, 2) if policy is Policy.PRIORITY else (1, 1)
        ways = tuple(map(Way, ("trunk", "west"), priorities, shares))
        await world.campaign(
            leads,
            trunk="both",
            recycling=campaign.pop("recycling", RETRIED),
            **{"max_lines_per_agent": 10, **campaign},
        )
        stores = await SqlStores.open(load_settings(world.home).database)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(stores.writer.run())
            for name in ("trunk", "west"):
                await stores.trunks.add(Trunk(name, HOST), by="test", at=0.0)
            await stores.trunk_routes.add(TrunkRoute("both", ways, policy), by="test", at=0.0)
            stores.writer.close()
        await stores.close()
        await world.start_engine()
        await world.log_in()
        await world.start_campaign()
        yield Two(world, one, other, world.carrier)
        if (await world.status())["campaigns"][0]["state"] == "running":
            await world.ask("campaign.stop", campaign=CAMPAIGN)


def dialed(home: Path) -> list[tuple[str, str, str | None, str]]:
    """Return (number, trunk, outcome, tech_cause) of each attempt on record, oldest first."""
    database = sqlite3.connect(f"file:{home}/outpace.db?mode=ro", uri=True)
    try:
        query = "SELECT number, trunk, outcome, tech_cause FROM attempts ORDER BY id"
        return database.execute(query).fetchall()
    finally:
        database.close()


async def test_a_carrier_that_answers_503_is_taken_out_and_each_call_goes_to_the_other_at_once(
    installation: Installation, tmp_path: Path
) -> None:
    async with two(installation, tmp_path, first=REFUSED, west=PERSON, agents=6, leads=120) as at:
        await at.until_state("trunk", "open")
        await at.floor.until(lambda s: s["calls"]["talking"] >= 2)
        talks = [call for call in at.west.calls if call.ok_sent is not None]
        await asyncio.gather(*(heard_by_an_agent(call) for call in talks[:2]))
        refused = {call.number for call in at.first.calls}
        carried = {call.number for call in at.west.calls}
        assert refused & carried, "no refused call was dialed again"
        rows = dialed(at.floor.home)
        for number in refused & carried:
            mine = [(trunk, outcome) for one, trunk, outcome, _ in rows if one == f"+{number}"]
            assert mine[0] == ("trunk", "congestion")
            assert mine[1][0] == "west"
        nobody_called_twice_at_once([*at.first.calls, *at.west.calls])
        # mended: one call tries it after the pause, and then the calls are its again
        at.first.behaviour = PERSON
        async with asyncio.timeout(40):
            while (await at.trunk("trunk"))["state"] != "closed":
                for name in at.floor.phones:
                    if await at.floor.agent_state(name) == "talking":
                        with suppress(OutpaceError):  # it may have ended by itself just now
                            await at.floor.ask("agent.hangup", agent=name)
                await asyncio.sleep(0.2)
        nobody_called_twice_at_once([*at.first.calls, *at.west.calls])


async def heard_by_an_agent(call: Call) -> None:
    """Customer and agent hear each other: the customer hears an agent's tone."""
    async with asyncio.timeout(10):
        while not any(hears(call, FIRST_AGENT_HZ + 100 * n, after_s=0.0) for n in range(6)):
            await asyncio.sleep(0.05)


async def test_a_carrier_that_falls_silent_is_out_within_seconds_and_back_when_it_is(
    installation: Installation, tmp_path: Path
) -> None:
    async with two(installation, tmp_path, first=BUSY, west=BUSY, agents=2, leads=200) as at:
        await at.until_calls(5)
        assert at.west.calls == []
        at.carrier.unplugged = True
        await at.until_state("trunk", "open")
        assert (await at.trunk("trunk"))["reason"] == "it does not answer OPTIONS"
        before = len(at.west.calls)
        await at.until_calls(len(at.first.calls) + before + 5)
        at.carrier.unplugged = False
        silent = len(at.first.calls)
        await at.until_state("trunk", "closed")
        async with asyncio.timeout(20):
            while len(at.first.calls) < silent + 3:
                await asyncio.sleep(0.05)
        nobody_called_twice_at_once([*at.first.calls, *at.west.calls])


async def test_two_hundred_calls_are_split_by_percentage(
    installation: Installation, tmp_path: Path
) -> None:
    async with two(
        installation,
        tmp_path,
        first=BUSY,
        west=BUSY,
        agents=10,
        policy=Policy.PERCENTAGE,
        shares=(70.0, 30.0),
        leads=200,
        recycling={"most_in_all": 1},
    ) as at:
        await at.until_calls(200, 80.0)
        split = at.split()
        assert sum(split.values()) == 200
        assert abs(split["trunk"] / 200 - 0.70) <= 0.02


async def test_the_cheapest_carrier_takes_each_number_by_its_rates(
    installation: Installation, tmp_path: Path
) -> None:
    # fictional numbers: +1 202 555 01xx is dear on the first, all else is dear in the west
    async with two(
        installation,
        tmp_path,
        first=BUSY,
        west=BUSY,
        agents=6,
        policy=Policy.LEAST_COST,
        leads=160,
        recycling={"most_in_all": 1},
        settings={"OUTPACE_TRUNK_RATES": '\'{"+1": 0.01, "+1202": 0.05}\''},
        west_settings={"rates": {"+1": 0.02}},
    ) as at:
        await at.until_calls(160, 80.0)
        assert {call.number[:4] for call in at.west.calls} == {"1202"}
        assert len(at.west.calls) == 100
        assert "1202" not in {call.number[:4] for call in at.first.calls}


async def test_lines_and_calls_per_second_are_held_on_each_trunk(
    installation: Installation, tmp_path: Path
) -> None:
    async with two(
        installation,
        tmp_path,
        first=RINGING,
        west=RINGING,
        agents=12,
        leads=60,
        ring_timeout_s=60,
        settings={"OUTPACE_TRUNK_MAX_LINES": 3, "OUTPACE_TRUNK_CALLS_PER_SECOND": 2},
        west_settings={"max_lines": 5, "calls_per_second": 4},
    ) as at:
        await at.until_calls(8)
        # every idle agent wants a line, and there is none: a while later it is still so
        looks = [await at.floor.status() for _ in range(20)]
        assert at.split() == {"trunk": 3, "west": 5}
        assert all(row["lines"] <= row["max_lines"] for look in looks for row in look["trunks"])
        for network, cps in ((at.first, 2), (at.west, 4)):
            starts = sorted(call.invited.epoch_s for call in network.calls)
            for start in starts:
                within = [one for one in starts if start <= one < start + 1.0]
                assert len(within) <= cps + 1


async def test_a_second_simulated_carrier_that_is_killed_leaves_the_campaign_going(
    installation: Installation, tmp_path: Path
) -> None:
    network = Network(BUSY)
    async with floor(
        installation, tmp_path, agents=2, behave=network.behave, more_trunks={"west": 0}
    ) as world:
        await world.campaign(500, trunk="both", recycling=RETRIED, calls_per_second=10)
        stores = await SqlStores.open(load_settings(world.home).database)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(stores.writer.run())
            for name in ("trunk", "west"):
                await stores.trunks.add(Trunk(name, HOST), by="test", at=0.0)
            ways = (Way("west", 1), Way("trunk", 2))
            await stores.trunk_routes.add(TrunkRoute("both", ways), by="test", at=0.0)
            stores.writer.close()
        await stores.close()
        await world.start_engine()
        await world.log_in()
        await world.start_campaign()
        at = Two(world, network, Network(BUSY), world.carrier)
        # numbers it has not: 404, which is nobody's fault
        await world.until(lambda s: s["trunks"][1]["ended"] >= 3)
        assert (await at.trunk("west"))["state"] == "closed"
        await asyncio.to_thread(world.lab.more_carriers["west"].stop)
        await at.until_state("west", "open")
        before = len(world.customers.invited)
        async with asyncio.timeout(20):
            while len(world.customers.invited) < before + 3:
                await asyncio.sleep(0.05)
        await asyncio.to_thread(world.lab.more_carriers["west"].start)
        await at.until_state("west", "closed")
        await world.ask("campaign.stop", campaign=CAMPAIGN)


async def test_a_test_call_passes_the_checks_and_is_heard(
    installation: Installation, tmp_path: Path
) -> None:
    network = Network(PERSON)
    async with floor(installation, tmp_path, agents=1, behave=network.behave) as world:
        await world.campaign(1)
        await world.start_engine()

        async def call(number: str, trunk: str = "trunk") -> Any:
            return await world.ask("trunk.call", trunk=trunk, number=number, by="ann")

        for number in ("+1911", "911", "+19005550100", "+1202555", "abc", "+12025550100\r\nX: y"):
            with pytest.raises(OutpaceError, match="never dialed"):
                await call(number)
        with pytest.raises(OutpaceError, match="is not configured"):
            await call("+12025550100", "west")
        stores = await SqlStores.open(load_settings(world.home).database)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(stores.writer.run())
            await stores.attempts.add_do_not_call("+12025550155", source="test", at=0.0)
            stores.writer.close()
        await stores.close()
        with pytest.raises(OutpaceError, match="do-not-call list"):
            await call("+12025550155")
        assert world.customers.invited == []
        told = await call("+12025550100")
        assert 0 < told["rang_s"] <= told["answered_s"] < 5
        (customer,) = world.customers.invited
        assert longest_silence_s(customer, 4.0) <= 2.0  # the message, from the answer on
        network.behaviour = REFUSED
        refused = await call("+12025550101")
        assert (refused["answered_s"], refused["tech_cause"]) == (None, "503")
        with sqlite3.connect(f"file:{world.home}/outpace.db?mode=ro", uri=True) as database:
            rows = database.execute(
                "SELECT by FROM audit_log WHERE action = 'trunk_test_call'"
            ).fetchall()
        assert rows == [("ann",), ("ann",)]


async def test_each_person_sees_a_number_of_their_own_area_on_the_wire(
    installation: Installation, tmp_path: Path
) -> None:
    shown = {"1202": "+12025550100", "1205": "+12055550100"}
    network = Network(BUSY)
    async with floor(installation, tmp_path, agents=4, behave=network.behave) as world:
        await world.campaign(
            160, caller_ids=list(shown.values()), recycling={"most_in_all": 1}, max_lines=50
        )
        stores = await SqlStores.open(load_settings(world.home).database)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(stores.writer.run())
            for number in shown.values():
                one = CallerId(number, verified_at=1.0, proof="letter")
                await stores.caller_ids.add(one, by="test", at=0.0)
            stores.writer.close()
        await stores.close()
        await world.start_engine()
        await world.log_in()
        await world.start_campaign()
        async with asyncio.timeout(60):
            while len(world.customers.invited) < 120:
                await asyncio.sleep(0.05)
        for call in world.customers.invited:
            assert call.caller == shown[call.number[:4]]
        await world.ask("campaign.stop", campaign=CAMPAIGN)


async def test_a_number_dialed_the_carriers_way_is_ours_again_where_it_is_kept(
    installation: Installation, tmp_path: Path
) -> None:
    network = Network(PERSON)
    async with floor(installation, tmp_path, agents=1, behave=network.behave) as world:
        world.lab.settings |= {
            "OUTPACE_TRUNK_NUMBER_STYLE": "national",
            "OUTPACE_TRUNK_NUMBER_HOME": "US",
            "OUTPACE_TRUNK_NUMBER_PREFIX": "9",
        }
        world.lab.write_settings()
        await world.campaign(1)
        await world.start_engine()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(world.ask("trunk.call", trunk="trunk", number="+12025550100"))
            await world.customers.until(lambda log: log.answered, 15.0)
            (customer,) = world.customers.answered
            assert customer.number == "92025550100"
            async with asyncio.timeout(15):
                while not world.do_not_call():
                    customer.press("9")
                    await asyncio.sleep(0.5)
        assert world.do_not_call() == ["+12025550100"]
