"""A lead that an agent dials by hand: who gets the person, and what is refused."""

import asyncio

import pytest
from looked_at import state
from node import ANN, AUTUMN, BOB, SPRING, node

from dialer.domain.agentflow import AgentState
from dialer.domain.callflow import CallState
from dialer.domain.ids import LeadId
from dialer.domain.outcome import Outcome
from dialer.errors import BadInput, NoSuch, WrongState
from dialer.testing.switch import FarEnd

VIRTUAL_TIME = True
A = AgentState


async def test_the_agent_who_dials_is_held_and_gets_the_person() -> None:
    async with node() as at:
        await at.campaign(wrap_up_limit_s=30.0)
        await at.log_in(BOB, ANN)
        lead_id = min(at.stores.tables.leads)
        attempt_id = await at.manual.dial(ANN, lead_id)
        assert at.agent(ANN).state is A.HELD
        attempt = at.stores.tables.attempts[attempt_id].attempt
        assert (attempt.lead_id, attempt.agent_guaranteed) == (lead_id, True)
        at.switch.ring(attempt_id)
        at.switch.answer(attempt_id)
        await at.settle()
        assert state(at, attempt_id) is CallState.TALKING
        assert at.states() == {ANN: A.TALKING, BOB: A.IDLE}
        at.switch.end(attempt_id)
        await at.settle()
        assert (at.end(attempt_id).outcome, at.end(attempt_id).agent_id) == (
            Outcome.CONNECTED,
            ANN,
        )
        assert at.agent(ANN).state is A.WRAP_UP


async def test_a_call_that_nobody_takes_leaves_the_agent_idle() -> None:
    number = "+12020000000"
    async with node(numbers={number: FarEnd(ends_at_s=1.0, cause=17, tech_cause="486")}) as at:
        await at.campaign()
        await at.log_in(ANN)
        given = {"agent": ANN, "campaign": SPRING, "number": number}
        told = await at.manual.commands()["call.dial"](given)
        await asyncio.sleep(2)
        await at.settle()
        assert isinstance(told, dict)
        assert at.end(told["attempt"]).outcome is Outcome.BUSY
        assert at.agent(ANN).state is A.IDLE


async def test_a_call_is_taken_back_before_it_is_answered() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        commands = at.manual.commands()
        with pytest.raises(WrongState, match="dials nobody"):
            await commands["call.dial-cancel"]({"agent": ANN})
        attempt_id = await at.manual.dial(ANN, min(at.stores.tables.leads))
        at.switch.ring(attempt_id)
        await commands["call.dial-cancel"]({"agent": ANN})
        await at.settle()
        assert at.end(attempt_id).outcome is Outcome.CANCELLED
        assert at.agent(ANN).state is A.IDLE


async def test_what_may_not_be_dialed_is_not_dialed_and_says_why() -> None:
    async with node() as at:
        await at.campaign()
        await at.campaign(AUTUMN)
        await at.log_in(ANN)
        first, second, *_ = sorted(at.stores.tables.leads)
        number = at.stores.tables.leads[first].lead.number
        await at.stores.attempts.add_do_not_call(number, source="test", at=0.0)
        with pytest.raises(WrongState, match="lead"):
            await at.manual.dial(ANN, first)
        with pytest.raises(WrongState, match="not to be had"):
            await at.manual.dial(ANN, LeadId(10_000))
        theirs = next(
            key for key, entry in at.stores.tables.leads.items() if entry.lead.campaign_id == AUTUMN
        )
        with pytest.raises(WrongState, match="does not serve"):
            await at.manual.dial(ANN, theirs)
        assert at.agent(ANN).state is A.IDLE
        await at.manual.dial(ANN, second)
        with pytest.raises(WrongState, match="held, not idle"):
            await at.manual.dial(ANN, second)
        assert len(at.switch.calls) == 1
        await at.log_in(BOB)
        with pytest.raises(WrongState):  # it is being dialed already
            await at.manual.dial(BOB, second)
        assert len(at.switch.calls) == 1
        assert at.agent(BOB).state is A.IDLE


async def test_a_campaign_that_does_not_run_dials_nothing_by_hand() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        await at.campaigns.pause(SPRING)
        with pytest.raises(WrongState, match="does not run"):
            await at.manual.dial(ANN, min(at.stores.tables.leads))
        assert at.agent(ANN).state is A.IDLE


async def test_a_campaign_may_let_nobody_dial_by_hand() -> None:
    async with node() as at:
        await at.campaign(manual_dial=False)
        await at.log_in(ANN)
        first = min(at.stores.tables.leads)
        with pytest.raises(WrongState, match="lets nobody dial by hand"):
            await at.manual.dial(ANN, first)
        assert (at.agent(ANN).state, at.switch.calls) == (A.IDLE, [])


async def test_what_is_no_lead_says_how_to_make_one() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        dial = at.manual.commands()["call.dial"]
        with pytest.raises(NoSuch, match="POST leads"):
            await dial({"agent": ANN, "campaign": SPRING, "number": "+12025559999"})
        with pytest.raises(BadInput, match="lead"):
            await dial({"agent": ANN})


async def test_in_a_pause_an_agent_dials_by_hand_and_pauses_again_after_it() -> None:
    async with node() as at:
        await at.campaign(wrap_up_limit_s=30.0)
        await at.log_in(ANN)
        await at.agents.pause(ANN)
        attempt_id = await at.manual.dial(ANN, min(at.stores.tables.leads))
        at.switch.answer(attempt_id)
        await at.settle()
        assert at.agent(ANN).state is A.TALKING
        at.switch.end(attempt_id)
        await at.settle()
        assert at.agent(ANN).state is A.WRAP_UP
        await at.agents.ready(ANN)
        assert at.agent(ANN).state is A.PAUSED
        attempt_id = await at.manual.dial(ANN, max(at.stores.tables.leads))
        at.switch.end(attempt_id, 17)
        await at.settle()
        assert at.agent(ANN).state is A.PAUSED
