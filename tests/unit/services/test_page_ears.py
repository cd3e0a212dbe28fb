"""Agents whose network is cut: who hears music meanwhile, and who has whom back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from node import ANN, MESSAGE_S, Node, node

from dialer.domain.agentflow import AgentState
from dialer.domain.call_states import CallState
from dialer.domain.ids import AttemptId, LegId
from dialer.domain.phone_watch import LOST
from dialer.services.comebacks import BREAKS_S, GRACE_S, MISSED_AFTER_S, Comebacks
from dialer.services.page_ears import EVERY_S, SILENT_S, PageEars

PAGE = "k3d8"
LAW_S = 2.0
VIRTUAL_TIME = True


@dataclass
class World:
    node: Node
    comebacks: Comebacks

    @property
    def leg(self) -> LegId:
        leg_id = self.node.agent(ANN).leg_id
        assert leg_id is not None
        return leg_id

    async def talk(self) -> AttemptId:
        await self.node.campaign(wrap_up_limit_s=60)
        await self.node.log_in(ANN)
        await asyncio.sleep(1)
        attempt_id = await self.node.answered()
        await asyncio.sleep(2)
        return attempt_id

    def silence(self) -> None:
        self.node.switch.silence(self.leg)

    def sound(self) -> None:
        self.node.switch.sound(self.leg)

    async def passes(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self.node.settle()

    def state_of(self, attempt_id: AttemptId) -> CallState:
        flow = self.node.calls.flow(attempt_id)
        assert flow is not None
        return flow.state


@asynccontextmanager
async def world() -> AsyncIterator[World]:
    async with node() as at:
        comebacks = Comebacks(at.agents, at.talking.any_talks, at.clock)
        at.switch.browsers[ANN] = PAGE
        ears = at.tasks.create_task(PageEars(comebacks, at.switch, at.clock).run())
        yield World(at, comebacks)
        ears.cancel()


async def test_who_is_cut_off_has_the_same_customer_and_leg_afterwards() -> None:
    async with world() as at:
        attempt_id = await at.talk()
        leg_id = at.leg
        at.silence()
        await at.passes(LAW_S - EVERY_S)
        assert at.state_of(attempt_id) is CallState.HOLDING
        assert attempt_id in at.node.music
        assert at.node.agent(ANN).reason == LOST
        await at.passes(10)
        assert at.state_of(attempt_id) is CallState.HOLDING
        at.sound()
        await at.passes(2 * EVERY_S)
        agent = at.node.agent(ANN)
        assert at.state_of(attempt_id) is CallState.TALKING
        assert (agent.state, agent.attempt_id, agent.reason) == (
            AgentState.TALKING,
            attempt_id,
            "",
        )
        assert at.leg == leg_id


async def test_who_stays_away_is_offline_and_the_line_broke() -> None:
    async with world() as at:
        attempt_id = await at.talk()
        at.silence()
        await at.passes(LAW_S + GRACE_S)
        agent = at.node.agent(ANN)
        assert (agent.state, agent.reason) == (AgentState.OFFLINE, LOST)
        assert (attempt_id, "lost") in at.node.prompts


async def test_a_socket_that_is_lost_for_long_ends_no_talk_that_is_heard() -> None:
    async with world() as at:
        attempt_id = await at.talk()
        at.comebacks.page_changed(ANN, PAGE, reachable=False)
        await at.passes(GRACE_S * 2)
        assert at.state_of(attempt_id) is CallState.TALKING
        at.silence()
        await at.passes(LAW_S - EVERY_S)
        assert attempt_id in at.node.music


async def test_a_socket_that_is_back_before_the_audio_joins_nobody_with_silence() -> None:
    async with world() as at:
        attempt_id = await at.talk()
        at.silence()
        at.comebacks.page_changed(ANN, PAGE, reachable=False)
        await at.passes(MISSED_AFTER_S + SILENT_S)
        at.comebacks.page_changed(ANN, PAGE, reachable=True)
        await at.passes(EVERY_S)
        assert at.state_of(attempt_id) is CallState.HOLDING
        at.sound()
        await at.passes(2 * EVERY_S)
        assert at.state_of(attempt_id) is CallState.TALKING


async def test_an_idle_agent_who_is_cut_off_gets_nobody_until_heard_again() -> None:
    async with world() as at:
        await at.node.campaign()
        await at.node.log_in(ANN)
        await at.passes(1)
        at.silence()
        await at.passes(LAW_S)
        agent = at.node.agent(ANN)
        assert (agent.state, agent.reason) == (AgentState.HELD, LOST)
        at.sound()
        await at.passes(2 * EVERY_S)
        agent = at.node.agent(ANN)
        assert (agent.state, agent.reason) == (AgentState.IDLE, "")
        at.silence()
        await at.passes(LAW_S + GRACE_S)
        assert at.node.agent(ANN).state is AgentState.OFFLINE


async def test_who_is_cut_off_while_writing_up_gets_nobody_when_that_is_over() -> None:
    async with world() as at:
        attempt_id = await at.talk()
        at.node.switch.end(attempt_id)
        await at.passes(0)
        assert at.node.agent(ANN).state is AgentState.WRAP_UP
        at.silence()
        await at.passes(LAW_S)
        await at.node.agents.ready(ANN)
        await at.passes(2 * EVERY_S)
        assert at.node.agent(ANN).state is AgentState.HELD
        at.sound()
        await at.passes(2 * EVERY_S)
        assert at.node.agent(ANN).state is AgentState.IDLE


async def test_phones_that_are_no_pages_may_be_silent() -> None:
    async with world() as at:
        at.node.switch.browsers.clear()
        attempt_id = await at.talk()
        at.silence()
        await at.passes(2 * BREAKS_S)
        assert at.state_of(attempt_id) is CallState.TALKING


async def test_a_switch_that_cannot_be_asked_makes_nobody_silent() -> None:
    async with world() as at:
        attempt_id = await at.talk()
        at.node.switch.lose()
        await at.passes(LAW_S * 2)
        at.node.switch.restore()
        await at.passes(LAW_S)
        assert at.state_of(attempt_id) is CallState.TALKING
        at.silence()
        await at.passes(LAW_S - EVERY_S)
        assert attempt_id in at.node.music


async def test_a_page_that_was_dead_when_the_customer_was_joined_is_no_use_to_them() -> None:
    async with world() as at:
        await at.node.campaign(wrap_up_limit_s=60)
        await at.node.log_in(ANN)
        await asyncio.sleep(1)
        at.silence()
        attempt_id = await at.node.answered()
        await at.passes(LAW_S)
        agent = at.node.agent(ANN)
        assert (agent.state, agent.reason) == (AgentState.OFFLINE, LOST)
        assert attempt_id not in at.node.music
        assert (attempt_id, "abandon") in at.node.prompts
        await at.passes(2 * MESSAGE_S)
        assert at.node.end(attempt_id).charged
