"""Settles the past: after a start, a lost session or a restarted switch, says what became of calls.

Live channels are adopted or go on; the others are closed from the switch's own journal, or as lost.
Originates written just before a death may still be dialed after it: nothing is called lost before
the old session is gone and two looks, at least a second apart, agree. Nothing is ever sent again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Final

import structlog

from dialer.domain import call_events as happened
from dialer.domain.agentflow import AgentState
from dialer.domain.booking import JournalStory, story
from dialer.domain.callflow import CallFlow, CallState
from dialer.domain.events import LiveChannel
from dialer.domain.ids import (
    AgentId,
    AttemptId,
    CallId,
    CampaignId,
    LegId,
    is_attempt_id,
    is_call_id,
    is_leg_id,
    is_spy_id,
)
from dialer.domain.lead import Attempt
from dialer.domain.outcome import Outcome
from dialer.errors import OutpaceError
from dialer.ports import (
    AgentRecord,
    AgentStore,
    AttemptStore,
    Clock,
    Journal,
    SessionStore,
    Switch,
)
from dialer.services.agents import Agents
from dialer.services.calls import Calls
from dialer.services.campaign_run import CampaignRun
from dialer.services.other_calls import OtherCalls

log = structlog.get_logger(__name__)

LOOK_AGAIN_S: Final = 1.1
"""Between two looks at the live channels."""

OLD_SESSION_S: Final = 10.0
"""Longest wait for a dead engine's session to leave the switch."""

NO_ENGINE: Final = "phone gone while no engine ran"
"""Why an agent is offline whose leg is not there any more at a start."""

RunOf = Callable[[CampaignId], CampaignRun | None]


async def _nobody() -> Collection[AgentId]:
    return ()


_JOINING: Final = frozenset({CallState.CONNECTING, CallState.REJOINING})


