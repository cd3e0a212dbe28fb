"""Promised calls on both databases: what is open, what is leased, and how it ends."""

from pathlib import Path

import pytest
from durable_stores import SPRING, attempt_on, dial, durable, list_leads, number

from dialer.adapters.sql.stores import SqlStores
from dialer.domain.callback import CallbackState
from dialer.domain.dial_law import HeldBy
from dialer.domain.disposition import Said
from dialer.domain.ids import AgentId
from dialer.domain.lead import AttemptEnd, Draw
from dialer.domain.outcome import Outcome
from dialer.errors import NoSuch, WrongState
from dialer.ports import OpenCallback

pytestmark = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])

HOUR, DAY = 3600.0, 86_400.0
ANN = AgentId("ann")


async def promised(
    stores: SqlStores, *, due_at: float = 1000.0, anyone: bool = False
) -> OpenCallback:
    """Talk to the first lead, and promise to call again."""
    await list_leads(stores, 1)
    (attempt,) = await dial(stores)
    talk = AttemptEnd(attempt.attempt_id, Outcome.CONNECTED, 130.0, answered_at=110.0, agent_id=ANN)
    await stores.attempts.record_ends([talk])
    said = Said(code="callback", callback_at=due_at, callback_for_anyone=anyone)
    await stores.attempts.dispose(attempt.attempt_id, said, at=140.0)
    (one,) = await stores.callbacks.due([SPRING], due_at)
    return one


async def redial(stores: SqlStores, one: OpenCallback, outcome: Outcome, at: float) -> None:
    lead = await stores.callbacks.lease(one, Draw(at))
    assert lead is not None
    attempt = attempt_on(lead, at=at)
    assert await stores.attempts.record_dialed([attempt]) == []
    await stores.attempts.record_ends(
        [AttemptEnd(attempt.attempt_id, outcome, at + 20, answered_at=at + 5)]
    )


