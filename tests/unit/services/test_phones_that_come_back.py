"""SIP phones that are lost in a talk: who hears what meanwhile, and who comes back to whom."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from looked_at import leg
from node import ANN, BOB, Node, node
from on_demand import called_on_demand
from successors import successor

from dialer.domain.agentflow import AgentState
from dialer.domain.alerts import AlertKind
from dialer.domain.call_limits import DEAD_LEG_S
from dialer.domain.call_states import CallState
from dialer.domain.ids import AttemptId, LegId
from dialer.domain.outcome import Outcome
from dialer.domain.phone_watch import LOST
from dialer.ports import BridgeEnd, LetGo
from dialer.services.comebacks import GRACE_S, Comebacks
from dialer.services.phone_comebacks import AGAIN_S, PhoneComebacks
from dialer.services.phone_watch import PhoneWatch

VIRTUAL_TIME = True
A, S = AgentState, CallState
TIMED_OUT = 44
"""Cause of a leg on which nothing came for 3 s."""


@dataclass
class World:
    node: Node
    watch: PhoneWatch
    attempt_id: AttemptId

    async def unplugged(self) -> LegId:
        """Ann's phone is lost, and its leg ends for it; returns the leg."""
        leg_id = leg(self.node)
        self.node.switch.phones.discard(ANN)
        self.node.switch.end(leg_id, TIMED_OUT)
        await self.node.settle()
        return leg_id

    async def plugged_in(self) -> None:
        """The phone is there again, and is called once more."""
        self.node.switch.phones.add(ANN)
        await asyncio.sleep(AGAIN_S + 0.1)
        await self.node.settle()

    async def hung_up_by_customer(self) -> None:
        self.node.switch.end(self.attempt_id)
        await self.node.settle()

    @property
    def state(self) -> CallState:
        flow = self.node.calls.flow(self.attempt_id)
        return flow.state if flow is not None else S.ENDED

    @property
    def legs(self) -> list[str]:
        return [one for one in self.node.switch.channels if one.startswith("ag-")]

    @property
    def alerts(self) -> dict[AlertKind, object]:
        return {one.kind: one.facts for one in self.watch.now(self.node.clock.now())}


@asynccontextmanager
async def talking(*, on_demand: bool = False, long: bool = True) -> AsyncIterator[World]:
    """Ann talks with a customer, for longer than a dead leg would last."""
    async with node() as at:
        thirds = at.talking.thirds
        back = PhoneComebacks(
            at.agents,
            at.talking.any_talks,
            at.clock,
            alone=lambda talk_id: thirds.of(talk_id) is None,
        )
        watch = PhoneWatch(
            at.agents,
            at.clock,
            reaches=lambda name: name in at.switch.phones,
            silent_s=60.0,
            waited_for=back.waits_for,
        )
        await at.campaign(wrap_up_limit_s=60)
        if on_demand:
            await called_on_demand(at, ANN)
        await at.log_in(ANN)
        world = World(at, watch, await at.answered())
        await asyncio.sleep(DEAD_LEG_S + 1 if long else DEAD_LEG_S - 1)
        yield world


async def test_a_phone_that_is_back_in_time_has_the_same_customer_on_another_leg() -> None:
    async with talking() as at:
        before = await at.unplugged()
        assert (at.state, at.attempt_id in at.node.music) == (S.HOLDING, True)
        agent = at.node.agent(ANN)
        assert (agent.state, agent.reason) == (A.TALKING, LOST)
        began_at = agent.since
        await asyncio.sleep(GRACE_S / 2)
        await at.plugged_in()
        assert (at.state, at.attempt_id in at.node.music) == (S.TALKING, False)
        assert (agent.state, agent.reason, agent.since) == (A.TALKING, "", began_at)
        assert at.legs == [agent.leg_id]
        assert agent.leg_id != before
        await asyncio.sleep(GRACE_S * 2)
        assert at.state is S.TALKING
        await at.hung_up_by_customer()
        assert agent.state is A.WRAP_UP
        end = at.node.end(at.attempt_id)
        assert (end.outcome, end.ended_by, end.charged) == (Outcome.CONNECTED, "customer", False)
        assert (end.agent_id, end.leg_id) == (ANN, agent.leg_id)


