"""What a real Asterisk has told of agents' phones: put down, not there, a dead microphone."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from floor import FIRST_AGENT_HZ, Floor, floor, hears

from dialer.adapters.asterisk.installation import Installation, install
from dialer.domain.alerts import AlertKind
from dialer.errors import OutpaceError
from simulation.lab import HOST
from simulation.sip.softphone import Softphone

SILENT_S = 6.0
PHONE_ALERTS = {
    *(AlertKind.PHONE_HUNG_UP, AlertKind.PHONE_LOST, AlertKind.PHONE_NOT_REACHED),
    *(AlertKind.PHONE_UNREGISTERED, AlertKind.MICROPHONE_SILENT),
}


@pytest.fixture(scope="module")
def installation() -> Installation:
    return install()


async def alerts(world: Floor) -> dict[str, Any]:
    """Return what is told of phones now, by kind and agent."""
    page = await world.ask("live")
    return {
        key: value
        for topic, key, value in page["entries"]
        if topic == "alerts" and value["kind"] in PHONE_ALERTS
    }


async def until_told(
    world: Floor, true: Callable[[dict[str, Any]], object], timeout_s: float = 15
) -> dict[str, Any]:
    async with asyncio.timeout(timeout_s):
        while not true(told := await alerts(world)):
            await asyncio.sleep(0.1)
    return told


async def test_a_dead_microphone_is_told_and_one_that_is_heard_is_not(
    installation: Installation, tmp_path: Path
) -> None:
    async with floor(installation, tmp_path, agents=2, microphone_silent_s=SILENT_S) as world:
        await world.campaign(2)
        await world.start_engine()
        # the second phone sends packets of silence, as one with its microphone switched off
        world.phones["a2"].die()
        mute = world.lab.extra_agents[1]
        world.phones["a2"] = Softphone(mute.name, mute.password, (HOST, world.lab.sip_port))
        world.phones["a2"].start()
        await world.phones["a2"].register()
        await world.log_in()
        await world.start_campaign()
        await world.until(lambda s: s["calls"]["talking"] == 2)
        began = time.time()
        told = await until_told(world, lambda told: "microphone_silent:a2" in told)
        assert SILENT_S - 1.5 < time.time() - began < SILENT_S + 3
        assert set(told) == {"microphone_silent:a2"}
        assert told["microphone_silent:a2"]["agent"] == "a2"
        # both are heard and hear: what listens changes nothing
        first = next(c for c in world.customers.answered if hears(c, FIRST_AGENT_HZ, after_s=began))
        for call in list(world.customers.answered):
            world.carrier.hang_up(call)
        assert first.ok_sent is not None
        await until_told(world, lambda told: not told)


async def test_a_phone_put_down_and_one_that_is_gone_are_told(
    installation: Installation, tmp_path: Path
) -> None:
    async with floor(installation, tmp_path, agents=2) as world:
        await world.campaign(1)
        await world.start_engine()
        await world.log_in("a1")
        await world.start_campaign()
        await world.until(lambda s: s["calls"]["talking"] == 1)
        world.phones["a1"].hang_up()
        told = await until_told(world, lambda told: "phone_hung_up:a1" in told)
        facts = told["phone_hung_up:a1"]["facts"]
        assert (facts["times"], facts["in_talk"]) == (1, 1)
        assert told["phone_hung_up:a1"]["tenants"] == ["main"]
        await world.log_in("a1")
        await until_told(world, lambda told: not told)

        await world.phones["a1"].unregister()  # its leg stays, but it could not be called again
        await until_told(world, lambda told: set(told) == {"phone_unregistered:a1"})

        await world.phones["a2"].unregister()
        with pytest.raises(OutpaceError, match="a2"):
            await world.log_in("a2")
        told = await until_told(world, lambda told: "phone_not_reached:a2" in told)
        assert told["phone_not_reached:a2"]["facts"]["registered"] is False
