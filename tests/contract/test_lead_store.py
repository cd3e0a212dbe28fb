"""What every LeadStore promises."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest
from durable_stores import AUTUMN, KINDS, SPRING, dial, durable, list_leads, number

from dialer.domain.ids import CampaignId, LeadId, new_attempt_id
from dialer.domain.lead import AttemptEnd, Draw, Lead
from dialer.domain.leadfile import LeadRow, OtherNumber
from dialer.domain.outcome import Outcome
from dialer.errors import BadInput

pytestmark = pytest.mark.parametrize("kind", KINDS)


async def test_leads_are_leased_in_the_order_of_the_list_each_once(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 3)
        first = await stores.leads.lease(SPRING, 2)
        rest = await stores.leads.lease(SPRING, 2)
        assert first == [
            Lead(LeadId(1), SPRING, number(0), {"name": "n0"}),
            Lead(LeadId(2), SPRING, number(1), {"name": "n1"}),
        ]
        assert [lead.number for lead in rest] == [number(2)]
        assert await stores.leads.lease(SPRING, 2) == []


async def test_nothing_is_leased_when_nothing_is_asked_for(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 1)
        assert await stores.leads.lease(SPRING, 0) == []
        assert await stores.leads.lease(CampaignId("unheard-of"), 5) == []
        assert await stores.leads.remaining(SPRING) == 1


async def test_concurrent_leases_never_share_a_lead(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 20)
        leases = await asyncio.gather(*(stores.leads.lease(SPRING, 3) for _ in range(8)))
        leased = [lead.lead_id for lease in leases for lead in lease]
        assert sorted(leased) == list(range(1, 21))


async def test_a_campaign_is_leased_only_its_own_leads(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 2)
        await list_leads(stores, 2, campaign=AUTUMN)
        leased = await stores.leads.lease(AUTUMN, 5)
        assert [lead.campaign_id for lead in leased] == [AUTUMN, AUTUMN]
        assert [lead.number for lead in leased] == [number(0), number(1)]
        assert await stores.leads.remaining(SPRING) == 2


async def test_a_lead_given_back_is_the_next_one_again(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 3)
        one, two = await stores.leads.lease(SPRING, 2)
        await stores.leads.release([one.lead_id])
        assert await stores.leads.lease(SPRING, 1) == [one]
        await stores.leads.release([])
        assert [lead.number for lead in await stores.leads.lease(SPRING, 5)] == [number(2)]
        assert two.number == number(1)


async def test_a_lead_that_is_dialed_cannot_be_given_back(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 1)
        (attempt,) = await dial(stores)
        await stores.leads.release([attempt.lead_id])
        assert await stores.leads.lease(SPRING, 1) == []
        await stores.attempts.record_ends([AttemptEnd(attempt.attempt_id, Outcome.BUSY, 101.0)])
        await stores.leads.release([attempt.lead_id])
        assert await stores.leads.lease(SPRING, 1) == []


async def test_a_start_gives_back_leases_but_not_what_is_being_dialed(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 5)
        await dial(stores, 2)
        await stores.leads.lease(SPRING, 2)
        assert await stores.leads.release_all() == 2
        assert await stores.leads.release_all() == 0
        again = await stores.leads.lease(SPRING, 5)
        assert [lead.number for lead in again] == [number(2), number(3), number(4)]


async def test_what_remains_is_ready_or_leased(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        assert await stores.leads.remaining(SPRING) == 0
        await list_leads(stores, 5)
        await stores.leads.lease(SPRING, 1)
        assert await stores.leads.remaining(SPRING) == 5
        await dial(stores, 2)
        assert await stores.leads.remaining(SPRING) == 3


async def test_an_import_is_seen_only_when_it_is_finished(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        import_id = await stores.imports.begin(SPRING, "list.csv", at=1.0)
        await stores.imports.add(import_id, [LeadRow(2, number(1), {})])
        await stores.imports.add(import_id, [LeadRow(3, number(2), {})])
        assert await stores.leads.remaining(SPRING) == 0
        assert await stores.leads.lease(SPRING, 5) == []
        assert await stores.imports.known(SPRING, [number(1)]) == set()
        await stores.imports.finish(import_id, rows=2, rejected=0)
        assert await stores.imports.known(SPRING, [number(1), number(7)]) == {number(1)}
        assert await stores.imports.known(AUTUMN, [number(1)]) == set()
        assert len(await stores.leads.lease(SPRING, 5)) == 2


async def test_a_number_is_known_anywhere_whichever_campaign_has_it(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 1)
        await list_leads(stores, 1, campaign=AUTUMN, start=1)
        import_id = await stores.imports.begin(SPRING, "list.csv", at=1.0)
        await stores.imports.add(import_id, [LeadRow(2, number(2), {})])
        wanted = [number(i) for i in range(4)]
        assert await stores.imports.known_anywhere(wanted) == {number(0), number(1)}
        assert await stores.imports.known_anywhere([]) == set()


async def test_an_interrupted_import_vanishes_at_a_start_once_it_is_not_alive(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 1)
        import_id = await stores.imports.begin(SPRING, "list.csv", at=1.0)
        await stores.imports.add(import_id, [LeadRow(2, number(5), {})])
        assert await stores.imports.recover() == 0
        assert await stores.imports.recover(at=time.time() + 61) == 1
        assert await stores.imports.recover(at=time.time() + 61) == 0
        with pytest.raises(BadInput, match="import"):
            await stores.imports.add(import_id, [LeadRow(3, number(6), {})])
        with pytest.raises(BadInput, match="import"):
            await stores.imports.add(import_id, [])
        with pytest.raises(BadInput, match="import"):
            await stores.imports.finish(import_id, rows=2, rejected=0)
        await stores.imports.drop(import_id)
        assert [lead.number for lead in await stores.leads.lease(SPRING, 5)] == [number(0)]


async def test_every_number_of_a_lead_is_known(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        import_id = await stores.imports.begin(SPRING, "list.csv", at=1.0)
        others = (OtherNumber(number(2), "mobile"), OtherNumber(number(3), "work"))
        await stores.imports.add(
            import_id, [LeadRow(2, number(1), {}, others=others), LeadRow(3, number(4), {})]
        )
        wanted = [number(i) for i in range(6)]
        assert await stores.imports.known(SPRING, wanted) == set()
        await stores.imports.finish(import_id, rows=2, rejected=0)
        there = {number(1), number(2), number(3), number(4)}
        assert await stores.imports.known(SPRING, wanted) == there
        assert await stores.imports.known_anywhere(wanted) == there
        assert await stores.imports.known(AUTUMN, wanted) == set()


async def test_a_list_cannot_be_imported_into_nowhere(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        with pytest.raises(BadInput, match="unheard-of"):
            await stores.imports.begin(CampaignId("unheard-of"), "list.csv", at=1.0)


async def test_a_lead_whose_call_the_carrier_refused_can_be_leased_again_before_its_time(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 2)
        refused, busy = await dial(stores, 2)
        ends = [
            AttemptEnd(refused.attempt_id, Outcome.CONGESTION, 101.0, cause=34, tech_cause="503"),
            AttemptEnd(busy.attempt_id, Outcome.BUSY, 101.0),
        ]
        draw = Draw(now=102.0, engine="node", lease_s=60.0)
        asked = (SPRING, refused.lead_id, refused.number, draw)
        assert await stores.leads.lease_again(*asked) is None  # its call has no end yet
        await stores.attempts.record_ends(ends)
        assert await stores.leads.lease(SPRING, 5, draw) == []
        other = (AUTUMN, refused.lead_id, refused.number, draw)
        assert await stores.leads.lease_again(*other) is None
        elsewhere = (SPRING, refused.lead_id, busy.number, draw)
        assert await stores.leads.lease_again(*elsewhere) is None
        again = await stores.leads.lease_again(*asked)
        assert again is not None
        assert (again.lead_id, again.number) == (refused.lead_id, refused.number)
        assert await stores.leads.lease_again(*asked) is None  # it is leased
        second = replace(refused, attempt_id=new_attempt_id(), engine="node", dialed_at=102.0)
        assert await stores.attempts.record_dialed([second]) == []


async def test_a_lead_that_is_done_is_not_leased_again(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 1)
        (attempt,) = await dial(stores)
        end = AttemptEnd(attempt.attempt_id, Outcome.CONGESTION, 101.0)
        await stores.attempts.record_ends([end])
        await stores.attempts.add_do_not_call(attempt.number, source="test", at=102.0)
        draw = Draw(now=103.0, engine="node")
        asked = (SPRING, attempt.lead_id, attempt.number, draw)
        assert await stores.leads.lease_again(*asked) is None
