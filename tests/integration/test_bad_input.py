"""What operators get wrong: one clear line that says what to do, exit code 1, nothing running."""

import asyncio
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from floor import CAMPAIGN, Floor, floor

from dialer.adapters.asterisk.installation import Installation, install
from dialer.control import ControlError
from simulation.sip.agent import SipUserAgent


@pytest.fixture(scope="module")
def installation() -> Installation:
    return install()


def outpace(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dialer.cli", *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, done.stderr
    return lines[0]


async def run_engine(world: Floor) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(outpace, "engine", "--home", str(world.home))


async def test_a_wrong_ami_secret(installation: Installation, tmp_path: Path) -> None:
    async with floor(installation, tmp_path, agents=0) as world:
        world.lab.ami_secret = "wrong"
        world.lab.write_settings()
        line = one_line(await run_engine(world))
        assert "refused user 'outpace'" in line
        assert "OUTPACE_AMI_SECRET" in line


async def test_an_ami_port_where_nobody_listens(installation: Installation, tmp_path: Path) -> None:
    async with floor(installation, tmp_path, agents=0, ami_port=lambda _: 1) as world:
        line = one_line(await run_engine(world))
        assert "no AMI at 127.0.0.1:1" in line
        assert "OUTPACE_AMI_PORT" in line


async def test_an_agi_port_in_use(installation: Installation, tmp_path: Path) -> None:
    async with floor(installation, tmp_path, agents=0) as world:
        with socket.create_server(("127.0.0.1", world.lab.agi_port)):
            line = one_line(await run_engine(world))
        assert "OUTPACE_AGI_PORT" in line
        assert str(world.lab.agi_port) in line


async def test_a_trunk_that_does_not_answer(installation: Installation, tmp_path: Path) -> None:
    async with floor(installation, tmp_path, agents=0) as world:
        await world.campaign(1)
        world.carrier.unplugged = True
        await world.start_engine()
        with pytest.raises(ControlError, match=r"does not answer at 127\.0\.0\.1"):
            await world.start_campaign()


async def test_a_trunk_that_is_not_the_simulated_carrier(
    installation: Installation, tmp_path: Path
) -> None:
    async with (
        SipUserAgent("127.0.0.1", 0, server_header="A Real Carrier") as stranger,
        floor(installation, tmp_path, agents=0) as world,
    ):
        await world.campaign(1)
        world.lab.carrier_port = stranger.address[1]
        world.lab.write_settings()
        await world.start_engine()
        with pytest.raises(ControlError, match="not the simulated carrier"):
            await world.start_campaign()


async def test_leads_without_a_number_column(installation: Installation, tmp_path: Path) -> None:
    async with floor(installation, tmp_path, agents=0) as world:
        await world.campaign(1)
        file = tmp_path / "bad.csv"
        file.write_text("name,city\nAnn,Bonn\n")
        line = one_line(
            await asyncio.to_thread(
                outpace,
                *("leads", "import", str(file), "--campaign", CAMPAIGN),
                *("--home", str(world.home)),
            )
        )
        assert "number" in line
        assert len(world.lead_states()) == 1


def test_no_engine_to_talk_to(tmp_path: Path) -> None:
    line = one_line(outpace("status", "--home", str(tmp_path)))
    assert "no engine serves" in line


def test_a_campaign_setting_out_of_range(tmp_path: Path) -> None:
    line = one_line(
        outpace(
            *("campaigns", "create", "x", "--home", str(tmp_path)),
            *("--set", "abandon_rate_target=0.2"),
        )
    )
    assert "abandon_rate_target" in line
    assert "0.03" in line
