"""Customers who are handed to a queue or a team: they wait as callers do, and keep their record."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from looked_at import state
from node import ANN, BOB, CID, Node, node

from dialer.domain.agentflow import AgentState
from dialer.domain.callflow import CallState
from dialer.domain.ids import AgentId, AttemptId
from dialer.domain.outcome import Outcome
from dialer.domain.queue import Queue, QueueSettings
from dialer.domain.skill import Skill
from dialer.errors import NoSuch, WrongState
from dialer.ports import AgentRoll

VIRTUAL_TIME = True
A, S = AgentState, CallState


@asynccontextmanager
async def talk(
    *others: AgentId, team: str = "", **settings: object
) -> AsyncIterator[tuple[Node, AttemptId]]:
    """Run a node on which Ann has a customer; others idle, have a skill and are in a team."""
    async with node() as at:
        await at.stores.skills.add(Skill("loans"), by="test", at=0.0)
        wanted = QueueSettings(**{"skills": ("loans",), "longest_wait_s": 60.0, **settings})  # type: ignore[arg-type]
        await at.stores.queues.add(Queue("loans", wanted), by="test", at=0.0)
        at.stores.rolls.rows[ANN] = AgentRoll()
        for agent_id in others:
            at.stores.rolls.rows[agent_id] = AgentRoll(skills={"loans": 1}, team=team)
        await at.queue_agents.look()
        await at.campaign(wrap_up_limit_s=30.0)
        await at.log_in(ANN)
        attempt_id = await at.answered()
        await at.log_in(*others)
        yield at, attempt_id


async def ended_well(at: Node, attempt_id: AttemptId) -> None:
    """The customer hangs up, and nothing is left of the talk."""
    at.switch.end(attempt_id)
    await at.settle()
    end = at.end(attempt_id)
    assert (end.outcome, end.agent_id) == (Outcome.CONNECTED, ANN)
    assert not any(agent.claimed for agent in at.agents.all())
    assert all(row.ended_at is not None for row in at.stores.calls.rows.values())
    assert not set(at.states().values()) & {A.RESERVED, A.TALKING}
    assert list(at.queues.live()) == []


async def test_an_idle_agent_of_the_queue_has_the_customer_at_once() -> None:
    async with talk(BOB) as (at, attempt_id):
        flow = await at.handing.transfer(attempt_id, "queue", "loans")
        assert (flow.state, flow.agent_id) == (S.TALKING, BOB)
        assert at.agent(ANN).state is A.WRAP_UP
        assert (at.agent(BOB).state, at.agent(BOB).attempt_id) == (A.TALKING, attempt_id)
        await at.settle()
        (row,) = at.stores.calls.rows.values()
        assert (row.queue, row.agent_id, row.attempt_id) == ("loans", BOB, attempt_id)
        await ended_well(at, attempt_id)
        assert at.agent(BOB).state is A.WRAP_UP


async def test_they_wait_with_music_and_their_place_until_somebody_is_free() -> None:
    async with talk(BOB, announce_every_s=10.0, longest_wait_s=300.0) as (at, attempt_id):
        await at.agents.pause(BOB)
        flow = await at.handing.transfer(attempt_id, "queue", "loans")
        await at.settle()
        assert (flow.state, flow.agent_id) == (S.QUEUED, None)
        assert at.music == {attempt_id}
        assert at.queues.shown()["main/loans"]["waiting"] == 1
        await asyncio.sleep(11)
        assert at.said[:1] == [(attempt_id, at.said[0][1])]  # their place is said
        await asyncio.sleep(8)
        assert at.music == {attempt_id}
        await at.agents.resume(BOB)
        await at.settle()
        assert state(at, attempt_id) is S.TALKING
        assert at.agent(BOB).attempt_id == attempt_id
        assert at.music == set()
        await ended_well(at, attempt_id)


async def test_pacing_is_told_who_will_take_them() -> None:
    async with talk(BOB) as (at, attempt_id):
        second = await at.answered()
        assert at.agent(BOB).attempt_id == second
        await at.handing.transfer(attempt_id, "queue", "loans")
        assert at.agent(BOB).claimed
        at.switch.end(second)
        await at.settle()
        await at.agents.ready(BOB)
        await at.settle()
        assert at.agent(BOB).attempt_id == attempt_id
        assert not at.agent(BOB).claimed
        await ended_well(at, attempt_id)


async def test_nobody_came_in_time_so_they_are_back_with_who_handed_them_over() -> None:
    async with talk(BOB) as (at, attempt_id):
        await at.agents.pause(BOB)
        await at.handing.transfer(attempt_id, "queue", "loans")
        await asyncio.sleep(59)
        assert state(at, attempt_id) is S.QUEUED
        assert at.agent(ANN).state is A.IDLE  # her wrap-up is over, and she is not of the queue
        await asyncio.sleep(2)
        flow = at.calls.flow(attempt_id)
        assert flow is not None
        assert (flow.state, flow.agent_id) == (S.TALKING, ANN)
        await at.settle()
        outcomes = [row.outcome for row in at.stores.calls.rows.values()]
        assert outcomes[0] is Outcome.NO_ANSWER
        assert at.missed == []
        await ended_well(at, attempt_id)


async def test_who_hangs_up_waiting_leaves_the_queue() -> None:
    async with talk(BOB) as (at, attempt_id):
        await at.agents.pause(BOB)
        await at.talks.hold(attempt_id)
        await at.handing.transfer(attempt_id, "queue", "loans")
        assert state(at, attempt_id) is S.QUEUED
        await ended_well(at, attempt_id)
        (row,) = at.stores.calls.rows.values()
        assert row.outcome is Outcome.HUNG_UP_WAITING
        assert at.missed == []
        await at.agents.resume(BOB)
        assert at.agent(BOB).state is A.IDLE


async def test_a_phone_that_was_gone_leaves_the_customer_in_the_queue() -> None:
    async with talk(BOB) as (at, attempt_id):
        gone = at.agent(BOB).leg_id
        assert gone is not None
        at.switch.channels.pop(gone)  # and nobody has heard of it yet
        flow = await at.handing.transfer(attempt_id, "queue", "loans")
        await at.settle()
        assert flow.state is S.QUEUED
        assert at.agent(BOB).state is A.OFFLINE
        await at.log_in(BOB)
        await at.settle()
        assert state(at, attempt_id) is S.TALKING
        rows = sorted(at.stores.calls.rows.values(), key=lambda row: row.began_at)
        assert [row.outcome for row in rows] == [Outcome.FAILED, None]
        await ended_well(at, attempt_id)


async def test_of_a_team_whoever_is_idle_longest_and_nobody_else() -> None:
    async with talk(BOB, team="lawyers") as (at, attempt_id):
        at.stores.rolls.rows[CID] = AgentRoll()
        await at.log_in(CID)
        flow = await at.handing.transfer(attempt_id, "team", "lawyers")
        assert (flow.state, flow.agent_id) == (S.TALKING, BOB)
        await at.settle()
        (first,) = at.stores.calls.rows.values()
        assert (first.queue, first.team) == (None, "lawyers")
        flow = await at.talks.transfer_to_agent(attempt_id, CID)
        await at.settle()
        rows = at.stores.calls.rows.values()
        (second,) = [row for row in rows if row.call_id != first.call_id]
        assert second.parent_id == first.call_id  # who handed them over is on record
        assert list(at.queues.shown()) == []
        await ended_well(at, attempt_id)


@pytest.mark.parametrize(("kind", "to"), [("queue", "none"), ("team", "none")])
async def test_where_nobody_is_nobody_is_handed_to(kind: str, to: str) -> None:
    async with talk(BOB) as (at, attempt_id):
        with pytest.raises(NoSuch, match=f"no {kind} 'none'"):
            await at.handing.transfer(attempt_id, kind, to)
        assert state(at, attempt_id) is S.TALKING
        with pytest.raises(WrongState):
            await at.talks.resume(attempt_id)
        await ended_well(at, attempt_id)
