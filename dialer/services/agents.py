"""The agents of this node: log-in, legs, wrap-up and pauses. One writer, in memory.

Knows what agents, calls and the switch may ask for and when; `agent_moves` carries it out. Refuses
to know which customer goes to whom (`seating`), how a leg on demand comes (`demand_legs`), who is
back without a log-in (`agent_returns`), and how lines are paced.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from typing import Final

import structlog

from dialer.domain import phone_watch
from dialer.domain.agentflow import Agent, AgentState, AgentWish
from dialer.domain.ids import AgentId, AttemptId, CampaignId, LegId
from dialer.domain.pause_code import PauseCode, check_pause
from dialer.errors import BadInput, StoreUnavailable, SwitchUnavailable, UnsafeValue, WrongState
from dialer.ports import AgentStore, Clock, PauseCodes, SessionStore, Switch
from dialer.services.agent_book import AgentBook
from dialer.services.agent_moves import AgentListener, AgentMoves, not_in_wrap_up
from dialer.services.agent_returns import AgentReturns
from dialer.services.demand_legs import DemandLegs
from dialer.services.demand_phones import DemandPhones
from dialer.services.leg_ends import LegEnds
from dialer.services.log_ins import LogIns
from dialer.services.recalls import LOGGED_OUT, Recalls
from dialer.services.recorder import Recorder
from dialer.services.standing_legs import StandingLegs

log = structlog.get_logger(__name__)

GIVEN_UP: Final = "log-in given up"
NOT_CALLED: Final = "not called"
"""Why an agent is offline whose log-in came to nothing."""

LEG_UP_WITHIN_S: Final = 16.0
"""How long log-in waits for the softphone to answer its standing leg."""

_ENGAGED: Final = frozenset({AgentState.HELD, AgentState.RESERVED, AgentState.TALKING})
"""States in which a pause or a log-out waits until the call is over."""


class Agents:
    """Every agent who has logged in to this node."""

    def __init__(
        self,
        *,
        switch: Switch,
        store: AgentStore,
        sessions: SessionStore,
        pause_codes: PauseCodes,
        recorder: Recorder,
        clock: Clock,
        engine: str,
        demand_phones: DemandPhones,
    ) -> None:
        self._pause_codes = pause_codes
        self._clock = clock
        self._book = AgentBook(
            store=store, sessions=sessions, recorder=recorder, clock=clock, engine=engine
        )
        self._agents: dict[AgentId, Agent] = {}
        self._legs = StandingLegs(switch)
        self._moves = AgentMoves(legs=self._legs, book=self._book, clock=clock)
        self._demand_phones = demand_phones
        self.demand = DemandLegs(self._legs, self._moves)
        """Legs of phones that are called for each customer."""
        self._leg_ends = LegEnds()
        self._log_ins = LogIns()
        self._recalls = Recalls()
        self.returns = AgentReturns(
            self._agents,
            legs=self._legs,
            demand=self.demand,
            moves=self._moves,
            book=self._book,
            recalls=self._recalls,
            call_phone=self._call_phone,
            log_in=lambda agent: self._logged_in(agent, "register"),
        )
        """Agents of before: of an engine that is gone, or of a switch that was restarted."""
        self._codes: Sequence[PauseCode] = ()
        self._new_leg: list[Callable[[Agent], None]] = []
        self._waits_for: Callable[[Agent], bool] = lambda _agent: False
        demand_phones.on_look(self._phones_seen)

    def listen(self, listener: AgentListener) -> None:
        """Be told after each change of an agent's state."""
        self._moves.listen(listener)

    def all(self) -> Iterable[Agent]:
        """Return every agent known to this node."""
        return self._agents.values()

    def get(self, agent_id: AgentId) -> Agent:
        """Return an agent.

        Raises:
            BadInput: there is none of that id.
        """
        agent = self._agents.get(agent_id)
        if agent is None:
            raise WrongState("agent", f"{agent_id!r} is not logged in", "log in first")
        return agent

    def find(self, agent_id: AgentId) -> Agent | None:
        """Return an agent; None: nobody of that id has logged in."""
        return self._agents.get(agent_id)

    def of_leg(self, leg_id: LegId) -> Agent | None:
        """Return the agent whose leg this is."""
        agent_id = self._legs.whose(leg_id)
        return self._agents.get(agent_id) if agent_id is not None else None

    # -- what agents ask -------------------------------------------------------------------

    async def log_in(self, agent_id: AgentId, campaigns: Sequence[CampaignId]) -> None:
        """Call the agent's softphone and keep the leg; returns when the agent is idle.

        One that is called on demand is not called: it has to be registered.

        Raises:
            BadInput: already logged in, no campaign, or the softphone did not answer.
            SwitchUnavailable: there is no session with the switch.
        """
        if not campaigns:
            raise BadInput("campaigns", "none given", "name at least one campaign to serve")
        on_demand = await self._demand_phones.checked(agent_id)
        agent = self._agents.setdefault(agent_id, Agent(agent_id))
        if agent.state is not AgentState.OFFLINE:
            raise WrongState("agent", f"{agent_id!r} is {agent.state} already", "log out first")
        self._recalls.over(agent_id)
        agent.campaigns, agent.on_demand = tuple(campaigns), on_demand
        if on_demand:
            self._logged_in(agent, "register")
            return
        with self._log_ins.begun(agent_id) as leg_up:
            try:
                self._call_phone(agent)
                async with asyncio.timeout(LEG_UP_WITHIN_S):
                    await leg_up
            except TimeoutError:
                self._moves.leave(agent, phone_watch.NO_ANSWER)
                raise WrongState(
                    "agent", f"the softphone of {agent_id!r} did not answer", "check that it is on"
                ) from None
            except asyncio.CancelledError:
                self._moves.leave(agent, GIVEN_UP)
                raise

    async def log_out(self, agent_id: AgentId) -> None:
        """Log out now, or after the present call."""
        agent = self.get(agent_id)
        self._recalls.over(agent_id)
        if agent.state in _ENGAGED:
            agent.wish = AgentWish.LOG_OUT
            self._moves.tell(agent)
            return
        self._moves.leave(agent, LOGGED_OUT)
        self._log_ins.failed(agent_id, f"{agent_id!r} logged out meanwhile", "log in again")

    async def pause(self, agent_id: AgentId, code: str = "") -> None:
        """Pause now, or after the present call; committed before it takes effect.

        Raises:
            BadInput: not logged in, or the code is not one of those there are.
        """
        self.get(agent_id)
        with suppress(StoreUnavailable):  # else those of the last pause hold
            self._codes = await self._pause_codes.list()
        check_pause(self._codes, code)
        agent = self.get(agent_id)
        if agent.state in _ENGAGED:
            self._moves.wish_pause(agent, code)
            return
        if not agent.may("pause"):
            raise WrongState("agent", f"cannot pause while {agent.state}", "log in first")
        await self._book.commit(agent, AgentState.PAUSED, code)
        if agent.move("pause", self._clock.now(), reason=code):
            self._moves.wrap_ups.stop(agent)
            self._moves.changed(agent, recorded=True)
        elif agent.state in _ENGAGED:
            self._moves.wish_pause(agent, code)  # a customer came while we committed

    async def resume(self, agent_id: AgentId) -> None:
        """End a pause, or take back the wish for one."""
        agent = self.get(agent_id)
        if agent.wish is AgentWish.PAUSE:
            agent.wish, agent.reason = AgentWish.NONE, ""
            self._moves.tell(agent)
            return
        if not agent.may("resume"):
            raise WrongState("agent", f"cannot resume while {agent.state}", "pause first")
        await self._book.commit(agent, AgentState.IDLE)
        self._moves.move(agent, "resume", recorded=True)

    async def ready(self, agent_id: AgentId) -> None:
        """End wrap-up: free for the next customer."""
        agent = self.get(agent_id)
        if agent.state is not AgentState.WRAP_UP:
            raise not_in_wrap_up(agent)
        self._moves.end_wrap_up(agent)

    def extend(self, agent_id: AgentId) -> None:
        """Give an agent who writes a talk up as long again; see `AgentMoves.extend`."""
        self._moves.extend(self.get(agent_id))

    # -- what seating and calls do ---------------------------------------------------------

    def hold(self, agent: Agent, *, from_pause: bool = False) -> bool:
        """Keep an idle agent for a call; False when the agent is not idle.

        With `from_pause` also one who pauses, and who will pause again after the call.
        """
        paused = from_pause and agent.state is AgentState.PAUSED
        free = paused or agent.state is AgentState.IDLE
        if not free or not self.demand.can_be_called(agent):
            return False
        if paused:
            agent.wish = AgentWish.PAUSE
        agent.move("hold", self._clock.now())
        agent.home = None  # whoever counts on idle agents cannot count on this one
        self._moves.changed(agent)
        return True

    def let_go(self, agent_id: AgentId, *, pause: str = "") -> None:
        """Who was held is idle again, or as wished; with `pause` they pause for that reason."""
        agent = self._agents.get(agent_id)
        if agent is not None and agent.state is AgentState.HELD:
            if pause:
                agent.wish, agent.reason = AgentWish.PAUSE, pause
            self.demand.drop(agent)
            if not self.demand.left_unregistered(agent):
                self._moves.after_call(agent, "release")

    def reserve(self, agent: Agent, attempt_id: AttemptId) -> bool:
        """Keep an idle or held agent for a customer; False when the agent is neither.

        A leg on demand has its id from here on; whoever reserves has it called (`demand.summon`).
        """
        free = agent.state in (AgentState.IDLE, AgentState.HELD)
        if not free or not self.demand.can_be_called(agent):
            return False
        self.demand.prepare(agent)
        agent.move("reserve", self._clock.now())
        agent.attempt_id = attempt_id
        self._moves.tell(agent)
        return True

    def claim(self, wanted: Collection[AgentId], *, by: str) -> None:
        """Say which agents those who wait somewhere (`by`) take next; any other they do not."""
        for agent in self._agents.values():
            if agent.claim(by, wanted=agent.agent_id in wanted):
                self._moves.tell(agent)

    def take_back(self, agent_id: AgentId, leg_id: LegId, attempt_id: AttemptId) -> bool:
        """Reserve the agent who handed a customer over; False when they are busy or gone."""
        agent = self._agents.get(agent_id)
        if agent is None or agent.leg_id != leg_id:
            return False
        if agent.state is AgentState.IDLE:
            agent.home = None
            return self.reserve(agent, attempt_id)
        if agent.attempt_id != attempt_id or not agent.move("take_back", self._clock.now()):
            return False
        self._moves.wrap_ups.stop(agent)
        self._moves.tell(agent)
        return True

    def talk_began(self, agent_id: AgentId, attempt_id: AttemptId) -> None:
        """The customer was joined."""
        agent = self._agents.get(agent_id)
        if agent is None or agent.attempt_id != attempt_id:
            return
        if agent.move("talk", self._clock.now()):
            agent.talks += 1
            self._moves.changed(agent)

    def freed(self, leg_id: LegId, *, wrap_up_s: float) -> None:
        """The customer left: wrap-up for at most `wrap_up_s`, or idle at once when it is 0."""
        agent = self.of_leg(leg_id)
        if agent is None or agent.state not in (AgentState.RESERVED, AgentState.TALKING):
            return
        self.demand.drop(agent)
        if self._legs.is_dead(leg_id):
            self._moves.leave(agent, phone_watch.LOST)
        if self.demand.left_unregistered(agent) or not agent.logged_in:
            return
        if wrap_up_s <= 0:
            self._moves.after_call(agent, "release")
            return
        attempt_id = agent.attempt_id
        agent.move("wrap_up", self._clock.now())
        self._moves.wrap_ups.begin(agent, attempt_id, wrap_up_s)
        self._moves.changed(agent)

    async def leg_end(self, leg_id: LegId, *, wait_s: float) -> int | None:
        """Return the cause with which a leg ended, waiting briefly for it; None if unknown."""
        return await self._leg_ends.cause(leg_id, wait_s=wait_s)

    # -- when a phone is lost --------------------------------------------------------------

    def on_new_leg(self, told: Callable[[Agent], None]) -> None:
        """Have somebody told when an agent has another leg, in whatever state."""
        self._new_leg.append(told)

    def on_leg_death(self, waits_for: Callable[[Agent], bool]) -> None:
        """Have somebody asked whether an agent whose leg died in a talk is waited for."""
        self._waits_for = waits_for

    def call_anew(self, agent: Agent, *, ring_s: float | None = None) -> None:
        """Call an agent's phone for a leg in place of theirs; raises as `Switch.call_agent`."""
        self._legs.call_anew(agent.agent_id, ring_s=ring_s)

    def out_of_sight(self, agent_id: AgentId, *, away: bool) -> None:
        """Show that an agent's phone is lost while they have a customer, or is there again."""
        agent = self._agents.get(agent_id)
        if agent is not None and agent.state is not AgentState.PAUSED:
            agent.reason = phone_watch.LOST if away else ""
            self._moves.tell(agent)

    def lost(self, agent_id: AgentId) -> None:
        """An agent's phone is lost: offline at once, and the leg is hung up."""
        agent = self._agents.get(agent_id)
        if agent is not None:
            self._leg_ends.lost(agent.leg_id)
            self._moves.leave(agent, phone_watch.LOST)

    def _replace(self, agent: Agent, leg_id: LegId) -> None:
        if agent.leg_id is None:
            self._legs.end(leg_id, hang_up=True)
            return
        self._legs.end(agent.leg_id, hang_up=True)
        agent.leg_id = leg_id
        self._moves.changed(agent)
        for told in self._new_leg:
            told(agent)

    # -- what the switch says --------------------------------------------------------------

    def leg_up(self, leg_id: LegId) -> None:
        """The standing leg idles in the waiting room."""
        agent = self.of_leg(leg_id)
        if agent is not None and self._legs.came_anew(leg_id):
            self._replace(agent, leg_id)
            return
        if agent is None or agent.state is not AgentState.CALLING:
            return
        self._logged_in(agent, "leg_up")
        self._log_ins.leg_up(agent.agent_id)

    def leg_gone(self, leg_id: LegId, cause: int | None) -> None:
        """A leg ended: its agent is offline at once, unless it was one on demand."""
        if cause is not None:
            self._leg_ends.ended(leg_id, cause)
        agent = self.of_leg(leg_id)
        if self.demand.gone(leg_id, agent, cause) or agent is None:
            return
        if self._legs.came_anew(leg_id):  # the old one is there still
            self._legs.end(leg_id, hang_up=False)
            return
        if phone_watch.died(cause) and self._waits_for(agent):
            self._legs.died(leg_id)
            return
        self._moves.leave(agent, phone_watch.left_because(cause), hang_up=False)
        because = f"refused the call (cause {cause})" if cause else "could not be called"
        self._log_ins.failed(
            agent.agent_id,
            f"the softphone of {agent.agent_id!r} {because}",
            "check that it is registered and answers by itself",
        )

    # -- inside ----------------------------------------------------------------------------

    def _logged_in(self, agent: Agent, move: str) -> None:
        self._recalls.over(agent.agent_id)
        self.demand.registered(agent, there=True)
        self._moves.move(agent, move)
        self._book.session_began(agent.agent_id, agent.since)
        log.info("agent_logged_in", agent=agent.agent_id, leg=agent.leg_id)

    def _phones_seen(self, registered: Collection[str]) -> None:
        for agent in list(self._agents.values()):
            if agent.on_demand and agent.logged_in:
                self.demand.registered(agent, there=agent.agent_id in registered)

    def _call_phone(self, agent: Agent) -> None:
        leg_id = self._legs.new(agent.agent_id)
        agent.leg_id = leg_id
        agent.move("log_in", self._clock.now())
        try:
            self._legs.call(leg_id, agent.agent_id)
        except (SwitchUnavailable, UnsafeValue):
            self._moves.leave(agent, NOT_CALLED, hang_up=False)
            raise
        self._moves.changed(agent)
