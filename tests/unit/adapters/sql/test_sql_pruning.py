"""Old records go; what is held, open or young stays. A check sees what is wrong."""

import os
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from databases import database
from sqlalchemy import Connection, func, insert, select

from dialer.adapters.sql import pruning as of_pruning
from dialer.adapters.sql.checks import check
from dialer.adapters.sql.pruning import SqlPruning
from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.adapters.sql.tables import metadata
from dialer.domain.campaign import Campaign
from dialer.domain.ids import CampaignId, new_attempt_id
from dialer.domain.retention import DAY_S, Fate, Kind, Retention
from dialer.errors import BadInput

KINDS = ("sqlite", "postgresql")
NOW = 2_000_000_000.0
TABLES = metadata.tables
HELD = "+12025550000"
OLD = NOW - 100 * DAY_S
KEPT = {"main": Retention(dict.fromkeys(Kind, 90))}


async def put(stores: SqlStores, table: str, *rows: Mapping[str, Any]) -> None:
    def work(connection: Connection) -> None:
        for row in rows:
            connection.execute(insert(TABLES[table]), row)

    await stores.writer.transact(work)


async def count(stores: SqlStores, table: str) -> int:
    async with stores.reader.connect() as connection:
        query = select(func.count()).select_from(TABLES[table])
        return int((await connection.execute(query)).scalar_one())


async def prepare(stores: SqlStores) -> None:
    """Add a campaign with a list and a place, and a number under hold (another's was lifted)."""
    await stores.campaigns.create(
        Campaign(campaign_id=CampaignId("spring"), name="spring", created_at=1.0)
    )
    await put(
        stores, "lead_lists", {"id": 1, "campaign_id": "spring", "name": "a", "created_at": 1}
    )
    await put(stores, "places", {"id": 1, "key": "US"})
    hold = {"tenant_id": "main", "reason": "claim", "by": "ann", "at": 1.0}
    lifted = {**hold, "number": "+12025550001", "lifted_at": 2.0}
    await put(stores, "legal_holds", {**hold, "number": HELD}, lifted)


async def add_lead(stores: SqlStores, lead_id: int, **more: Any) -> None:
    row = {"id": lead_id, "campaign_id": "spring", "list_id": 1, "number": f"+1303555{lead_id:04d}"}
    await put(stores, "leads", {**row, "place_id": 1, "state": "done", "added_at": 1.0, **more})


def attempt(
    lead_id: int, number: str, at: float, *, ended: bool = True, **more: Any
) -> dict[str, Any]:
    return {
        "id": new_attempt_id(),
        "campaign_id": "spring",
        "lead_id": lead_id,
        "list_id": 1,
        "number": number,
        "trunk": "trunk",
        "dialed_at": at,
        "ended_at": at + 60 if ended else None,
        **more,
    }


