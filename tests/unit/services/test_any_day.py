"""Any day on a node, drawn by lot: whatever happens in whatever order, nothing is left over."""

import asyncio
import random
from collections import Counter
from contextlib import suppress

import pytest
from node import ANN, BOB, CID, SPRING, Node, node
from on_demand import called_on_demand

from dialer.domain.agentflow import AgentState
from dialer.domain.callflow import CallState
from dialer.domain.ids import AgentId, AttemptId
from dialer.domain.outcome import LIVE_ANSWERS, Outcome
from dialer.errors import OutpaceError

VIRTUAL_TIME = True
A = AgentState
STEPS = 250
PAUSES_S = (0.0, 0.0, 0.0, 0.01, 0.2, 1.0, 1.8, 4.0, 20.0)


class Day:
    """Acts by lot on a node, as phones, people, agents and the network do."""

    def __init__(self, at: Node, seed: int) -> None:
        self.at = at
        self.lot = random.Random(seed)

    async def step(self) -> None:
        acts = (
            *(self.dial,) * 6,
            *(self.ring,) * 4,
            *(self.answer,) * 6,
            *(self.hang_up,) * 4,
            *(self.log_in,) * 3,
            self.log_out,
            self.pause,
            self.resume,
            self.ready,
            self.end_talk,
            self.leg_dies,
            self.line_breaks,
            self.session_breaks,
            self.take_back,
            self.phone_fails,
            self.phone_goes,
        )
        with suppress(OutpaceError):  # not lawful now: refused, and nothing has changed
            await self.lot.choice(acts)()
        await asyncio.sleep(self.lot.choice(PAUSES_S))

    def customer(self, *states: str) -> AttemptId | None:
        known = [
            AttemptId(key)
            for key, channel in self.at.switch.channels.items()
            if key.startswith("at-") and channel.state in states
        ]
        return self.lot.choice(known) if known else None

    def agent(self) -> AgentId:
        return self.lot.choice((ANN, BOB, CID))

    async def dial(self) -> None:
        if self.at.switch.connected and self.at.run().hopper.ready:
            await self.at.dial()

    async def ring(self) -> None:
        if customer := self.customer("Down"):
            self.at.switch.ring(customer)

    async def answer(self) -> None:
        if customer := self.customer("Down", "Ringing"):
            self.at.switch.answer(customer)

    async def hang_up(self) -> None:
        if customer := self.customer("Down", "Ringing", "Up"):
            self.at.switch.end(customer, *self.lot.choice(((16, "200"), (17, "486"), (34, ""))))

    async def log_in(self) -> None:
        await self.at.agents.log_in(self.agent(), [SPRING])

    async def log_out(self) -> None:
        await self.at.agents.log_out(self.agent())

    async def pause(self) -> None:
        await self.at.agents.pause(self.agent(), "lunch")

    async def resume(self) -> None:
        await self.at.agents.resume(self.agent())

    async def ready(self) -> None:
        await self.at.agents.ready(self.agent())

    async def end_talk(self) -> None:
        agent = self.at.agents.get(self.agent())
        if agent.attempt_id is not None:
            self.at.calls.end_talk(agent.attempt_id)

    async def leg_dies(self) -> None:
        leg_id = self.at.agents.get(self.agent()).leg_id
        if leg_id is not None:
            self.at.switch.end(leg_id, self.lot.choice((16, 44)))

    async def line_breaks(self) -> None:
        if customer := self.customer("Up"):
            self.at.calls.line_closed(customer)

    async def session_breaks(self) -> None:
        self.at.switch.lose()
        self.at.agents.returns.switch_lost(self.at.clock.now())
        for _ in range(self.lot.randrange(4)):
            with suppress(OutpaceError):
                await self.lot.choice((self.ring, self.answer, self.hang_up, self.leg_dies))()
            await asyncio.sleep(self.lot.choice(PAUSES_S))
        self.at.switch.restore()
        await self.at.reaper.after_loss()

    async def phone_fails(self) -> None:
        """A phone rings and nobody answers it, or is busy, or is as it was."""
        name, switch = self.agent(), self.at.switch
        for failing in (switch.silent_phones, switch.busy_phones):
            failing.discard(name)
        self.lot.choice((switch.silent_phones, switch.busy_phones, set[str]())).add(name)

    async def phone_goes(self) -> None:
        name = self.agent()
        self.at.switch.phone_changed(name, reachable=name not in self.at.switch.phones)

    async def take_back(self) -> None:
        self.at.calls.cancel_rung(self.at.run())


