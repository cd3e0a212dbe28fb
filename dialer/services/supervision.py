"""Supervisors who listen in: begins, turns and ends it, as the law says, and has it noted.

Nothing is listened to that is not in the audit log first. Refuses to know Asterisk, who may ask
over the API, and what is shown of it.
"""

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Final

import structlog

from dialer.domain.agentflow import Agent, AgentState
from dialer.domain.call_events import HandedOver
from dialer.domain.ids import AgentId, LegId, new_spy_id
from dialer.domain.supervision import (
    ON_TALKS,
    PROLONG_S,
    EndedBy,
    Spy,
    SpyMode,
    SpyState,
    check_lawful,
    check_talk,
    lasts,
    not_reached,
    taken,
)
from dialer.domain.talk_flow import TalkFlow
from dialer.errors import BadInput, NoSuch, OutpaceError, SwitchUnavailable, WrongState
from dialer.ports import AuditLog, Clock, SpiedTalk, Spying
from dialer.services.agents import Agents
from dialer.services.any_talks import AnyTalks
from dialer.services.supervision_notes import SpyNotes

log = structlog.get_logger(__name__)

ANSWER_WITHIN_S: Final = 16.0
"""How long a supervisor's phone may ring; it answers by itself in far less."""

CAUSE_WITHIN_S: Final = 0.25
"""How long to wait for the hang-up that says why a phone could not be called."""

IDLES_WITHIN_S: Final = 2.0
"""How long a phone may take from a talk to where it can be joined; it takes hundredths."""

SpyListener = Callable[[Spy], None]


