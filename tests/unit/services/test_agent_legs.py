"""An agent on a node after a talk, and when the standing leg leaves at any moment."""

import asyncio

import pytest
from looked_at import CUSTOMER, leg, on_record, reserve, talk
from node import ANN, BOB, SPRING, node

from dialer.domain.agentflow import Agent, AgentState
from dialer.domain.ids import AgentId, AttemptId, LegId
from dialer.ports import AgentRecord

VIRTUAL_TIME = True
A = AgentState


# -- after a talk ----------------------------------------------------------------------------


async def test_wrap_up_ends_by_itself_at_its_limit() -> None:
    async with node() as at:
        await at.log_in(ANN)
        talk(at)
        at.agents.freed(leg(at), wrap_up_s=30.0)
        assert (at.agent(ANN).state, at.agent(ANN).attempt_id) == (A.WRAP_UP, CUSTOMER)
        assert at.agent(ANN).wrap_up_until == pytest.approx(at.clock.now() + 30.0)
        await asyncio.sleep(29.9)
        assert at.agent(ANN).state is A.WRAP_UP
        await asyncio.sleep(0.2)
        assert (at.agent(ANN).state, at.agent(ANN).attempt_id) == (A.IDLE, None)


async def test_an_agent_who_is_ready_sooner_is_idle_sooner() -> None:
    async with node() as at:
        await at.log_in(ANN)
        talk(at)
        at.agents.freed(leg(at), wrap_up_s=30.0)
        await at.agents.ready(ANN)
        assert at.agent(ANN).state is A.IDLE
        talk(at)
        await asyncio.sleep(40)
        assert at.agent(ANN).state is A.TALKING


async def test_without_wrap_up_the_agent_is_idle_at_once() -> None:
    async with node() as at:
        await at.log_in(ANN)
        at.agents.freed(talk(at), wrap_up_s=0.0)
        assert (at.agent(ANN).state, at.agent(ANN).talks) == (A.IDLE, 1)


async def test_a_leg_is_freed_once() -> None:
    async with node() as at:
        await at.log_in(ANN)
        leg_id = talk(at)
        at.agents.freed(leg_id, wrap_up_s=30.0)
        at.agents.freed(leg_id, wrap_up_s=0.0)
        assert at.agent(ANN).state is A.WRAP_UP
        at.agents.freed(LegId("ag-unknown"), wrap_up_s=0.0)


async def test_a_talk_that_is_told_late_does_not_touch_the_next_customer() -> None:
    async with node() as at:
        await at.log_in(ANN)
        at.agents.freed(talk(at), wrap_up_s=0.0)
        at.agents.reserve(at.agent(ANN), AttemptId("at-next"))
        at.agents.talk_began(ANN, CUSTOMER)
        assert at.agent(ANN).state is A.RESERVED


@pytest.mark.parametrize("wrap_up_s", [0.0, 5.0])
async def test_log_out_in_a_talk_comes_after_it(wrap_up_s: float) -> None:
    async with node() as at:
        await at.log_in(ANN)
        talk(at)
        await at.agents.log_out(ANN)
        assert (at.agent(ANN).state, at.agent(ANN).leaving) == (A.TALKING, True)
        at.agents.freed(leg(at), wrap_up_s=wrap_up_s)
        await asyncio.sleep(wrap_up_s + 0.1)
        assert at.agent(ANN).state is A.OFFLINE
        assert at.switch.channels == {}


@pytest.mark.parametrize("state", ["idle", "paused", "wrap_up"])
async def test_log_out_hangs_up_the_leg(state: str) -> None:
    async with node() as at:
        await at.log_in(ANN)
        if state == "paused":
            await at.agents.pause(ANN)
        if state == "wrap_up":
            at.agents.freed(talk(at), wrap_up_s=30.0)
        assert at.agent(ANN).state == state
        await at.agents.log_out(ANN)
        await at.settle()
        assert (at.agent(ANN).state, at.agent(ANN).leg_id) == (A.OFFLINE, None)
        assert at.switch.channels == {}
        await at.agents.log_out(ANN)  # twice is once
        await asyncio.sleep(60)
        assert at.agent(ANN).state is A.OFFLINE


# -- legs that leave -------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["idle", "reserved", "talking", "wrap_up", "paused"])
@pytest.mark.parametrize(("cause", "reason"), [(16, "phone hung up"), (44, "phone lost")])
async def test_an_agent_whose_leg_left_is_offline_at_once(
    state: str, cause: int, reason: str
) -> None:
    async with node() as at:
        await at.log_in(ANN)
        if state == "paused":
            await at.agents.pause(ANN)
        if state == "reserved":
            reserve(at)
        if state in ("talking", "wrap_up"):
            talk(at)
        if state == "wrap_up":
            at.agents.freed(leg(at), wrap_up_s=30.0)
        assert at.agent(ANN).state == state
        gone = leg(at)
        at.switch.end(gone, cause)
        ann = at.agent(ANN)
        assert (ann.state, ann.leg_id, ann.attempt_id, ann.reason) == (
            A.OFFLINE,
            None,
            None,
            reason,
        )
        assert at.agents.of_leg(gone) is None
        assert (await on_record(at)).state == "offline"
        at.agents.freed(gone, wrap_up_s=30.0)
        await asyncio.sleep(60)
        assert at.agent(ANN).state is A.OFFLINE


