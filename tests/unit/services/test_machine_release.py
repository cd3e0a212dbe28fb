"""Agent first: which talks are listened to, and what a verdict does."""

import asyncio

import pytest
from node import ANN, SPRING, Node, node

from dialer.domain.agentflow import AgentState
from dialer.domain.amd.law import Answerer, Verdict
from dialer.domain.outcome import Outcome
from dialer.services.machine_release import MachineRelease
from dialer.testing.answer_ear import ToldEar

VIRTUAL_TIME = True
MACHINE = Verdict(Answerer.MACHINE, "beep", 5.0)


def ear_of(at: Node) -> ToldEar:
    ear = ToldEar()
    MachineRelease(ear, at.calls, at.campaigns.get, at.clock)
    return ear


async def test_a_machine_is_let_go_and_the_agent_is_free_at_once_without_wrap_up() -> None:
    async with node() as at:
        ear = ear_of(at)
        await at.campaign(amd="agent_first", wrap_up_limit_s=30.0)
        await at.log_in(ANN)
        attempt_id = await at.answered()
        assert ear.listening == [attempt_id]
        await asyncio.sleep(5)
        ear.settle(attempt_id, MACHINE)
        await at.settle()
        end = at.end(attempt_id)
        assert (end.outcome, end.ended_by, end.charged) == (Outcome.MACHINE, "dialer", False)
        assert end.connected_at is not None
        assert at.agent(ANN).state is AgentState.IDLE
        assert at.run().detection()["machines_released"] == 1
        assert attempt_id not in at.switch.channels


@pytest.mark.parametrize("answerer", [Answerer.PERSON, Answerer.UNSURE])
async def test_whoever_is_not_surely_a_machine_stays_with_the_agent(answerer: Answerer) -> None:
    async with node() as at:
        ear = ear_of(at)
        await at.campaign(amd="agent_first")
        await at.log_in(ANN)
        attempt_id = await at.answered()
        ear.settle(attempt_id, Verdict(answerer, "deadline", 12.0))
        await at.settle()
        assert at.agent(ANN).state is AgentState.TALKING
        at.switch.end(attempt_id)
        await at.settle()
        assert at.end(attempt_id).outcome is Outcome.CONNECTED


async def test_without_detection_nobody_listens() -> None:
    async with node() as at:
        ear = ear_of(at)
        await at.campaign()
        await at.log_in(ANN)
        await at.answered()
        assert ear.listening == []
        assert at.run().detection()["amd_charge_rate"] == 0.0


async def test_a_verdict_on_a_call_that_is_over_does_nothing() -> None:
    async with node() as at:
        ear = ear_of(at)
        await at.campaign(amd="agent_first")
        await at.log_in(ANN)
        attempt_id = await at.answered()
        at.switch.end(attempt_id)
        await at.settle()
        ear.settle(attempt_id, MACHINE)
        await at.settle()
        assert at.end(attempt_id).outcome is Outcome.CONNECTED
        assert at.run().detection()["machines_released"] == 0


async def test_whom_the_agent_hung_up_first_is_no_machine() -> None:
    async with node() as at:
        ear = ear_of(at)
        await at.campaign(amd="agent_first")
        await at.log_in(ANN)
        attempt_id = await at.answered()
        at.calls.end_talk(attempt_id)
        ear.settle(attempt_id, MACHINE)
        await at.settle()
        assert at.end(attempt_id).ended_by == "agent"


async def test_the_ledger_is_charged_for_those_whom_nobody_heard() -> None:
    async with node() as at:
        await at.campaign(amd="agent_first")
        await at.log_in(ANN)
        for _ in range(3):
            attempt_id = await at.answered()
            at.switch.end(attempt_id)
            await at.settle()
        (standing,) = at.run(SPRING).abandonment(at.clock.now())
        assert standing.counts.rate == pytest.approx(7 / 158)
        assert standing.counts.abandoned == pytest.approx(3 * 7 / 151)


async def test_a_restart_charges_what_was_recorded_before_as_well() -> None:
    async with node() as at:
        run = await at.campaign(amd="agent_first")
        run.rebuild_ledger([(float(second), False) for second in range(151)])
        (standing,) = run.abandonment(at.clock.now())
        assert standing.counts.abandoned == pytest.approx(7.0)
