"""Recordings are booked once, kept in their store and forgotten for good, whatever dies.

On real databases, the real disk and the real process that keeps them; only the store goes away.
"""

import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from durable_stores import durable
from recording_stores import bucket_server
from sqlalchemy import select, update
from two_tenants import ANN, settle_in, talked

from dialer.adapters.recording_checks import fault_of, reseal
from dialer.adapters.recording_finish import PLAIN, finish
from dialer.adapters.recording_keeper import KeeperProcess
from dialer.adapters.recording_keys import add_key, read_keys
from dialer.adapters.recording_shelf import RecordingShelf
from dialer.adapters.recording_spool import DiskSpool
from dialer.adapters.s3_store import Bucket
from dialer.adapters.sql.checks import check
from dialer.adapters.sql.pruning import SqlPruning
from dialer.adapters.sql.stores import SqlStores
from dialer.adapters.sql.tables.attempts import attempts, recordings
from dialer.adapters.sql.tables.people import tenants
from dialer.domain.ids import AttemptId, new_attempt_id
from dialer.domain.recording import Booked, Finished, Kept, RecordingRow
from dialer.domain.retention import DAY_S, Kind, Retention
from dialer.services.recording_book import RecordingBook

NODE = "east"
SAMPLES = bytes(range(256)) * 600


class Hands:
    """A clock that is turned by hand."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def now(self) -> float:
        return self.at


@dataclass
class Office:
    """A node's recordings, and the database they are on record in."""

    stores: SqlStores
    spool: Path
    shelf: RecordingShelf
    keeper: KeeperProcess
    book: RecordingBook
    clock: Hands

    async def recorded(self, index: int) -> AttemptId:
        """Have a talk recorded and finished."""
        attempt_id = await talked(self.stores, ANN, index)
        change = update(attempts).where(attempts.c.id == attempt_id).values(node=NODE)
        await self.stores.writer.transact(lambda connection: connection.execute(change))
        self.finish(attempt_id)
        return attempt_id

    def finish(self, attempt_id: AttemptId) -> Finished:
        (self.spool / f"{attempt_id}.raw").write_bytes(SAMPLES)
        done = finish(self.spool, attempt_id, PLAIN, self.shelf.keys(), now=self.clock.now())
        assert done is not None
        return done

    async def row(self, attempt_id: AttemptId) -> RecordingRow:
        found = await self.stores.recordings.of_attempt(attempt_id)
        assert found is not None
        return found

    async def named(self, attempt_id: AttemptId) -> str:
        query = select(attempts.c.recording).where(attempts.c.id == attempt_id)
        async with self.stores.reader.connect() as connection:
            return str((await connection.execute(query)).scalar_one())

    def files(self) -> list[str]:
        """Names of what is on the disk of the node."""
        all_of_it = (path for path in self.spool.rglob("*") if path.is_file())
        return sorted(str(path.relative_to(self.spool)) for path in all_of_it)


@asynccontextmanager
async def office(
    kind: str,
    folder: Path,
    *,
    kept_in: Path | None = None,
    bucket: Bucket | None = None,
    keys: Path | None = None,
) -> AsyncIterator[Office]:
    spool = folder / "monitor"
    spool.mkdir(exist_ok=True)
    clock = Hands()
    async with durable(kind, folder) as stores:
        assert isinstance(stores, SqlStores)
        await settle_in(stores)
        keeper = KeeperProcess(spool, kept_in or spool, bucket)
        book = RecordingBook(
            records=stores.recordings,
            spool=DiskSpool(spool),
            keeper=keeper,
            store=Kept.DISK if bucket is None else Kept.S3,
            elsewhere=kept_in is not None or bucket is not None,
            node=NODE,
            clock=clock,
        )
        shelf = RecordingShelf.of(spool, kept_in, bucket or Bucket(""), keys)
        try:
            yield Office(stores, spool, shelf, keeper, book, clock)
        finally:
            await keeper.close()


async def tenant_says(at: Office, **rules: object) -> None:
    change = update(tenants).where(tenants.c.id == "main").values(settings={"recordings": rules})
    await at.stores.writer.transact(lambda connection: connection.execute(change))


async def astray(at: Office, kept_in: Path | None = None) -> dict[str, int]:
    """Return what the check of the database says of recordings that are not as they should be."""
    late = time.time() + 7200.0
    found = await check(at.stores.reader, at.spool, now=late, kept_in=kept_in)
    return {one.what: one.count for one in found if one.what.startswith("recordings") and one.count}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_finished_recording_is_on_record_with_its_checksum_and_stays_where_it_is(
    kind: str, tmp_path: Path
) -> None:
    async with office(kind, tmp_path) as at:
        attempt_id = await at.recorded(0)
        await at.book.look()
        row = await at.row(attempt_id)
        assert (row.file, row.kept, row.seconds) == (f"{attempt_id}.wav", Kept.DISK, 4.8)
        assert (row.bytes, len(row.sha256)) == (len(SAMPLES) + 44, 64)
        assert await at.named(attempt_id) == row.file
        assert at.files() == [f"{attempt_id}.wav", f"peaks/{attempt_id}.peaks"]
        assert fault_of(at.shelf, row) == ""
        assert await astray(at) == {}
        again = at.finish(attempt_id)  # the process was killed before it had removed the raw file
        await at.book.look()
        assert [one.row_id async for one in at.stores.recordings.all()] == [row.row_id]
        assert again.sha256 == row.sha256