def in_order(at: Node) -> None:
    """What must hold at any moment."""
    live = {flow.attempt.attempt_id: flow for flow in at.calls.live()}
    engaged = [
        agent
        for agent in at.agents.all()
        if agent.state in (A.RESERVED, A.TALKING) and at.switch.connected
    ]
    served = Counter(agent.attempt_id for agent in engaged)
    assert all(count == 1 for count in served.values())
    for agent in engaged:
        assert agent.attempt_id in live
        flow = live[agent.attempt_id]
        if agent.on_demand and agent.state is A.RESERVED and flow.agent_id is None:
            assert flow.state is CallState.WAITING  # until the phone that rings is there
            continue
        assert flow.agent_id == agent.agent_id
        assert flow.state in (CallState.CONNECTING, CallState.TALKING)
    if at.seating.waiting and at.switch.connected:
        assert A.IDLE not in at.states().values()


@pytest.mark.parametrize("on_demand", [(), (BOB, CID)], ids=["standing", "on-demand"])
@pytest.mark.parametrize(
    "seed", [*range(10), *(pytest.param(n, marks=pytest.mark.soak) for n in range(10, 40))]
)
async def test_whatever_the_day_brings_every_attempt_ends_once_and_every_agent_is_free(
    seed: int, on_demand: tuple[AgentId, ...]
) -> None:
    async with node() as at:
        await called_on_demand(at, *on_demand)
        await at.campaign(leads=STEPS, wrap_up_limit_s=random.Random(seed).choice((0.0, 15.0)))
        day = Day(at, seed)
        for _ in range(STEPS):
            if at.run().hopper.low:
                await at.run().refill()
            await day.step()
            in_order(at)
        await asyncio.sleep(60)
        at.switch.silent_phones.clear()  # who is recalled answers
        for channel_id, channel in list(at.switch.channels.items()):
            if channel_id.startswith("at-") or channel.state != "Up":
                at.switch.end(channel_id)
        await asyncio.sleep(60)
        await at.reaper.after_loss()
        await asyncio.sleep(60)
        await at.settle()
        entries = at.stores.tables.attempts.values()
        assert list(at.calls.live()) == []
        assert (at.run().live, at.calls.lines("trunk"), at.seating.waiting) == (set(), 0, 0)
        assert all(entry.end is not None for entry in entries)
        assert set(at.states().values()) <= {A.IDLE, A.PAUSED, A.OFFLINE}
        there = {agent.leg_id for agent in at.agents.all()} - {None}
        assert set(at.switch.channels) == there
        assert all(agent.leg_id is None for agent in at.agents.all() if agent.on_demand)
        assert len({attempt.attempt_id for attempt in at.switch.calls}) == len(at.switch.calls)
        ends = [entry.end for entry in entries if entry.end is not None]
        for end in ends:
            assert (end.answered_at is not None) is (end.outcome in LIVE_ANSWERS)
            if end.outcome is Outcome.HUNG_UP_WAITING:
                assert end.answered_at is not None
                assert end.ended_at - end.answered_at <= 2.0
        tally = at.run().tally
        assert tally.ended == len(ends)
        assert tally.answered == sum(end.outcome in LIVE_ANSWERS for end in ends)
        assert tally.abandoned == sum(end.charged for end in ends)
        assert at.run().faults == 0
