"""Recordings of callers on real databases: the ground first, then kept, held, pruned and erased."""

from pathlib import Path

import pytest
from durable_stores import KINDS, durable, number
from sqlalchemy import update
from test_recordings_on_record import NODE, Office, astray, office, tenant_says
from two_tenants import ACME, ANN, hold, settle_in

from dialer.adapters.recording_checks import fault_of
from dialer.adapters.sql.known import known_of
from dialer.adapters.sql.privacy import SqlPrivacy
from dialer.adapters.sql.pruning import SqlPruning
from dialer.adapters.sql.stores import SqlStores
from dialer.adapters.sql.tables.attempts import recordings
from dialer.domain.call_record import CallRecord, CallsWanted, Direction
from dialer.domain.ids import MAIN_TENANT, AttemptId, CallId, TenantId, new_call_id
from dialer.domain.legal_limits import Ground
from dialer.domain.outcome import Outcome
from dialer.domain.recording import Booked, Kept
from dialer.domain.retention import DAY_S, Kind, Retention
from dialer.errors import WrongState
from dialer.testing.stores import MemoryStores

REAL = ["sqlite", "postgresql"]
ANY = CallsWanted()
real_ones = pytest.mark.parametrize("kind", REAL)


async def began(
    stores: SqlStores | MemoryStores,
    index: int = 0,
    *,
    tenant_id: TenantId = MAIN_TENANT,
    queue: str = "help",
) -> CallId:
    """Somebody called, and talks with Ann."""
    call = CallRecord(
        new_call_id(), Direction.IN, number(index), 10.0, NODE, tenant_id=tenant_id, queue=queue
    )
    await stores.calls.begin(call)
    await stores.calls.answered(call.call_id, 14.0, agent_id=ANN)
    return call.call_id


async def noted(stores: SqlStores | MemoryStores) -> tuple[object, ...]:
    """Return what the audit log says of an agreement."""
    if isinstance(stores, MemoryStores):
        ((at, by, _, subject, detail),) = (
            row for row in stores.tables.audit if row[2] == "recording_opt_in"
        )
        return by, subject, at, dict(detail)
    (row,) = [one async for one in stores.audit.read(action="recording_opt_in")]
    return row.by, row.subject, row.at, dict(row.detail)


async def talked(at: Office, index: int = 0, **said: str) -> CallId:
    """A caller's talk was recorded and is over."""
    tenant_id = TenantId(said.pop("tenant_id", MAIN_TENANT))
    call_id = await began(at.stores, index, tenant_id=tenant_id, **said)
    await at.stores.recorded_callers.begin(call_id, Ground.ANNOUNCED, at=16.0)
    await at.stores.calls.ended(call_id, 30.0, Outcome.CONNECTED)
    at.finish(AttemptId(call_id))
    await at.book.look()
    return call_id