async def test_a_recording_waits_for_the_end_of_its_attempt_and_one_of_nobody_stays(
    tmp_path: Path,
) -> None:
    async with office("sqlite", tmp_path) as at:
        attempt_id = await at.recorded(0)
        still = update(attempts).where(attempts.c.id == attempt_id)
        open_again = still.values(ended_at=None)
        await at.stores.writer.transact(lambda connection: connection.execute(open_again))
        stranger = new_attempt_id()
        at.finish(stranger)
        await at.book.look()
        assert await at.stores.recordings.of_attempt(attempt_id) is None
        ended = still.values(ended_at=150.0)
        await at.stores.writer.transact(lambda connection: connection.execute(ended))
        await at.book.look()  # too soon: it was looked for a moment ago
        assert await at.stores.recordings.of_attempt(attempt_id) is None
        at.clock.at += 5.0
        await at.book.look()
        assert (await at.row(attempt_id)).sha256
        assert f"finished/{stranger}.json" in at.files()


async def test_what_was_erased_while_it_was_finished_is_deleted(tmp_path: Path) -> None:
    async with office("sqlite", tmp_path) as at:
        attempt_id = await at.recorded(0)
        await at.book.look()
        gone = update(recordings).values(deleted_at=5.0)
        await at.stores.writer.transact(lambda connection: connection.execute(gone))
        done = at.finish(attempt_id)
        assert await at.stores.recordings.book(done, Kept.DISK) is Booked.FORGOTTEN
        await at.book.look()
        assert at.files() == []
        assert await at.stores.recordings.of_attempt(attempt_id) is None


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_rule_names_recordings_and_moves_them_with_their_rows(
    kind: str, tmp_path: Path
) -> None:
    async with office(kind, tmp_path) as at:
        await tenant_says(at, name="{date}/{campaign}-{agent}-{attempt}")
        attempt_id = await at.recorded(0)
        await at.book.look()
        row = await at.row(attempt_id)
        name = f"1970-01-01/spring-ann-{attempt_id}.wav"
        assert (row.file, row.kept, await at.named(attempt_id)) == (name, Kept.DISK, name)
        assert at.files() == [name, f"peaks/{attempt_id}.peaks"]
        assert fault_of(at.shelf, row) == ""
        assert at.shelf.peaks(attempt_id, row.kept)


async def test_a_folder_that_is_not_mounted_loses_nothing_and_is_filled_when_it_is_back(
    tmp_path: Path,
) -> None:
    kept_in = tmp_path / "mounted"
    async with office("sqlite", tmp_path, kept_in=kept_in) as at:
        ids = [await at.recorded(index) for index in range(3)]
        await at.book.look()
        assert {(await at.row(one)).kept for one in ids} == {Kept.SPOOL}
        assert [fault_of(at.shelf, await at.row(one)) for one in ids] == ["", "", ""]
        kept_in.mkdir()
        await at.book.look()  # it is not asked for again at once
        assert not any(kept_in.iterdir())
        at.clock.at += 300.0
        await at.book.look()
        assert {(await at.row(one)).kept for one in ids} == {Kept.DISK}
        assert at.files() == []
        assert await astray(at, kept_in) == {}
        assert await astray(at) == {"recordings whose file is not there": 3}
        assert sorted(path.stem for path in kept_in.glob("*.wav")) == sorted(ids)
        assert [fault_of(at.shelf, await at.row(one)) for one in ids] == ["", "", ""]


async def test_a_bucket_gets_what_is_encrypted_and_rotated_and_forgets_it_when_it_is_pruned(
    tmp_path: Path,
) -> None:
    keys = tmp_path / "keys"
    add_key(keys, "one")
    with bucket_server() as bucket:
        async with office("sqlite", tmp_path, bucket=bucket, keys=keys) as at:
            attempt_id = await at.recorded(0)
            await at.book.look()
            row = await at.row(attempt_id)
            assert await astray(at) == {}
            assert (row.kept, row.file, row.key_id) == (Kept.S3, f"{attempt_id}.wav.enc", "one")
            assert at.files() == []
            assert fault_of(at.shelf, row) == ""
            audio = at.shelf.open(row.file, row.kept)
            whole = b"".join(audio.parts(0, audio.size))
            assert b"".join(audio.parts(65_530, 70_000)) == whole[65_530:135_530]
            assert b"".join(audio.parts(3, 5)) == whole[3:8]
            add_key(keys, "two")
            assert reseal(at.shelf, row) == "two"
            await at.stores.recordings.resealed(row, "two")
            only_new = keys.read_text().splitlines()[0]
            keys.write_text(only_new)
            assert fault_of(at.shelf, row) == ""
            assert list(read_keys(keys).keys) == ["two"]
            pruning = SqlPruning(at.stores.writer, at.stores.reader, at.spool, at.shelf.delete)
            old = {"main": Retention({Kind.RECORDINGS: 1})}
            await pruning.prune(old, now=row.began_at + 2 * DAY_S)
            assert fault_of(at.shelf, row) == "is missing"
            with pytest.raises(FileNotFoundError):
                at.shelf.peaks(attempt_id, Kept.S3)
            assert await at.stores.recordings.of_attempt(attempt_id) is None


