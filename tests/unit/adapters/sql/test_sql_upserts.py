"""Leads that another program sends, in both databases: new ones and changes come together."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest
from databases import database
from sqlalchemy import select
from stored import KINDS, SPRING, number, rows, run, stored, with_leads

from dialer.adapters.sql.lead_search import LeadFound, Wanted
from dialer.adapters.sql.privacy import SqlPrivacy
from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.adapters.sql.tables.leads import imports, lead_changes, lead_lists
from dialer.domain.campaign import Campaign, CampaignSettings
from dialer.domain.ids import CampaignId
from dialer.domain.lead_change import LeadChange
from dialer.domain.lead_line import LeadLines
from dialer.domain.lead_upsert import KnownLead, change_of
from dialer.domain.leadfile import LeadRow, OtherNumber
from dialer.errors import BadInput, ChangedMeanwhile, NoSuch
from dialer.services.upsert_leads import UpsertReport, upsert_leads

ANY = Wanted()

both_kinds = pytest.mark.parametrize("kind", KINDS)


async def sent(stores: SqlStores, path: Path, *lines: str, **options: Any) -> UpsertReport:
    await asyncio.to_thread(path.write_text, "\n".join(lines))
    return await upsert_leads(stores.imports, stores.upserts, path, SPRING, at=10.0, **options)


async def found(stores: SqlStores, wanted: Wanted = ANY, **options: Any) -> list[LeadFound]:
    asked = {"tenant_id": "main", "after": 0, "most": 100, **options}
    return await stores.lead_search.page(wanted, **asked)


@both_kinds
async def test_new_leads_and_changes_of_old_ones_come_together(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        await with_leads(stores, 3)
        report = await sent(
            stores,
            tmp_path / "body",
            '{"number": "+12025550001", "attributes": {"name": null, "city": "Zürich"}}',
            '{"number": "+12025550007", "external_id": "x7", "list": "crm"}',
            '{"number": "+12025550002", "external_id": "x2", "priority": 5}',
        )
        assert (report.created, report.updated, report.done) == (1, 2, True)
        one, two, seven = (await found(stores))[1:]
        assert (one.attributes, one.state) == ({"city": "Zürich"}, "ready")
        assert (two.external_id, two.priority, two.list_name) == ("x2", 5, "list0.csv")
        assert (seven.external_id, seven.list_name) == ("x7", "crm")
        leased = [lead.lead_id for lead in await stores.leads.lease(SPRING, 9)]
        assert leased[0] == two.lead_id
        assert len(leased) == 4
        again = '{"number": "+12025550123", "external_id": "x7"}'
        told = await sent(stores, tmp_path / "body", again)
        assert "is being dialed on another number" in told.examples[0].reason


@both_kinds
async def test_who_dies_before_the_decision_changes_nothing_and_after_it_all(
    kind: str, tmp_path: Path
) -> None:
    async with database(kind, tmp_path) as url, open_stores(url, gather_s=0.0) as stores:
        await stores.campaigns.create(Campaign(campaign_id=SPRING, name="spring"))
        await with_leads(stores, 2)
        for decided in (False, True):
            import_id = await stores.imports.begin(SPRING, "upsert", at=1.0)
            await stores.imports.add(import_id, [LeadRow(1, number(50 + decided), {})])
            await stores.imports.stage(import_id, {1: LeadChange({"colour": "red"}, priority=9)})
            if decided:  # and dead before what follows
                await run(stores, "UPDATE imports SET state = 'done' WHERE id = :id", id=import_id)
            async with open_stores(url) as starting:
                await starting.imports.recover(at=time.time() + 61)
            (first, *others) = await found(stores)
            assert (first.attributes.get("colour"), first.priority) == (
                ("red", 9) if decided else (None, 0)
            )
            assert len(others) == (2 if decided else 1)
            assert await rows(stores, select(lead_changes)) == []


@both_kinds
async def test_of_imports_that_are_decided_together_none_is_without_the_others(
    kind: str, tmp_path: Path
) -> None:
    async with stored(kind, tmp_path) as stores:
        one = await stores.imports.begin(SPRING, "one", at=1.0)
        two = await stores.imports.begin(SPRING, "two", at=1.0)
        for import_id in (one, two):
            await stores.imports.add(import_id, [LeadRow(1, number(import_id), {})])
        await run(stores, "UPDATE imports SET state = 'deleting' WHERE id = :two", two=two)
        with pytest.raises(BadInput, match="import it again"):
            await stores.imports.finish_all({one: (1, 0), two: (1, 0)})
        with pytest.raises(BadInput, match="import it again"):
            await stores.imports.stage(two, {1: LeadChange(priority=1)})
        assert await found(stores) == []
        states = await rows(stores, select(imports.c.state).order_by(imports.c.id))
        assert [row.state for row in states] == ["importing", "deleting"]


@both_kinds
async def test_what_only_changes_makes_no_list_and_leaves_no_import(
    kind: str, tmp_path: Path
) -> None:
    async with stored(kind, tmp_path) as stores:
        await with_leads(stores, 1)
        await sent(stores, tmp_path / "body", '{"number": "+12025550000", "priority": 1}')
        lists = await rows(stores, select(lead_lists.c.name))
        assert [row.name for row in lists] == ["list0.csv"]
        assert len(await rows(stores, select(imports))) == 1


@both_kinds
async def test_processes_take_turns_in_a_campaign(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as url, open_stores(url) as one, open_stores(url) as other:
        order: list[str] = []
        # a file has one process that serves; there the turn is that of its one store
        stores = (one, other) if kind == "postgresql" else (one, one)

        async def work(name: str, store: SqlStores) -> None:
            async with store.upserts.exclusively(SPRING):
                order.append(f"{name} in")
                await asyncio.sleep(0.05)
                order.append(f"{name} out")

        await asyncio.gather(work("a", stores[0]), work("b", stores[1]))
        assert order in (
            ["a in", "a out", "b in", "b out"],
            ["b in", "b out", "a in", "a out"],
        )


@both_kinds
async def test_a_number_that_changes_is_judged_anew(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        await with_leads(stores, 1)
        await run(
            stores, "UPDATE leads SET external_id = 'x', state = 'done', why = 'never_dialed'"
        )
        await sent(stores, tmp_path / "body", '{"number": "+493012345678", "external_id": "x"}')
        (lead,) = await found(stores)
        assert (lead.number, lead.state) == ("+493012345678", "ready")
        history = await stores.lead_search.history(lead, tenant_id="main", now=10.0)
        assert history.place.jurisdictions == ("DE",)
        assert list((await stores.leads.places(SPRING)).values())[-1].zones == ("Europe/Berlin",)


@both_kinds
async def test_leads_are_found_by_what_is_known_of_them(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        import_id = await stores.imports.begin(SPRING, "l", at=1.0)
        lead = LeadRow(
            2,
            number(1),
            {"name": "Zoë", "note": '50% "off"'},
            others=(OtherNumber(number(9), "work"),),
            external_id="x1",
        )
        await stores.imports.add(import_id, [lead, LeadRow(3, number(2), {"name": "Bob"})])
        await stores.imports.finish(import_id, rows=2, rejected=0)
        for wanted, many in (
            (Wanted(), 2),
            (Wanted(text="zoë"), 1),
            (Wanted(text='0% "OFF'), 1),
            (Wanted(text="name"), 0),
            (Wanted(number=number(9)), 1),
            (Wanted(external_id="x1", campaign_id=SPRING), 1),
            (Wanted(owner="ann"), 0),
            (Wanted(list_id=99), 0),
        ):
            assert len(await found(stores, wanted)) == many, wanted
        assert await found(stores, tenant_id="other") == []
        (first,) = await found(stores, most=1)
        assert await stores.lead_search.numbers(first) == [number(1), number(9)]
        assert await stores.lead_search.get(first.lead_id, tenant_id="other") is None


@both_kinds
async def test_a_lead_that_was_changed_meanwhile_stays(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        await with_leads(stores, 1)
        (seen,) = await found(stores)
        known = KnownLead(1, seen.number, (seen.number,), "", seen.attributes, "ready", "l")
        change = change_of(LeadLines(None), known, {"name": "Ann"})
        said = {"by": "sue", "at": 5.0, "tenant_id": "main", "careful": True}
        await stores.lead_search.change(seen, change, **said)
        with pytest.raises(ChangedMeanwhile):
            await stores.lead_search.change(seen, change, **said)
        assert (await found(stores))[0].attributes == {"name": "Ann"}


@both_kinds
async def test_lists_are_counted_and_described(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        await with_leads(stores, 3)
        await with_leads(stores, 1, start=10)
        await run(stores, "UPDATE leads SET state = 'done' WHERE id = 2")
        await stores.imports.begin(SPRING, "undecided", at=1.0)
        first, second = await stores.lists.page(SPRING, 0, 10)
        assert (first.states, second.states) == ({"ready": 2, "done": 1}, {"ready": 1})
        assert await stores.lists.page(SPRING, first.list_id, 10) == [second]
        said = {"by": "sue", "at": 5.0, "tenant_id": "main", "careful": True}
        await stores.lists.describe(first, {"cost": 2.5}, **said)
        with pytest.raises(ChangedMeanwhile):
            await stores.lists.describe(first, {"cost": 3.5}, **said)
        assert (await stores.lists.get(SPRING, first.list_id)).cost == 2.5
        with pytest.raises(NoSuch):
            await stores.lists.get(CampaignId("autumn"), first.list_id)


@both_kinds
async def test_an_erased_lead_has_no_name_elsewhere(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        await with_leads(stores, 1)
        line = '{"number": "+12025550000", "external_id": "crm-77"}'
        await sent(stores, tmp_path / "body", line)
        privacy = SqlPrivacy(stores.writer, stores.reader, b"k" * 32)
        await privacy.erase(number(0), by="sue", reason="asked", at=5.0)
        (lead,) = await found(stores)
        assert (lead.external_id, lead.attributes) == ("", {})
        told = await sent(stores, tmp_path / "body", line, erased=privacy.suppressed)
        assert told.examples[0].reason == "was erased on request"


@both_kinds
async def test_shares_tell_the_lists_of_new_leads_apart(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        shares = CampaignSettings.model_validate({"order": {"shares": {"a": 1, "b": 2}}})
        await stores.campaigns.set_settings(SPRING, shares, by="sue", at=1.0)
        lines = [f'{{"number": "{number(i)}", "list": "{"ab"[i % 2]}"}}' for i in range(4)]
        assert (await sent(stores, tmp_path / "body", *lines)).created == 4
        assert sorted((await stores.leads.pools(SPRING)).values()) == ["a", "b"]
