"""An agent whose phone is on record only: added while all runs, called, and heard in a talk."""

import asyncio
import time
from pathlib import Path

import pytest
from floor import CAMPAIGN, CUSTOMER_HZ, Floor, floor, hears
from forked import Forked

from dialer.adapters.asterisk.installation import Installation, install
from simulation.lab import HOST
from simulation.sip.hearing import Hearing
from simulation.sip.softphone import NotRegistered, Softphone
from simulation.sip.tones import ToneDetector

AGENT_HZ = 700


@pytest.fixture(scope="module")
def installation() -> Installation:
    return install()


async def typed(world: Floor, *words: str) -> list[str]:
    """Type a command for this node; returns the lines it printed."""
    command = Forked("phones", *words, "--home", str(world.home))
    lines: list[bytes] = await asyncio.to_thread(command.stdout.readlines)
    await asyncio.to_thread(command.wait, 20)
    return [line.decode().strip() for line in lines]


async def test_a_phone_added_while_all_runs_talks_within_seconds(
    installation: Installation, tmp_path: Path
) -> None:
    async with floor(installation, tmp_path, agents=0, pushed_phones=True) as world:
        await world.campaign(1)
        await world.start_engine()
        secret = (await typed(world, "add", "n1"))[-1]
        phone = Softphone("n1", secret, (HOST, world.lab.sip_port), tone_hz=AGENT_HZ)
        world.phones["n1"] = phone
        phone.start()
        await phone.register()  # pushed before the command ended
        await world.ask("agent.login", agent="n1", campaigns=[CAMPAIGN])
        await world.start_campaign()
        await world.until(lambda s: s["calls"]["talking"] == 1)
        (call,) = world.customers.answered
        assert call.ok_sent is not None
        await asyncio.sleep(1.0)  # they talk
        assert hears(call, AGENT_HZ, after_s=call.ok_sent.epoch_s)
        heard = Hearing.of(phone.calls[0].capture.heard())
        assert heard.first_heard_s(ToneDetector(CUSTOMER_HZ), call.ok_sent.epoch_s) is not None

        # its secret changes in the talk: the talk goes on, who has the old one is let in no more
        renewed = (await typed(world, "secret", "n1"))[-1]
        with pytest.raises(NotRegistered):
            await phone.register()
        at = time.time()
        await asyncio.sleep(0.5)
        assert hears(call, AGENT_HZ, after_s=at)
        async with Softphone("n1", renewed, (HOST, world.lab.sip_port)) as other:
            await other.register()
        world.carrier.hang_up(call)
        await world.until_recorded(lambda rows: rows[0].outcome == "connected")


async def test_an_engine_that_was_down_finds_out_what_changed(
    installation: Installation, tmp_path: Path
) -> None:
    async with floor(installation, tmp_path, agents=0, pushed_phones=True) as world:
        await world.start_engine()
        secret = (await typed(world, "add", "n1"))[-1]
        world.kill_engine()
        await typed(world, "remove", "n1")
        other = (await typed(world, "add", "n2"))[-1]
        async with Softphone("n1", secret, (HOST, world.lab.sip_port)) as phone:
            await phone.register()  # Asterisk knows nothing of it yet
        await world.start_engine()
        async with asyncio.timeout(10):
            while (await world.ask("phones.state"))["pushed"] != ["n2"]:
                await asyncio.sleep(0.05)
        async with Softphone("n1", secret, (HOST, world.lab.sip_port)) as phone:
            with pytest.raises(NotRegistered):
                await phone.register()
        async with Softphone("n2", other, (HOST, world.lab.sip_port)) as phone:
            await phone.register()
