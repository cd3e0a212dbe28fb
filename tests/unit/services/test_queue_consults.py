"""An agent asks a colleague of a queue or a team, the customer on hold: whoever is idle of it."""

import asyncio

import pytest
from looked_at import state
from node import ANN, BOB, CID, Node
from on_demand import demand_node
from test_caller_talks import called
from test_queue_transfers import ended_well, talk

from dialer.domain.agentflow import AgentState
from dialer.domain.call_record import CallRecord
from dialer.domain.callflow import CallState
from dialer.domain.company import Company
from dialer.domain.ids import AttemptId
from dialer.domain.outcome import Outcome
from dialer.domain.queue import AgentOrder, Queue, QueueSettings
from dialer.domain.skill import Skill
from dialer.errors import NoSuch, WrongState
from dialer.ports import AgentRoll

VIRTUAL_TIME = True
A, S, C = AgentState, CallState, Company


def rows(at: Node) -> list[CallRecord]:
    return sorted(at.stores.calls.rows.values(), key=lambda row: row.key)


async def refused(at: Node, attempt_id: AttemptId) -> None:
    with pytest.raises(WrongState):
        await at.consults.consult(attempt_id, "queue", "loans")


async def test_an_idle_agent_of_the_queue_is_asked_and_then_has_the_customer() -> None:
    async with talk(BOB) as (at, attempt_id):
        flow = await at.consults.consult(attempt_id, "queue", "loans")
        assert (flow.state, at.talking.thirds.company(attempt_id)) == (S.HOLDING, C.CONSULTING)
        assert (flow.agent_id, at.agent(BOB).state) == (ANN, A.TALKING)
        assert at.music == {attempt_id}
        flow = await at.talks.complete(attempt_id)
        assert (flow.state, flow.agent_id) == (S.TALKING, BOB)
        assert at.agent(ANN).state is A.WRAP_UP
        await at.settle()
        (row,) = rows(at)
        assert (row.queue, row.team, row.agent_id) == ("loans", "", BOB)
        await ended_well(at, attempt_id)
        assert rows(at)[0].outcome is Outcome.CONNECTED


async def test_the_consultation_is_given_up_or_three_talk() -> None:
    async with talk(BOB) as (at, attempt_id):
        await at.consults.consult(attempt_id, "queue", "loans")
        flow = await at.talks.cancel(attempt_id)
        assert (flow.state, flow.agent_id) == (S.TALKING, ANN)
        assert at.agent(BOB).state is A.IDLE
        await at.consults.consult(attempt_id, "queue", "loans")
        await at.talks.three_way(attempt_id)
        assert at.talking.thirds.company(attempt_id) is C.THREE
        flow = await at.talks.leave(attempt_id)
        assert flow.agent_id == BOB
        await ended_well(at, attempt_id)


async def test_of_a_team_whoever_is_idle_longest_and_the_team_is_on_record() -> None:
    async with talk(BOB, CID, team="lawyers") as (at, attempt_id):
        await at.agents.pause(BOB)
        await asyncio.sleep(5)
        await at.agents.resume(BOB)  # so Cid is idle for longer
        await at.consults.consult(attempt_id, "team", "lawyers")
        assert (at.agent(CID).state, at.agent(BOB).state) == (A.TALKING, A.IDLE)
        await at.settle()
        (row,) = rows(at)
        assert (row.queue, row.team, row.agent_id) == (None, "lawyers", CID)
        await at.talks.complete(attempt_id)
        await ended_well(at, attempt_id)


async def test_who_is_most_skilled_is_asked_where_the_queue_wants_that() -> None:
    async with talk(BOB, CID) as (at, attempt_id):
        await at.stores.skills.add(Skill("french"), by="test", at=0.0)
        wanted = QueueSettings(skills=("loans", "french"), order=AgentOrder.MOST_SKILLED)
        await at.stores.queues.add(Queue("paris", wanted), by="test", at=0.0)
        at.stores.rolls.rows[CID] = AgentRoll(skills={"loans": 1, "french": 1})
        await at.queue_agents.look()
        await at.consults.consult(attempt_id, "queue", "paris")
        assert at.agent(CID).state is A.TALKING
        await ended_well(at, attempt_id)


