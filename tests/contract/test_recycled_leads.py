"""What becomes of leads after their attempts, in every store: again, later, elsewhere, never."""

from dataclasses import replace
from pathlib import Path

import pytest
from durable_stores import (
    KINDS,
    SPRING,
    Stores,
    attempt_on,
    dial,
    durable,
    ids,
    list_leads,
    number,
)

from dialer.adapters.rule_files import read_rules
from dialer.domain.calling_rules.place import place_of
from dialer.domain.dial_law import DialLaw, DialTerms, HeldBy
from dialer.domain.disposition import Said
from dialer.domain.ids import AgentId, AttemptId
from dialer.domain.lead import AttemptEnd, Draw
from dialer.domain.outcome import Outcome
from dialer.domain.rate_table import RateTable

pytestmark = pytest.mark.parametrize("kind", KINDS)

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
NOON = 1_795_021_200.0
"""2026-11-18 17:00 UTC, a Wednesday: noon in New York."""


async def end(stores: Stores, attempt_id: AttemptId, outcome: Outcome, at: float = 130.0) -> None:
    answered_at = at - 20 if outcome is Outcome.CONNECTED else None
    await stores.attempts.record_ends(
        [AttemptEnd(attempt_id, outcome, at, answered_at=answered_at, agent_id=AgentId("ann"))]
    )


async def numbers_leased(stores: Stores, now: float, count: int = 5) -> list[str]:
    return [lead.number for lead in await stores.leads.lease(SPRING, count, Draw(now))]


async def test_a_busy_number_is_dialed_again_after_its_wait(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 1)
        (attempt,) = await dial(stores)
        await end(stores, attempt.attempt_id, Outcome.BUSY)
        assert await numbers_leased(stores, 130 + 10 * MINUTE - 1) == []
        assert await stores.leads.any_left(SPRING)
        assert await numbers_leased(stores, 130 + 10 * MINUTE) == [number(0)]


async def test_a_number_that_does_not_exist_is_done(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 1)
        (attempt,) = await dial(stores)
        await end(stores, attempt.attempt_id, Outcome.INVALID)
        assert not await stores.leads.any_left(SPRING)
        assert await numbers_leased(stores, 1000 * DAY) == []


async def test_a_talk_ends_a_lead_until_the_agent_says_otherwise(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 1)
        (attempt,) = await dial(stores)
        await end(stores, attempt.attempt_id, Outcome.CONNECTED)
        assert not await stores.leads.any_left(SPRING)
        await stores.attempts.dispose(attempt.attempt_id, Said(code="not_in"), at=140.0)
        assert await numbers_leased(stores, 130 + 4 * HOUR) == [number(0)]


async def test_what_is_said_before_the_end_counts_at_the_end(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 1)
        (attempt,) = await dial(stores)
        await stores.attempts.dispose(attempt.attempt_id, Said(code="machine"), at=120.0)
        await end(stores, attempt.attempt_id, Outcome.CONNECTED)
        assert await numbers_leased(stores, 130 + 23 * HOUR) == []
        assert await numbers_leased(stores, 130 + 24 * HOUR) == [number(0)]


async def test_who_asks_not_to_be_called_is_not(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 1)
        (attempt,) = await dial(stores)
        await end(stores, attempt.attempt_id, Outcome.CONNECTED)
        await stores.attempts.dispose(attempt.attempt_id, Said(code="do_not_call"), at=140.0)
        await list_leads(stores, 1)  # the same number, imported again
        assert await numbers_leased(stores, 1000 * DAY) == []
        assert not await stores.leads.any_left(SPRING)


async def test_a_promised_callback_is_not_dialed_the_predictive_way(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 1)
        (attempt,) = await dial(stores)
        await end(stores, attempt.attempt_id, Outcome.CONNECTED)
        said = Said(code="callback", callback_at=500.0)
        await stores.attempts.dispose(attempt.attempt_id, said, at=140.0)
        assert await numbers_leased(stores, 600.0) == []
        assert await stores.leads.any_left(SPRING)


