"""Backups: made while an engine writes, checked, put back all or nothing."""

import asyncio
import shutil
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from databases import database, server
from sqlalchemy import select, update

from dialer.adapters.sql.backup import backup, restore
from dialer.adapters.sql.opening import VERSIONS
from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.adapters.sql.tables import metadata
from dialer.domain.campaign import Campaign, CampaignState
from dialer.domain.ids import CampaignId, new_attempt_id
from dialer.domain.lead import Attempt
from dialer.domain.leadfile import LeadRow
from dialer.errors import BadInput

KINDS = ("sqlite", "postgresql")
SPRING = CampaignId("spring")


def programs(kind: str) -> Path | None:
    return server().programs if kind == "postgresql" else None


async def fill(stores: SqlStores, leads: int = 20) -> None:
    """Fill a database with a campaign that runs, leads, a lease and an open attempt."""
    await stores.campaigns.create(
        Campaign(campaign_id=SPRING, name="spring", created_at=1.0, state=CampaignState.RUNNING)
    )
    rows = [LeadRow(i, f"+1202555{i:04d}", {"said": 'a\tb\n\\.\n"ü"'}) for i in range(leads)]
    import_id = await stores.imports.begin(SPRING, "list.csv", at=1.0)
    await stores.imports.add(import_id, rows)
    await stores.imports.finish(import_id, rows=leads, rejected=0)
    one, _two = await stores.leads.lease(SPRING, 2)
    dialed = Attempt(new_attempt_id(), SPRING, one.lead_id, one.number, "trunk", 2.0)
    await stores.attempts.record_dialed([dialed])


@asynccontextmanager
async def two_databases(kind: str, folder: Path) -> AsyncIterator[tuple[str, str]]:
    (folder / "one").mkdir()
    (folder / "two").mkdir()
    async with database(kind, folder / "one") as one, database(kind, folder / "two") as two:
        yield one, two


async def content(url: str) -> dict[str, list[str]]:
    """Return all rows of all tables."""
    async with open_stores(url) as stores, stores.reader.connect() as connection:
        return {
            table.name: sorted(str(row) for row in (await connection.execute(select(table))).all())
            for table in metadata.sorted_tables
        }


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_put_back_is_what_was_there_and_nothing_dials(
    kind: str, tmp_path: Path
) -> None:
    async with two_databases(kind, tmp_path) as (one, two):
        async with open_stores(one) as stores:
            await fill(stores)
        before = await content(one)
        kept = await backup(one, tmp_path / "b", programs=programs(kind))
        assert kept.rows["leads"] == 20
        assert kept.rows["attempts"] == 1
        assert stat.S_IMODE((tmp_path / "b").stat().st_mode) == 0o600
        assert [path.name for path in tmp_path.glob("b*")] == ["b"]

        restored = await restore(two, tmp_path / "b", programs=programs(kind))
        assert (restored.backup, restored.paused, restored.is_older) == (kept, 1, False)
        after = await content(two)
        assert "paused" in after.pop("campaigns")[0]
        assert "running" in before.pop("campaigns")[0]
        assert after == before

        async with open_stores(two) as stores:
            assert len(await stores.attempts.open_attempts()) == 1
            assert await stores.leads.release_all() == 1
            assert await stores.leads.remaining(SPRING) == 19
            # counting goes on behind the rows that came back
            await stores.imports.begin(SPRING, "more.csv", at=3.0)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_backup_of_a_database_that_is_written_is_one_moment(
    kind: str, tmp_path: Path
) -> None:
    async with two_databases(kind, tmp_path) as (one, two), open_stores(one) as stores:
        await fill(stores)
        done = False

        async def write_on() -> int:
            pairs = 0
            while not done:
                pair = [(f"+1303555{pairs:04d}", "a"), (f"+1404555{pairs:04d}", "b")]

                def add(connection, pair=pair) -> None:  # type: ignore[no-untyped-def]
                    for number, source in pair:
                        row = {"number": number, "scope": "*", "source": source, "at": 1.0}
                        connection.execute(metadata.tables["do_not_call"].insert(), row)

                await stores.writer.transact(add)
                pairs += 1
            return pairs

        async with asyncio.TaskGroup() as tasks:
            writing = tasks.create_task(write_on())
            await asyncio.sleep(0)
            kept = await backup(one, tmp_path / "b", programs=programs(kind))
            done = True
        assert kept.rows["do_not_call"] % 2 == 0
        assert kept.rows["do_not_call"] <= 2 * writing.result()
        restored = await restore(two, tmp_path / "b", programs=programs(kind))
        assert restored.backup.rows == kept.rows