class Reaper:
    """Brings memory, record and switch back to agreement.

    With `alone`, no other node has calls in the same store: all open attempts are ours, under
    whatever name this node dialed them.
    """

    def __init__(
        self,
        *,
        switch: Switch,
        calls: Calls,
        agents: Agents,
        attempts: AttemptStore,
        agent_store: AgentStore,
        sessions: SessionStore,
        journal: Journal,
        clock: Clock,
        run_of: RunOf,
        engine: str = "",
        alone: bool = True,
        events_held: Callable[[], AbstractContextManager[None]] = nullcontext,
        spy_known: Callable[[str], bool] = lambda _: False,
        others: OtherCalls | None = None,
        adopt_talk: Callable[[CallId, AgentId, LegId], None] = lambda _call, _agent, _leg: None,
        on_demand: Callable[[], Awaitable[Collection[AgentId]]] = _nobody,
    ) -> None:
        self._switch = switch
        self._calls = calls
        self._agents = agents
        self._attempts = attempts
        self._agent_store = agent_store
        self._sessions = sessions
        self._alone = alone
        self._journal = journal
        self._clock = clock
        self._run_of = run_of
        self._engine = engine
        self._events_held = events_held
        self._spy_known = spy_known
        self._others = others or OtherCalls()
        self._adopt_talk = adopt_talk
        self._on_demand = on_demand
        self._callable: Collection[AgentId] = ()
        """Agents of ours who need no leg: their phones are called on demand, and are registered."""

    async def at_start(self) -> None:
        """Adopt or close what an engine before us left; nothing was dialed by us yet."""
        open_attempts = {
            attempt.attempt_id: attempt
            for attempt in await self._attempts.open_attempts()
            # another node's calls are in its own switch, and in its own engine's hands
            if self._alone or attempt.engine == self._engine
        }
        records = await self._agent_store.load()
        sessions = await self._sessions.open(self._engine)
        if not open_attempts and not sessions and not any(record.leg_id for record in records):
            self._hang_up_spies(await self._look())
            return
        await self._old_session_gone()
        await self._book_keys(open_attempts)
        self._callable = [one for one in await self._on_demand() if one in sessions]
        with self._events_held():
            live = await self._look()
            self._adopt(live, open_attempts, records)
        self._hang_up_strangers(live, {record.leg_id for record in records})
        self._hang_up_spies(live)
        await self._end_sessions(sessions, live, records)
        gone = {key: a for key, a in open_attempts.items() if key not in live}
        if not gone:
            return
        await asyncio.sleep(LOOK_AGAIN_S)
        with self._events_held():
            again = await self._look()
            self._adopt(again, {key: a for key, a in gone.items() if key in again}, records)
        closed = {key: a for key, a in gone.items() if key not in again}
        await self._book_keys(closed)
        self._close(closed)

    async def after_loss(self) -> None:
        """The session is back: settle the calls and legs that ended while nobody listened."""
        before = {call.attempt.attempt_id for call in self._calls.live()}
        legs = {a.leg_id: a for a in self._agents.all() if a.leg_id is not None}
        others = self._others.live()
        live = await self._look()
        self._hang_up_spies(live)
        self._others.gone(others - live.keys(), self._clock.now())
        for leg_id, agent in legs.items():
            if leg_id not in live and agent.leg_id == leg_id:
                self._agents.leg_gone(leg_id, None)
            elif leg_id in live and live[leg_id].state == "Up":
                self._agents.leg_up(leg_id)  # answered while nobody listened
        # let go while no hang-up could be asked for
        of_agents = {key for key in live if self._agents.of_leg(LegId(key)) is not None}
        self._hang_up_strangers(live, of_agents)
        self._agents.demand.settle(live.keys())
        self._agents.returns.session_settled()
        self._agents.returns.recall(await self._switch.reachable_phones())
        missing = before - live.keys()
        self._settle_talks(live)
        if not missing:
            return
        await asyncio.sleep(LOOK_AGAIN_S)
        missing -= (await self._look()).keys()
        await self._book_keys(
            {
                c.attempt.attempt_id: c.attempt
                for c in self._calls.live()
                if c.attempt.attempt_id in missing
            }
        )
        self._settle(missing)

    # -- inside ------------------------------------------------------------------------------

    async def _look(self) -> dict[str, LiveChannel]:
        return {channel.channel_id: channel for channel in await self._switch.live_channels()}

    async def _book_keys(self, attempts: Mapping[AttemptId, Attempt]) -> None:
        """Commit the do-not-call keys that were pressed with no engine there to ask."""
        for attempt_id, told in self._stories(set(attempts)).items():
            if told.do_not_call:
                await self._attempts.add_do_not_call(
                    attempts[attempt_id].number,
                    source=f"key pressed in {attempt_id}, from the journal",
                    at=self._clock.now(),
                )

    async def _old_session_gone(self) -> None:
        until = self._clock.now() + OLD_SESSION_S
        while await self._switch.sessions() > 1 and self._clock.now() < until:
            await asyncio.sleep(0.2)

    def _adopt(
        self,
        live: Mapping[str, LiveChannel],
        attempts: Mapping[AttemptId, Attempt],
        records: Sequence[AgentRecord],
    ) -> None:
        legs = {
            channel.bridge_id: LegId(key)
            for key, channel in live.items()
            if is_leg_id(key) and channel.bridge_id
        }
        # who talks to whom: customer and leg are in one bridge
        talking = {
            leg_id: attempt_id
            for attempt_id in attempts
            if attempt_id in live and (leg_id := legs.get(live[attempt_id].bridge_id)) is not None
        }
        # of calls that came in only the talk is seen: who waited has lost us to the dialplan
        called_us = {
            leg_id: CallId(key)
            for key, channel in live.items()
            if is_call_id(key) and (leg_id := legs.get(channel.bridge_id)) is not None
        }
        for record in records:
            away = record.state in (AgentState.OFFLINE, AgentState.CALLING)
            if record.agent_id in self._callable and record.leg_id not in live and not away:
                self._adopt_agent(replace(record, leg_id=None), None, attempts)
            if record.leg_id in live and record.leg_id is not None:
                call_id = called_us.get(record.leg_id)
                if call_id in self._others.live():
                    continue  # taken over at an earlier look
                with_whom = AttemptId(call_id) if call_id else talking.get(record.leg_id)
                self._adopt_agent(record, with_whom, attempts)
                if call_id:
                    self._adopt_talk(call_id, record.agent_id, record.leg_id)
        agents = {record.leg_id: record.agent_id for record in records}
        leg_of = {attempt_id: leg_id for leg_id, attempt_id in talking.items()}
        stories = self._stories(set(attempts) & live.keys())
        for attempt_id, attempt in attempts.items():
            run = self._run_of(attempt.campaign_id)
            if attempt_id not in live or run is None:
                continue
            told = stories.get(attempt_id)
            answered = told.answered_at if told is not None else None
            if answered is None and live[attempt_id].state == "Up":
                answered = self._clock.now() - live[attempt_id].age_s
            leg_id = leg_of.get(attempt_id)
            agent_id = agents.get(leg_id) if leg_id is not None else None
            # a talk that ends as we look is in no bridge any more, and was one all the same
            talked = told.connected_at if told is not None else None
            if talked is None and agent_id is not None:
                talked = answered
            # whose line asks us waits for an agent still: the dialplan has decided nothing
            asks = (
                talked is None
                and answered is not None
                and not (told is not None and told.let_go)
                and self._calls.early_lines.asks(attempt_id, answered)
            )
            adopted = CallFlow.adopted(
                attempt,
                answered_at=None if asks else answered,
                connected_at=talked,
                agent_id=agent_id,
                leg_id=leg_id if agent_id is not None else None,
                informed_at=told.informed_at if told is not None else None,
            )
            adopted.up_at = answered
            if told is not None and told.message_left:
                adopted.to_machine()
            self._calls.adopt(adopted, run)
            log.info(
                "call_adopted",
                attempt=attempt_id,
                campaign=attempt.campaign_id,
                state=adopted.state.value,
            )

    def _adopt_agent(
        self,
        record: AgentRecord,
        talking: AttemptId | None,
        attempts: Mapping[AttemptId, Attempt],
    ) -> None:
        home = None
        attempt = attempts.get(talking) if talking is not None else None
        if attempt is not None and not attempt.agent_guaranteed:
            home = attempt.campaign_id
        runs = [run for name in record.campaigns if (run := self._run_of(name)) is not None]
        limits = [run.campaign.settings.wrap_up_limit_s for run in runs]
        self._agents.returns.adopt(
            record,
            talking=talking,
            home=home,
            wrap_up_s=max(limits, default=0.0),
            on_demand=record.agent_id in self._callable,
        )
        log.info("agent_adopted", agent=record.agent_id, recorded=record.state)

    def _hang_up_strangers(
        self, live: Mapping[str, LiveChannel], known: Collection[str | None]
    ) -> None:
        for channel_id in live:
            if is_leg_id(channel_id) and channel_id not in known:
                log.warning("stray_leg_hung_up", leg=channel_id)
                self._switch.hang_up(channel_id)

    def _hang_up_spies(self, live: Mapping[str, LiveChannel]) -> None:
        """Nobody listens in whom we know nothing of; who took a customer over keeps them."""
        talks = {one.bridge_id for key, one in live.items() if is_attempt_id(key)} - {""}
        for channel_id, channel in live.items():
            stray = is_spy_id(channel_id) and not self._spy_known(channel_id)
            if stray and channel.bridge_id not in talks:
                log.warning("stray_spy_hung_up", spy=channel_id)
                self._switch.hang_up(channel_id)

    async def _end_sessions(
        self,
        sessions: Mapping[AgentId, float],
        live: Mapping[str, LiveChannel],
        records: Sequence[AgentRecord],
    ) -> None:
        """End the sessions of agents whose leg is gone: when the journal or the last row says."""
        known = {record.agent_id: record for record in records}
        legs = {agent_id: record.leg_id for agent_id, record in known.items()}
        gone = {
            agent_id: began_at
            for agent_id, began_at in sessions.items()
            if (legs.get(agent_id) is None or legs[agent_id] not in live)
            and self._agents.find(agent_id) is None
        }
        told = self._journal.read({str(legs[a]) for a in gone if legs.get(a) is not None})
        for agent_id, began_at in gone.items():
            record = known.get(agent_id)
            hung_up = [e.at for e in told.get(str(legs.get(agent_id)), ()) if e.event == "HANGUP"]
            last_known = began_at if record is None else max(began_at, record.since)
            ended_at = max([last_known, *hung_up[-1:]])
            if record is not None and record.state != AgentState.OFFLINE:
                offline = AgentRecord(
                    agent_id,
                    AgentState.OFFLINE.value,
                    None,
                    None,
                    ended_at,
                    record.campaigns,
                    NO_ENGINE,
                )
                await self._agent_store.save(offline)
            await self._sessions.end(agent_id, ended_at)
            log.info("agent_gone", agent=agent_id, at=ended_at)

    def _close(self, attempts: Mapping[AttemptId, Attempt]) -> None:
        stories = self._stories(set(attempts))
        for attempt_id, attempt in attempts.items():
            run = self._run_of(attempt.campaign_id)
            if run is None:
                continue
            told = stories.get(attempt_id)
            adopted = CallFlow(attempt)
            adopted.let_go = told.let_go if told else False
            if told is not None and told.message_left:
                adopted.machine = Outcome.MACHINE
            self._calls.adopt(adopted, run, silently=True)
            self._replay(attempt_id, told)

    def _settle(self, missing: set[AttemptId]) -> None:
        stories = self._stories(set(missing))
        for attempt_id in missing:
            self._replay(attempt_id, stories.get(attempt_id))

    def _settle_talks(self, live: Mapping[str, LiveChannel]) -> None:
        """A join whose event was lost with the session is seen in the list of channels."""
        for call in self._calls.live():
            channel = live.get(call.attempt.attempt_id)
            if call.state in _JOINING and channel is not None and channel.bridge_id:
                joined = call.joined_at or self._clock.now()
                self._calls.handle(call.attempt.attempt_id, happened.Bridged(joined))
            if call.cancelled and channel is not None:
                try:
                    self._switch.hang_up(call.attempt.attempt_id)
                except OutpaceError as error:
                    log.warning("hang_up_not_sent", error=str(error))

    def _stories(self, channel_ids: set[AttemptId]) -> dict[AttemptId, JournalStory]:
        entries = self._journal.read({str(channel_id) for channel_id in channel_ids})
        return {AttemptId(key): story(lines) for key, lines in entries.items()}

    def _replay(self, attempt_id: AttemptId, told: JournalStory | None) -> None:
        now = self._clock.now()
        if told is not None:
            for event in told.events:
                self._calls.handle(attempt_id, event)
        if self._calls.knows(attempt_id):
            log.warning("attempt_lost", attempt=attempt_id)
            self._calls.handle(attempt_id, happened.Vanished(now))
