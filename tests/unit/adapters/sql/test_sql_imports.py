"""Imports in SQL: what a death in the middle leaves, and what a start makes of it."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from databases import database
from sqlalchemy import text

from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.domain.campaign import Campaign
from dialer.domain.ids import CampaignId
from dialer.domain.leadfile import LeadRow, OtherNumber
from dialer.errors import BadInput

SPRING = CampaignId("spring")

pytestmark = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])


def lead_rows(count: int) -> list[LeadRow]:
    return [LeadRow(2 + i, f"+1202555{i:04d}", {}) for i in range(count)]


@asynccontextmanager
async def opened(kind: str, folder: Path) -> AsyncIterator[tuple[str, SqlStores]]:
    async with database(kind, folder) as url, open_stores(url, gather_s=0.0) as stores:
        await stores.campaigns.create(Campaign(campaign_id=SPRING, name="spring"))
        yield url, stores


async def begin(stores: SqlStores, count: int) -> int:
    import_id = await stores.imports.begin(SPRING, "list.csv", at=1.0)
    await stores.imports.add(import_id, lead_rows(count))
    return import_id


async def rows(stores: SqlStores, query: str) -> list[tuple[Any, ...]]:
    async with stores.reader.connect() as connection:
        return [tuple(row) for row in await connection.execute(text(query))]


async def change(stores: SqlStores, statement: str) -> None:
    await stores.writer.transact(lambda connection: connection.execute(text(statement)).rowcount)


async def test_a_process_that_died_importing_leaves_nothing_after_a_later_start(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as (url, importer):
        await begin(importer, 2_100)
        async with open_stores(url) as stores:
            assert await stores.imports.recover() == 0
            assert await rows(stores, "SELECT count(*) FROM leads") == [(2_100,)]
            assert await stores.imports.recover(at=time.time() + 61) == 1
            assert await rows(stores, "SELECT count(*) FROM leads") == [(0,)]
            assert await rows(stores, "SELECT count(*) FROM imports") == [(0,)]


async def test_an_import_that_comes_back_after_its_deletion_is_told_so(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as (url, importer):
        import_id = await begin(importer, 3)
        async with open_stores(url) as engine:
            await engine.imports.recover(at=time.time() + 61)
        with pytest.raises(BadInput, match="took it for an interrupted one"):
            await importer.imports.add(import_id, lead_rows(5))
        with pytest.raises(BadInput, match="took it for an interrupted one"):
            await importer.imports.finish(import_id, rows=3, rejected=0)
        assert await rows(importer, "SELECT count(*) FROM leads") == [(0,)]


async def test_an_import_that_is_being_deleted_takes_nothing_more_and_is_not_decided(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as (_, stores):
        import_id = await begin(stores, 3)
        await change(stores, "UPDATE imports SET state = 'deleting'")  # it died deleting
        with pytest.raises(BadInput, match="import it again"):
            await stores.imports.add(import_id, lead_rows(1))
        with pytest.raises(BadInput, match="import it again"):
            await stores.imports.finish(import_id, rows=3, rejected=0)
        assert await stores.imports.recover() == 1
        assert await rows(stores, "SELECT count(*) FROM leads") == [(0,)]


async def test_every_slice_is_a_sign_of_life(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as (_, stores):
        import_id = await begin(stores, 1)
        await change(stores, "UPDATE imports SET alive_until = 5")
        await stores.imports.add(import_id, [])
        ((until,),) = await rows(stores, "SELECT alive_until FROM imports")
        assert time.time() + 50 < until <= time.time() + 60
        await stores.imports.drop(import_id)


async def test_an_import_that_was_decided_is_completed_by_the_next_start(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as (_, stores):
        import_id = await begin(stores, 2_100)
        # it died after its decision, before its leads were ready
        await change(stores, "UPDATE imports SET state = 'done', rows = 2100")
        assert await stores.imports.recover() == 0
        assert await stores.leads.remaining(SPRING) == 2_100
        await stores.imports.drop(import_id)  # what is there stays there
        assert await stores.leads.remaining(SPRING) == 2_100


async def test_dropping_a_decided_import_completes_it(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as (_, stores):
        import_id = await begin(stores, 3)
        await change(stores, "UPDATE imports SET state = 'done'")
        await stores.imports.drop(import_id)
        assert await stores.leads.remaining(SPRING) == 3


async def test_completing_an_import_leaves_leads_alone_that_are_leased_already(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as (_, stores):
        import_id = await begin(stores, 6)
        await stores.imports.finish(import_id, rows=6, rejected=0)
        assert len(await stores.leads.lease(SPRING, 2)) == 2
        await change(stores, "UPDATE leads SET state = 'importing' WHERE state = 'ready'")
        assert await stores.imports.recover() == 0
        states = await rows(stores, "SELECT state, count(*) FROM leads GROUP BY state ORDER BY 1")
        assert states == [("leased", 2), ("ready", 4)]


async def test_another_process_imports_while_this_one_dials(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as (url, engine), open_stores(url) as importer:
        import_id = await begin(importer, 300)
        assert await engine.leads.lease(SPRING, 5) == []
        await importer.imports.finish(import_id, rows=300, rejected=0)
        assert len(await engine.leads.lease(SPRING, 5)) == 5
        assert await rows(engine, "SELECT rows FROM imports WHERE state = 'done'") == [(300,)]


async def test_a_row_is_kept_with_place_priority_and_all_its_numbers(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as (_, stores):
        import_id = await stores.imports.begin(
            SPRING, "list.csv", at=7.0, list_name="March", source="fair", cost=120.5
        )
        row = LeadRow(
            2,
            "+12125550100",
            {"name": 'Zoë "quoted"\n\'; --'},
            zone="Europe/Paris",
            address="US-CA",
            priority=-3,
            kind="phone",
            others=(OtherNumber("+12145550101", "mobile"),),
        )
        await stores.imports.add(import_id, [LeadRow(1, "+13035550100", {}), row])
        await stores.imports.finish(import_id, rows=2, rejected=0)
        ((id_, attributes, priority, added),) = await rows(
            stores,
            "SELECT id, attributes, priority, added_at FROM leads WHERE number = '+12125550100'",
        )
        kept = json.loads(attributes) if isinstance(attributes, str) else attributes
        assert (kept, priority, added) == (row.attributes, -3, 7.0)
        numbers = await rows(
            stores,
            "SELECT lead_id, position, number, kind, state, zones FROM lead_numbers "
            "JOIN places ON places.id = place_id ORDER BY position",
        )
        assert [number[:5] for number in numbers] == [
            (id_, 0, "+12125550100", "phone", "usable"),
            (id_, 1, "+12145550101", "mobile", "usable"),
        ]
        zones = [json.loads(n[5]) if isinstance(n[5], str) else n[5] for n in numbers]
        assert zones == [
            ["America/Los_Angeles", "America/New_York", "Europe/Paris"],
            ["America/Chicago", "America/Los_Angeles", "Europe/Paris"],
        ]
        lists = await rows(stores, "SELECT name, source, cost FROM lead_lists")
        assert lists == [("March", "fair", 120.5)]
        again = await stores.imports.begin(SPRING, "other.csv", at=8.0, list_name="March")
        await stores.imports.drop(again)
        assert await rows(stores, "SELECT name, source, cost FROM lead_lists") == lists


async def test_further_numbers_go_with_their_lead(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as (_, stores):
        import_id = await stores.imports.begin(SPRING, "list.csv", at=1.0)
        other = (OtherNumber("+12145550101", "mobile"),)
        await stores.imports.add(import_id, [LeadRow(2, "+12125550100", {}, others=other)])
        await stores.imports.drop(import_id)
        assert await rows(stores, "SELECT count(*) FROM lead_numbers") == [(0,)]
        assert await rows(stores, "SELECT count(*) FROM leads") == [(0,)]


async def test_rows_with_and_without_further_numbers_follow_each_other(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as (_, stores):
        import_id = await begin(stores, 2)
        other = (OtherNumber("+12145550101", "mobile"),)
        await stores.imports.add(import_id, [LeadRow(2, "+12125550100", {}, others=other)])
        await stores.imports.add(import_id, [LeadRow(3, "+12125550109", {})])
        await stores.imports.finish(import_id, rows=4, rejected=0)
        assert await stores.leads.remaining(SPRING) == 4


async def test_who_is_cancelled_while_an_import_begins_leaves_none(
    kind: str, tmp_path: Path
) -> None:
    async with opened(kind, tmp_path) as (_, stores):
        for waits in range(12):  # cancelled before, in and after the commit
            async with asyncio.TaskGroup() as tasks:
                beginning = tasks.create_task(stores.imports.begin(SPRING, "list.csv", at=1.0))
                for _ in range(waits):
                    await asyncio.sleep(0)
                beginning.cancel()
            if beginning.cancelled():
                assert await rows(stores, "SELECT count(*) FROM imports") == [(0,)]
            else:
                await stores.imports.drop(beginning.result())