async def test_who_was_abandoned_is_called_again_with_an_agent_held_for_it_only(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 1)
        (attempt,) = await dial(stores)
        left = AttemptEnd(
            attempt.attempt_id, Outcome.ABANDONED, 130.0, answered_at=125.0, charged=True
        )
        await stores.attempts.record_ends([left])
        assert await numbers_leased(stores, 130 + 100 * HOUR) == []
        assert await stores.leads.any_left(SPRING)


async def test_a_number_has_one_live_attempt_whatever_lead_it_is_of(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        for _ in range(2):
            await list_leads(stores, 1)
        one, two = [attempt_on(lead) for lead in await stores.leads.lease(SPRING, 2)]
        assert one.number == two.number
        (held,) = await stores.attempts.record_dialed([one, two])
        assert (held.attempt_id, held.held_by) == (two.attempt_id, HeldBy.NUMBER_LIVE)
        await end(stores, one.attempt_id, Outcome.INVALID)
        assert await numbers_leased(stores, 100 + MINUTE) == [number(0)]


async def test_an_emergency_number_is_never_dialed(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 1)
        (lead,) = await stores.leads.lease(SPRING, 1)
        (held,) = await stores.attempts.record_dialed([replace(attempt_on(lead), number="+911")])
        assert held.held_by is HeldBy.NEVER_DIALED
        assert await stores.attempts.open_attempts() == []


async def test_where_people_are_called_the_rules_decide_at_the_commit(
    kind: str, tmp_path: Path
) -> None:
    terms = DialTerms(
        caller_id="+12025550199",
        message_ready=True,
        message_opt_out=True,
        countries=frozenset({"US"}),
        calls_people=True,
    )
    async with durable(kind, tmp_path, law=DialLaw(read_rules())) as stores:
        await list_leads(stores, 1)
        (lead,) = await stores.leads.lease(SPRING, 1)
        asked = replace(attempt_on(lead, at=NOON), terms=terms)
        (held,) = await stores.attempts.record_dialed([asked])
        assert held.held_by is HeldBy.RULES
        assert held.verdict is not None
        fields = {refusal.field for refusal in held.verdict.refusals}
        assert "list_age_max_d" in fields  # never screened against the national list
        assert "windows" not in fields
        assert await stores.attempts.open_attempts() == []
        assert await numbers_leased(stores, NOON + DAY - 1) == []
        assert await numbers_leased(stores, NOON + DAY) == [number(0)]


async def test_at_night_a_lead_waits_for_the_morning(kind: str, tmp_path: Path) -> None:
    terms = DialTerms(calls_people=True, countries=frozenset({"US"}))
    law = DialLaw(read_rules())
    async with durable(kind, tmp_path, law=law) as stores:
        await list_leads(stores, 1)
        places = await stores.leads.places(SPRING, 0)
        assert list(places.values()) == [place_of(number(0))]
        (place_id,) = places
        opens = law.open_places(places.values(), terms, NOON - 8 * HOUR)[place_of(number(0))]
        assert opens == NOON - 4 * HOUR  # eight in the morning
        assert await stores.leads.lease(SPRING, 1, Draw(NOON, places=())) == []
        assert len(await stores.leads.lease(SPRING, 1, Draw(NOON, places=(place_id,)))) == 1


async def test_a_lease_is_of_one_engine_and_ends(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 1)
        (lead,) = await stores.leads.lease(SPRING, 1, Draw(100.0, "east", lease_s=60))
        assert await stores.leads.lease(SPRING, 1, Draw(159.0, "west")) == []
        (again,) = await stores.leads.lease(SPRING, 1, Draw(161.0, "west"))
        assert again.lead_id == lead.lead_id
        late = replace(attempt_on(lead, at=162.0), engine="east")
        (held,) = await stores.attempts.record_dialed([late])
        assert held.held_by is HeldBy.NOT_LEASED
        mine = replace(late, engine="west", attempt_id=attempt_on(lead).attempt_id)
        assert await stores.attempts.record_dialed([mine]) == []
        assert ids(await stores.attempts.open_attempts()) == [mine.attempt_id]
        assert await stores.leads.release_all("east") == 0


async def test_attempts_of_a_day_are_used_up(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 1)
        at = NOON
        for _ in range(3):
            (lead,) = await stores.leads.lease(SPRING, 1, Draw(at))
            attempt = attempt_on(lead, at=at)
            assert await stores.attempts.record_dialed([attempt]) == []
            await end(stores, attempt.attempt_id, Outcome.BUSY, at + 10)
            at += 11 * MINUTE
        assert await numbers_leased(stores, NOON + 4 * HOUR) == []
        assert len(await numbers_leased(stores, NOON + DAY)) == 1


async def test_minutes_and_money_of_a_day_are_limited(kind: str, tmp_path: Path) -> None:
    if kind == "memory":
        pytest.skip("the memory keeps no accounts")
    rates = {"trunk": RateTable.of({"+1": 0.30, "billing": {"first_s": 60, "increment_s": 60}})}
    by_minutes = DialTerms(minutes_max_day=2.0)
    by_money = DialTerms(spend_max_day=0.60)
    async with durable(kind, tmp_path, rates=rates) as stores:
        await list_leads(stores, 4)
        first, second, third, fourth = await stores.leads.lease(SPRING, 4, Draw(NOON))
        talked = attempt_on(first, at=NOON)
        assert await stores.attempts.record_dialed([talked]) == []
        talk = AttemptEnd(
            talked.attempt_id,
            Outcome.CONNECTED,
            NOON + 70,
            answered_at=NOON + 60,
            informed_at=NOON + 5,  # a broadcast's message came before the agent
        )
        await stores.attempts.record_ends([talk])  # 65 s: two minutes of money
        allowed = replace(attempt_on(second, at=NOON + 80), terms=by_minutes)
        assert await stores.attempts.record_dialed([allowed]) == []
        spent = replace(attempt_on(third, at=NOON + 80), terms=by_money)
        (held,) = await stores.attempts.record_dialed([spent])
        assert (held.held_by, held.text) == (HeldBy.DAILY_LIMIT, "0.60 are spent on trunk today")
        talk = AttemptEnd(allowed.attempt_id, Outcome.CONNECTED, NOON + 180, answered_at=NOON + 90)
        await stores.attempts.record_ends([talk])
        used_up = replace(attempt_on(fourth, at=NOON + 200), terms=by_minutes)
        (held,) = await stores.attempts.record_dialed([used_up])
        assert held.held_by is HeldBy.DAILY_LIMIT
        # its leads are there again, and tomorrow is another day
        leads = await stores.leads.lease(SPRING, 5, Draw(NOON + DAY))
        tomorrow = [replace(attempt_on(lead, at=NOON + DAY), terms=by_minutes) for lead in leads]
        assert len(tomorrow) == 2
        assert await stores.attempts.record_dialed(tomorrow) == []


async def test_a_lead_dialed_by_hand_that_a_rule_holds_waits_as_any_other(
    kind: str, tmp_path: Path
) -> None:
    terms = DialTerms(calls_people=True, countries=frozenset({"US"}))
    async with durable(kind, tmp_path, law=DialLaw(read_rules())) as stores:
        await list_leads(stores, 1)
        (lead,) = await stores.leads.lease(SPRING, 1)
        asked = replace(attempt_on(lead, at=NOON), terms=terms, agent_guaranteed=True)
        (held,) = await stores.attempts.record_dialed([asked])
        assert held.held_by is HeldBy.RULES
        assert await stores.attempts.open_attempts() == []
        assert await numbers_leased(stores, NOON + DAY) == [number(0)]  # promised to nobody