async def listed(at: Office, wanted: CallsWanted = ANY, **more: object) -> list[CallId]:
    asked = {"limit": 10, "tenant_id": MAIN_TENANT, **more}
    found = await at.stores.recorded_callers.newest(wanted, **asked)  # type: ignore[arg-type]
    return [one.call.call_id for one in found]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_ground_is_on_record_while_the_call_lives_and_not_after_it(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        await settle_in(stores)
        records = stores.recorded_callers
        call_id = await began(stores)
        await records.begin(call_id, Ground.OPT_IN, by="agent ann", at=16.0)
        await records.begin(call_id, Ground.OPT_IN, by="agent ann", at=16.5)
        detail = {"queue": "help", "agent": "ann"}
        assert await noted(stores) == ("agent ann", f"call {call_id}", 16.0, detail)
        await records.void(call_id)
        await records.void(call_id)
        await stores.calls.ended(call_id, 30.0, Outcome.CONNECTED)
        for gone in (call_id, new_call_id()):
            with pytest.raises(WrongState, match="call: is over; ask in the next talk"):
                await records.begin(gone, Ground.ANNOUNCED, at=31.0)


@real_ones
async def test_it_is_kept_named_and_verified_as_any_recording(kind: str, tmp_path: Path) -> None:
    async with office(kind, tmp_path) as at:
        await tenant_says(at, name="{date}/{campaign}/{agent}-{attempt}")
        call_id = await talked(at)
        row = await at.row(AttemptId(call_id))
        name = f"1970-01-01/help/ann-{call_id}.wav"
        assert (row.file, row.kept, row.seconds, row.node) == (name, Kept.DISK, 4.8, NODE)
        assert at.files() == [name, f"peaks/{call_id}.peaks"]
        assert [fault_of(at.shelf, one) async for one in at.stores.recordings.all()] == [""]
        assert await astray(at) == {}
        (at.spool / name).unlink()
        assert await astray(at) == {"recordings whose file is not there": 1}


@real_ones
async def test_what_did_not_begin_is_not_listed_and_what_nobody_began_is_not_booked(
    kind: str, tmp_path: Path
) -> None:
    async with office(kind, tmp_path) as at:
        call_id = await began(at.stores)
        stranger = at.finish(AttemptId(call_id))
        assert await at.stores.recordings.book(stranger, Kept.DISK) is Booked.UNKNOWN
        await at.stores.recorded_callers.begin(call_id, Ground.ANNOUNCED, at=16.0)
        assert await listed(at) == []
        assert [one async for one in at.stores.recordings.all()] == []
        assert await at.stores.recordings.book(stranger, Kept.DISK) is Booked.YES
        assert await listed(at) == [call_id]
        await at.stores.recorded_callers.void(call_id)  # too late: it is there
        found = await at.stores.recorded_callers.get(call_id, tenant_id=MAIN_TENANT)
        assert found is not None
        assert (found.ground, found.recorded_at, found.seconds) == ("announced", 16.0, 4.8)
        assert (found.call.queue, found.call.agent_id) == ("help", ANN)
        assert await at.stores.recorded_callers.get(call_id, tenant_id=ACME) is None


@real_ones
async def test_they_are_listed_newest_first_in_pages_each_tenants_own(
    kind: str, tmp_path: Path
) -> None:
    async with office(kind, tmp_path) as at:
        ours = sorted([await talked(at, index) for index in range(3)], reverse=True)
        theirs = await talked(at, 3, tenant_id=ACME, queue="sales")
        assert await listed(at) == ours
        assert await listed(at, limit=2) == ours[:2]
        assert await listed(at, before=ours[1]) == ours[2:]
        assert await listed(at, tenant_id=ACME) == [theirs]
        assert len(await listed(at, CallsWanted(number=number(1)))) == 1
        assert await listed(at, CallsWanted(queue="sales")) == []
        assert await listed(at, CallsWanted(queue="help", agent_id=ANN)) == ours
        assert await listed(at, CallsWanted(since=11.0)) == []


@real_ones
async def test_each_tenants_retention_holds_and_a_legal_hold_before_it(
    kind: str, tmp_path: Path
) -> None:
    async with office(kind, tmp_path) as at:
        held = await talked(at, 0)
        old = await talked(at, 1)
        theirs = await talked(at, 2, tenant_id=ACME, queue="sales")
        await hold(at.stores, 0)
        pruning = SqlPruning(at.stores.writer, at.stores.reader, at.spool, at.shelf.delete)
        kept = {
            str(MAIN_TENANT): Retention({Kind.RECORDINGS: 1}),
            str(ACME): Retention({Kind.RECORDINGS: 30}),
        }
        counted = await pruning.prune(kept, now=2 * DAY_S, dry_run=True)
        assert counted.rows[Kind.RECORDINGS] == 1
        pruned = await pruning.prune(kept, now=2 * DAY_S)
        assert pruned.rows[Kind.RECORDINGS] == 1
        assert await listed(at) == [held]
        assert await listed(at, tenant_id=ACME) == [theirs]
        left = sorted([f"{held}.wav", f"{theirs}.wav"])
        assert [one for one in at.files() if one.endswith(".wav")] == left
        assert not any(old in one for one in at.files())
        assert (await pruning.prune(kept, now=40 * DAY_S)).rows[Kind.RECORDINGS] == 1
        assert await listed(at, tenant_id=ACME) == []


@real_ones
async def test_what_is_known_of_a_caller_names_it_and_erasing_them_deletes_it(
    kind: str, tmp_path: Path
) -> None:
    async with office(kind, tmp_path) as at:
        call_id = await talked(at)
        message = at.spool / "voicemail" / f"{call_id}-1.wav"
        message.parent.mkdir()
        message.touch()
        known = await known_of(at.stores.reader, number(0), named="x")
        assert [row["call_id"] for row in known["recordings"]] == [call_id]
        # a message of the same call is another thing
        assert at.shelf.delete([f"voicemail/{call_id}-1.wav"]) == 1
        assert fault_of(at.shelf, await at.row(AttemptId(call_id))) == ""
        privacy = SqlPrivacy(at.stores.writer, at.stores.reader, b"k" * 32)
        erased = await privacy.erase(number(0), by="sue", reason="asked", at=100.0)
        assert erased.files == (f"{call_id}.wav",)
        at.shelf.delete(erased.files)
        assert at.files() == []
        assert await listed(at) == []
        again = at.finish(AttemptId(call_id))
        assert await at.stores.recordings.book(again, Kept.DISK) is Booked.FORGOTTEN


async def test_one_that_is_not_on_the_store_is_brought_there(tmp_path: Path) -> None:
    kept_in = tmp_path / "kept"
    kept_in.mkdir()
    async with office("sqlite", tmp_path, kept_in=kept_in) as at:
        call_id = await talked(at)
        assert (await at.row(AttemptId(call_id))).kept is Kept.DISK
        assert at.files() == []
        assert (kept_in / f"{call_id}.wav").is_file()
        lost = update(recordings).values(kept="")
        await at.stores.writer.transact(lambda connection: connection.execute(lost))
        assert [one.attempt_id for one in await at.stores.recordings.to_keep(NODE, 5)] == [call_id]
        assert await at.stores.recordings.to_keep("west", 5) == []
