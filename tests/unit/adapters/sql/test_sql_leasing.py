"""Leases at scale: what is given back at once, and what the database is told to keep them cheap."""

import random
from pathlib import Path

import pytest
from databases import database
from sqlalchemy import Connection, insert, text

from dialer.adapters.sql.leasing import MOST_PROMOTED
from dialer.adapters.sql.stores import open_stores
from dialer.adapters.sql.tables.leads import places as place_table
from dialer.domain.campaign import Campaign
from dialer.domain.ids import CampaignId, PlaceId
from dialer.domain.lead import Draw
from dialer.domain.leadfile import LeadRow

SPRING = CampaignId("spring")
KINDS = ("sqlite", "postgresql")


@pytest.mark.parametrize("kind", KINDS)
async def test_leases_that_have_ended_come_back_bit_by_bit(kind: str, tmp_path: Path) -> None:
    count = MOST_PROMOTED + 100
    async with database(kind, tmp_path) as url, open_stores(url, gather_s=0.0) as stores:
        await stores.campaigns.create(Campaign(campaign_id=SPRING, name="spring"))
        import_id = await stores.imports.begin(SPRING, "list.csv", at=1.0)
        rows = [LeadRow(2 + at, f"+1202555{at:04d}", {}) for at in range(count)]
        await stores.imports.add(import_id, rows)
        await stores.imports.finish(import_id, rows=count, rejected=0)
        taken = await stores.leads.lease(SPRING, count, Draw(0.0, "dead", lease_s=10.0))
        assert len(taken) == count
        assert await stores.leads.lease(SPRING, count, Draw(10.0, "alive")) == []
        back = await stores.leads.lease(SPRING, count, Draw(11.0, "alive"))
        assert len(back) == MOST_PROMOTED
        rest = await stores.leads.lease(SPRING, count, Draw(12.0, "alive"))
        assert len({lead.lead_id for lead in [*back, *rest]}) == count


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lumped", [True, False], ids=["best in one place", "best anywhere"])
async def test_the_best_of_all_places_are_taken_wherever_they_are(
    kind: str, lumped: bool, tmp_path: Path
) -> None:
    places, count = 12, 300
    async with database(kind, tmp_path) as url, open_stores(url, gather_s=0.0) as stores:
        await stores.campaigns.create(Campaign(campaign_id=SPRING, name="spring"))
        import_id = await stores.imports.begin(SPRING, "list.csv", at=1.0)
        rows = [LeadRow(2 + at, f"+1202555{at:04d}", {}) for at in range(count)]
        await stores.imports.add(import_id, rows)
        await stores.imports.finish(import_id, rows=count, rejected=0)
        chance = random.Random(7)
        where = {number: chance.randrange(places) for number in range(1, count + 1)}
        best = {
            number: place if lumped else chance.randrange(-20, 20)
            for number, place in where.items()
        }

        def spread(connection: Connection) -> None:
            new = [{"id": 100 + n, "key": f"k{n}"} for n in range(places)]
            connection.execute(insert(place_table), new)
            move = text("UPDATE leads SET place_id = :place, priority = :best WHERE id = :lead")
            told = [{"lead": n, "place": 100 + where[n], "best": best[n]} for n in where]
            connection.execute(move, told)

        await stores.writer.transact(spread)
        draw = Draw(5.0, "e", places=tuple(PlaceId(100 + n) for n in range(places)))
        taken = [lead.lead_id for lead in await stores.leads.lease(SPRING, 40, draw)]
        assert [best[number] for number in taken] == sorted(best.values(), reverse=True)[:40]
        rest = [lead.lead_id for lead in await stores.leads.lease(SPRING, count, draw)]
        assert sorted([*taken, *rest]) == sorted(where)


async def test_the_server_clears_the_heads_of_the_leads_in_time(tmp_path: Path) -> None:
    asked = text("SELECT reloptions FROM pg_class WHERE relname = 'leads'")
    async with (
        database("postgresql", tmp_path) as url,
        open_stores(url) as stores,
        stores.reader.connect() as connection,
    ):
        options = (await connection.execute(asked)).scalar_one()
    assert "vacuum_index_cleanup=on" in options
    assert "autovacuum_vacuum_scale_factor=0" in options