async def test_who_is_lost_again_has_the_grace_again() -> None:
    async with talking() as at:
        for _ in range(2):
            await at.unplugged()
            await asyncio.sleep(GRACE_S - 3 * AGAIN_S)
            await at.plugged_in()
            assert at.state is S.TALKING


async def test_a_phone_that_rings_and_is_not_answered_is_called_again() -> None:
    async with talking() as at:
        at.node.switch.silent_phones.add(ANN)
        await at.unplugged()
        at.node.switch.phones.add(ANN)
        await asyncio.sleep(4 * AGAIN_S)
        assert at.state is S.HOLDING
        assert len(at.legs) <= 1
        at.node.switch.silent_phones.discard(ANN)
        await at.plugged_in()
        assert at.state is S.TALKING
        assert at.legs == [at.node.agent(ANN).leg_id]


async def test_a_phone_that_is_not_back_in_time_is_offline_and_the_line_broke() -> None:
    async with talking() as at:
        await at.unplugged()
        await asyncio.sleep(GRACE_S - 0.1)
        assert at.state is S.HOLDING
        await asyncio.sleep(0.2)
        await at.node.settle()
        agent = at.node.agent(ANN)
        assert (agent.state, agent.reason) == (A.OFFLINE, LOST)
        assert at.node.prompts == [(at.attempt_id, "lost")]
        at.node.switch.phones.add(ANN)
        await asyncio.sleep(GRACE_S)
        assert at.legs == []
        assert agent.state is A.OFFLINE
        end = at.node.end(at.attempt_id)
        assert (end.outcome, end.ended_by, end.charged) == (Outcome.CONNECTED, "agent_lost", False)


@pytest.mark.parametrize("rings", [True, False], ids=["while it rings", "between two calls"])
async def test_a_customer_who_leaves_in_the_grace_leaves_nothing(rings: bool) -> None:
    async with talking() as at:
        at.node.switch.silent_phones.add(ANN)
        await at.unplugged()
        if rings:
            at.node.switch.phones.add(ANN)
        await asyncio.sleep(AGAIN_S + 1.0)
        assert bool(at.legs) is rings
        await at.hung_up_by_customer()
        agent = at.node.agent(ANN)
        assert (agent.state, agent.reason) == (A.OFFLINE, LOST)
        assert at.node.end(at.attempt_id).ended_by == "customer"
        at.node.switch.phones.add(ANN)
        at.node.switch.silent_phones.discard(ANN)
        await asyncio.sleep(GRACE_S * 2)
        assert at.legs == []
        await at.node.log_in(ANN)
        assert agent.state is A.IDLE


async def test_a_customer_whom_the_agent_put_on_hold_stays_on_hold() -> None:
    async with talking() as at:
        await at.node.talks.hold(at.attempt_id)
        await at.unplugged()
        await at.plugged_in()
        assert (at.state, at.node.agent(ANN).state) == (S.HOLDING, A.TALKING)
        await asyncio.sleep(GRACE_S * 2)
        await at.node.talks.resume(at.attempt_id)
        assert at.state is S.TALKING


async def test_an_agent_cannot_come_back_without_a_phone() -> None:
    async with talking() as at:
        await at.unplugged()
        await at.node.talks.resume(at.attempt_id)
        assert at.state is S.HOLDING


async def test_a_customer_can_be_handed_to_another_agent_meanwhile() -> None:
    async with talking() as at:
        await at.node.log_in(BOB)
        await at.unplugged()
        flow = await at.node.talks.transfer_to_agent(at.attempt_id, BOB)
        assert (flow.state, flow.agent_id) == (S.TALKING, BOB)
        assert at.node.agent(ANN).state is A.OFFLINE
        at.node.switch.phones.add(ANN)
        await asyncio.sleep(GRACE_S)
        assert at.legs == [leg(at.node, BOB)]


