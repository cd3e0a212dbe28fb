"""Talks with callers are recorded when their queue says so: told first, each voice on its side."""

import sqlite3
import time
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from floor import FIRST_AGENT_HZ, heard
from ivr import write_tone
from queue_floor import CALLER_HZ, QueueFloor, queue_floor

from dialer.adapters.asterisk.installation import Installation, install
from dialer.domain.queue import QueueRecording
from simulation.sip.call import Call
from simulation.sip.tones import ToneDetector, identify

AGENT_HZ = FIRST_AGENT_HZ
TOLD_HZ, TOLD_S = 1900, 2.0
PAUSED_S, GAP_S = 1.5, 0.3
"""How long the recording is paused, and what a command may take to be carried out."""

Stereo = npt.NDArray[np.int16]


@pytest.fixture(scope="module")
def installation() -> Installation:
    return install()


def spool(at: QueueFloor) -> Path:
    return at.floor.home / "asterisk" / "spool" / "monitor"


def samples(path: Path) -> Stereo:
    with wave.open(str(path)) as made:
        assert (made.getnchannels(), made.getframerate()) == (2, 8000)
        return np.frombuffer(made.readframes(made.getnframes()), "<i2").reshape(-1, 2)


async def finished(at: QueueFloor, call_id: str) -> Stereo:
    """Wait until a call's recording is on record; its samples, a column for each side."""
    await at.until(lambda: bool(rows(at, call_id)) and rows(at, call_id)[0][2] is not None)
    return samples(spool(at) / f"{call_id}.wav")


def rows(at: QueueFloor, call_id: str) -> list[tuple[str, str, float | None, str]]:
    """Return what is on record of a call's recording: file, ground, seconds, checksum."""
    database = sqlite3.connect(f"file:{at.floor.home}/outpace.db?mode=ro", uri=True)
    try:
        query = "SELECT file, ground, seconds, sha256 FROM recordings WHERE call_id = ?"
        return list(database.execute(query, (call_id,)))
    finally:
        database.close()


def told(call: Call) -> tuple[float, float]:
    """Return from when to when a phone heard the announcement, epoch seconds."""
    whole = heard(call)
    detector = ToneDetector(TOLD_HZ, window_s=0.02, share_rate=0.15)
    begin_s = whole.first_heard_s(detector, 0.0)
    assert begin_s is not None
    present = detector.presence(whole.cut(begin_s, whole.end_s).samples)
    return begin_s, begin_s + float(np.flatnonzero(present)[-1]) * detector.hop / 8000


