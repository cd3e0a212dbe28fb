"""Promises, entries and facts of numbers as people ask for them, in both databases."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update
from stored import AUTUMN, KINDS, SPRING, number, run, states, stored, with_leads

from dialer.adapters.sql.dial_check import NumberFacts
from dialer.adapters.sql.promises import PromisesWanted
from dialer.adapters.sql.stores import SqlStores
from dialer.adapters.sql.tables.attempts import attempts
from dialer.adapters.sql.tables.law import consents, screenings
from dialer.adapters.sql.tables.leads import callbacks, leads
from dialer.domain.calling_rules.place import place_of
from dialer.domain.calling_rules.rule import Consent
from dialer.domain.dial_law import DialTerms
from dialer.domain.ids import CampaignId, LeadId, TenantId
from dialer.errors import NoSuch, WrongState

ANY = PromisesWanted()

both_kinds = pytest.mark.parametrize("kind", KINDS)


async def promise(stores: SqlStores, lead_id: int, due_at: float, owner: str | None = None) -> None:
    row = {
        "campaign_id": SPRING,
        "lead_id": lead_id,
        "number": number(lead_id),
        "attempt_id": f"at-{lead_id}",
        "due_at": due_at,
        "owner": owner,
        "state": "promised",
        "since": 0.0,
    }
    await run(stores, insert(callbacks).values(row))
    await run(stores, update(leads).where(leads.c.id == lead_id).values(state="callback"))


async def ids(
    stores: SqlStores, wanted: PromisesWanted = ANY, tenant_id: str = "main"
) -> list[int]:
    found: list[int] = []
    after: tuple[float, int] | None = None
    while True:
        page = await stores.promises.page(wanted, tenant_id=tenant_id, after=after, most=2)
        if not page:
            return found
        found += [row.id for row in page]
        after = (page[-1].due_at, page[-1].id)


@both_kinds
async def test_pages_of_promises_leave_none_out_at_the_same_time(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        await with_leads(stores, 5)
        for lead_id, due_at in enumerate((9.0, 5.0, 9.0, 9.0, 1.0), 1):
            await promise(stores, lead_id, due_at, "ann" if lead_id < 3 else None)
        assert await ids(stores) == [5, 2, 1, 3, 4]
        assert await ids(stores, PromisesWanted(owner="ann")) == [2, 1]
        assert await ids(stores, PromisesWanted(campaign_id=AUTUMN)) == []
        assert await ids(stores, tenant_id="other") == []


@both_kinds
async def test_a_promise_is_ended_once_and_only_by_its_tenant(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        await with_leads(stores, 2)
        await promise(stores, 1, 9.0)
        await promise(stores, 2, 9.0)
        said: dict[str, Any] = {"by": "sue", "reason": "asked", "at": 5.0}
        with pytest.raises(NoSuch):
            await stores.promises.cancel(1, tenant_id="other", **said)
        row = await stores.promises.cancel(1, tenant_id="main", **said)
        assert (row.state, row.since) == ("cancelled", 5.0)
        assert await states(stores) == [("ready", None), ("callback", None)]
        with pytest.raises(WrongState, match="is cancelled already"):
            await stores.promises.cancel(1, tenant_id="main", **said)
        await run(stores, update(leads).where(leads.c.id == 2).values(state="leased"))
        with pytest.raises(WrongState, match="is being called now"):
            await stores.promises.cancel(2, tenant_id="main", **said)
        assert await ids(stores) == [2]
        assert await ids(stores, PromisesWanted(still_open=False)) == [1, 2]


@both_kinds
async def test_entries_are_those_of_a_tenant_and_its_campaigns(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        listed = stores.do_not_call
        for scope in ("*", "tenant:main", f"campaign:{SPRING}"):
            await listed.add([number(1)], scope=scope, source="x", at=1.0)
        await run(
            stores,
            "INSERT INTO do_not_call (number, scope, source, at) VALUES ('+1', 'tenant:b', 'x', 1)",
        )

        async def scopes(tenant_id: str, *, everywhere: bool, scope: str = "") -> list[str]:
            page = await listed.page(
                tenant_id=tenant_id, everywhere=everywhere, scope=scope, after=0, most=9
            )
            return [entry.scope for _, entry in page]

        mine = ["tenant:main", f"campaign:{SPRING}"]
        assert await scopes("main", everywhere=True) == ["*", *mine]
        assert await scopes("main", everywhere=False) == mine
        assert await scopes("main", everywhere=True, scope="*") == ["*"]
        assert await scopes("main", everywhere=True, scope="tenant:b") == []
        assert await scopes("b", everywhere=False) == ["tenant:b"]
        assert len(await listed.check(number(1), at=2.0)) == 3
        assert [one.scope for one in await listed.check(number(1), at=2.0, tenant_id="b")] == ["*"]


@both_kinds
async def test_a_number_is_judged_by_all_that_is_on_record_of_it(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        await with_leads(stores, 1)
        await stores.do_not_call.add([number(0)], scope=f"campaign:{AUTUMN}", source="x", at=1.0)
        tried = {
            "campaign_id": SPRING,
            "lead_id": 1,
            "list_id": 1,
            "number": number(0),
            "trunk": "t",
        }
        over = {"id": "a", "dialed_at": 10.0, "ended_at": 11.0, "outcome": "abandoned"}
        await run(stores, insert(attempts).values({**tried, **over}))
        given = {"tenant_id": "main", "number": number(0), "kind": "express", "proof": "form"}
        await run(stores, insert(consents).values({**given, "given_at": 1.0}))
        dated = {"tenant_id": "main", "country": "US", "dated_at": 5.0}
        await run(stores, insert(screenings).values(dated))
        place = place_of(number(0))

        async def facts(tenant: str = "main", campaign: CampaignId | None = SPRING) -> NumberFacts:
            return await stores.dial_check.facts(
                number(0),
                place,
                DialTerms(tenant_id=TenantId(tenant), calls_people=True),
                campaign_id=campaign,
                lead_id=LeadId(1),
                at=100.0,
            )

        found = await facts()
        assert (found.listed, found.live) == (False, False)
        assert (found.past.number_at, found.past.lead_at) == ((10.0,), (10.0,))
        assert (found.past.last_abandon_at, found.past.list_dated_at) == (11.0, 5.0)
        assert found.past.consents == (Consent.EXPRESS,)
        assert (await facts(campaign=AUTUMN)).listed
        other = await facts("other", None)
        assert (other.listed, other.past.consents, other.past.list_dated_at) == (False, (), None)
        await run(stores, insert(attempts).values({**tried, "id": "b", "dialed_at": 20.0}))
        assert (await facts()).live
