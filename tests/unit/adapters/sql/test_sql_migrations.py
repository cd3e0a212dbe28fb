"""Migrations: they make what the tables say, keep what is there, and all of it or nothing."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from databases import database
from migrated import chain, counted, emptied, filled, run
from sqlalchemy import Connection, create_engine, text

from dialer.adapters.sql.address import DatabaseAddress
from dialer.adapters.sql.opening import HEAD
from dialer.adapters.sql.shape import differences, shape_of
from dialer.adapters.sql.stores import open_stores
from dialer.adapters.sql.tables import metadata
from dialer.adapters.sql.upgrading import (
    MIGRATIONS,
    VERSIONS,
    UpgradeFailed,
    migrate,
    status,
    upgrade,
)
from dialer.errors import BadInput
from tools import make_migration

KINDS = ("sqlite", "postgresql")
NEXT = f"{int(HEAD) + 1:04d}"
AFTER_NEXT = f"{int(HEAD) + 2:04d}"

ADD_COLOUR = """
    op.add_column("leads", sa.Column("colour", sa.Text(), nullable=True))
    op.execute("UPDATE leads SET colour = 'blue of ' || number")
"""
ADD_SKILL = """
    op.execute("INSERT INTO skills SELECT 's' || count(*), 'main', 's', true FROM skills")
