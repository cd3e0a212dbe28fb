"""Agents whose page is reloaded or lost: who hears what meanwhile, and who comes back to whom."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from node import ANN, Node, node

from dialer.domain.agentflow import AgentState
from dialer.domain.call_states import CallState
from dialer.domain.ids import AttemptId
from dialer.domain.phone_watch import LOST
from dialer.services.comebacks import GRACE_S, MISSED_AFTER_S, Comebacks

OLD, NEW = "k3d8", "p7xq"
VIRTUAL_TIME = True


@dataclass
class World:
    node: Node
    comebacks: Comebacks

    async def talk(self) -> AttemptId:
        await self.node.campaign(wrap_up_limit_s=60)
        await self.node.log_in(ANN)
        return await self.node.answered()

    async def page(self, contact: str, *, here: bool) -> None:
        self.comebacks.page_changed(ANN, contact, reachable=here)
        await self.node.settle()

    def state_of(self, attempt_id: AttemptId) -> CallState:
        flow = self.node.calls.flow(attempt_id)
        assert flow is not None
        return flow.state


@asynccontextmanager
async def world() -> AsyncIterator[World]:
    async with node() as at:
        opened = World(at, Comebacks(at.agents, at.talking.any_talks, at.clock))
        await opened.page(OLD, here=True)
        yield opened


async def test_who_reloads_has_another_leg_and_the_same_customer() -> None:
    async with world() as at:
        attempt_id = await at.talk()
        before = at.node.agent(ANN).leg_id
        await at.page(OLD, here=False)
        await at.page(NEW, here=True)
        await at.node.settle()
        agent = at.node.agent(ANN)
        assert agent.leg_id != before
        assert before not in at.node.switch.channels
        assert (agent.state, agent.attempt_id) == (AgentState.TALKING, attempt_id)
        assert at.state_of(attempt_id) is CallState.TALKING
        assert attempt_id not in at.node.music
        at.node.switch.end(attempt_id)
        await at.node.settle()
        end = at.node.end(attempt_id)
        assert (end.agent_id, end.ended_by) == (ANN, "customer")
        assert at.node.agent(ANN).state is AgentState.WRAP_UP


async def test_a_page_that_only_lost_its_socket_goes_on_as_it_is() -> None:
    async with world() as at:
        attempt_id = await at.talk()
        before = at.node.agent(ANN).leg_id
        await at.page(OLD, here=False)
        await asyncio.sleep(MISSED_AFTER_S / 2)
        await at.page(OLD, here=True)
        await asyncio.sleep(GRACE_S * 2)
        assert at.node.agent(ANN).leg_id == before
        assert at.state_of(attempt_id) is CallState.TALKING


async def test_who_is_missed_is_shown_as_lost_while_the_customer_hears_music() -> None:
    async with world() as at:
        attempt_id = await at.talk()
        await at.page(OLD, here=False)
        await asyncio.sleep(MISSED_AFTER_S + 0.1)
        await at.node.settle()
        assert at.state_of(attempt_id) is CallState.HOLDING
        assert attempt_id in at.node.music
        assert at.node.agent(ANN).reason == LOST
        await at.page(NEW, here=True)
        await at.page(NEW, here=True)  # told again, as it answers the first look at it
        await at.node.settle()
        assert at.state_of(attempt_id) is CallState.TALKING
        assert at.node.agent(ANN).reason == ""


async def test_who_does_not_come_back_is_offline_and_the_line_broke() -> None:
    async with world() as at:
        attempt_id = await at.talk()
        await at.page(OLD, here=False)
        await asyncio.sleep(MISSED_AFTER_S + GRACE_S + 0.2)
        await at.node.settle()
        agent = at.node.agent(ANN)
        assert (agent.state, agent.reason) == (AgentState.OFFLINE, LOST)
        assert (attempt_id, "lost") in at.node.prompts


async def test_an_idle_agent_whose_page_is_gone_gets_nobody() -> None:
    async with world() as at:
        await at.node.log_in(ANN)
        await at.page(OLD, here=False)
        await asyncio.sleep(MISSED_AFTER_S + 0.1)
        assert at.node.agent(ANN).state is AgentState.OFFLINE


async def test_an_idle_agent_who_reloads_is_idle_again_with_another_leg() -> None:
    async with world() as at:
        await at.node.log_in(ANN)
        before = at.node.agent(ANN).leg_id
        await at.page(OLD, here=False)
        await at.page(NEW, here=True)
        await at.node.settle()
        agent = at.node.agent(ANN)
        assert (agent.state, agent.reason) == (AgentState.IDLE, "")
        assert agent.leg_id not in (None, before)
        await asyncio.sleep(GRACE_S * 2)
        assert at.node.agent(ANN).state is AgentState.IDLE
