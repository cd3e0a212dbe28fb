"""Legs on demand: phones that are called for one customer, and hung up after the talk.

A phone is called once its agent is reserved; whoever reserved them is told when the leg can be
joined, or that it will not come. Knows legs that ring, that are there, and that are to be gone.
Refuses to know who waits for a leg, and which phones are called on demand (`demand_phones`).
"""

import asyncio
from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import Final

import structlog

from dialer.domain.agentflow import Agent, AgentState, AgentWish
from dialer.domain.ids import AgentId, LegId
from dialer.domain.phone_watch import BY_HAND, HUNG_UP, LOST, NO_ANSWER
from dialer.errors import SwitchUnavailable, UnsafeValue
from dialer.services.agent_moves import AgentMoves
from dialer.services.standing_legs import StandingLegs

log = structlog.get_logger(__name__)

RING_S: Final = 1.5
"""How long a phone may ring. A person who answered is let go after 1.8 s: what remains is enough
for an agent whose leg stands, who takes some 20 ms."""

LEAVES_WITHIN_S: Final = 0.3
"""How long the last leg of a phone is waited for: called before it is gone, a phone is busy."""

Came = Callable[[LegId | None], None]
"""Told the leg once it can be joined; None: it does not come, and the agent is not reserved any
more, or not for long: whoever reserved them frees them."""


@dataclass(slots=True)
class _Summons:
    agent: Agent
    came: Came
    timer: asyncio.TimerHandle | None = None
    called: bool = False

    def stop(self) -> None:
        if self.timer is not None:
            self.timer.cancel()


