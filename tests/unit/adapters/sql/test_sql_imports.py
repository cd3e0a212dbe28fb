"""Imports in SQL: what a death in the middle leaves, and what a start makes of it."""

import sqlite3
from pathlib import Path

from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.domain.campaign import Campaign
from dialer.domain.ids import CampaignId
from dialer.domain.leadfile import LeadRow

SPRING = CampaignId("spring")


def url_in(folder: Path) -> str:
    return f"sqlite:///{folder / 'outpace.db'}"


def lead_rows(count: int) -> list[LeadRow]:
    return [LeadRow(2 + i, f"+1202555{i:04d}", {}) for i in range(count)]


async def begin(stores: SqlStores, count: int) -> int:
    await stores.campaigns.create(Campaign(campaign_id=SPRING, name="spring"))
    import_id = await stores.imports.begin(SPRING, "list.csv", at=1.0)
    await stores.imports.add(import_id, lead_rows(count))
    return import_id


def answer(folder: Path, query: str) -> int:
    connection = sqlite3.connect(folder / "outpace.db")
    try:
        return int(connection.execute(query).fetchone()[0])
    finally:
        connection.close()


async def test_a_process_that_died_importing_leaves_nothing_after_the_next_start(
    tmp_path: Path,
) -> None:
    async with open_stores(url_in(tmp_path)) as stores:
        await begin(stores, 700)  # the process ends here
    async with open_stores(url_in(tmp_path)) as stores:
        assert await stores.imports.recover() == 1
    assert answer(tmp_path, "SELECT count(*) FROM leads") == 0
    assert answer(tmp_path, "SELECT count(*) FROM imports") == 0


async def test_an_import_that_was_decided_is_completed_by_the_next_start(tmp_path: Path) -> None:
    async with open_stores(url_in(tmp_path)) as stores:
        import_id = await begin(stores, 700)
    connection = sqlite3.connect(tmp_path / "outpace.db")
    with connection:  # it died after its decision, before its leads were ready
        connection.execute("UPDATE imports SET state = 'done', rows = 700")
    connection.close()
    async with open_stores(url_in(tmp_path)) as stores:
        assert await stores.imports.recover() == 0
        assert await stores.leads.remaining(SPRING) == 700
        await stores.imports.drop(import_id)  # what is there stays there
        assert await stores.leads.remaining(SPRING) == 700


async def test_dropping_a_decided_import_completes_it(tmp_path: Path) -> None:
    async with open_stores(url_in(tmp_path)) as stores:
        import_id = await begin(stores, 3)
        connection = sqlite3.connect(tmp_path / "outpace.db")
        with connection:
            connection.execute("UPDATE imports SET state = 'done'")
        connection.close()
        await stores.imports.drop(import_id)
        assert await stores.leads.remaining(SPRING) == 3


async def test_another_process_imports_while_this_one_dials(tmp_path: Path) -> None:
    async with open_stores(url_in(tmp_path)) as engine, open_stores(url_in(tmp_path)) as importer:
        import_id = await begin(importer, 300)
        assert await engine.leads.lease(SPRING, 5) == []
        await importer.imports.finish(import_id, rows=300, rejected=0)
        assert len(await engine.leads.lease(SPRING, 5)) == 5
    assert answer(tmp_path, "SELECT rows FROM imports WHERE state = 'done'") == 300