class Supervision:
    """Who listens to whom on this node.

    Args:
        spying: puts phones behind talks.
        agents: who talks.
        talks: with whom.
        audit: where it is noted.
        clock: of the engine.
    """

    def __init__(
        self,
        *,
        spying: Spying,
        agents: Agents,
        talks: AnyTalks,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._spying = spying
        self._agents = agents
        self._talks = talks
        self._notes = SpyNotes(audit, clock)
        self._clock = clock
        self._spies: dict[str, Spy] = {}
        self._answers: dict[str, asyncio.Future[None]] = {}
        self._listeners: list[SpyListener] = []
        self._changed = asyncio.Event()
        agents.listen(self._agent_changed)
        talks.on_change(self._call_changed)

    def on_change(self, listener: SpyListener) -> None:
        """Be told of each beginning, turn and end."""
        self._listeners.append(listener)

    def live(self) -> Collection[Spy]:
        """Return everybody who listens now, or whose phone rings."""
        return self._spies.values()

    def knows(self, spy_id: str) -> bool:
        """Whether a supervisor's channel is one of ours."""
        return spy_id in self._spies

    async def run(self) -> None:
        """Prolong whispers and note what ended, for ever; owns the tasks of both."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._prolong(), name="supervision-whispers")
            tasks.create_task(self._notes.run(), name="supervision-notes")

    async def _prolong(self) -> None:
        while True:
            self._changed.clear()
            lapsing = [spy for spy in self._spies.values() if spy.lapses]
            for spy in lapsing:
                with suppress(SwitchUnavailable):  # then it lapses, as it must
                    self._spying.prolong(spy.spy_id)
            with suppress(TimeoutError):
                async with asyncio.timeout(PROLONG_S if lapsing else None):
                    await self._changed.wait()

    # -- what supervisors ask ----------------------------------------------------------------

    async def supervise(
        self, mode: SpyMode, agent_id: AgentId, phone: str, *, by: str, tenant: str | None = None
    ) -> Spy:
        """Have a phone listen to an agent's talk, or do so in another way; returns once it does.

        Args:
            mode: in which way.
            agent_id: whose talk.
            phone: the supervisor's, by its endpoint.
            by: who asks, for the audit log.
            tenant: whose talks may be heard; None: anybody's.

        Raises:
            WrongState: the agent has no talk, or the phone cannot be had.
            Denied: the calling rules forbid it.
            StoreUnavailable: it could not be noted, so it was not begun.
            SwitchUnavailable: there is no session with the switch.
        """
        if mode not in ON_TALKS:
            raise BadInput("mode", f"{mode} is for an agent without a customer", "invite them")
        known = self._of_phone(phone)
        if known is not None:
            return await self._turn(known, mode, agent_id, by)
        agent = self._agents.get(agent_id)
        law = await self._talks.listening(agent.attempt_id or "")
        flow = self._flow_of(agent)
        check_talk(agent_id, agent.state, flow.state if flow is not None else None)
        who = self._talks.facts(flow.talk_id) if flow is not None else None
        if flow is None or who is None or agent.leg_id is None:
            raise WrongState("agent", f"{agent_id!r} talks to nobody", "wait for a talk")
        whose = who.tenant_id
        if tenant not in (None, whose):
            raise NoSuch("agent", f"{agent_id!r} does not exist", "see GET agents")
        check_lawful(flow.talk_id, law)
        self.check_free(phone)
        spy = Spy(
            new_spy_id(),
            phone,
            by,
            whose,
            agent_id,
            agent.leg_id,
            flow.talk_id,
            mode,
            self._clock.now(),
        )
        await self.begin(spy, ground=law.ground.value)
        return spy

    async def take_over(
        self, agent_id: AgentId, phone: str, *, by: str, tenant: str | None = None
    ) -> Spy:
        """Have a supervisor take an agent's place, who writes the talk up; raises as `supervise`.

        The customer's line is handed over by the law of the call, as in a transfer, once the phone
        idles: who joins a phone that is still on its way there hangs it up.
        """
        spy = self._of_phone(phone) or await self.supervise(
            SpyMode.LISTEN, agent_id, phone, by=by, tenant=tenant
        )
        self._check_same(spy, agent_id, by)
        await self._notes.note(spy, SpyMode.TAKE.value)
        if not self._goes_on(spy) or not spy.move("turn"):
            raise WrongState("agent", "the talk ended meanwhile", "wait for the next one")
        await self._idling(spy)
        spy.mode = SpyMode.TAKE
        taken_by = HandedOver(None, LegId(spy.spy_id), self._clock.now())
        self._talks.handle(spy.call_id, taken_by)
        self._tell(spy)
        return spy

    async def stop(self, phone: str, *, by: str, tenant: str | None = None) -> Spy:
        """End what a phone listens to, whoever began it.

        Raises:
            WrongState: it listens to nothing.
        """
        spy = self._of_phone(phone)
        if spy is None or tenant not in (None, spy.tenant):
            raise WrongState("phone", f"{phone!r} listens to nobody", "see `supervise.list`")
        log.info("supervision_stopped", spy=spy.spy_id, by=by)
        self._end(spy, EndedBy.STOPPED)
        return spy

    async def _idling(self, spy: Spy) -> None:
        """Bring a phone to where it can be joined with a customer.

        Raises:
            WrongState: the talk ended meanwhile, or it did not come there.
        """
        there: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._answers[spy.spy_id] = there
        try:
            self._spying.turn(spy.spy_id, SpyMode.TAKE)
            async with asyncio.timeout(IDLES_WITHIN_S):
                await there
        except TimeoutError:
            self._end(spy, EndedBy.NOT_REACHED)
            stayed = f"{spy.phone!r} stayed where it was"
            raise WrongState("phone", stayed, "listen again") from None
        finally:
            self._answers.pop(spy.spy_id, None)

    # -- what coaching does besides ---------------------------------------------------------

    async def begin(self, spy: Spy, *, ground: str) -> None:
        """Note what the law was asked about, call the phone, and return once it is there.

        Raises:
            WrongState: the phone was not reached, or there is nothing to hear any more.
            StoreUnavailable, SwitchUnavailable: as `supervise`.
        """
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._spies[spy.spy_id] = spy  # the phone is taken from here on
        self._answers[spy.spy_id] = answer
        try:
            await self._notes.note(spy, spy.mode.value, {"ground": ground})
            if answer.done():
                return await answer  # the talk ended meanwhile
            self._spying.begin(spy.spy_id, spy.phone, SpiedTalk(spy.call_id, spy.leg_id), spy.mode)
            self._tell(spy)
            async with asyncio.timeout(ANSWER_WITHIN_S):
                await answer
        except TimeoutError:
            self._end(spy, EndedBy.NOT_REACHED)
            raise not_reached(spy.phone, 19) from None
        except (OutpaceError, asyncio.CancelledError):
            self._end(spy, EndedBy.NOT_REACHED)
            raise
        finally:
            self._answers.pop(spy.spy_id, None)

    def check_free(self, phone: str) -> None:
        """Check that a phone listens to nobody, and is no agent's who is logged in.

        Raises:
            WrongState: it is not free.
        """
        if self._of_phone(phone) is not None:
            raise WrongState("phone", f"{phone!r} listens already", "stop that first")
        for agent in self._agents.all():
            if agent.agent_id == phone and agent.state is not AgentState.OFFLINE:
                raise WrongState(
                    "phone", f"{phone!r} is logged in as an agent", "log out, or take another phone"
                )

    def end_coaching(self, agent_id: AgentId) -> bool:
        """End the coaching of an agent, who wants no more; tell whether there was one."""
        spies = [spy for spy in self._spies.values() if spy.agent_id == agent_id and spy.coaching]
        for spy in spies:
            self._end(spy, EndedBy.AGENT_ENDED)
        return bool(spies)

    # -- what the switch says ----------------------------------------------------------------

    def phone_up(self, spy_id: str) -> None:
        """A supervisor's phone has answered."""
        spy = self._spies.get(spy_id)
        if spy is None or not spy.move("answer"):
            return
        answer = self._answers.get(spy_id)
        if answer is not None and not answer.done():
            answer.set_result(None)
        self._tell(spy)
        self._changed.set()

    def phone_idles(self, spy_id: str) -> None:
        """A supervisor's phone can be joined with a customer."""
        there = self._answers.get(spy_id)
        if there is not None and not there.done():
            there.set_result(None)

    def phone_gone(self, spy_id: str, cause: int | None) -> None:
        """A supervisor's phone hung up, or could not be called.

        Args:
            spy_id: its channel.
            cause: of the hang-up; None: there was no channel, or its hang-up is on its way.
        """
        spy = self._spies.get(spy_id)
        if spy is None:
            return
        if cause is None:
            loop = asyncio.get_running_loop()
            loop.call_later(CAUSE_WITHIN_S, self._never_came, spy)
        elif spy.state is SpyState.CALLING:
            self._end(spy, EndedBy.NOT_REACHED, not_reached(spy.phone, cause))
        else:
            # the dialplan ends it with the customer's channel, often before we have heard of that
            over = EndedBy.HUNG_UP if self._goes_on(spy) else EndedBy.TALK_OVER
            self._end(spy, over)

    def switch_lost(self) -> None:
        """The session broke: what is left of it is hung up when there is one again."""
        for spy in list(self._spies.values()):
            self._end(spy, EndedBy.SWITCH_LOST, SwitchUnavailable("the session with it broke"))

    # -- inside ------------------------------------------------------------------------------

    async def _turn(self, spy: Spy, mode: SpyMode, agent_id: AgentId, by: str) -> Spy:
        self._check_same(spy, agent_id, by)
        if mode is spy.mode:
            return spy
        await self._notes.note(spy, mode.value)
        if not spy.move("turn"):
            raise WrongState("agent", "the talk ended meanwhile", "wait for the next one")
        self._spying.turn(spy.spy_id, mode)
        spy.mode = mode
        self._tell(spy)
        self._changed.set()
        return spy

    def _check_same(self, spy: Spy, agent_id: AgentId, by: str) -> None:
        if spy.by != by:
            raise WrongState("phone", f"{spy.phone!r} is used by {spy.by}", "take another phone")
        if spy.agent_id != agent_id or spy.mode not in ON_TALKS:
            what = "coaches" if spy.coaching else f"is in {spy.mode.value} with"
            raise WrongState("phone", f"{spy.phone!r} {what} {spy.agent_id!r}", "stop that first")
        if spy.state is not SpyState.THERE:
            raise WrongState("phone", f"{spy.phone!r} is being called", "wait for it")

    def _of_phone(self, phone: str) -> Spy | None:
        return next((spy for spy in self._spies.values() if spy.phone == phone), None)

    def _flow_of(self, agent: Agent) -> TalkFlow | None:
        return self._talks.flow(agent.attempt_id) if agent.attempt_id is not None else None

    def _agent_changed(self, agent: Agent) -> None:
        self._look([spy for spy in self._spies.values() if spy.agent_id == agent.agent_id])

    def _call_changed(self, flow: TalkFlow) -> None:
        call_id = flow.talk_id
        self._look([spy for spy in self._spies.values() if spy.call_id == call_id])

    def _look(self, spies: list[Spy]) -> None:
        for spy in spies:
            if not self._goes_on(spy):
                over = EndedBy.AGENT_ENDED if spy.coaching else EndedBy.TALK_OVER
                gone = WrongState("agent", "the talk ended meanwhile", "wait for the next one")
                self._end(spy, over, gone)

    def _goes_on(self, spy: Spy) -> bool:
        if spy.mode is SpyMode.TAKE:
            call = self._talks.flow(spy.call_id)
            return call is not None and taken(spy.spy_id, call.leg_id, call.state)
        agent = self._agents.get(spy.agent_id)
        if agent.leg_id != spy.leg_id:
            return False
        if spy.coaching:
            return agent.state is AgentState.PAUSED
        if agent.attempt_id != spy.call_id:
            return False
        flow = self._flow_of(agent)
        return lasts(agent.state, flow.state if flow is not None else None, spy.mode)

    def _never_came(self, spy: Spy) -> None:
        if spy.state is SpyState.CALLING:
            self._end(spy, EndedBy.NOT_REACHED, not_reached(spy.phone, None))

    def _end(self, spy: Spy, ended_by: EndedBy, error: OutpaceError | None = None) -> None:
        if not spy.move("end"):
            return
        spy.ended_by = ended_by
        self._spies.pop(spy.spy_id, None)
        with suppress(SwitchUnavailable):  # hung up when there is a session again
            self._spying.end(spy.spy_id)
        answer = self._answers.get(spy.spy_id)
        if answer is not None and not answer.done():
            stopped = WrongState("phone", f"{spy.phone!r} was stopped", "ask again")
            answer.set_exception(error or stopped)
            answer.exception()  # whoever waits hears of it; nobody may
        self._notes.ended(spy)
        self._tell(spy)
        self._changed.set()
        log.info("supervision_ended", spy=spy.spy_id, agent=spy.agent_id, ended_by=ended_by.value)

    def _tell(self, spy: Spy) -> None:
        for listener in self._listeners:
            listener(spy)
