"""What every AttemptStore promises."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from durable_stores import KINDS, SPRING, attempt_on, dial, durable, ids, list_leads, number

from dialer.domain.campaign import Campaign, CampaignSettings
from dialer.domain.dial_law import HeldAttempt, HeldBy
from dialer.domain.disposition import Said
from dialer.domain.ids import AgentId, CampaignId, LeadId, new_attempt_id, new_leg_id
from dialer.domain.lead import AttemptEnd
from dialer.domain.legal_limits import Ground
from dialer.domain.outcome import Outcome
from dialer.errors import BadInput, WrongState
from dialer.testing.stores import MemoryStores

WITH_SCRIPT = CampaignId("scripted")


def held_by(held: Sequence[HeldAttempt]) -> list[HeldBy]:
    return [one.held_by for one in held]


pytestmark = pytest.mark.parametrize("kind", KINDS)


async def test_a_recorded_attempt_is_open_until_its_end(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 2)
        first, second = await dial(stores, 2)
        assert await stores.attempts.open_attempts() == [first, second]
        await stores.attempts.record_ends([AttemptEnd(first.attempt_id, Outcome.BUSY, 101.0)])
        assert await stores.attempts.open_attempts() == [second]


async def test_a_lead_is_not_dialed_twice_for_one_lease(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 1)
        (lead,) = await stores.leads.lease(SPRING, 1)
        first = attempt_on(lead)
        await stores.attempts.record_dialed([first])
        again = attempt_on(lead)
        assert await stores.attempts.record_dialed([again]) == [
            HeldAttempt(again.attempt_id, HeldBy.NOT_LEASED)
        ]
        assert await stores.attempts.open_attempts() == [first]


async def test_a_lead_is_not_dialed_again_after_its_end(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 1)
        (attempt,) = await dial(stores)
        end = AttemptEnd(attempt.attempt_id, Outcome.NO_ANSWER, 130.0)
        await stores.attempts.record_ends([end])
        again = replace(attempt, attempt_id=new_attempt_id())
        assert held_by(await stores.attempts.record_dialed([again])) == [HeldBy.NOT_LEASED]
        assert await stores.leads.lease(SPRING, 1) == []


async def test_a_lead_that_is_not_leased_keeps_no_other_off_the_record(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 2)
        (lead,) = await stores.leads.lease(SPRING, 1)
        good = attempt_on(lead)
        stranger = replace(attempt_on(lead), lead_id=LeadId(lead.lead_id + 1), number=number(1))
        held = await stores.attempts.record_dialed([stranger, good])
        assert held == [HeldAttempt(stranger.attempt_id, HeldBy.NOT_LEASED)]
        assert await stores.attempts.open_attempts() == [good]


async def test_the_same_lead_twice_in_one_call_is_refused(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 1)
        (lead,) = await stores.leads.lease(SPRING, 1)
        one, two = attempt_on(lead), attempt_on(lead)
        assert len(await stores.attempts.record_dialed([one, two])) == 1
        assert await stores.attempts.open_attempts() == [one]


async def test_a_refused_attempt_does_not_harm_those_recorded_at_the_same_time(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 6)
        leased = await stores.leads.lease(SPRING, 5)
        good = [attempt_on(lead) for lead in leased]
        bad = replace(good[0], attempt_id=new_attempt_id(), lead_id=LeadId(6))
        results = await asyncio.gather(
            *(stores.attempts.record_dialed([attempt]) for attempt in [*good[:2], bad, *good[2:]]),
        )
        assert [held_by(result) for result in results] == [[], [], [HeldBy.NOT_LEASED], [], [], []]
        assert set(ids(await stores.attempts.open_attempts())) == set(ids(good))


async def test_the_first_end_holds(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 1)
        (attempt,) = await dial(stores)
        live = AttemptEnd(attempt.attempt_id, Outcome.ABANDONED, 105.0, answered_at=103.0)
        late = AttemptEnd(attempt.attempt_id, Outcome.CONNECTED, 109.0, answered_at=104.0)
        await stores.attempts.record_ends([live, late])
        await stores.attempts.record_ends([late])
        assert await stores.attempts.answers_since(SPRING, 0.0) == [(103.0, False)]


async def test_an_end_of_an_unknown_attempt_changes_nothing(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 1)
        await stores.attempts.record_ends([AttemptEnd(new_attempt_id(), Outcome.BUSY, 1.0)])
        assert await stores.leads.remaining(SPRING) == 1


async def test_a_lead_that_was_never_sent_is_ready_again(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 2)
        (attempt,) = await dial(stores)
        unsent = AttemptEnd(attempt.attempt_id, Outcome.FAILED, 101.0, undialed=True)
        await stores.attempts.record_ends([unsent, unsent])
        assert await stores.attempts.open_attempts() == []
        assert await stores.leads.remaining(SPRING) == 2
        (again,) = await dial(stores)
        assert again.lead_id == attempt.lead_id
        await stores.attempts.record_ends([unsent])  # a late one of the old attempt
        assert await stores.attempts.open_attempts() == [again]


async def test_nothing_to_record_is_no_error(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await stores.attempts.record_dialed([])
        await stores.attempts.record_ends([])
        assert await stores.attempts.open_attempts() == []


async def test_live_answers_are_told_in_order_with_what_was_charged(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 5)
        talked, left, waited, busy, old = ids(await dial(stores, 5))
        await stores.attempts.record_ends(
            [
                AttemptEnd(left, Outcome.ABANDONED, 125.0, answered_at=120.0, charged=True),
                AttemptEnd(talked, Outcome.CONNECTED, 190.0, answered_at=130.0),
                AttemptEnd(waited, Outcome.HUNG_UP_WAITING, 111.0, answered_at=110.0),
                AttemptEnd(busy, Outcome.BUSY, 101.0),
                AttemptEnd(old, Outcome.CONNECTED, 60.0, answered_at=50.0),
            ]
        )
        assert await stores.attempts.answers_since(SPRING, 100.0) == [
            (110.0, False),
            (120.0, True),
            (130.0, False),
        ]


async def test_of_a_live_talk_it_is_on_record_that_the_person_was_told_of_the_recording(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 2)
        first, second = await dial(stores, 2)
        await stores.attempts.announced_recording(first.attempt_id)
        told, other = await stores.attempts.open_attempts()
        assert (told.ground, other.ground) == (Ground.ANNOUNCED, "")
        await stores.attempts.record_ends([AttemptEnd(second.attempt_id, Outcome.BUSY, 101.0)])
        for over in (second.attempt_id, new_attempt_id()):
            with pytest.raises(WrongState, match="is over"):
                await stores.attempts.announced_recording(over)


async def test_a_talk_that_began_may_be_marked_and_disposed_of_at_any_time(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 1)
        (attempt,) = await dial(stores)
        who = (AgentId("ann"), new_leg_id())
        await stores.attempts.mark_connected(attempt.attempt_id, *who, 103.0)
        assert await stores.attempts.open_attempts() == [attempt]
        await stores.attempts.record_ends([AttemptEnd(attempt.attempt_id, Outcome.LOST, 200.0)])
        await stores.attempts.mark_connected(attempt.attempt_id, *who, 300.0)
        sold = Said(code="sale", amount=99.5)
        await stores.attempts.dispose(attempt.attempt_id, sold, at=301.0)
        with pytest.raises(BadInput, match="no code 'sold'"):
            await stores.attempts.dispose(attempt.attempt_id, Said(code="sold"), at=302.0)
        with pytest.raises(BadInput, match="there is no"):
            await stores.attempts.dispose(new_attempt_id(), sold, at=302.0)
        assert await stores.attempts.open_attempts() == []


async def test_a_number_on_the_do_not_call_list_is_not_dialed_any_more(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 3)
        (lead,) = await stores.leads.lease(SPRING, 1)
        for listed in (number(0), number(1), number(1)):
            await stores.attempts.add_do_not_call(listed, source="key", at=50.0)
        # leased before its number was listed
        held = await stores.attempts.record_dialed([attempt_on(lead)])
        assert held_by(held) == [HeldBy.NOT_LEASED]
        assert [lead.number for lead in await stores.leads.lease(SPRING, 5)] == [number(2)]


async def test_a_list_that_comes_after_the_do_not_call_entry_is_passed_over(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        for index in (0, 2, 4):
            await stores.attempts.add_do_not_call(number(index), source="import", at=50.0)
        await list_leads(stores, 5)
        assert [lead.number for lead in await stores.leads.lease(SPRING, 1)] == [number(1)]
        assert [lead.number for lead in await stores.leads.lease(SPRING, 5)] == [number(3)]
        assert await stores.leads.remaining(SPRING) == 2
        assert await stores.leads.lease(SPRING, 5) == []


async def test_a_sale_waits_until_all_is_said_that_must_be(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        body = "Good day. [[ This call is recorded. ]] [[ You may say no. ]]"
        settings = CampaignSettings(script="pitch")
        await stores.campaigns.create(
            Campaign(campaign_id=WITH_SCRIPT, name="scripted", settings=settings)
        )
        await list_leads(stores, 1, campaign=WITH_SCRIPT)
        (attempt,) = await dial(stores, campaign=WITH_SCRIPT)
        say = stores.attempts.dispose
        bare = Said(code="sale", amount=1.0)
        await say(attempt.attempt_id, bare, at=150.0)  # nothing is published yet
        if isinstance(stores, MemoryStores):
            stores.tables.scripts["pitch"] = body
        else:
            await stores.scripts.add("pitch", body, by="qa", at=1.0)
            await stores.scripts.publish("pitch", 1, by="qa", at=2.0)
        with pytest.raises(BadInput, match=r"'This call is recorded\.' was not said"):
            await say(attempt.attempt_id, bare, at=160.0)
        half = bare.model_copy(update={"statements": frozenset({0})})
        with pytest.raises(BadInput, match=r"'You may say no\.' was not said"):
            await say(attempt.attempt_id, half, at=160.0)
        await say(attempt.attempt_id, Said(code="not_in"), at=170.0)
        whole = bare.model_copy(update={"statements": frozenset({0, 1}), "script_version": 1})
        await say(attempt.attempt_id, whole, at=180.0)


@pytest.mark.parametrize("newer", ["published", "not published"])
async def test_what_an_agent_saw_counts_though_the_script_was_changed_meanwhile(
    kind: str, newer: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        if isinstance(stores, MemoryStores):
            return  # it has no versions
        settings = CampaignSettings(script="pitch")
        await stores.campaigns.create(
            Campaign(campaign_id=WITH_SCRIPT, name="scripted", settings=settings)
        )
        await list_leads(stores, 1, campaign=WITH_SCRIPT)
        (attempt,) = await dial(stores, campaign=WITH_SCRIPT)
        await stores.scripts.add("pitch", "[[ One. ]]", by="qa", at=1.0)
        await stores.scripts.publish("pitch", 1, by="qa", at=2.0)
        await stores.scripts.add("pitch", "[[ One. ]] [[ Two. ]]", by="qa", at=3.0)
        if newer == "published":
            await stores.scripts.publish("pitch", 2, by="qa", at=4.0)
        sale = Said(code="sale", amount=1.0, statements=frozenset({0}))
        seen = sale.model_copy(update={"script_version": 1})
        await stores.attempts.dispose(attempt.attempt_id, seen, at=150.0)
        unknown = sale.model_copy(update={"script_version": 3})
        with pytest.raises(BadInput, match="has no version 3"):
            await stores.attempts.dispose(attempt.attempt_id, unknown, at=160.0)
        if newer == "published":
            with pytest.raises(BadInput, match=r"'Two\.' was not said"):
                await stores.attempts.dispose(attempt.attempt_id, sale, at=160.0)
