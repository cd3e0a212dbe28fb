"""A lead with a living owner is never made ready, whoever lets go of it."""

from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import Double, bindparam, select, update
from stored import KINDS, SPRING, rows, run, states, stored, with_leads

from dialer.adapters.sql.arranging import SqlArranging
from dialer.adapters.sql.lead_steps import LeadSteps
from dialer.adapters.sql.leads import SqlLeadStore
from dialer.adapters.sql.reconsidering import reconsider
from dialer.adapters.sql.resting import resting
from dialer.adapters.sql.stores import SqlStores
from dialer.adapters.sql.tables.leads import leads
from dialer.domain.campaign import CampaignSettings
from dialer.domain.dial_law import HeldBy
from dialer.domain.ids import LeadId, new_attempt_id
from dialer.domain.lead import Attempt, AttemptEnd, Draw, Lead
from dialer.domain.lead_order import LeadOrder, OrderBy
from dialer.domain.outcome import Outcome
from dialer.domain.ownership import resting_state

pytestmark = pytest.mark.parametrize("kind", KINDS)
NOW = 1_000.0


async def own(stores: SqlStores, *, until: float | None = None, **more: object) -> None:
    values = {"owner": "ann", "assigned_until": until, **more}
    await run(stores, update(leads).values(values))


def store(stores: SqlStores) -> SqlLeadStore:
    return SqlLeadStore(stores.writer, stores.reader, steps=LeadSteps(), now=lambda: NOW)


async def leased(stores: SqlStores) -> list[Lead]:
    await with_leads(stores, 1)
    return await stores.leads.lease(SPRING, 1, Draw(NOW))


def attempt_on(lead: Lead) -> Attempt:
    return Attempt(new_attempt_id(), SPRING, lead.lead_id, lead.number, "trunk", NOW)


async def test_the_database_says_what_the_law_says(kind: str, tmp_path: Path) -> None:
    cases = list(product((None, "ann"), (None, NOW - 1, NOW, NOW + 1), (0.0, NOW, NOW + 1)))
    async with stored(kind, tmp_path) as stores:
        await with_leads(stores, len(cases))
        for at, (owner, until, due_at) in enumerate(cases, 1):
            values = {"owner": owner, "assigned_until": until, "due_at": due_at}
            await run(stores, update(leads).where(leads.c.id == at).values(values))
        now = bindparam("now", NOW, type_=Double)
        said = await rows(stores, select(resting(now)).order_by(leads.c.id))
        assert [row[0] for row in said] == [
            resting_state(owner=owner, assigned_until=until, due_at=due_at, now=NOW)
            for owner, until, due_at in cases
        ]


async def test_a_lease_that_is_given_back_leaves_an_owned_lead_owned(
    kind: str, tmp_path: Path
) -> None:
    async with stored(kind, tmp_path) as stores:
        (lead,) = await leased(stores)
        await own(stores)
        await store(stores).release([LeadId(lead.lead_id)])
        assert await states(stores) == [("owned", "ann")]


async def test_so_does_a_start_and_a_lease_that_ended(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        await leased(stores)
        await own(stores, until=NOW + 1)
        assert await store(stores).release_all() == 1
        assert await states(stores) == [("owned", "ann")]
        await own(stores, state="leased", lease_ends_at=NOW - 1)
        assert await stores.leads.lease(SPRING, 1, Draw(NOW)) == []
        assert await states(stores) == [("owned", "ann")]
        await own(stores, until=NOW, state="leased", lease_ends_at=NOW - 1)
        assert len(await stores.leads.lease(SPRING, 1, Draw(NOW))) == 1


async def test_so_does_the_end_of_a_call_and_an_attempt_that_was_held(
    kind: str, tmp_path: Path
) -> None:
    async with stored(kind, tmp_path) as stores:
        await with_leads(stores, 2)
        await run(stores, update(leads).values(number="+12025550000"))
        first, second = await stores.leads.lease(SPRING, 2, Draw(NOW))
        await own(stores)
        attempt = attempt_on(first)
        assert await stores.attempts.record_dialed([attempt]) == []
        (held,) = await stores.attempts.record_dialed([attempt_on(second)])
        assert held.held_by is HeldBy.NUMBER_LIVE
        assert await states(stores) == [("dialing", "ann"), ("owned", "ann")]
        end = AttemptEnd(attempt.attempt_id, Outcome.BUSY, NOW + 30)
        await stores.attempts.record_ends([end])
        assert await states(stores) == [("owned", "ann"), ("owned", "ann")]


async def test_leads_that_a_rule_holds_are_judged_again_and_no_others(
    kind: str, tmp_path: Path
) -> None:
    async with stored(kind, tmp_path) as stores:
        await with_leads(stores, 1_205)
        waiting = {"state": "waiting", "why": "rules:consent", "due_at": NOW + 9}
        await run(stores, update(leads).values(waiting))
        await run(stores, update(leads).where(leads.c.id <= 2).values(why="busy"))
        await run(stores, update(leads).where(leads.c.id == 3).values(state="owned", owner="ann"))
        assert await reconsider(stores.writer, SPRING, NOW) == 1_202
        assert [state for state, _ in (await states(stores))[:4]] == [
            "waiting",
            "waiting",
            "owned",
            "ready",
        ]
        assert await reconsider(stores.writer, SPRING, NOW) == 0


async def test_leads_are_arranged_anew_and_what_is_held_keeps_its_state(
    kind: str, tmp_path: Path
) -> None:
    async with stored(kind, tmp_path) as stores:
        await with_leads(stores, 4)
        await run(stores, update(leads).where(leads.c.id == 2).values(state="owned", owner="ann"))
        await run(stores, update(leads).where(leads.c.id == 3).values(state="done"))
        await run(stores, update(leads).where(leads.c.id == 4).values(state="dialing"))
        shares = LeadOrder(by=OrderBy.NEWEST, shares={"list0.csv": 2.0})
        settings = CampaignSettings(order=shares, filter='name = "n9"')
        await stores.campaigns.set_settings(SPRING, settings, by="sue", at=0.0)
        told: list[int] = []
        assert await SqlArranging(stores.writer).arrange(SPRING, NOW, say=told.append) == 3
        assert told == [3]
        found = await rows(stores, select(leads.c.state, leads.c.pool).order_by(leads.c.id))
        assert [(row.state, row.pool > 0) for row in found] == [
            ("filtered", True),
            ("owned", True),
            ("done", False),
            ("dialing", True),
        ]


async def test_a_lead_whose_call_ends_after_the_filter_was_changed_is_left_out(
    kind: str, tmp_path: Path
) -> None:
    async with stored(kind, tmp_path) as stores:
        (lead,) = await leased(stores)
        attempt = attempt_on(lead)
        await stores.attempts.record_dialed([attempt])
        await stores.campaigns.set_settings(
            SPRING, CampaignSettings(filter='name = "n9"'), by="sue", at=0.0
        )
        end = AttemptEnd(attempt.attempt_id, Outcome.BUSY, NOW + 30)
        await stores.attempts.record_ends([end])
        assert await states(stores) == [("filtered", None)]
