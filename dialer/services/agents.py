"""The agents of this node: log-in, standing legs, wrap-up and pauses. One writer, in memory.

Applies the law in `domain.agentflow`, keeps the committed record, and tells a listener of each
change. Refuses to know which customer goes to whom (`seating`) and how lines are paced.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Final

import structlog

from dialer.domain.agentflow import Agent, AgentState, AgentWish
from dialer.domain.ids import AgentId, AttemptId, CampaignId, LegId, new_leg_id
from dialer.domain.pause_code import PauseCode, check_pause
from dialer.errors import BadInput, StoreUnavailable, SwitchUnavailable, UnsafeValue
from dialer.ports import AgentRecord, AgentStore, Clock, PauseCodes, SessionStore, Switch
from dialer.services.leg_ends import LegEnds
from dialer.services.recorder import Recorder

log = structlog.get_logger(__name__)

LEG_UP_WITHIN_S: Final = 16.0
"""How long log-in waits for the softphone to answer its standing leg."""

AgentListener = Callable[[Agent], None]

TAKEN_DOWN_S: Final = 5.0
"""A leg that ended this shortly before the session broke was taken down with it."""

LOGGED_OUT: Final = "logged out"

_ENGAGED: Final = frozenset({AgentState.HELD, AgentState.RESERVED, AgentState.TALKING})
"""States in which a pause or a log-out waits until the call is over."""

_HUNG_UP: Final = frozenset({16, 31})
"""Causes of a leg that was hung up, not lost."""


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
    ) -> None:
        self._switch = switch
        self._store = store
        self._sessions = sessions
        self._pause_codes = pause_codes
        self._engine = engine
        self._recorder = recorder
        self._clock = clock
        self._agents: dict[AgentId, Agent] = {}
        self._by_leg: dict[LegId, AgentId] = {}
        self._leg_ends = LegEnds()
        self._log_ins: dict[AgentId, asyncio.Future[None]] = {}
        self._wrap_ups: dict[AgentId, asyncio.TimerHandle] = {}
        self._listeners: list[AgentListener] = []
        self._recalls: set[AgentId] = set()
        self._codes: Sequence[PauseCode] = ()

    def listen(self, listener: AgentListener) -> None:
        """Be told after each change of an agent's state."""
        self._listeners.append(listener)

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
            raise BadInput("agent", f"{agent_id!r} is not logged in", "log in first")
        return agent

    def of_leg(self, leg_id: LegId) -> Agent | None:
        """Return the agent whose standing leg this is."""
        agent_id = self._by_leg.get(leg_id)
        return self._agents.get(agent_id) if agent_id is not None else None

    # -- what agents ask -------------------------------------------------------------------

    async def log_in(self, agent_id: AgentId, campaigns: Sequence[CampaignId]) -> None:
        """Call the agent's softphone and keep the leg; returns when the agent is idle.

        Raises:
            BadInput: already logged in, no campaign, or the softphone did not answer.
            SwitchUnavailable: there is no session with the switch.
        """
        if not campaigns:
            raise BadInput("campaigns", "none given", "name at least one campaign to serve")
        agent = self._agents.setdefault(agent_id, Agent(agent_id))
        if agent.state is not AgentState.OFFLINE:
            raise BadInput("agent", f"{agent_id!r} is {agent.state} already", "log out first")
        self._recalls.discard(agent_id)
        agent.campaigns = tuple(campaigns)
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._log_ins[agent_id] = waiting
        try:
            self._call_phone(agent)
            async with asyncio.timeout(LEG_UP_WITHIN_S):
                await waiting
        except TimeoutError:
            self._leave(agent, "phone did not answer")
            raise BadInput(
                "agent", f"the softphone of {agent_id!r} did not answer", "check that it is on"
            ) from None
        except asyncio.CancelledError:
            self._leave(agent, "log-in given up")
            raise
        finally:
            self._log_ins.pop(agent_id, None)

    async def log_out(self, agent_id: AgentId) -> None:
        """Log out now, or after the present call."""
        agent = self.get(agent_id)
        self._recalls.discard(agent_id)
        if agent.state in _ENGAGED:
            agent.wish = AgentWish.LOG_OUT
            self._tell(agent)
            return
        self._leave(agent, LOGGED_OUT)
        self._end_log_in(agent, f"{agent_id!r} logged out meanwhile", "log in again")

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
            self._wish_pause(agent, code)
            return
        if not agent.may("pause"):
            raise BadInput("agent", f"cannot pause while {agent.state}", "log in first")
        await self._commit(agent, AgentState.PAUSED, code)
        if agent.move("pause", self._clock.now(), reason=code):
            self._stop_wrap_up(agent)
            self._changed(agent, recorded=True)
        elif agent.state in _ENGAGED:
            self._wish_pause(agent, code)  # a customer came while we committed

    async def resume(self, agent_id: AgentId) -> None:
        """End a pause, or take back the wish for one."""
        agent = self.get(agent_id)
        if agent.wish is AgentWish.PAUSE:
            agent.wish, agent.reason = AgentWish.NONE, ""
            self._tell(agent)
            return
        if not agent.may("resume"):
            raise BadInput("agent", f"cannot resume while {agent.state}", "pause first")
        await self._commit(agent, AgentState.IDLE)
        self._move(agent, "resume", recorded=True)

    async def ready(self, agent_id: AgentId) -> None:
        """End wrap-up: free for the next customer."""
        agent = self.get(agent_id)
        if agent.state is not AgentState.WRAP_UP:
            raise BadInput("agent", f"is {agent.state}, not in wrap-up", "wait for a talk to end")
        self._end_wrap_up(agent)

    # -- what seating and calls do ---------------------------------------------------------

    def hold(self, agent: Agent) -> bool:
        """Keep an idle agent for a promised call; False when the agent is not idle."""
        if agent.state is not AgentState.IDLE or agent.leg_id is None:
            return False
        agent.move("hold", self._clock.now())
        agent.home = None  # whoever counts on idle agents cannot count on this one
        self._changed(agent)
        return True

    def let_go(self, agent_id: AgentId) -> None:
        """Nobody answered the promised call: the agent who was held is idle, or as wished."""
        agent = self._agents.get(agent_id)
        if agent is not None and agent.state is AgentState.HELD:
            self._after_call(agent, "release")

    def reserve(self, agent: Agent, attempt_id: AttemptId) -> bool:
        """Keep an idle or held agent for a customer; False when the agent is neither."""
        if agent.state not in (AgentState.IDLE, AgentState.HELD) or agent.leg_id is None:
            return False
        agent.move("reserve", self._clock.now())
        agent.attempt_id = attempt_id
        self._tell(agent)
        return True

    def talk_began(self, agent_id: AgentId, attempt_id: AttemptId) -> None:
        """The customer was joined."""
        agent = self._agents.get(agent_id)
        if agent is None or agent.attempt_id != attempt_id:
            return
        if agent.move("talk", self._clock.now()):
            agent.talks += 1
            self._changed(agent)

    def freed(self, leg_id: LegId, *, wrap_up_s: float) -> None:
        """The customer left: wrap-up for at most `wrap_up_s`, or idle at once when it is 0."""
        agent = self.of_leg(leg_id)
        if agent is None or agent.state not in (AgentState.RESERVED, AgentState.TALKING):
            return
        now = self._clock.now()
        if wrap_up_s <= 0:
            self._after_call(agent, "release")
            return
        attempt_id = agent.attempt_id
        agent.move("wrap_up", now)
        self._begin_wrap_up(agent, attempt_id, wrap_up_s)
        self._changed(agent)

    async def leg_end(self, leg_id: LegId, *, wait_s: float) -> int | None:
        """Return the cause with which a leg ended, waiting briefly for it; None if unknown."""
        return await self._leg_ends.cause(leg_id, wait_s=wait_s)

    # -- what the switch says --------------------------------------------------------------

    def leg_up(self, leg_id: LegId) -> None:
        """The standing leg idles in the waiting room."""
        agent = self.of_leg(leg_id)
        if agent is None or agent.state is not AgentState.CALLING:
            return
        self._recalls.discard(agent.agent_id)
        self._move(agent, "leg_up")
        self._session_began(agent.agent_id, agent.since)
        log.info("agent_logged_in", agent=agent.agent_id, leg=leg_id)
        waiting = self._log_ins.get(agent.agent_id)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    def leg_gone(self, leg_id: LegId, cause: int | None) -> None:
        """A standing leg ended: its agent is offline at once."""
        if cause is not None:
            self._leg_ends.ended(leg_id, cause)
        agent = self.of_leg(leg_id)
        if agent is None:
            return
        reason = "phone hung up" if cause in _HUNG_UP else "phone lost"
        waiting = self._log_ins.get(agent.agent_id)
        self._leave(agent, reason, hang_up=False)
        if waiting is not None and not waiting.done():
            because = f"refused the call (cause {cause})" if cause else "could not be called"
            waiting.set_exception(
                BadInput(
                    "agent",
                    f"the softphone of {agent.agent_id!r} {because}",
                    "check that it is registered and answers by itself",
                )
            )

    def adopt(
        self,
        record: AgentRecord,
        *,
        talking: AttemptId | None,
        home: CampaignId | None,
        wrap_up_s: float,
    ) -> None:
        """Take over an agent whose standing leg lives, from the record of an engine that is gone.

        Args:
            record: the last committed state.
            talking: the customer joined to the leg now, if any.
            home: the campaign of that customer, or of the last one.
            wrap_up_s: how long a wrap-up may still take, when there is one.
        """
        if record.leg_id is None:
            return
        known = self._agents.get(record.agent_id)
        if known is not None and talking is None:
            return  # taken over at an earlier look
        agent = Agent(record.agent_id, record.campaigns, leg_id=record.leg_id, home=home)
        agent.since = record.since
        self._agents[agent.agent_id] = agent
        self._by_leg[record.leg_id] = agent.agent_id
        if talking is not None:
            agent.state, agent.attempt_id = AgentState.TALKING, talking
        elif record.state == AgentState.PAUSED:
            agent.state, agent.reason = AgentState.PAUSED, record.reason
        elif record.state in (AgentState.TALKING, AgentState.WRAP_UP) and wrap_up_s > 0:
            # the talk ended while no engine was there: the agent still has to write it up
            agent.state = AgentState.WRAP_UP
            self._begin_wrap_up(agent, record.attempt_id, wrap_up_s)
        else:
            agent.state = AgentState.IDLE
        self._changed(agent)
        self._session_began(agent.agent_id, record.since)  # unless it is on record

    def switch_lost(self, at: float) -> None:
        """The session with the switch broke: agents it takes down are called again afterwards.

        Not those whose phone alone was lost: nobody may be sitting there any more.
        """
        for agent in self._agents.values():
            taken_down = (
                agent.state is AgentState.OFFLINE
                and at - agent.since < TAKEN_DOWN_S
                and agent.reason != LOGGED_OUT
            )
            if agent.logged_in or taken_down:
                self._recalls.add(agent.agent_id)

    def recall(self, phones: Iterable[str]) -> None:
        """Call these phones again if their agents lost their legs to a restart of the switch."""
        for phone in phones:
            agent = self._agents.get(AgentId(phone))
            if agent is None or agent.agent_id not in self._recalls:
                continue
            if agent.state is AgentState.OFFLINE and self._switch.connected:
                log.info("agent_recalled", agent=agent.agent_id)
                with suppress(SwitchUnavailable):  # called again once it is back
                    self._call_phone(agent)

    def session_settled(self) -> None:
        """The session is back: whoever still has a leg needs no call."""
        self._recalls = {
            agent_id for agent_id in self._recalls if not self._agents[agent_id].logged_in
        }

    # -- inside ----------------------------------------------------------------------------

    def _call_phone(self, agent: Agent) -> None:
        leg_id = new_leg_id()
        agent.leg_id = leg_id
        self._by_leg[leg_id] = agent.agent_id
        agent.move("log_in", self._clock.now())
        try:
            self._switch.call_agent(leg_id, agent.agent_id)
        except (SwitchUnavailable, UnsafeValue):
            self._leave(agent, "not called", hang_up=False)
            raise
        self._changed(agent)

    def _session_began(self, agent_id: AgentId, at: float) -> None:
        self._recorder.book(lambda: self._sessions.begin(agent_id, at, node=self._engine))

    def _end_log_in(self, agent: Agent, problem: str, fix: str) -> None:
        waiting = self._log_ins.get(agent.agent_id)
        if waiting is not None and not waiting.done():
            waiting.set_exception(BadInput("agent", problem, fix))

    def _wish_pause(self, agent: Agent, code: str) -> None:
        agent.wish, agent.reason = AgentWish.PAUSE, code
        self._tell(agent)

    async def _commit(self, agent: Agent, state: AgentState, reason: str = "") -> None:
        record = self._record(agent, state, reason)
        await self._recorder.commit(lambda: self._store.save(record))

    def _begin_wrap_up(self, agent: Agent, attempt_id: AttemptId | None, wrap_up_s: float) -> None:
        self._stop_wrap_up(agent)
        agent.attempt_id = attempt_id
        agent.wrap_up_until = self._clock.now() + wrap_up_s
        self._wrap_ups[agent.agent_id] = asyncio.get_running_loop().call_later(
            wrap_up_s, self._end_wrap_up, agent
        )

    def _stop_wrap_up(self, agent: Agent) -> None:
        timer = self._wrap_ups.pop(agent.agent_id, None)
        if timer is not None:
            timer.cancel()

    def _end_wrap_up(self, agent: Agent) -> None:
        self._stop_wrap_up(agent)
        if agent.state is AgentState.WRAP_UP:
            self._after_call(agent, "ready")

    def _after_call(self, agent: Agent, move: str) -> None:
        wish = agent.wish
        if wish is AgentWish.LOG_OUT:
            self._leave(agent, LOGGED_OUT)
            return
        reason = agent.reason
        if wish is AgentWish.PAUSE and agent.state is AgentState.WRAP_UP:
            self._move(agent, "pause", reason=reason)
            return
        self._move(agent, move, tell=wish is AgentWish.NONE)
        if wish is AgentWish.PAUSE:
            self._move(agent, "pause", reason=reason)

    def _leave(self, agent: Agent, reason: str, *, hang_up: bool = True) -> None:
        leg_id, was_up = agent.leg_id, agent.logged_in
        self._stop_wrap_up(agent)
        if not agent.may("leave"):
            return
        log.info("agent_left", agent=agent.agent_id, reason=reason, state=agent.state.value)
        self._move(agent, "leave", reason=reason)
        if was_up:
            agent_id, at = agent.agent_id, agent.since
            self._recorder.book(lambda: self._sessions.end(agent_id, at))
        if leg_id is not None:
            self._by_leg.pop(leg_id, None)
            if hang_up and self._switch.connected:
                self._switch.hang_up(leg_id)

    def _move(
        self,
        agent: Agent,
        move: str,
        *,
        reason: str = "",
        recorded: bool = False,
        tell: bool = True,
    ) -> None:
        if agent.move(move, self._clock.now(), reason=reason) and tell:
            self._changed(agent, recorded=recorded)

    def _changed(self, agent: Agent, *, recorded: bool = False) -> None:
        if not recorded:
            away = agent.state in (AgentState.PAUSED, AgentState.OFFLINE)
            # while a call is on, the reason is that of the pause wished for after it
            reason = agent.reason if away else ""
            self._recorder.agent_is(self._record(agent, agent.state, reason))
        self._tell(agent)

    def _tell(self, agent: Agent) -> None:
        for listener in self._listeners:
            listener(agent)

    def _record(self, agent: Agent, state: AgentState, reason: str) -> AgentRecord:
        return AgentRecord(
            agent_id=agent.agent_id,
            state=state.value,
            leg_id=agent.leg_id,
            attempt_id=agent.attempt_id,
            since=self._clock.now(),
            campaigns=agent.campaigns,
            reason=reason,
        )
