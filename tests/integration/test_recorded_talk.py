"""A talk is recorded, encrypted, named and on record; both voices are heard when it is opened."""

import asyncio
import hashlib
import io
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from floor import CAMPAIGN, CUSTOMER_HZ, FIRST_AGENT_HZ, Floor, floor
from sqlalchemy import update

from dialer.adapters.asterisk.installation import Installation, install
from dialer.adapters.recording_keys import add_key
from dialer.adapters.recording_places import shelf_of
from dialer.adapters.sql.stores import open_stores
from dialer.adapters.sql.tables.people import tenants
from dialer.domain.recording import Kept, RecordingRow
from dialer.settings import load_settings
from simulation.sip.tones import identify

TONES = (CUSTOMER_HZ, FIRST_AGENT_HZ, FIRST_AGENT_HZ + 100)


@pytest.fixture(scope="module")
def installation() -> Installation:
    return install()


def strongest(samples: npt.NDArray[np.int16]) -> int:
    return identify(samples, TONES)[0].hz


async def named_by_the_day(world: Floor) -> None:
    rules = {"recordings": {"name": "{date}/{campaign}-{agent}-{attempt}"}}
    change = update(tenants).values(settings=rules)
    async with open_stores(load_settings(world.home).database) as stores:
        await stores.writer.transact(lambda connection: connection.execute(change))


async def kept(world: Floor, count: int) -> list[RecordingRow]:
    """Wait until so many recordings are in their store."""
    async with (
        asyncio.timeout(30),
        open_stores(load_settings(world.home).database) as stores,
    ):
        while True:
            rows = [row async for row in stores.recordings.all()]
            if len([row for row in rows if row.kept is Kept.DISK]) >= count:
                return rows
            await asyncio.sleep(0.1)


async def test_talks_that_outlive_their_engine_are_recorded_whole_and_kept_encrypted(
    installation: Installation, tmp_path: Path
) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    add_key(tmp_path / "keys", "one")
    async with floor(installation, tmp_path / "home", agents=2) as world:
        with (world.home / "node.env").open("a") as settings:
            settings.write(f"OUTPACE_RECORDINGS_KEY_FILE={tmp_path / 'keys'}\n")
            settings.write(f"OUTPACE_RECORDINGS_FOLDER={folder}\n")
        await world.campaign(2)
        await named_by_the_day(world)
        await world.start_engine()
        await world.log_in()
        await world.start_campaign()
        await world.until(lambda status: status["calls"]["talking"] == 2)
        world.kill_engine()
        await world.start_engine()
        await asyncio.sleep(1.0)  # they talk
        for call in list(world.customers.answered):
            world.carrier.hang_up(call)
        rows = await kept(world, 2)
        shelf = shelf_of(load_settings(world.home))
        agents = {row.named_by.agent_id: row for row in rows}
        assert agents.keys() == world.phones.keys()
        for index, name in enumerate(world.phones):
            row = agents[name]
            assert row.key_id == "one"
            assert row.file.endswith(f"/{CAMPAIGN}-{name}-{row.attempt_id}.wav.enc")
            assert b"RIFF" not in (folder / row.file).read_bytes()
            audio = shelf.open(row.file, row.kept)
            whole = b"".join(audio.parts(0, audio.size))
            assert hashlib.sha256(whole).hexdigest() == row.sha256
            with wave.open(io.BytesIO(whole)) as file:
                frames = file.readframes(file.getnframes())
            stereo = np.frombuffer(frames, "<i2").reshape(-1, 2)[-8000:-800]
            assert strongest(stereo[:, 0]) == CUSTOMER_HZ
            assert strongest(stereo[:, 1]) == FIRST_AGENT_HZ + 100 * index
            assert row.seconds == pytest.approx(len(frames) / 32_000)
            assert row.seconds is not None
            assert row.seconds > 1.0
        spool = load_settings(world.home).recordings
        left = [path for path in spool.rglob("*") if path.is_file() and path.stat().st_size]
        assert left == []
        assert {row.recording for row in world.attempts()} == {row.file for row in rows}