@pytest.mark.parametrize(("kind", "to"), [("queue", "loans"), ("team", "lawyers")])
@pytest.mark.parametrize("held", [False, True])
async def test_nobody_is_idle_so_it_is_refused_and_the_customer_stays_as_they_are(
    kind: str, to: str, held: bool
) -> None:
    async with talk(BOB, team="lawyers") as (at, attempt_id):
        await at.agents.pause(BOB)
        if held:
            await at.talks.hold(attempt_id)
        before = state(at, attempt_id)
        with pytest.raises(WrongState, match=f"nobody of the {kind} '{to}' is idle") as refused:
            await at.consults.consult(attempt_id, kind, to)
        assert f"transfer the customer to the {kind}" in refused.value.fix
        assert (state(at, attempt_id), rows(at)) == (before, [])
        assert at.agent(ANN).state is A.TALKING
        await ended_well(at, attempt_id)


async def test_who_takes_no_calls_that_come_in_and_who_is_of_no_queue_is_not_asked() -> None:
    async with talk(BOB) as (at, attempt_id):
        at.unblended.add(BOB)
        await at.log_in(CID)
        with pytest.raises(WrongState, match="nobody of the queue"):
            await at.consults.consult(attempt_id, "queue", "loans")
        with pytest.raises(NoSuch, match="no queue 'none'"):
            await at.consults.consult(attempt_id, "queue", "none")
        with pytest.raises(NoSuch, match="no team 'none'"):
            await at.consults.consult(attempt_id, "team", "none")
        assert state(at, attempt_id) is S.TALKING
        await ended_well(at, attempt_id)


async def test_two_agents_ask_at_once_and_one_of_them_gets_the_only_one_who_is_idle() -> None:
    async with talk(BOB) as (at, first):
        await at.log_in(CID)
        at.unblended.add(CID)
        await at.agents.pause(BOB)
        second = await at.answered()
        await at.agents.resume(BOB)
        told = await asyncio.gather(
            at.consults.consult(first, "queue", "loans"),
            at.consults.consult(second, "queue", "loans"),
            return_exceptions=True,
        )
        assert sorted(type(one).__name__ for one in told) == ["CallFlow", "WrongState"]
        companies = [at.talking.thirds.company(one) for one in (first, second)]
        assert sorted(companies) == [C.ALONE, C.CONSULTING]
        at.switch.end(second)
        await at.settle()
        await ended_well(at, first)


async def test_the_customer_leaves_while_the_agent_is_asked_for() -> None:
    async with talk(BOB) as (at, attempt_id):
        async with asyncio.TaskGroup() as tasks:
            asked = tasks.create_task(refused(at, attempt_id), name="asked")
            await asyncio.sleep(0)  # the queue's settings are read
            at.switch.end(attempt_id)
        assert asked.done()
        await at.settle()
        assert at.agent(BOB).state is A.IDLE


async def test_a_phone_that_does_not_answer_is_passed_over() -> None:
    async with demand_node(BOB, CID) as at:
        await at.stores.queues.add(Queue("help", QueueSettings()), by="test", at=0.0)
        attempt_id = await at.answered()
        at.switch.silent_phones.add(BOB)
        await at.consults.consult(attempt_id, "queue", "help")
        assert (at.agent(BOB).state, at.agent(CID).state) == (A.PAUSED, A.TALKING)
        await at.settle()
        assert [(row.agent_id, row.queue) for row in rows(at)] == [(BOB, "help"), (CID, "help")]
        assert rows(at)[0].outcome is Outcome.NO_ANSWER
        at.switch.end(attempt_id)
        await at.settle()


async def test_of_a_caller_too_and_by_the_command() -> None:
    async with called(BOB) as it:
        command = it.at.talking.commands.commands()["call.consult"]
        told = await command({"agent": ANN, "queue": "loans"})
        assert isinstance(told, dict)
        assert (told["company"], told["third"]) == ("consulting", BOB)
        flow = await it.at.talks.complete(it.talk_id)
        assert flow.agent_id == BOB
        await it.at.settle()
        (leg,) = it.rows()
        assert (leg.queue, leg.agent_id, leg.parent_id) == ("loans", BOB, it.caller.call_id)
        await it.ended_well()