async def test_the_end_of_an_old_leg_does_not_touch_the_new_one() -> None:
    async with node() as at:
        await at.log_in(ANN)
        old = leg(at)
        at.agents.leg_gone(old, None)
        await at.log_in(ANN)
        at.switch.end(old)
        assert at.agent(ANN).state is A.IDLE


async def test_how_a_leg_ended_is_remembered() -> None:
    async with node() as at:
        await at.log_in(ANN)
        gone = leg(at)
        at.switch.end(gone, 44)
        assert await at.agents.leg_end(gone, wait_s=1.0) == 44


async def test_how_a_leg_ended_is_waited_for() -> None:
    async with node() as at:
        await at.log_in(ANN, BOB)
        gone = leg(at)
        asked = [at.tasks.create_task(at.agents.leg_end(gone, wait_s=1.0)) for _ in range(2)]
        await asyncio.sleep(0.5)
        at.switch.end(gone, 16)
        assert [await one for one in asked] == [16, 16]
        begun = at.clock.now()
        assert await at.agents.leg_end(leg(at, BOB), wait_s=0.25) is None
        assert at.clock.now() - begun == pytest.approx(0.25)


async def test_a_leg_that_is_known_to_be_gone_says_nothing_of_its_cause() -> None:
    async with node() as at:
        await at.log_in(ANN)
        gone = leg(at)
        at.agents.leg_gone(gone, None)
        assert await at.agents.leg_end(gone, wait_s=0.25) is None


# -- the past, and the switch's restarts -----------------------------------------------------


def adopted(state: str, *, talking: AttemptId | None = None) -> AgentRecord:
    return AgentRecord(ANN, state, LegId("ag-old"), talking or CUSTOMER, 5.0, (SPRING,))


@pytest.mark.parametrize(
    ("recorded", "talking", "wrap_up_s", "state"),
    [
        ("idle", None, 30.0, A.IDLE),
        ("paused", None, 30.0, A.PAUSED),
        ("talking", CUSTOMER, 30.0, A.TALKING),
        ("idle", CUSTOMER, 30.0, A.TALKING),
        ("paused", CUSTOMER, 30.0, A.TALKING),
        ("talking", None, 30.0, A.WRAP_UP),
        ("wrap_up", None, 30.0, A.WRAP_UP),
        ("talking", None, 0.0, A.IDLE),
    ],
)
async def test_an_agent_is_adopted_as_the_record_and_the_switch_say(
    recorded: str, talking: AttemptId | None, wrap_up_s: float, state: AgentState
) -> None:
    async with node() as at:
        at.agents.returns.adopt(
            adopted(recorded), talking=talking, home=SPRING, wrap_up_s=wrap_up_s
        )
        assert at.agent(ANN).state is state
        assert at.agents.of_leg(LegId("ag-old")) is at.agent(ANN)
        await asyncio.sleep(31)
        if state is A.WRAP_UP:
            assert at.agent(ANN).state is A.IDLE


async def test_agents_whom_a_restart_took_down_are_called_again_and_no_others() -> None:
    async with node() as at:
        await at.log_in(ANN, BOB)
        await at.agents.log_out(BOB)
        at.switch.restart()
        at.agents.returns.switch_lost(at.clock.now())
        at.agents.leg_gone(leg(at), None)
        at.switch.restore()
        at.agents.returns.session_settled()
        at.agents.returns.recall([ANN, BOB, "stranger"])
        await at.settle()
        assert at.states() == {ANN: A.IDLE, BOB: A.OFFLINE}
        assert at.agent(ANN).campaigns == (SPRING,)


async def test_an_agent_who_still_has_a_leg_is_not_called_again() -> None:
    async with node() as at:
        await at.log_in(ANN)
        at.agents.returns.switch_lost(at.clock.now())
        at.agents.returns.session_settled()
        at.switch.end(leg(at), 44)
        at.agents.returns.recall([ANN])
        await at.settle()
        assert at.agent(ANN).state is A.OFFLINE


async def test_whoever_listens_is_told_of_every_change() -> None:
    async with node() as at:
        seen: list[tuple[AgentId, AgentState]] = []

        def listener(agent: Agent) -> None:
            seen.append((agent.agent_id, agent.state))

        at.agents.listen(listener)
        await at.log_in(ANN)
        at.agents.freed(talk(at), wrap_up_s=1.0)
        await asyncio.sleep(2)
        await at.agents.log_out(ANN)
        states = [state for _, state in seen]
        assert states == [A.CALLING, A.IDLE, A.RESERVED, A.TALKING, A.WRAP_UP, A.IDLE, A.OFFLINE]
