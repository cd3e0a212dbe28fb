"""Promised calls: an agent is sought, held, and only then is the person dialed."""

import asyncio

import pytest
from node import ANN, BOB, SPRING, Node, node

from dialer.domain.agentflow import AgentState
from dialer.domain.callback import CallbackState
from dialer.domain.ids import AgentId, AttemptId, LeadId
from dialer.domain.lead_standing import LeadState
from dialer.domain.outcome import Outcome
from dialer.errors import BadInput, WrongState
from dialer.ports import OpenCallback

VIRTUAL_TIME = True
A = AgentState
FIRST = LeadId(1)


def promise(at: Node, *, in_s: float, owner: AgentId | None = None) -> OpenCallback:
    made = at.promises.promise(FIRST, at.clock.now() + in_s, owner=owner)
    at.callbacks.soon()
    return made


async def after(at: Node, seconds: float) -> None:
    """Let time pass, with a round of promises every second."""
    for _ in range(int(seconds)):
        await asyncio.sleep(1.0)
        await at.callbacks.round()
    await at.settle()


def dialed(at: Node) -> list[AttemptId]:
    return [attempt.attempt_id for attempt in at.switch.calls]


async def test_an_agent_is_held_half_a_minute_before_and_the_call_is_on_time() -> None:
    async with node() as at:
        await at.campaign(mode="progressive", leads=3)
        await at.log_in(ANN)
        at.run().hopper.take()  # as if its first lead had been talked to
        promise(at, in_s=100)
        due_at = at.clock.now() + 100
        await after(at, 65)
        assert at.agent(ANN).state is A.IDLE
        await after(at, 10)
        assert at.agent(ANN).state is A.HELD
        assert dialed(at) == []
        assert await at.dialing.round() == 0  # nobody is dialed for an agent who is held
        await after(at, 26)
        (attempt,) = at.switch.calls
        assert attempt.agent_guaranteed
        assert attempt.dialed_at == pytest.approx(due_at, abs=1.1)


async def test_the_person_gets_the_agent_who_was_held() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN, BOB)
        promise(at, in_s=40, owner=BOB)
        await after(at, 42)
        (attempt_id,) = dialed(at)
        at.switch.ring(attempt_id)
        at.switch.answer(attempt_id)
        await at.settle()
        assert at.agent(BOB).state is A.TALKING
        assert at.agent(ANN).state is A.IDLE
        at.switch.end(attempt_id)
        await at.settle()
        assert at.agent(BOB).state is A.IDLE
        (entry,) = at.stores.tables.attempts.values()
        assert entry.end is not None
        assert (entry.end.outcome, entry.end.agent_id) == (Outcome.CONNECTED, BOB)


async def test_who_does_not_answer_lets_the_agent_go() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        made = promise(at, in_s=40)
        await after(at, 42)
        (attempt_id,) = dialed(at)
        at.switch.end(attempt_id, 17, "486")
        await at.settle()
        assert at.agent(ANN).state is A.IDLE
        at.promises.missed(made.callback_id, at.clock.now() + 900)
        await after(at, 100)
        assert len(dialed(at)) == 1


async def test_an_owner_who_is_away_is_waited_for_and_then_anyone_will_do() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        promise(at, in_s=40, owner=BOB)
        await after(at, 300)
        assert dialed(at) == []
        assert at.agent(ANN).state is A.IDLE
        await after(at, 1545)
        assert len(dialed(at)) == 1
        assert at.agent(ANN).state is A.HELD


async def test_an_agent_who_leaves_while_held_is_replaced() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        promise(at, in_s=40)
        await after(at, 20)
        assert at.agent(ANN).state is A.HELD
        leg_id = at.agent(ANN).leg_id
        assert leg_id is not None
        at.switch.end(leg_id, 44)
        await at.settle()
        assert at.agent(ANN).state is A.OFFLINE
        await after(at, 30)
        assert dialed(at) == []
        await at.log_in(BOB)
        await after(at, 5)
        assert len(dialed(at)) == 1
        assert at.agent(BOB).state is A.HELD


async def test_a_pause_asked_for_while_held_comes_after_the_call() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        promise(at, in_s=40)
        await after(at, 20)
        await at.agents.pause(ANN, "lunch")
        assert at.agent(ANN).state is A.HELD
        await after(at, 25)
        (attempt_id,) = dialed(at)
        at.switch.end(attempt_id, 19)
        await at.settle()
        assert at.agent(ANN).state is A.PAUSED


async def test_a_promise_nobody_could_keep_expires() -> None:
    async with node() as at:
        await at.campaign(callbacks={"expires_after_s": 60, "fallback": "nobody"})
        made = promise(at, in_s=10)
        await after(at, 80)
        assert at.promises.closed == {made.callback_id: CallbackState.EXPIRED}
        assert at.stores.tables.leads[FIRST].state == LeadState.READY


async def test_a_campaign_that_is_paused_holds_nobody_for_its_promises() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        promise(at, in_s=40)
        await after(at, 20)
        assert at.agent(ANN).state is A.HELD
        await at.campaigns.pause(SPRING)
        await after(at, 2)
        assert at.agent(ANN).state is A.IDLE
        await after(at, 60)
        assert dialed(at) == []


async def test_a_number_that_came_onto_the_list_is_not_called_as_promised() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        made = promise(at, in_s=40)
        await after(at, 20)
        at.stores.tables.do_not_call[made.number] = ("page", 1.0)
        await after(at, 25)
        assert dialed(at) == []
        assert at.agent(ANN).state is A.IDLE
        assert at.stores.tables.leads[FIRST].state == LeadState.DONE


async def test_an_agent_keeps_a_promise_now_and_gets_the_person() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN, BOB)
        stored = promise(at, in_s=50_000, owner=ANN)
        now = at.callbacks.commands()["callback.now"]
        with pytest.raises(WrongState, match="it is ann's"):
            await now({"agent": BOB, "callback": stored.callback_id})
        with pytest.raises(BadInput, match="give its id"):
            await now({"agent": ANN})
        await now({"agent": ANN, "callback": stored.callback_id})
        await after(at, 1)
        (attempt_id,) = dialed(at)
        assert at.states() == {ANN: A.HELD, BOB: A.IDLE}
        at.switch.answer(attempt_id)
        await at.settle()
        assert at.states() == {ANN: A.TALKING, BOB: A.IDLE}
        at.switch.end(attempt_id)
        await at.settle()


async def test_a_promise_of_a_campaign_that_does_not_run_is_not_kept_now() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        stored = promise(at, in_s=50_000)
        await at.campaigns.pause(SPRING)
        with pytest.raises(WrongState, match="does not run"):
            await at.callbacks.commands()["callback.now"](
                {"agent": ANN, "callback": stored.callback_id}
            )
        assert dialed(at) == []