def silent_s(side: Stereo) -> float:
    """Return how long the longest silence of a side is."""
    quiet = [bool(np.abs(part).max() < 8) for part in np.array_split(side, max(1, len(side) // 80))]
    longest = run = 0
    for one in quiet:
        run = run + 1 if one else 0
        longest = max(longest, run)
    return longest * len(side) / len(quiet) / 8000


async def pass_time(at: QueueFloor, seconds: float) -> None:
    """Let audio flow."""
    end = time.time() + seconds
    await at.until(lambda: time.time() >= end, seconds + 10)


async def newest(at: QueueFloor, count: int) -> str:
    """Wait until so many calls are on record; returns the id of the last one."""
    await at.until(lambda: len(at.calls()) == count)
    return str(at.calls()[-1]["id"])


async def recorded(at: QueueFloor, call_id: str) -> None:
    """Wait until a talk is recorded."""
    await at.until(lambda: bool(rows(at, call_id)))
    await at.until((spool(at) / f"{call_id}.raw").exists)


async def test_a_caller_hears_the_announcement_before_anything_is_recorded(
    installation: Installation, tmp_path: Path
) -> None:
    prompt = tmp_path / "told"
    write_tone(prompt.with_suffix(".wav"), TOLD_HZ, TOLD_S)
    queue = {"recording": QueueRecording.ANNOUNCED, "recording_announcement": str(prompt)}
    async with queue_floor(installation, tmp_path, queue=queue) as at:
        call = await at.call()
        call_id = await newest(at, 1)
        await recorded(at, call_id)
        await pass_time(at, 1.5)
        paused_at = time.time()
        await at.floor.ask("call.record-pause", agent="a1")
        await pass_time(at, PAUSED_S)
        talk = await at.floor.ask("call.record-resume", agent="a1")
        paused_s = time.time() - paused_at
        assert (talk["recorded"], talk["recording_paused"]) == (True, False)
        await at.floor.ask("call.hold", agent="a1")
        await pass_time(at, 1.0)
        await at.floor.ask("call.resume", agent="a1")
        await pass_time(at, 1.5)
        at.hang_up(call)
        ended_s = heard(call).end_s
        await at.states("idle")
        for phone in (call, at.leg("a1")):
            begin_s, end_s = told(phone)
            assert end_s - begin_s == pytest.approx(TOLD_S, abs=0.2)
        stereo = await finished(at, call_id)
        # one file, from the end of the announcement on, without the music of the hold
        assert 4.0 < len(stereo) / 8000 < ended_s - told(call)[1] + GAP_S
        for side, hz in ((0, CALLER_HZ), (1, AGENT_HZ)):
            for part in (stereo[1600:8000, side], stereo[-8000:-1600, side]):
                assert identify(part, (CALLER_HZ, AGENT_HZ, TOLD_HZ))[0].hz == hz
            other = ToneDetector(CALLER_HZ + AGENT_HZ - hz, window_s=0.02, share_rate=0.15)
            never = ToneDetector(TOLD_HZ, window_s=0.02, share_rate=0.15)
            for detector in (other, never):
                assert not detector.presence(stereo[:, side].astype(np.int16)).any()
            assert paused_s - GAP_S < silent_s(stereo[:, side]) < paused_s + GAP_S
        (kept,) = rows(at, call_id)
        assert kept[:2] == (f"{call_id}.wav", "announced")
        assert kept[2] == pytest.approx(len(stereo) / 8000)
        assert len(kept[3]) == 64


async def test_callers_are_recorded_as_their_queue_says_whatever_becomes_of_the_engine(
    installation: Installation, tmp_path: Path
) -> None:
    async with queue_floor(installation, tmp_path) as at:
        call = await at.call()
        await at.until_hears(call, AGENT_HZ)
        await pass_time(at, 0.5)
        at.hang_up(call)
        await at.states("idle")
        (row,) = await at.until_ended(1)
        assert rows(at, row["id"]) == []
        assert list(spool(at).glob("ca-*")) == []

        # told by whoever answers first: nothing is played, and the talk is recorded from its join
        await at.change(recording=QueueRecording.ANNOUNCED)
        call = await at.call("+12025550112")
        call_id = await newest(at, 2)
        await recorded(at, call_id)
        await pass_time(at, 0.5)
        at.floor.kill_engine()
        await pass_time(at, 1.0)
        await at.floor.start_engine()
        await pass_time(at, 0.5)
        assert (spool(at) / f"{call_id}.raw").exists()
        at.hang_up(call)
        stereo = await finished(at, call_id)
        assert len(stereo) / 8000 > 1.8
        assert rows(at, call_id)[0][:2] == (f"{call_id}.wav", "nobody_called")
        for side, hz in ((0, CALLER_HZ), (1, AGENT_HZ)):
            assert identify(stereo[-8000:-800, side], (CALLER_HZ, AGENT_HZ))[0].hz == hz
        assert silent_s(stereo[1600:-1600, 0]) < 0.2  # nothing is missing in between

        # the caller hangs up while no engine runs: the next one finishes it
        await at.states("idle")
        call = await at.call("+12025550113")
        call_id = await newest(at, 3)
        await recorded(at, call_id)
        await pass_time(at, 0.5)
        at.floor.kill_engine()
        at.hang_up(call)
        await pass_time(at, 0.3)
        await at.floor.start_engine()
        assert len(await finished(at, call_id)) > 0

        # asked by the agent: from their word on
        await at.change(recording=QueueRecording.ASKED)
        await at.states("idle")
        call = await at.call("+12025550114")
        call_id = await newest(at, 4)
        await at.until_hears(call, AGENT_HZ)
        talk = await at.floor.ask("call.talk", agent="a1")
        assert (talk["recorded"], talk["recording_asked"]) == (False, True)
        assert rows(at, call_id) == []
        talk = await at.floor.ask("call.record-start", agent="a1", by="ann")
        assert (talk["recorded"], talk["recording_asked"]) == (True, False)
        await pass_time(at, 1.0)
        at.hang_up(call)
        stereo = await finished(at, call_id)
        assert rows(at, call_id)[0][1] == "opt_in"
        assert identify(stereo[:, 0], (CALLER_HZ, AGENT_HZ))[0].hz == CALLER_HZ