async def test_a_promise_is_its_agents_and_due_at_its_time(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        one = await promised(stores)
        assert (one.campaign_id, one.number) == (SPRING, number(0))
        assert (one.call.owner, one.call.due_at, one.call.misses) == (ANN, 1000.0, 0)
        assert await stores.callbacks.due([SPRING], 999.0) == []
        assert await stores.callbacks.due([], 2000.0) == []


async def test_a_promise_may_be_anyones(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        assert (await promised(stores, anyone=True)).call.owner is None


async def test_a_promise_that_was_kept_is_over_and_so_is_the_lead(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        one = await promised(stores)
        await redial(stores, one, Outcome.CONNECTED, 1000.0)
        assert await stores.callbacks.due([SPRING], 10 * DAY) == []
        assert not await stores.leads.any_left(SPRING)


async def test_a_missed_promise_is_dialed_again_and_at_last_the_lists(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        one = await promised(stores)
        at = 1000.0
        for misses in (1, 2):
            await redial(stores, one, Outcome.NO_ANSWER, at)
            (one,) = await stores.callbacks.due([SPRING], at + HOUR)
            assert one.call.misses == misses
            assert one.call.dial_at == at + 20 + 900.0
            at = one.call.dial_at
        await redial(stores, one, Outcome.NO_ANSWER, at)
        assert await stores.callbacks.due([SPRING], 10 * DAY) == []
        assert len(await stores.leads.lease(SPRING, 5, Draw(at + 2 * DAY))) == 1


async def test_a_caller_is_promised_a_call_back_that_survives_misses_and_the_lists_rules(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 2)
        made = await stores.callbacks.promise_caller(SPRING, number(1), 500.0, at=100.0)
        assert (made.number, made.call.owner, made.call.due_at) == (number(1), None, 500.0)
        assert await stores.callbacks.due([SPRING], 500.0) == [made]
        leased = await stores.leads.lease(SPRING, 5, Draw(100.0))
        assert [lead.number for lead in leased] == [number(0)]  # the list has the other only
        # asked again: one promise, due at the earlier time
        again = await stores.callbacks.promise_caller(SPRING, number(1), 900.0, at=120.0)
        assert (again.callback_id, again.call.due_at) == (made.callback_id, 500.0)
        await redial(stores, again, Outcome.NO_ANSWER, 500.0)
        (missed,) = await stores.callbacks.due([SPRING], 10 * DAY)
        assert (missed.callback_id, missed.call.misses) == (made.callback_id, 1)
        await redial(stores, missed, Outcome.CONNECTED, 5000.0)
        assert await stores.callbacks.due([SPRING], 10 * DAY) == []


async def test_a_lead_that_is_done_may_be_called_back_who_asks_for_it(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        one = await promised(stores)
        await redial(stores, one, Outcome.CONNECTED, 1000.0)
        assert not await stores.leads.any_left(SPRING)
        asked = await stores.callbacks.promise_caller(SPRING, number(0), 3000.0, at=2000.0)
        assert await stores.callbacks.due([SPRING], 3000.0) == [asked]
        assert await stores.callbacks.lease(asked, Draw(3000.0)) is not None


async def test_whoever_must_not_be_called_or_is_no_lead_is_promised_nothing(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 2)
        with pytest.raises(NoSuch):
            await stores.callbacks.promise_caller(SPRING, number(7), 500.0, at=100.0)
        await stores.attempts.add_do_not_call(number(0), source="t", at=50.0)
        with pytest.raises(WrongState, match="must not be called"):
            await stores.callbacks.promise_caller(SPRING, number(0), 500.0, at=100.0)
        await dial(stores)
        with pytest.raises(WrongState, match="is being called now"):
            await stores.callbacks.promise_caller(SPRING, number(1), 500.0, at=100.0)
        assert await stores.callbacks.due([SPRING], 10 * DAY) == []


async def test_a_lead_in_an_engines_hopper_is_promised_and_not_dialed_from_there(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 1)
        (lead,) = await stores.leads.lease(SPRING, 5, Draw(100.0))
        one = await stores.callbacks.promise_caller(SPRING, number(0), 500.0, at=100.0)
        (held,) = await stores.attempts.record_dialed([attempt_on(lead, at=101.0)])
        assert held.held_by is HeldBy.NOT_LEASED
        assert await stores.callbacks.due([SPRING], 500.0) == [one]
        await redial(stores, one, Outcome.CONNECTED, 500.0)


async def test_a_lead_that_is_called_as_promised_is_leased_once(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        one = await promised(stores)
        lead = await stores.callbacks.lease(one, Draw(1000.0))
        assert lead is not None
        assert await stores.callbacks.lease(one, Draw(1000.0)) is None
        await stores.callbacks.release(lead.lead_id)
        assert await stores.callbacks.lease(one, Draw(1001.0)) == lead


async def test_an_engine_that_dies_leaves_the_promise(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        one = await promised(stores)
        await stores.callbacks.lease(one, Draw(1000.0, "east"))
        assert await stores.leads.release_all("east") == 1
        assert await stores.leads.lease(SPRING, 5, Draw(10 * DAY)) == []
        assert await stores.callbacks.due([SPRING], 1000.0) == [one]
        assert await stores.callbacks.lease(one, Draw(1001.0, "east")) is not None


async def test_a_promise_nobody_keeps_goes_back_to_the_list(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        one = await promised(stores)
        await stores.callbacks.close(one.callback_id, CallbackState.EXPIRED, 8 * DAY)
        assert await stores.callbacks.due([SPRING], 10 * DAY) == []
        assert len(await stores.leads.lease(SPRING, 5, Draw(9 * DAY))) == 1
        await stores.callbacks.close(one.callback_id, CallbackState.EXPIRED, 8 * DAY)


async def test_who_was_abandoned_is_promised_a_call_with_an_agent(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        await list_leads(stores, 1)
        (attempt,) = await dial(stores)
        left = AttemptEnd(
            attempt.attempt_id, Outcome.ABANDONED, 130.0, answered_at=125.0, charged=True
        )
        await stores.attempts.record_ends([left])
        (one,) = await stores.callbacks.due([SPRING], 130.0 + 4 * HOUR)
        assert (one.call.owner, one.call.due_at) == (None, 130.0 + 4 * HOUR)
        await stores.callbacks.close(one.callback_id, CallbackState.EXPIRED, 200.0)
        assert await stores.leads.lease(SPRING, 5, Draw(130.0 + 71 * HOUR)) == []
        assert len(await stores.leads.lease(SPRING, 5, Draw(130.0 + 72 * HOUR))) == 1


async def test_a_promise_is_kept_sooner_by_its_agent_and_by_nobody_else(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        one = await promised(stores, due_at=50_000.0)
        forward = stores.callbacks.bring_forward
        with pytest.raises(WrongState, match="it is ann's"):
            await forward(one.callback_id, AgentId("bob"), 200.0, of=[SPRING])
        with pytest.raises(WrongState, match="does not run"):
            await forward(one.callback_id, ANN, 200.0, of=[])
        with pytest.raises(NoSuch):
            await forward(one.callback_id + 1, ANN, 200.0, of=[SPRING])
        assert await stores.callbacks.due([SPRING], 200.0) == []
        await forward(one.callback_id, ANN, 200.0, of=[SPRING])
        (soon,) = await stores.callbacks.due([SPRING], 200.0)
        assert (soon.call.owner, soon.call.next_at, soon.call.due_at) == (ANN, 200.0, 50_000.0)
        await redial(stores, soon, Outcome.CONNECTED, 210.0)
        with pytest.raises(WrongState, match="it is over"):
            await forward(one.callback_id, ANN, 300.0, of=[SPRING])


async def test_a_promise_that_was_anyones_is_the_agents_who_keeps_it_now(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        one = await promised(stores, due_at=50_000.0, anyone=True)
        await stores.callbacks.bring_forward(one.callback_id, ANN, 200.0, of=[SPRING])
        (soon,) = await stores.callbacks.due([SPRING], 200.0)
        assert soon.call.owner == ANN