async def test_an_agent_who_hangs_up_ends_the_talk() -> None:
    async with talking() as at:
        at.node.switch.end(leg(at.node), 16)
        await at.node.settle()
        assert at.node.agent(ANN).state is A.OFFLINE
        assert at.node.end(at.attempt_id).ended_by == "agent"


async def test_a_leg_that_was_dead_when_it_was_joined_is_not_waited_for() -> None:
    async with talking(long=False) as at:
        await at.node.log_in(BOB)
        await at.unplugged()
        flow = at.node.calls.flow(at.attempt_id)
        assert flow is not None
        assert (flow.state, flow.agent_id, flow.charged) == (S.TALKING, BOB, True)
        assert at.node.agent(ANN).state is A.OFFLINE


async def test_who_consults_somebody_is_not_waited_for() -> None:
    async with talking() as at:
        await at.node.log_in(BOB)
        await at.node.talks.consult_agent(at.attempt_id, BOB)
        await at.unplugged()
        assert at.node.agent(ANN).state is A.OFFLINE
        assert at.node.prompts == [(at.attempt_id, "lost")]


async def test_nobody_is_waited_for_in_a_talk_of_three_for_the_other_two_go_on() -> None:
    async with talking() as at:
        await at.node.log_in(BOB)
        await at.node.talks.consult_agent(at.attempt_id, BOB)
        await at.node.talks.three_way(at.attempt_id)
        await at.unplugged()
        assert at.node.agent(ANN).state is A.OFFLINE
        flow = at.node.calls.flow(at.attempt_id)
        assert flow is not None
        assert (flow.state, flow.agent_id) == (S.TALKING, BOB)


async def test_a_phone_on_demand_is_not_waited_for() -> None:
    async with talking(on_demand=True) as at:
        await at.unplugged()
        assert at.node.agent(ANN).state is A.OFFLINE
        assert at.node.prompts == [(at.attempt_id, "lost")]


async def test_the_leg_of_a_page_is_not_waited_for_here() -> None:
    async with node() as at:
        pages = Comebacks(at.agents, at.talking.any_talks, at.clock)
        pages.page_changed(ANN, "page-1", reachable=True)
        PhoneComebacks(at.agents, at.talking.any_talks, at.clock, is_page=pages.is_page)
        await at.campaign()
        await at.log_in(ANN)
        attempt_id = await at.answered()
        await asyncio.sleep(DEAD_LEG_S + 1)
        at.switch.end(leg(at), TIMED_OUT)
        await at.settle()
        assert at.agent(ANN).state is A.OFFLINE
        assert at.prompts == [(attempt_id, "lost")]


async def test_a_phone_that_is_waited_for_is_told_as_lost_once() -> None:
    async with talking() as at:
        await at.unplugged()
        facts = at.alerts
        assert set(facts) == {AlertKind.PHONE_LOST}
        await at.plugged_in()
        assert at.alerts == {}  # neither lost, nor silent since the talk began
        for _ in range(2):
            await at.unplugged()
            await at.plugged_in()
        (told,) = at.alerts.values()
        assert isinstance(told, dict)
        assert (told["times"], told["in_talk"]) == (3, 3)
        await at.unplugged()
        await asyncio.sleep(GRACE_S + 1)
        (told,) = at.alerts.values()
        assert isinstance(told, dict)
        assert told["times"] == 4  # one that is given up is not another


async def test_whose_engine_dies_in_the_grace_hears_that_the_line_broke() -> None:
    async with talking() as at:
        await at.unplugged()
        old = at.node
        async with successor(old) as new:
            flow = new.calls.flow(at.attempt_id)
            assert flow is not None
            assert (flow.state, flow.agent_id) == (S.TALKING, None)
            order = await new.calls.bridge_returned(at.attempt_id, BridgeEnd.LEG_LEFT)
            assert order == LetGo("lost")