"""


@pytest.mark.parametrize("kind", KINDS)
async def test_all_migrations_make_what_the_tables_say(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as url:
        await emptied(url)

        def by_migrations(connection: Connection) -> Any:
            migrate(connection, HEAD)
            return shape_of(connection)

        def at_once(connection: Connection) -> Any:
            metadata.create_all(connection)
            return shape_of(connection)

        migrated = await run(url, by_migrations)
        await emptied(url)
        wanted = await run(url, at_once)
        assert differences(migrated, wanted) == []
        assert len(wanted) > 300
        laws = " ".join(wanted.values()).lower()
        for word in ("where", "priority desc", "on delete cascade"):
            assert word in laws
        assert ("jsonb" if kind == "postgresql" else "without rowid") in laws


def test_head_is_the_last_file_and_each_follows_the_one_before() -> None:
    numbers = [path.name[:4] for path in make_migration.files()]
    assert numbers == [f"{number:04d}" for number in range(1, len(numbers) + 1)]
    assert numbers[-1] == HEAD


def test_what_the_wheel_must_hold_is_beside_the_code() -> None:
    assert (MIGRATIONS / "script.py.mako").is_file()
    assert (MIGRATIONS / "env.py").is_file()
    assert VERSIONS.parent == MIGRATIONS


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "change",
    [
        "DROP INDEX leads_ready",
        (
            "DROP INDEX leads_ready; CREATE INDEX leads_ready ON leads"
            " (campaign_id, pool, place_id, priority, rank, id) WHERE state = 'ready'"
        ),
        (
            "DROP INDEX attempts_open;"
            " CREATE UNIQUE INDEX attempts_open ON attempts (lead_id) WHERE outcome IS NULL"
        ),
        (
            "DROP INDEX attempts_open;"
            " CREATE INDEX attempts_open ON attempts (lead_id) WHERE ended_at IS NULL"
        ),
        "ALTER TABLE leads DROP COLUMN why",
        "ALTER TABLE leads ADD COLUMN colour TEXT",
        "CREATE TABLE more (id INTEGER)",
        "DROP TABLE usage_days",
        (
            "DROP TABLE skills; CREATE TABLE skills (id TEXT NOT NULL, tenant_id TEXT NOT NULL,"
            " name TEXT NOT NULL, active BOOLEAN DEFAULT true NOT NULL)"
        ),
    ],
)
async def test_no_difference_of_shape_stays_unseen(kind: str, change: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as url:
        async with open_stores(url):
            pass
        wanted = await run(url, shape_of)

        def work(connection: Connection) -> None:
            for statement in change.split(";"):
                connection.execute(text(statement))

        await run(url, work)
        assert differences(await run(url, shape_of), wanted)


# -- upgrading ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
async def test_an_upgrade_keeps_the_data_and_fills_the_new_column(
    kind: str, tmp_path: Path
) -> None:
    async with database(kind, tmp_path) as url:
        await filled(url)
        versions = chain(tmp_path, ADD_COLOUR)
        before = await upgrade(url, head=NEXT, versions=versions)
        assert (before.found, before.known) == (HEAD, NEXT)
        assert (await status(url, head=NEXT)).current

        def look(connection: Connection) -> Any:
            return connection.execute(text("SELECT number, colour FROM leads")).all()

        assert await run(url, look) == [("+12025550100", "blue of +12025550100")]
        with pytest.raises(BadInput, match="upgrade Outpace"):
            await upgrade(url)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_table_that_is_copied_takes_no_rows_of_others_along(
    kind: str, tmp_path: Path
) -> None:
    async with database(kind, tmp_path) as url:
        await filled(url)
        body = """
            with op.batch_alter_table("leads", recreate="auto") as batch:
                batch.alter_column("why", existing_type=sa.Text(), nullable=True)
        """
        await upgrade(url, head=NEXT, versions=chain(tmp_path, body))
        tables = ("leads", "lead_numbers", "callbacks")
        assert await run(url, counted(*tables)) == [1, 2, 1]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", ["raise ValueError('in the middle')", "op.execute('SELEC')"])
async def test_an_upgrade_that_fails_leaves_the_old_version_usable(
    kind: str, fault: str, tmp_path: Path
) -> None:
    async with database(kind, tmp_path) as url:
        await filled(url)
        before = await run(url, shape_of)
        versions = chain(tmp_path, ADD_COLOUR, f"op.drop_table('usage_days')\n{fault}")
        with pytest.raises(UpgradeFailed, match="nothing was changed"):
            await upgrade(url, head=AFTER_NEXT, versions=versions)
        assert (await status(url)).found == HEAD
        assert differences(await run(url, shape_of), before) == []
        async with open_stores(url) as stores:
            assert [campaign.name for campaign in await stores.campaigns.list()] == ["spring"]


async def test_rows_that_lost_what_they_belong_to_undo_an_upgrade_of_sqlite(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path / 'outpace.db'}"
    await filled(url)
    versions = chain(tmp_path, "op.execute('DELETE FROM places')")
    with pytest.raises(UpgradeFailed, match="has lost what it belongs to"):
        await upgrade(url, head=NEXT, versions=versions)
    assert await run(url, counted("places")) == [1]


@pytest.mark.parametrize("kind", KINDS)
async def test_of_two_who_upgrade_at_once_one_does_and_one_waits(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as url:
        await filled(url)
        body = ADD_COLOUR + ADD_SKILL
        versions = chain(tmp_path, body)
        done = await asyncio.gather(*(upgrade(url, head=NEXT, versions=versions) for _ in range(3)))
        assert {standing.known for standing in done} == {NEXT}
        assert (await status(url, head=NEXT)).current
        assert await run(url, counted("skills")) == [1]


@pytest.mark.parametrize("kind", KINDS)
async def test_nothing_is_written_when_nothing_is_to_be_done(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as url:
        await filled(url)
        before = await _mark(url)
        assert (await upgrade(url)).current
        assert await _mark(url) == before


async def _mark(url: str) -> Any:
    path = DatabaseAddress.of(url).path
    if path is not None:
        return path.read_bytes()

    def look(connection: Connection) -> Any:
        # a number is given out to who writes only
        return connection.execute(text("SELECT pg_current_xact_id_if_assigned()")).scalar()

    return await run(url, look)


@pytest.mark.parametrize("kind", KINDS)
async def test_an_empty_database_gets_all_tables(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as url:
        await emptied(url)
        assert (await status(url)).found is None
        assert (await upgrade(url)).found is None
        async with open_stores(url) as stores:
            assert await stores.campaigns.list() == []


async def test_looking_at_a_file_that_is_not_there_makes_none(tmp_path: Path) -> None:
    path = tmp_path / "none.db"
    assert (await status(f"sqlite:///{path}")).found is None
    assert not path.exists()


async def test_tables_of_another_program_are_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE recipes (id INTEGER)"))
    engine.dispose()
    with pytest.raises(BadInput, match="another program"):
        await upgrade(f"sqlite:///{path}")


async def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(BadInput, match="cannot be opened"):
        await status("postgresql://outpace@127.0.0.1:1/none")
