"""Raw stereo files of the switch are finished in a process of their own."""

import asyncio
import hashlib
import os
import signal
import wave
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from dialer.adapters.recording_keys import add_key
from dialer.adapters.recordings import RecordingWorker
from dialer.domain.ids import AttemptId, new_attempt_id
from dialer.domain.recording import Finished

SECOND = b"\x01\x00\x02\x00" * 8000
"""One second: 1 on the customer's channel, 2 on the agent's."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@asynccontextmanager
async def worker(folder: Path, keys: Path | None = None) -> AsyncIterator[RecordingWorker]:
    """A worker that has done all it was told when the block ends."""
    started = RecordingWorker(folder, key_file=keys)
    await started.start()
    try:
        yield started
    finally:
        await started.close()


def raw(folder: Path, samples: bytes = SECOND) -> AttemptId:
    attempt_id = new_attempt_id()
    (folder / f"{attempt_id}.raw").write_bytes(samples)
    return attempt_id


def left(folder: Path) -> list[str]:
    """Names of the files, but for waveforms and facts."""
    return sorted(path.name for path in folder.iterdir() if path.is_file())


async def test_a_recording_becomes_a_stereo_wav_of_the_same_samples(folder: Path) -> None:
    attempt_id = raw(folder)
    async with worker(folder) as recordings:
        assert recordings.finish(attempt_id) == f"{attempt_id}.wav"
    assert left(folder) == [f"{attempt_id}.wav"]
    with wave.open(str(folder / f"{attempt_id}.wav")) as file:
        assert file.getparams()[:4] == (2, 2, 8000, 8000)
        assert file.readframes(8000) == SECOND


async def test_several_are_all_done_before_the_end(folder: Path) -> None:
    attempts = [raw(folder) for _ in range(5)]
    async with worker(folder) as recordings:
        names = [recordings.finish(attempt_id) for attempt_id in attempts]
    assert left(folder) == sorted(names)


async def test_a_call_without_a_talk_leaves_no_file(folder: Path) -> None:
    attempt_id = raw(folder, b"")
    async with worker(folder) as recordings:
        recordings.discard(attempt_id)
    assert left(folder) == []


async def test_what_is_not_empty_is_not_discarded(folder: Path) -> None:
    attempt_id = raw(folder)
    async with worker(folder) as recordings:
        recordings.discard(attempt_id)
    assert left(folder) == [f"{attempt_id}.raw"]


async def test_what_was_never_begun_is_named_by_nobody(folder: Path) -> None:
    never, begun = new_attempt_id(), raw(folder)
    async with worker(folder) as recordings:
        assert (recordings.begun(never), recordings.begun(begun)) == (False, True)
        assert (recordings.finish(never), recordings.finish(begun)) == ("", f"{begun}.wav")
    assert (RecordingWorker(folder).begun(never), RecordingWorker(folder).begun(begun)) == (
        False,
        True,
    )


@pytest.mark.parametrize("order", [RecordingWorker.finish, RecordingWorker.discard])
async def test_a_file_that_is_not_there_holds_up_nothing(
    folder: Path, order: Callable[[RecordingWorker, AttemptId], object]
) -> None:
    there = raw(folder)
    async with worker(folder) as recordings:
        order(recordings, new_attempt_id())
        recordings.finish(there)
    assert left(folder) == [f"{there}.wav"]


async def test_an_empty_recording_of_a_talk_is_no_file(folder: Path) -> None:
    attempt_id = raw(folder, b"")
    async with worker(folder) as recordings:
        recordings.finish(attempt_id)
    assert left(folder) == []


async def test_what_an_engine_before_us_left_is_finished_but_live_calls_are_left_alone(
    folder: Path,
) -> None:
    left_over, live = raw(folder), raw(folder)
    (folder / "at-note.raw").write_bytes(SECOND)
    (folder / "stranger.wav").write_bytes(b"")
    async with worker(folder) as recordings:
        recordings.sweep({live})
    assert left(folder) == sorted(
        [f"{left_over}.wav", f"{live}.raw", "at-note.raw", "stranger.wav"]
    )


async def test_without_its_process_orders_are_named_and_nothing_breaks(folder: Path) -> None:
    recordings = RecordingWorker(folder)
    attempt_id = raw(folder)
    assert recordings.finish(attempt_id) == f"{attempt_id}.wav"
    recordings.discard(attempt_id)
    await recordings.close()
    assert left(folder) == [f"{attempt_id}.raw"]


async def test_each_finished_recording_leaves_its_waveform_and_its_facts(folder: Path) -> None:
    attempt_id = raw(folder)
    async with worker(folder) as recordings:
        recordings.finish(attempt_id)
    assert [path.stem for path in (folder / "peaks").iterdir()] == [attempt_id]
    facts = Finished.of_json((folder / "finished" / f"{attempt_id}.json").read_text())
    whole = (folder / f"{attempt_id}.wav").read_bytes()
    assert (facts.file, facts.seconds, facts.bytes) == (f"{attempt_id}.wav", 1.0, len(whole))
    assert facts.sha256 == hashlib.sha256(whole).hexdigest()


async def test_with_a_key_no_plain_file_is_left(folder: Path) -> None:
    keys = folder / "keys"
    add_key(keys, "one")
    attempt_id = raw(folder)
    async with worker(folder, keys) as recordings:
        recordings.finish(attempt_id)
    assert left(folder) == sorted([f"{attempt_id}.wav.enc", "keys"])
    assert SECOND[:64] not in (folder / f"{attempt_id}.wav.enc").read_bytes()


async def test_without_its_key_a_recording_waits_in_its_raw_file(folder: Path) -> None:
    attempt_id = raw(folder)
    async with worker(folder, folder / "nowhere") as recordings:
        recordings.finish(attempt_id)
    assert left(folder) == [f"{attempt_id}.raw"]
    add_key(folder / "nowhere", "one")
    async with worker(folder, folder / "nowhere") as recordings:
        recordings.sweep(set())
    assert f"{attempt_id}.wav.enc" in left(folder)


async def test_a_process_that_is_killed_is_followed_by_one_that_takes_up_its_orders(
    folder: Path,
) -> None:
    recordings = RecordingWorker(folder)
    await recordings.start()
    running = asyncio.Event()

    async def run() -> None:
        running.set()
        await recordings.run()

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(run())
        await running.wait()
        os.kill(child_of_ours(), signal.SIGSTOP)  # it reads no order any more
        attempts = [raw(folder) for _ in range(3)]
        for attempt_id in attempts:
            recordings.finish(attempt_id)
        os.kill(child_of_ours(), signal.SIGKILL)
        names = sorted(f"{attempt_id}.wav" for attempt_id in attempts)
        async with asyncio.timeout(20):
            while left(folder) != names:
                await asyncio.sleep(0.05)
        task.cancel()
    await recordings.close()


def child_of_ours() -> int:
    """Return the process that finishes recordings for this one."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            parent = (path.parent / "stat").read_text().rpartition(")")[2].split()[1]
            if int(parent) == os.getpid() and b"recording_process" in path.read_bytes():
                return int(path.parent.name)
    raise AssertionError("there is none")