async def test_a_bucket_that_is_away_for_hours_loses_nothing(tmp_path: Path) -> None:
    with bucket_server() as away:
        pass
    async with office("sqlite", tmp_path, bucket=away) as at:
        ids = [await at.recorded(index) for index in range(2)]
        for _ in range(4):
            await at.book.look()
            at.clock.at += 3600.0
        assert {(await at.row(one)).kept for one in ids} == {Kept.SPOOL}
        assert [fault_of(at.shelf, await at.row(one)) for one in ids] == ["", ""]
        assert len(at.files()) == 4
    with bucket_server() as back:
        keeper = KeeperProcess(at.spool, at.spool, back)
        row = await _moved_to(keeper, at.spool, ids[0])
        shelf = RecordingShelf.of(at.spool, None, back, None)
        assert len(b"".join(shelf.open(row, Kept.S3).parts(0, 1 << 30))) == len(SAMPLES) + 44


async def _moved_to(keeper: KeeperProcess, spool: Path, attempt_id: str) -> str:
    file = f"{attempt_id}.wav"
    try:
        await keeper.keep(attempt_id, file, f"a/{file}")
        await keeper.drop(attempt_id, file, f"a/{file}")
    finally:
        await keeper.close()
    assert not (spool / file).exists()
    return f"a/{file}"


async def test_an_engine_killed_between_the_record_and_the_disk_leaves_no_copy(
    tmp_path: Path,
) -> None:
    kept_in = tmp_path / "kept"
    kept_in.mkdir()
    async with office("sqlite", tmp_path, kept_in=kept_in) as at:
        done, undone = [await at.recorded(index) for index in range(2)]
        kept_in.rename(tmp_path / "away")
        await at.book.look()  # booked, and not kept
        (tmp_path / "away").rename(kept_in)
        for attempt_id in (done, undone):
            row = await at.row(attempt_id)
            await at.keeper.keep(attempt_id, row.file, row.file)
            DiskSpool(at.spool).mark(attempt_id)
        row = await at.row(done)
        assert await at.stores.recordings.moved(row, row.file, Kept.DISK)
        # here it was killed; the next one begins
        await at.book.recover()
        assert at.files() == sorted([f"{undone}.wav", f"peaks/{undone}.peaks"])
        at.clock.at += 10.0
        await at.book.look()
        assert at.files() == []
        for attempt_id in (done, undone):
            assert fault_of(at.shelf, await at.row(attempt_id)) == ""


def keeping_process() -> int:
    """Return the process that keeps recordings for this one."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            parent = (path.parent / "stat").read_text().rpartition(")")[2].split()[1]
            if int(parent) == os.getpid() and b"recording_keep_process" in path.read_bytes():
                return int(path.parent.name)
    raise AssertionError("there is none")


async def test_a_process_that_was_killed_is_started_again(tmp_path: Path) -> None:
    kept_in = tmp_path / "kept"
    kept_in.mkdir()
    async with office("sqlite", tmp_path, kept_in=kept_in) as at:
        first = await at.recorded(0)
        await at.book.look()
        os.kill(keeping_process(), signal.SIGKILL)
        second = await at.recorded(1)
        await at.book.look()
        at.clock.at += 10.0
        await at.book.look()
        assert {(await at.row(one)).kept for one in (first, second)} == {Kept.DISK}


async def test_damage_and_loss_are_told_of_each_file(tmp_path: Path) -> None:
    async with office("sqlite", tmp_path) as at:
        sound, damaged, missing = [await at.recorded(index) for index in range(3)]
        await at.book.look()
        path = at.spool / f"{damaged}.wav"
        path.write_bytes(path.read_bytes()[:-1] + b"!")
        (at.spool / f"{missing}.wav").unlink()
        told = {row.attempt_id: fault_of(at.shelf, row) async for row in at.stores.recordings.all()}
        assert told[sound] == ""
        assert "its checksum is another" in told[damaged]
        assert told[missing] == "is missing"
        elsewhere = replace(await at.row(sound), kept=Kept.S3)
        assert "unknown here" in fault_of(at.shelf, elsewhere)
