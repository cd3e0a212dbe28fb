"""Keeps promises: an agent is sought and held before the time, and only then is the person dialed.

Outside pacing altogether: the agent is held before the call goes out, so nobody who is called as
promised, or again after an abandon, can find nobody. What is of the moment (who is sought, who is
held) is here in memory; what outlives an engine is in the store. Refuses to know the law of
promises (`dialer.domain.callback`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import structlog

from dialer.domain.agentflow import Agent, AgentState
from dialer.domain.callback import CallbackState, Move, PromisedCall, due_move, moved
from dialer.domain.ids import AgentId, AttemptId, CampaignId
from dialer.domain.lead import AttemptEnd, Draw
from dialer.errors import BadInput, StoreUnavailable
from dialer.ports import CallbackStore, Clock, OpenCallback
from dialer.services.agents import Agents
from dialer.services.calls import Calls
from dialer.services.campaign_run import CampaignRun
from dialer.services.campaigns import Campaigns
from dialer.services.dialing import Dialing
from dialer.services.seating import Seating

log = structlog.get_logger(__name__)

Command = Callable[[Mapping[str, Any]], Awaitable[object]]

ROUND_S: Final = 0.5
"""Between two looks at what was promised."""

LOOK_S: Final = 5.0
"""Between two looks at the store."""

PUT_OFF_S: Final = 30.0
"""A promise whose lead is not to be had (dialed by hand, or its list is gone) is left alone for so
long."""

AHEAD_S: Final = 60.0
"""Promises of the next so many seconds are kept in memory, besides the time agents are sought."""

_S = CallbackState
_SEEKING: Final = frozenset({_S.SEEKING_OWNER, _S.SEEKING_ANYONE})


@dataclass(slots=True)
class _Promise:
    """A promise whose time is near."""

    stored: OpenCallback
    call: PromisedCall
    attempt_id: AttemptId | None = None
    in_turn: bool = False
    """Its place in a queue has come: it is kept before its time."""


class Callbacks:
    """The promises of this node's campaigns."""

    def __init__(
        self,
        *,
        store: CallbackStore,
        campaigns: Campaigns,
        agents: Agents,
        seating: Seating,
        calls: Calls,
        dialing: Dialing,
        clock: Clock,
        engine: str,
    ) -> None:
        self._store = store
        self._campaigns = campaigns
        self._agents = agents
        self._seating = seating
        self._dialing = dialing
        self._clock = clock
        self._engine = engine
        self._near: dict[int, _Promise] = {}
        self._put_off: dict[int, float] = {}
        self._looked_at = float("-inf")
        self._over: list[Callable[[int], None]] = []
        calls.on_end(self._ended)

    async def run(self) -> None:
        """Keep promises for ever."""
        while True:
            try:
                await self.round()
            except StoreUnavailable as lost:
                log.warning("callbacks_wait", error=str(lost))
            await asyncio.sleep(ROUND_S)

    async def round(self) -> None:
        """Look at each promise whose time is near, once."""
        now = self._clock.now()
        runs = {run.campaign.campaign_id: run for run in self._campaigns.runs() if run.dialing}
        if self._dialing.held:
            return
        if now - self._looked_at >= LOOK_S:
            await self._look(runs, now)
        for promise in list(self._near.values()):
            run = runs.get(promise.stored.campaign_id)
            if run is None:
                self._drop(promise)
            elif promise.call.state is not _S.DIALING:
                await self._advance(promise, run, now)

    def soon(self) -> None:
        """Something was promised, or its time changed: look at the store in the next round."""
        self._looked_at = float("-inf")

    def commands(self) -> dict[str, Command]:
        """Return the commands by name."""
        return {"callback.now": self.now_asked}

    async def now_asked(self, given: Mapping[str, Any]) -> object:
        """Have a promise kept by an agent now: they get it as soon as they are idle.

        Raises:
            BadInput: no number of a promise is given.
            NoSuch: there is no such promise.
            WrongState: it is another's, over, being kept, or the agent is not at work for it.
        """
        agent_id, callback_id = AgentId(str(given.get("agent", ""))), given.get("callback")
        if not isinstance(callback_id, int) or isinstance(callback_id, bool):
            raise BadInput("callback", "is missing", "give its id")
        running = {run.campaign.campaign_id for run in self._campaigns.runs() if run.dialing}
        of = running & set(self._agents.get(agent_id).campaigns)
        await self._store.bring_forward(callback_id, agent_id, self._clock.now(), of=of)
        self.soon()
        return {"callback": callback_id}

    def on_over(self, listener: Callable[[int], None]) -> None:
        """Have `listener` told of each promise that is being kept, or is none any more."""
        self._over.append(listener)

    def take_turn(self, promised: OpenCallback, agent: Agent) -> bool:
        """Hold an idle agent for a promise and keep it now, before its time.

        Args:
            promised: to a caller whose place in a queue has come.
            agent: who serves that queue.

        Returns:
            False: its campaign does not dial, it is being kept already, or the agent is not idle.
        """
        now = self._clock.now()
        run = self._campaigns.get(promised.campaign_id)
        known = self._near.get(promised.callback_id)
        if run is None or not run.dialing or self._dialing.held:
            return False
        if known is not None and known.call.state in (_S.RESERVED, _S.DIALING):
            return False
        if not self._agents.hold(agent):
            return False
        terms = run.campaign.settings.callbacks
        call = replace(promised.call, state=_S.PROMISED, due_at=now, dial_at=None)
        for move in (Move.SEEK_ANYONE, Move.RESERVE):
            call = moved(call, move, now, terms, agent_id=agent.agent_id) or call
        self._near[promised.callback_id] = _Promise(promised, call, in_turn=True)
        return True

    # -- inside ------------------------------------------------------------------------------

    async def _look(self, runs: dict[CampaignId, CampaignRun], now: float) -> None:
        terms = [run.campaign.settings.callbacks for run in runs.values()]
        ahead_s = AHEAD_S + max((one.reserve_ahead_s for one in terms), default=0.0)
        found = list(await self._store.due(list(runs), now + ahead_s)) if runs else []
        self._looked_at = now
        self._put_off = {key: at for key, at in self._put_off.items() if at > now}
        found = [stored for stored in found if stored.callback_id not in self._put_off]
        for stored in found:
            known = self._near.get(stored.callback_id)
            if known is not None and known.in_turn:
                continue
            if known is None or known.stored.call != stored.call:
                if known is not None:
                    self._drop(known)
                self._near[stored.callback_id] = _Promise(stored, stored.call)
        gone = self._near.keys() - {stored.callback_id for stored in found}
        for callback_id in gone:
            near = self._near[callback_id]
            if near.call.state is not _S.DIALING and not near.in_turn:
                self._drop(self._near[callback_id])

    async def _advance(self, promise: _Promise, run: CampaignRun, now: float) -> None:
        terms = run.campaign.settings.callbacks
        move = due_move(promise.call, terms, now)
        if move is not None:
            after = moved(promise.call, move, now, terms)
            if after is None:
                return
            promise.call = after
            if move in (Move.RETURN, Move.EXPIRE):
                self._drop(promise)
                await self._store.close(promise.stored.callback_id, after.state, now)
                log.info("callback_closed", callback=promise.stored.callback_id, how=move.value)
                return
        if promise.call.state in _SEEKING:
            self._seek(promise, run, now)
        if promise.call.state is _S.RESERVED:
            await self._keep(promise, run, now)

    def _seek(self, promise: _Promise, run: CampaignRun, now: float) -> None:
        owner = promise.call.owner if promise.call.state is _S.SEEKING_OWNER else None
        agent = self._free(run.campaign.campaign_id, owner, promise.call.owner)
        if agent is None or not self._agents.hold(agent):
            return
        terms = run.campaign.settings.callbacks
        after = moved(promise.call, Move.RESERVE, now, terms, agent_id=agent.agent_id)
        if after is None:
            self._agents.let_go(agent.agent_id)
            return
        promise.call = after

    def _free(
        self, campaign_id: CampaignId, only: AgentId | None, rather: AgentId | None
    ) -> Agent | None:
        """Return an idle agent of the campaign: that one only, or the rather wanted, or any."""
        idle = [
            agent
            for agent in self._agents.all()
            if agent.state is AgentState.IDLE and campaign_id in agent.campaigns
        ]
        if only is not None:
            return next((agent for agent in idle if agent.agent_id == only), None)
        return min(idle, key=lambda a: (a.agent_id != rather, a.since), default=None)

    async def _keep(self, promise: _Promise, run: CampaignRun, now: float) -> None:
        terms = run.campaign.settings.callbacks
        agent_id = promise.call.agent_id
        if agent_id is None or self._agents.get(agent_id).state is not AgentState.HELD:
            promise.call = moved(promise.call, Move.RELEASE, now, terms) or promise.call
            return
        after = moved(promise.call, Move.DIAL, now, terms)
        if after is None or not self._dialing.may_dial(run, now):
            return
        if not await self._agents.demand.brought(self._agents.get(agent_id)):
            return  # and is held no more: the next round seeks another
        promise.call = after
        self._tell_over(promise.stored.callback_id)
        lead = await self._store.lease(promise.stored, Draw(now, self._engine))
        if lead is None:
            log.info("callback_not_dialed", callback=promise.stored.callback_id)
            self._put_off[promise.stored.callback_id] = now + PUT_OFF_S
            self._drop(promise)
            return

        def about_to(attempt_id: AttemptId) -> None:
            promise.attempt_id = attempt_id
            self._seating.hold(attempt_id, agent_id)

        if not await self._dialing.dial_promised(run, lead, about_to):
            self._drop(promise)
            await self._store.release(lead.lead_id)

    def _tell_over(self, callback_id: int) -> None:
        for listener in self._over:
            listener(callback_id)

    def _drop(self, promise: _Promise) -> None:
        """Forget a promise for now; who was held for it is free."""
        self._tell_over(promise.stored.callback_id)
        self._near.pop(promise.stored.callback_id, None)
        if promise.attempt_id is not None:
            self._seating.forget(promise.attempt_id)
        if promise.call.agent_id is not None:
            self._agents.let_go(promise.call.agent_id)
        self.soon()

    def _ended(self, end: AttemptEnd) -> None:
        for promise in self._near.values():
            if promise.attempt_id == end.attempt_id:
                log.info(
                    "callback_dialed",
                    attempt=end.attempt_id,
                    campaign=promise.stored.campaign_id,
                    outcome=end.outcome.value,
                )
                self._drop(promise)
                return