class DemandLegs:
    """The legs on demand of one node.

    Args:
        legs: whose each leg is; calls and ends them.
        moves: changes what agents are doing.
    """

    def __init__(self, legs: StandingLegs, moves: AgentMoves) -> None:
        self._legs = legs
        self._moves = moves
        self._coming: dict[LegId, _Summons] = {}
        self._there: set[LegId] = set()
        self._leaving: dict[LegId, AgentId] = {}
        """Legs that were let go, and have not ended yet."""
        self._unregistered: set[AgentId] = set()
        """Agents whose phone is not registered any more, in their talk."""
        self._left: list[Callable[[Agent, LegId], None]] = []

    def on_left(self, told: Callable[[Agent, LegId], None]) -> None:
        """Have somebody told of each leg that an agent hangs up, who stays logged in."""
        self._left.append(told)

    def can_be_called(self, agent: Agent) -> bool:
        """Whether an agent's leg is there, or their phone can be called for one now."""
        if agent.leg_id is not None:
            return True
        return agent.on_demand and self._legs.can_be_called

    def prepare(self, agent: Agent) -> None:
        """Give an agent without a leg the id of the next one, which is not called yet."""
        if agent.leg_id is None and agent.on_demand:
            agent.leg_id = self._legs.new(agent.agent_id)

    # -- who waits for a leg -----------------------------------------------------------------

    def summon(self, agent: Agent, came: Came) -> None:
        """Have the leg of a reserved or held agent there; `came` is told at once if it is."""
        leg_id = agent.leg_id
        if leg_id is None or not agent.on_demand or leg_id in self._there:
            came(leg_id)
            return
        self._coming[leg_id] = summons = _Summons(agent, came)
        if agent.agent_id not in self._leaving.values():
            self._call(leg_id)
            return
        loop = asyncio.get_running_loop()
        summons.timer = loop.call_later(LEAVES_WITHIN_S, self._call, leg_id)

    async def brought(self, agent: Agent) -> bool:
        """Have the leg of a reserved or held agent there; False: it does not come."""
        self.prepare(agent)
        came: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def told(leg_id: LegId | None) -> None:
            if not came.done():
                came.set_result(leg_id is not None)

        self.summon(agent, told)
        return await came

    def drop(self, agent: Agent) -> None:
        """The talk is over, or there is none: the leg of an agent ends, or is not called."""
        leg_id = agent.leg_id
        if leg_id is None or not agent.on_demand:
            return
        summons = self._coming.pop(leg_id, None)
        if summons is None:
            self._end(leg_id, agent, alive=leg_id in self._there)
            return
        summons.stop()
        self._end(leg_id, agent, alive=summons.called)
        summons.came(None)

    def adopt(self, leg_id: LegId) -> None:
        """Know a leg that is in a talk already."""
        self._there.add(leg_id)

    # -- what the switch says ----------------------------------------------------------------

    def idles(self, leg_id: LegId) -> None:
        """A leg is where it can be joined."""
        if leg_id in self._leaving:
            self._legs.end(leg_id, hang_up=True)  # asked before there was a channel
            return
        summons = self._coming.pop(leg_id, None)
        if summons is not None:
            summons.stop()
            self._there.add(leg_id)
            summons.came(leg_id)

    def gone(self, leg_id: LegId, agent: Agent | None, cause: int | None) -> bool:
        """A leg ended; False: its agent is offline for it, as anybody whose phone is lost."""
        if leg_id in self._leaving:
            self._over(leg_id)
            return True
        if agent is None or not agent.on_demand:
            return False
        if leg_id in self._coming:
            self._fail(leg_id, alive=False)
            return True
        if leg_id not in self._there:
            return True  # known already
        self._there.discard(leg_id)
        if cause is not None and cause not in BY_HAND:
            return False
        if agent.state is AgentState.HELD:
            self._legs.end(leg_id, hang_up=False)
            agent.leg_id = None  # the phone is called again once the person answers
            return True
        if agent.state is AgentState.RESERVED:
            self._wish_pause(agent, HUNG_UP)  # whoever puts it down at once wants no customer
        for told in self._left:
            told(agent, leg_id)
        return True

    def switch_lost(self) -> None:
        """The session broke: no phone can be called, and that is nobody's fault."""
        for leg_id in list(self._coming):
            self._fail(leg_id)

    def settle(self, live: Set[str]) -> None:
        """The session is back, and these channels live: forget what has gone meanwhile."""
        for leg_id in self._leaving.keys() - live:
            self._over(leg_id)

    def registered(self, agent: Agent, *, there: bool) -> None:
        """The phone of an agent is registered, or not; whoever has a talk goes on with it."""
        if there:
            self._unregistered.discard(agent.agent_id)
        elif agent.leg_id is not None:
            self._unregistered.add(agent.agent_id)
        else:
            self._moves.leave(agent, LOST)

    def left_unregistered(self, agent: Agent) -> bool:
        """Make an agent offline whose phone was lost in the talk that is over; tell whether so."""
        if agent.agent_id not in self._unregistered:
            return False
        self._unregistered.discard(agent.agent_id)
        self._moves.leave(agent, LOST)
        return True

    # -- inside ------------------------------------------------------------------------------

    def _call(self, leg_id: LegId) -> None:
        summons = self._coming[leg_id]
        summons.stop()
        summons.called = True
        loop = asyncio.get_running_loop()
        summons.timer = loop.call_later(RING_S, self._fail, leg_id)
        try:
            self._legs.call(leg_id, summons.agent.agent_id, ring_s=RING_S)
        except (SwitchUnavailable, UnsafeValue):
            summons.called = False
            self._fail(leg_id)

    def _fail(self, leg_id: LegId, *, alive: bool = True) -> None:
        """A leg does not come: its agent pauses, for they cannot be reached."""
        summons = self._coming.pop(leg_id, None)
        if summons is None:
            return
        summons.stop()
        agent = summons.agent
        self._end(leg_id, agent, alive=alive and summons.called)
        log.warning("leg_not_there", agent=agent.agent_id, leg=leg_id)
        if self._legs.can_be_called:
            self._wish_pause(agent, NO_ANSWER)
        if not self.left_unregistered(agent):
            self._moves.after_call(agent, "release")
        summons.came(None)

    def _end(self, leg_id: LegId, agent: Agent, *, alive: bool) -> None:
        self._there.discard(leg_id)
        if alive:
            self._leaving[leg_id] = agent.agent_id
        self._legs.end(leg_id, hang_up=alive)
        agent.leg_id = None

    def _over(self, leg_id: LegId) -> None:
        agent_id = self._leaving.pop(leg_id)
        for waits, summons in list(self._coming.items()):
            if summons.agent.agent_id == agent_id and not summons.called:
                self._call(waits)

    def _wish_pause(self, agent: Agent, reason: str) -> None:
        if agent.wish is not AgentWish.LOG_OUT:
            self._moves.wish_pause(agent, reason)
