"""Trunks over TCP and TLS: calls through a real engine, heard on both sides, to another Asterisk.

Either carrier speaks nothing else, and the one over TLS takes no call whose audio is in clear:
whatever is heard there went by TCP, or by TLS and encrypted.
"""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from floor import Floor, floor, hears

from dialer.adapters.asterisk.installation import Installation, install
from dialer.adapters.asterisk.trunk_probe import far_side, options_of
from dialer.domain.far_side import FarSide
from dialer.domain.phone import Transport
from simulation.carrier.carrier import Carrier
from simulation.carrier.plan import Line, fictional_numbers
from simulation.lab import HOST

OPENSSL = shutil.which("openssl")
WEST_HZ = 1700

needs_openssl = pytest.mark.skipif(OPENSSL is None, reason="no openssl to make a certificate with")


@pytest.fixture(scope="module")
def installation() -> Installation:
    return install()


def certificate(folder: Path) -> tuple[Path, Path]:
    assert OPENSSL is not None
    folder.mkdir()
    cert, key = folder / "cert.pem", folder / "key.pem"
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    whose = ["-subj", "/CN=sip", "-addext", f"subjectAltName=IP:{HOST}", "-days", "2"]
    command = [OPENSSL, "req", "-x509", *curve, *whose, "-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, capture_output=True)
    return cert, key


@asynccontextmanager
async def west(
    installation: Installation,
    home: Path,
    transport: Transport,
    *,
    ours: tuple[Path, Path] | None = None,
    theirs: tuple[Path, Path] | None = None,
) -> AsyncIterator[tuple[Floor, Carrier]]:
    """Open a floor with a trunk `west` to a carrier whose every person sends the same tone."""
    numbers = fictional_numbers()
    plan = [Line(next(numbers), ring_ms=300, talk_ms=60_000, tone_hz=WEST_HZ) for _ in range(4)]
    carrier = Carrier(
        installation,
        home / "west",
        dialer_port=9,
        plan=plan,
        die_with_parent=True,
        tcp=transport is Transport.TCP,
        tls=theirs,
    )
    await asyncio.to_thread(carrier.start)
    try:
        async with floor(
            installation,
            home / "node",
            agents=1,
            more_trunks={"west": carrier.sip_port},
            trunk_transports={"west": transport},
            tls=ours,
        ) as world:
            await world.campaign(4, trunk="west", max_lines_per_agent=1)
            yield world, carrier
    finally:
        await asyncio.to_thread(carrier.stop)


async def talks(world: Floor, carrier: Carrier) -> None:
    """Have an agent and a person of the carrier talk, and both hear the other."""
    await world.start_engine()
    await world.log_in()
    await world.start_campaign()
    phone = world.phones["a1"]
    (leg,) = phone.calls
    async with asyncio.timeout(30):
        while not hears(leg, WEST_HZ, after_s=0.0):
            await asyncio.sleep(0.05)
    assert await asyncio.to_thread(carrier.channel_count) == 1


async def test_calls_go_by_tcp_and_are_heard(installation: Installation, tmp_path: Path) -> None:
    async with west(installation, tmp_path, Transport.TCP) as (world, carrier):
        assert await far_side(HOST, carrier.sip_port, Transport.TCP) is FarSide.SIMULATED
        assert await far_side(HOST, carrier.sip_port) is FarSide.NOBODY  # it speaks nothing else
        await talks(world, carrier)


@needs_openssl
async def test_calls_go_by_tls_and_their_audio_is_encrypted(
    installation: Installation, tmp_path: Path
) -> None:
    both = certificate(tmp_path / "tls")
    async with west(installation, tmp_path, Transport.TLS, ours=both, theirs=both) as at:
        world, carrier = at
        answered = await options_of(HOST, carrier.sip_port, Transport.TLS)
        assert answered is not None
        assert answered.status.startswith("200")
        assert await far_side(HOST, carrier.sip_port, Transport.TCP) is FarSide.NOBODY
        assert await far_side(HOST, carrier.sip_port) is FarSide.NOBODY
        await talks(world, carrier)


@needs_openssl
async def test_a_carrier_with_somebody_elses_certificate_gets_no_call(
    installation: Installation, tmp_path: Path
) -> None:
    ours, theirs = certificate(tmp_path / "ours"), certificate(tmp_path / "theirs")
    async with west(installation, tmp_path, Transport.TLS, ours=ours, theirs=theirs) as at:
        world, carrier = at
        await world.start_engine()
        await world.log_in()
        await world.start_campaign()
        rows = await world.until_recorded(lambda rows: any(row.outcome for row in rows), 40)
        assert {row.answered_at for row in rows} == {None}
        assert {row.outcome for row in rows if row.outcome} == {"failed"}
        assert await asyncio.to_thread(carrier.channel_count) == 0
        log = (world.lab.asterisk.home / "log" / "messages.log").read_text()
        assert "The certificate is untrusted" in log