@pytest.mark.parametrize("kind", KINDS)
async def test_a_database_that_holds_something_is_replaced_only_when_told(
    kind: str, tmp_path: Path
) -> None:
    async with two_databases(kind, tmp_path) as (one, two):
        for url in (one, two):
            async with open_stores(url) as stores:
                await fill(stores, leads=5 if url == one else 7)
        await backup(one, tmp_path / "b", programs=programs(kind))
        with pytest.raises(BadInput, match="is not empty; add --replace"):
            await restore(two, tmp_path / "b", programs=programs(kind))
        assert len((await content(two))["leads"]) == 7
        await restore(two, tmp_path / "b", replace=True, programs=programs(kind))
        assert len((await content(two))["leads"]) == 5


@pytest.mark.parametrize("kind", KINDS)
async def test_a_database_that_is_in_use_is_not_replaced(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as url, open_stores(url) as stores:
        await fill(stores)
        await backup(url, tmp_path / "b", programs=programs(kind))
        with pytest.raises(BadInput, match="is in use"):
            await restore(url, tmp_path / "b", replace=True, programs=programs(kind))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("version", ["0000", "9999"])
async def test_a_newer_backup_is_refused_an_older_one_is_told(
    kind: str, version: str, tmp_path: Path
) -> None:
    async with two_databases(kind, tmp_path) as (one, two):
        async with open_stores(one) as stores:
            await stores.writer.transact(
                lambda connection: connection.execute(update(VERSIONS).values(version_num=version))
            )
        await backup(one, tmp_path / "b", programs=programs(kind))
        if version == "0000":
            assert (await restore(two, tmp_path / "b", programs=programs(kind))).is_older
        else:
            with pytest.raises(BadInput, match="upgrade Outpace"):
                await restore(two, tmp_path / "b", programs=programs(kind))


@pytest.mark.parametrize("kind", KINDS)
async def test_half_a_backup_changes_nothing(kind: str, tmp_path: Path) -> None:
    async with two_databases(kind, tmp_path) as (one, two):
        for url in (one, two):
            async with open_stores(url) as stores:
                await fill(stores, leads=300 if url == one else 7)
        await backup(one, tmp_path / "b", programs=programs(kind))
        whole = (tmp_path / "b").read_bytes()
        for share in (0.3, 0.6, 0.95):
            (tmp_path / "b").write_bytes(whole[: int(len(whole) * share)])
            with pytest.raises(BadInput) as told:
                await restore(two, tmp_path / "b", replace=True, programs=programs(kind))
            assert "\n" not in str(told.value)
            assert len((await content(two))["leads"]) == 7


@pytest.mark.parametrize("kind", KINDS)
async def test_a_file_that_is_there_is_not_written_over(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as url:
        async with open_stores(url):
            pass
        (tmp_path / "b").write_text("mine")
        with pytest.raises(BadInput, match="is there already"):
            await backup(url, tmp_path / "b", programs=programs(kind))
        assert (tmp_path / "b").read_text() == "mine"
        with pytest.raises(BadInput, match="is no backup of Outpace"):
            await restore(url, tmp_path / "b", programs=programs(kind))
        with pytest.raises(BadInput, match="cannot be written"):
            await backup(url, tmp_path / "none" / "b", programs=programs(kind))
        with pytest.raises(BadInput, match="cannot be read"):
            await restore(url, tmp_path / "none", programs=programs(kind))


async def test_a_backup_of_one_database_is_not_put_into_the_other(tmp_path: Path) -> None:
    async with database("sqlite", tmp_path) as lite, database("postgresql", tmp_path) as big:
        async with open_stores(lite):
            pass
        await backup(lite, tmp_path / "b")
        with pytest.raises(BadInput, match="is of SQLite, the database is not"):
            await restore(big, tmp_path / "b")


async def test_a_server_without_its_programs_is_told(tmp_path: Path) -> None:
    async with database("postgresql", tmp_path) as url:
        with pytest.raises(BadInput, match=r"pg_restore: is not in .*--programs"):
            await backup(url, tmp_path / "b", programs=tmp_path)
        assert not (tmp_path / "b").exists()


async def test_a_file_damaged_in_the_middle_is_not_put_back(tmp_path: Path) -> None:
    async with two_databases("sqlite", tmp_path) as (one, two):
        async with open_stores(one) as stores:
            await fill(stores, leads=2000)
        await backup(one, tmp_path / "b")
        damaged = bytearray((tmp_path / "b").read_bytes())
        for at in range(40_960, len(damaged), 4096):
            damaged[at : at + 64] = b"\xff" * 64
        (tmp_path / "b").write_bytes(damaged)
        place = Path(two.removeprefix("sqlite:///"))
        place.unlink()
        with pytest.raises(BadInput, match=r"damaged|malformed"):
            await restore(two, tmp_path / "b")
        assert not place.exists()


async def test_nothing_is_left_of_a_backup_that_fails(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    shutil.copy(Path(__file__), path)
    with pytest.raises(BadInput, match="not a database"):
        await backup(f"sqlite:///{path}", tmp_path / "b")
    assert sorted(found.name for found in tmp_path.iterdir()) == ["other.db"]


async def test_the_backup_of_a_missing_file_makes_none(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="unable to open"):
        await backup(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "b")
    assert list(tmp_path.iterdir()) == []