@pytest.mark.parametrize("kind", KINDS)
async def test_rows_go_exactly_as_the_law_decides(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(of_pruning, "BATCH", 7)  # several batches of a few rows
    chance = random.Random(3)
    async with database(kind, tmp_path) as url, open_stores(url) as stores:
        await prepare(stores)
        stays = 0
        rows = []
        for lead_id in range(1, 61):
            await add_lead(stores, lead_id)
            number = chance.choice((HELD, f"+1404555{lead_id:04d}"))
            at = NOW - chance.choice((10, 89, 91, 1000)) * DAY_S
            ended = number == HELD or chance.random() < 0.8
            rows.append(attempt(lead_id, number, at, ended=ended))
            fate = KEPT["main"].fate(
                Kind.ATTEMPTS, at=at, now=NOW, is_held=number == HELD, is_open=not ended
            )
            stays += fate is not Fate.DELETE
        await put(stores, "attempts", *rows)
        pruning = SqlPruning(stores.writer, stores.reader, tmp_path)
        would = await pruning.prune(KEPT, now=NOW, dry_run=True)
        assert await count(stores, "attempts") == 60
        done = await pruning.prune(KEPT, now=NOW)
        assert done.rows[Kind.ATTEMPTS] == would.rows[Kind.ATTEMPTS] == 60 - stays
        assert await count(stores, "attempts") == stays
        assert (await pruning.prune(KEPT, now=NOW)).rows == dict.fromkeys(Kind, 0)


@pytest.mark.parametrize("kind", KINDS)
async def test_each_kind_goes_with_what_hangs_on_it(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as url, open_stores(url) as stores:
        await prepare(stores)
        await add_lead(stores, 1)
        await add_lead(stores, 2)
        old, held = attempt(1, "+14045550001", OLD), attempt(2, HELD, OLD)
        await put(stores, "attempts", old, held)
        both = (old["id"], held["id"])
        await put(stores, "scorecards", {"id": 1, "tenant_id": "main", "name": "s"})
        call = {"tenant_id": "main", "direction": "in", "began_at": OLD, "ended_at": OLD + 9}
        for at, (attempt_id, number) in enumerate(zip(both, ("+14045550001", HELD), strict=True)):
            await put(
                stores,
                "reviews",
                {"scorecard_id": 1, "attempt_id": attempt_id, "by": "a", "at": OLD},
            )
            heard = {"attempt_id": attempt_id, "answerer": "machine", "at_s": 5.0}
            await put(stores, "amd_verdicts", {**heard, "label": "person"})
            await put(
                stores,
                "calls",
                {**call, "id": f"c{at}", "attempt_id": attempt_id, "number": number},
            )
            await put(
                stores,
                "refusals",
                {"campaign_id": "spring", "lead_id": 1, "number": number, "at": OLD},
            )
            for subject in (number, attempt_id):
                await put(
                    stores,
                    "audit_log",
                    {
                        "tenant_id": "main",
                        "at": OLD,
                        "by": "a",
                        "action": "reveal",
                        "subject": subject,
                    },
                )
            await put(
                stores,
                "agent_log",
                {"agent_id": "1", "state": "talking", "attempt_id": attempt_id, "since": OLD},
            )
        await put(
            stores,
            "calls",
            {**call, "id": "c9", "number": "+1", "parent_id": "c0", "began_at": NOW},
        )
        await put(stores, "agent_log", {"agent_id": "1", "state": "idle", "since": NOW})
        await put(stores, "pacing_decisions", {"campaign_id": "spring", "at": OLD, "lines": 1})
        message = {"tenant_id": "main", "sent_by": "sue", "sent_to": "*", "body": "hello"}
        await put(
            stores, "messages", {**message, "id": 1, "at": OLD}, {**message, "id": 2, "at": NOW}
        )
        for which in (1, 2):
            await put(stores, "message_reads", {"message_id": which, "agent_id": "1", "at": NOW})
        pruning = SqlPruning(stores.writer, stores.reader, tmp_path)
        done = await pruning.prune(KEPT, now=NOW)
        assert done.rows == {
            Kind.RECORDINGS: 0,
            Kind.ATTEMPTS: 1,
            Kind.CALLS: 1,
            Kind.VOICEMAILS: 0,
            Kind.REFUSALS: 1,
            Kind.AUDIT: 2,
            Kind.AGENT_LOG: 1,
            Kind.PACING_DECISIONS: 1,
            Kind.REJECTS: 0,
            Kind.WEBHOOK_EVENTS: 0,
            Kind.MESSAGES: 1,
        }
        expected = {
            "attempts": 1,
            "amd_verdicts": 1,
            "calls": 2,
            "reviews": 1,
            "refusals": 1,
            "messages": 1,
            "message_reads": 1,
        }
        assert {name: await count(stores, name) for name in expected} == expected


@pytest.mark.parametrize("kind", KINDS)
async def test_recordings_go_with_their_files_and_before_their_attempts(
    kind: str, tmp_path: Path
) -> None:
    folder = tmp_path / "monitor"
    folder.mkdir()
    (tmp_path / "mine.wav").touch()
    async with database(kind, tmp_path) as url, open_stores(url) as stores:
        await prepare(stores)
        numbers = ("+14045550001", HELD, "+14045550003", "+14045550004", "+14045550005")
        rows = []
        for lead_id, number in enumerate(numbers, 1):
            await add_lead(stores, lead_id)
            at = NOW if lead_id == 3 else OLD
            rows.append(attempt(lead_id, number, at, recording=f"at-{lead_id}.wav"))
            (folder / f"at-{lead_id}.wav").touch()
        rows[3]["recording"] = "../mine.wav"
        (folder / "at-5.wav").unlink()  # a prune that was ended before its commit
        await put(stores, "attempts", *rows)
        filed = {"attempt_id": rows[0]["id"], "file": "at-x.wav", "began_at": OLD}
        await put(
            stores, "recordings", filed, {**filed, "attempt_id": rows[1]["id"], "file": "at-y.wav"}
        )
        for name in ("at-x.wav", "at-y.wav"):
            (folder / name).touch()

        only = {"main": Retention(dict.fromkeys(Kind) | {Kind.ATTEMPTS: 90})}
        pruning = SqlPruning(stores.writer, stores.reader, folder)
        assert (await pruning.prune(only, now=NOW)).rows[Kind.ATTEMPTS] == 0
        assert len(list(folder.iterdir())) == 6

        would = await pruning.prune(KEPT, now=NOW, dry_run=True)
        assert len(list(folder.iterdir())) == 6
        done = await pruning.prune(KEPT, now=NOW)
        assert done.rows == would.rows
        assert done.rows[Kind.RECORDINGS] == 4
        assert done.rows[Kind.ATTEMPTS] == 3
        left = sorted(path.name for path in folder.iterdir())
        assert left == ["at-2.wav", "at-3.wav", "at-4.wav", "at-y.wav"]
        assert (tmp_path / "mine.wav").exists()


@pytest.mark.parametrize("kind", KINDS)
async def test_voicemails_go_with_their_files_as_their_tenant_has_it(
    kind: str, tmp_path: Path
) -> None:
    folder = tmp_path / "monitor"
    messages = folder / "voicemail"
    messages.mkdir(parents=True)
    async with database(kind, tmp_path) as url, open_stores(url) as stores:
        await prepare(stores)
        await put(stores, "tenants", {"id": "acme", "name": "Acme", "created_at": 1.0})
        for name, number, at, tenant in (
            ("old", "+14045550001", OLD, "main"),
            ("young", "+14045550001", NOW, "main"),
            ("held", HELD, OLD, "main"),
            ("withheld", "", OLD, "main"),
            ("theirs", "+14045550001", OLD, "acme"),
        ):
            (messages / f"vm-{name}.wav").touch()
            row = {"tenant_id": tenant, "number": number, "file": f"vm-{name}.wav", "at": at}
            await put(stores, "voicemails", row)
        kept = {**KEPT, "acme": Retention(dict.fromkeys(Kind))}
        pruning = SqlPruning(stores.writer, stores.reader, folder)
        would = await pruning.prune(kept, now=NOW, dry_run=True)
        assert len(list(messages.iterdir())) == await count(stores, "voicemails") == 5
        done = await pruning.prune(kept, now=NOW)
        assert done.rows == would.rows
        assert done.rows[Kind.VOICEMAILS] == 2
        left = sorted(path.name for path in messages.iterdir())
        assert left == ["vm-held.wav", "vm-theirs.wav", "vm-young.wav"]
        assert await count(stores, "voicemails") == 3


@pytest.mark.parametrize("kind", KINDS)
async def test_recordings_that_cannot_be_found_are_not_forgotten(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as url, open_stores(url) as stores:
        await prepare(stores)
        await add_lead(stores, 1)
        await put(stores, "attempts", attempt(1, "+14045550001", OLD, recording="at-1.wav"))
        pruning = SqlPruning(stores.writer, stores.reader, tmp_path / "none")
        with pytest.raises(BadInput, match="there is no folder"):
            await pruning.prune(KEPT, now=NOW)
        assert await count(stores, "attempts") == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_a_check_counts_what_is_not_as_it_should_be(kind: str, tmp_path: Path) -> None:
    folder = tmp_path / "monitor"
    folder.mkdir()
    async with database(kind, tmp_path) as url, open_stores(url) as stores:
        await prepare(stores)
        counts = [found.count for found in await check(stores.reader, folder, now=NOW)]
        assert counts == [0] * 7

        await add_lead(stores, 1, state="dialing")
        await add_lead(stores, 2, state="dialing")
        await add_lead(stores, 3, state="dialing")
        await add_lead(stores, 4, state="leased", lease_ends_at=NOW - 1)
        await add_lead(stores, 5, state="leased", lease_ends_at=NOW + 1)
        await put(
            stores,
            "attempts",
            attempt(1, "+1", NOW - 9, ended=False),
            attempt(2, "+2", NOW - DAY_S, ended=False),
            attempt(3, "+3", NOW - DAY_S, recording="at-3.wav"),
            attempt(4, "+4", NOW - DAY_S, recording="at-4.wav"),
        )
        base = {"campaign_id": "spring", "list_id": 1, "file": "l.csv", "state": "importing"}
        await put(
            stores, "imports", {**base, "started_at": NOW - DAY_S}, {**base, "started_at": NOW}
        )
        promise = {"campaign_id": "spring", "lead_id": 5, "number": "+5", "since": 1.0}
        for state, due in (("promised", NOW - 3600), ("kept", NOW - 3600), ("promised", NOW + 9)):
            await put(stores, "callbacks", {**promise, "state": state, "due_at": due})
        for name in ("at-4.wav", "at-lost.wav", "at-young.wav"):
            (folder / name).touch()
            moment = NOW if "young" in name else NOW - DAY_S
            os.utime(folder / name, (moment, moment))
        findings = await check(stores.reader, folder, now=NOW)
        assert [found.count for found in findings] == [1, 1, 1, 1, 1, 1, 1]
        assert all(found.fix for found in findings)
