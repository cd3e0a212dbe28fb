"""The one hand that changes what agents are doing: by the law, on the record, told to listeners.

Knows what follows a call: the wish, the wrap-up, the log-out. Refuses to know who asked for a
change, and whether it was right to ask.
"""

from collections.abc import Callable

import structlog

from dialer.domain.agentflow import Agent, AgentState, AgentWish
from dialer.errors import WrongState
from dialer.ports import Clock
from dialer.services.agent_book import AgentBook
from dialer.services.recalls import LOGGED_OUT
from dialer.services.standing_legs import StandingLegs
from dialer.services.wrap_ups import WrapUps

log = structlog.get_logger(__name__)

AgentListener = Callable[[Agent], None]


class AgentMoves:
    """Changes of agents' states."""

    def __init__(self, *, legs: StandingLegs, book: AgentBook, clock: Clock) -> None:
        self._legs = legs
        self._book = book
        self._clock = clock
        self.wrap_ups = WrapUps(clock, self.end_wrap_up)
        self._listeners: list[AgentListener] = []

    def listen(self, listener: AgentListener) -> None:
        """Be told after each change of an agent's state."""
        self._listeners.append(listener)

    def move(
        self,
        agent: Agent,
        move: str,
        *,
        reason: str = "",
        recorded: bool = False,
        tell: bool = True,
    ) -> None:
        """Make a move if the law permits it now."""
        if agent.move(move, self._clock.now(), reason=reason) and tell:
            self.changed(agent, recorded=recorded)

    def changed(self, agent: Agent, *, recorded: bool = False) -> None:
        """Put a change on record, unless it is there already, and tell it."""
        if not recorded:
            self._book.changed(agent)
        self.tell(agent)

    def tell(self, agent: Agent) -> None:
        """Tell of a change that is not for the record."""
        for listener in self._listeners:
            listener(agent)

    def after_call(self, agent: Agent, move: str) -> None:
        """The call is over, and its wrap-up: make the move that follows, or what was wished for."""
        wish = agent.wish
        if wish is AgentWish.LOG_OUT:
            self.leave(agent, LOGGED_OUT)
            return
        reason = agent.reason
        if wish is AgentWish.PAUSE and agent.state is AgentState.WRAP_UP:
            self.move(agent, "pause", reason=reason)
            return
        self.move(agent, move, tell=wish is AgentWish.NONE)
        if wish is AgentWish.PAUSE:
            self.move(agent, "pause", reason=reason)

    def end_wrap_up(self, agent: Agent) -> None:
        """The talk is written up, or the time for it is over."""
        self.wrap_ups.stop(agent)
        if agent.state is AgentState.WRAP_UP:
            self.after_call(agent, "ready")

    def extend(self, agent: Agent) -> None:
        """Give an agent who writes a talk up as long again.

        Raises:
            WrongState: there is no wrap-up, or it was made longer as often as it may be.
        """
        if agent.state is not AgentState.WRAP_UP:
            raise not_in_wrap_up(agent)
        self.wrap_ups.extend(agent)
        self.tell(agent)

    def wish_pause(self, agent: Agent, code: str) -> None:
        """A pause follows the present call."""
        agent.wish, agent.reason = AgentWish.PAUSE, code
        self.tell(agent)

    def leave(self, agent: Agent, reason: str, *, hang_up: bool = True) -> None:
        """Be offline, without a leg; `hang_up` if it is not gone already."""
        leg_id, was_up = agent.leg_id, agent.logged_in
        self.wrap_ups.stop(agent)
        if not agent.may("leave"):
            return
        log.info("agent_left", agent=agent.agent_id, reason=reason, state=agent.state.value)
        self.move(agent, "leave", reason=reason)
        if was_up:
            self._book.session_ended(agent.agent_id, agent.since)
        self._legs.drop_anew(agent.agent_id)
        if leg_id is not None:
            self._legs.end(leg_id, hang_up=hang_up)


def not_in_wrap_up(agent: Agent) -> WrongState:
    """Return the error for a wrap-up that is not there."""
    return WrongState("agent", f"is {agent.state}, not in wrap-up", "wait for a talk to end")
