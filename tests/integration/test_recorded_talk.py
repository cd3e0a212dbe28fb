"""A talk is recorded, encrypted, named and on record; both voices are heard when it is opened.

Or it is announced first: both who talk hear that, and nothing is recorded before its end. Or it is
asked first, by a prompt: nothing is recorded before the customer's key.
"""

import asyncio
import hashlib
import io
import time
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from asterisk_fixtures import first_heard
from floor import CAMPAIGN, CUSTOMER_HZ, FIRST_AGENT_HZ, Floor, floor, heard
from ivr import write_tone
from sqlalchemy import update
from talk_floor import Talk, talk

from dialer.adapters.asterisk.installation import Installation, install
from dialer.adapters.recording_keys import add_key
from dialer.adapters.recording_places import shelf_of
from dialer.adapters.sql.stores import open_stores
from dialer.adapters.sql.tables.people import tenants
from dialer.domain.recording import Kept, RecordingRow
from dialer.settings import load_settings
from simulation.sip.call import Call
from simulation.sip.tones import ToneDetector, identify

TOLD_HZ, TOLD_S = 1900, 2.5
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


def told(call: Call) -> tuple[float, float]:
    """Return from when to when a phone heard the announcement, epoch seconds."""
    whole = heard(call)
    detector = ToneDetector(TOLD_HZ, window_s=0.02, share_rate=0.15)
    begin_s = whole.first_heard_s(detector, 0.0)
    assert begin_s is not None
    present = detector.presence(whole.cut(begin_s, whole.end_s).samples)
    return begin_s, begin_s + float(np.flatnonzero(present)[-1]) * detector.hop / 8000


async def test_both_hear_the_announcement_and_the_recording_begins_after_it(
    tmp_path: Path,
) -> None:
    prompt = tmp_path / "told"
    write_tone(prompt.with_suffix(".wav"), TOLD_HZ, TOLD_S)
    async with talk(tmp_path / "home", recording_announcement=str(prompt)) as at:
        await at.pass_time(TOLD_S + 3.0)
        for call, other_hz in (
            (at.customer, at.tone(at.agent)),
            (at.phone(at.agent), CUSTOMER_HZ),
        ):
            begin_s, end_s = told(call)
            assert end_s - begin_s == pytest.approx(TOLD_S, abs=0.2)
            # they go on hearing each other
            voice = ToneDetector(other_hz, window_s=0.02, share_rate=0.15)
            part = heard(call).cut(begin_s + 0.1, end_s - 0.1)
            assert voice.presence(part.samples).mean() > 0.8
        assert at.customer.ok_sent is not None
        assert told(at.customer)[0] - at.customer.ok_sent.epoch_s < 2.0
        await at.world.ask("agent.hangup", agent=at.agent)
        parted_s = heard(at.customer).end_s
        await at.at_rest()
        stereo = await at.recording()
        after_s = parted_s - told(at.customer)[1]
        assert after_s - 1.0 < len(stereo) / 8000 < after_s + 0.3
        for side, hz in ((0, CUSTOMER_HZ), (1, at.tone(at.agent))):
            assert identify(stereo[800:-800, side], (hz, TOLD_HZ))[0].hz == hz
            never = ToneDetector(TOLD_HZ, window_s=0.02, share_rate=0.15)
            assert not never.presence(stereo[:, side].astype(np.int16)).any()
        assert at.world.on_record(
            "SELECT ground, recording FROM attempts WHERE id = ?", at.attempt
        ) == [("announced", f"{at.attempt}.wav")]


async def asked(at: Talk) -> None:
    """Wait until the customer hears the question."""
    await first_heard(at.customer, ToneDetector(TOLD_HZ, window_s=0.02, share_rate=0.15))


async def answer_is(at: Talk, answer: str) -> None:
    """Wait until the engine says that the question stands so."""
    async with asyncio.timeout(12):
        while (await at.ask("talk"))["recording_question"] != answer:
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("while_asked", [True, False])
async def test_the_customers_key_begins_the_recording_and_only_what_follows_is_in_it(
    tmp_path: Path, while_asked: bool
) -> None:
    prompt = tmp_path / "asked"
    asked_s = 6.0 if while_asked else TOLD_S
    write_tone(prompt.with_suffix(".wav"), TOLD_HZ, asked_s)
    async with talk(tmp_path / "home", recording_question=str(prompt)) as at:
        await asked(at)
        await at.pass_time(1.0 if while_asked else TOLD_S + 1.0)
        assert (await at.ask("talk"))["recorded"] is False
        pressed_s = time.time()
        at.customer.press("1")
        await answer_is(at, "agreed")
        assert (await at.ask("talk"))["recorded"] is True
        await at.pass_time(3.0)
        for call, other_hz in (
            (at.customer, at.tone(at.agent)),
            (at.phone(at.agent), CUSTOMER_HZ),
        ):
            begin_s, end_s = told(call)
            # the key ends the question
            last_s = pressed_s + 1.0 if while_asked else begin_s + asked_s + 0.2
            assert begin_s + 0.5 < end_s < last_s
            voice = ToneDetector(other_hz, window_s=0.02, share_rate=0.15)
            assert voice.presence(heard(call).cut(begin_s, end_s).samples).mean() > 0.8
        await at.world.ask("agent.hangup", agent=at.agent)
        parted_s = heard(at.customer).end_s
        await at.at_rest()
        stereo = await at.recording()
        after_s = parted_s - pressed_s
        assert after_s - 1.0 < len(stereo) / 8000 < after_s + 0.1
        for side, hz in ((0, CUSTOMER_HZ), (1, at.tone(at.agent))):
            assert identify(stereo[1600:-800, side], (hz, TOLD_HZ))[0].hz == hz
            never = ToneDetector(TOLD_HZ, window_s=0.02, share_rate=0.15)
            assert not never.presence(stereo[1600:, side].astype(np.int16)).any()
        assert at.world.on_record(
            "SELECT ground, recording FROM attempts WHERE id = ?", at.attempt
        ) == [("opt_in", f"{at.attempt}.wav")]
        assert at.world.on_record(
            'SELECT "by", subject FROM audit_log WHERE action = ?', "recording_opt_in"
        ) == [("customer, by key 1", f"attempt {at.attempt}")]


@pytest.mark.parametrize("key", ["2", ""])
async def test_who_presses_another_key_or_none_is_not_recorded(tmp_path: Path, key: str) -> None:
    prompt = tmp_path / "asked"
    write_tone(prompt.with_suffix(".wav"), TOLD_HZ, TOLD_S)
    async with talk(tmp_path / "home", recording_question=str(prompt)) as at:
        await asked(at)
        await answer_is(at, "asking")
        if key:
            at.customer.press(key)
        await answer_is(at, "declined")
        if not key:  # 5 s after the question, and it was heard to its end
            begin_s, end_s = told(at.customer)
            assert end_s - begin_s == pytest.approx(TOLD_S, abs=0.2)
            assert heard(at.customer).end_s > end_s + 4.5
        at.customer.press("1")  # too late
        await at.pass_time(1.0)
        talking = await at.ask("talk")
        assert (talking["state"], talking["recorded"]) == ("talking", False)
        await at.hears(lambda: at.customer, {at.tone(at.agent)})
        await at.world.ask("agent.hangup", agent=at.agent)
        await at.at_rest()
        folder = at.world.home / "asterisk" / "spool" / "monitor"
        assert list(folder.glob("at-*")) == []
        await at.world.until(lambda _s: all(row.outcome for row in at.world.attempts()))
        assert at.world.on_record(
            "SELECT ground, recording FROM attempts WHERE id = ?", at.attempt
        ) == [("", "")]
        assert (
            at.world.on_record("SELECT action FROM audit_log WHERE action = ?", "recording_opt_in")
            == []
        )
