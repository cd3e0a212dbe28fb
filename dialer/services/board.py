"""The live state of this node: what agents, calls and campaigns are doing, told change by change.

Agents and calls tell of themselves; campaigns, the node and alerts are looked at once a second, and
only what differs is told. All from memory: a change costs the same whatever the floor holds, and
nothing here waits. Each value says whose it is (`tenants`; null: everybody's). Refuses to know who
listens.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from dialer.domain.agentflow import Agent
from dialer.domain.alerts import OF_AGENTS, Alert
from dialer.domain.callflow import CallFlow
from dialer.domain.ids import AgentId, AttemptId, CampaignId, LeadId
from dialer.domain.live_state import LiveState
from dialer.domain.masking import masked
from dialer.domain.preview import Preview
from dialer.domain.supervision import Invitation, Spy, SpyState, shown
from dialer.errors import BadInput
from dialer.ports import Clock, Feed, Switch
from dialer.services.agents import Agents
from dialer.services.alarms import Alarms
from dialer.services.calls import Calls
from dialer.services.campaign_run import CampaignRun
from dialer.services.campaigns import Campaigns
from dialer.services.dialing import Dialing
from dialer.services.recorder import Recorder
from dialer.services.seating import Seating
from dialer.services.upkeep import forecast

LIVE: Final = "live"
"""Topic of the feed, and command that asks for all of it."""

LOOK_S: Final = 1.0
"""Between two looks at what does not tell of itself."""

LAG_STEP_MS: Final = 10
"""What the lag of the engine's loop is rounded to, so that noise is not told."""

AGENTS: Final = "agents"
CALLS: Final = "calls"
CAMPAIGNS: Final = "campaigns"
NODE: Final = "node"
ALERTS: Final = "alerts"
SPIES: Final = "spies"
COACHING: Final = "coaching"
QUEUES: Final = "queues"


class Board:
    """What this node's floor looks like.

    Args:
        agents: who is there.
        calls: the live attempts.
        campaigns: those in memory.
        seating: knows who waits.
        dialing: whether it is held.
        recorder: whether the database takes what is recorded.
        alarms: what people must be told of.
        switch: whether it is there.
        feed: is told each change.
        clock: of the engine.
        node: its name.
        epoch: an id of this life of the engine.
        queues: tells what goes on in each queue.
        previews: tells which lead an agent looks at.
    """

    def __init__(
        self,
        *,
        agents: Agents,
        calls: Calls,
        campaigns: Campaigns,
        seating: Seating,
        dialing: Dialing,
        recorder: Recorder,
        alarms: Alarms,
        switch: Switch,
        feed: Feed,
        clock: Clock,
        node: str,
        epoch: str,
        queues: Callable[[], Mapping[str, dict[str, Any]]] = dict,
        previews: Callable[[AgentId], Preview | None] = lambda _agent_id: None,
    ) -> None:
        self.state = LiveState(epoch)
        self._agents = agents
        self._calls = calls
        self._campaigns = campaigns
        self._seating = seating
        self._dialing = dialing
        self._recorder = recorder
        self._alarms = alarms
        self._switch = switch
        self._feed = feed
        self._clock = clock
        self._node = node
        self._queues = queues
        self._previews = previews
        self._with: dict[AgentId, tuple[AttemptId, LeadId]] = {}
        agents.listen(self.agent_changed)
        seating.on_home_change(self.agent_changed)
        calls.on_change(self.call_changed)

    async def run(self) -> None:
        """Look at what does not tell of itself, for ever."""
        loop = asyncio.get_running_loop()
        lag_ms = 0.0
        while True:
            self.look(lag_ms=lag_ms)
            wake_at = loop.time() + LOOK_S
            await asyncio.sleep(LOOK_S)
            lag_ms = max(0.0, loop.time() - wake_at) * 1000

    async def live(self, given: Mapping[str, Any]) -> object:
        """The whole state, in pages; `after` of a page asks for the next one.

        With `entries` false only where it stands: whoever follows sees whether anything is missing.
        """
        if given.get("entries") is False:
            return {"epoch": self.state.epoch, "seq": self.state.seq, "entries": [], "after": None}
        page = self.state.page(_place(given.get("after")))
        return {
            "epoch": page.epoch,
            "seq": page.seq,
            "entries": [[one.topic, one.key, one.value] for one in page.entries],
            "after": page.after,
        }

    def agent_changed(self, agent: Agent) -> None:
        """An agent does something else, or is counted elsewhere."""
        self._put(AGENTS, agent.agent_id, self._agent(agent))
        held_for = self._seating.held_for(agent.agent_id)
        flow = None if held_for is None else self._calls.flow(held_for)
        if flow is not None:
            self.call_changed(flow)  # it began before anybody was held for it

    def call_changed(self, flow: CallFlow) -> None:
        """A call began, changed or ended."""
        attempt_id = flow.attempt.attempt_id
        gone = not self._calls.knows(attempt_id)
        self._put(CALLS, attempt_id, None if gone else self._call(flow))

    def spy_changed(self, spy: Spy) -> None:
        """A supervisor begins to listen, does it in another way, or ends."""
        self._put(SPIES, spy.spy_id, None if spy.state is SpyState.ENDED else shown(spy))

    def invited(self, agent_id: AgentId, invitation: Invitation | None) -> None:
        """A supervisor asks to coach an agent, or does so no more."""
        value = None
        if invitation is not None:
            value = {"by": invitation.by, "until": invitation.until, "tenants": [invitation.tenant]}
        self._put(COACHING, agent_id, value)

    def look(self, *, lag_ms: float = 0.0) -> None:
        """Tell what has changed of campaigns, the node and alerts.

        Args:
            lag_ms: by how much the engine's loop was late.
        """
        runs = list(self._campaigns.runs())
        now = self._clock.now()
        self._renew(CAMPAIGNS, {run.campaign.campaign_id: self._campaign(run) for run in runs})
        self._renew(QUEUES, self._queues())
        node = {
            "switch": self._switch.connected,
            "held": self._dialing.held,
            "waiting": self._seating.waiting,
            "database": not self._recorder.away,
            "lag_ms": round(lag_ms / LAG_STEP_MS) * LAG_STEP_MS,
            "tenants": None,
        }
        self._renew(NODE, {self._node: node})
        alerts = {
            alert.key: self._alert(alert, tenants, now)
            for alert, tenants in self._alarms.now(now, self._tenants)
        }
        self._renew(ALERTS, alerts)

    # -- what is said of each ----------------------------------------------------------------

    def _agent(self, agent: Agent) -> dict[str, Any]:
        attempt_id, lead_id = self._person(agent)
        return {
            "state": agent.state.value,
            "since": agent.since,
            "campaign": agent.home,
            "campaigns": list(agent.campaigns),
            "attempt": attempt_id,
            "lead": lead_id,
            "wish": agent.wish.value,
            "reason": agent.reason,
            "wrap_up_until": agent.wrap_up_until,
            "extensions": agent.extensions,
            "talks": agent.talks,
            "preview": _looks_at(self._previews(agent.agent_id)),
            "tenants": self._tenants(agent.campaigns),
        }

    def _person(self, agent: Agent) -> tuple[AttemptId | None, LeadId | None]:
        """Return whom an agent is about: before the answer if held for them, until written up."""
        attempt_id = agent.attempt_id or self._seating.held_for(agent.agent_id)
        if attempt_id is None:
            self._with.pop(agent.agent_id, None)
            preview = self._previews(agent.agent_id)
            return None, None if preview is None else preview.lead.lead_id
        flow = self._calls.flow(attempt_id)
        if flow is not None:
            self._with[agent.agent_id] = attempt_id, flow.attempt.lead_id
        known = self._with.get(agent.agent_id)  # the call is over while it is written up
        return attempt_id, known[1] if known is not None and known[0] == attempt_id else None

    def _call(self, flow: CallFlow) -> dict[str, Any]:
        attempt = flow.attempt
        return {
            "state": flow.state.value,
            "campaign": attempt.campaign_id,
            "lead": attempt.lead_id,
            "agent": flow.agent_id,
            "held_for": self._seating.held_agent(attempt.attempt_id),
            "number": masked(attempt.number),
            "trunk": attempt.trunk,
            "dialed_at": attempt.dialed_at,
            "rang_at": flow.rang_at,
            "answered_at": flow.answered_at,
            "connected_at": flow.connected_at,
            "tenants": self._tenants([attempt.campaign_id]),
        }

    def _campaign(self, run: CampaignRun) -> dict[str, Any]:
        decision, tally = run.decision, run.tally
        expected = forecast(decision) if decision is not None else None
        return {
            "name": run.campaign.name,
            "state": run.campaign.state.value,
            "mode": run.campaign.settings.mode,
            "lines": len(run.live),
            "ready_leads": run.hopper.ready,
            "dialed": tally.dialed,
            "answered": tally.answered,
            "connected": tally.connected,
            "abandoned": tally.abandoned,
            "hung_up_waiting": tally.hung_up_waiting,
            "abandon_rate": round(tally.abandon_rate, 4),
            "limited_by": str(decision.limited_by) if decision is not None else "",
            "forecast": expected and {name: round(value, 4) for name, value in expected.items()},
            "simulated": run.simulated,
            "tenants": [run.campaign.tenant_id],
        }

    def _tenants(self, campaigns: Iterable[CampaignId]) -> list[str]:
        known = self._campaigns.tenants
        return sorted({known[one] for one in campaigns if one in known})

    def _alert(self, alert: Alert, tenants: Sequence[str] | None, now: float) -> dict[str, Any]:
        before = self.state.get(ALERTS, alert.key)
        return {
            "kind": alert.kind.value,
            "subject": alert.subject,
            "since": before["since"] if before is not None else now,
            "agent": alert.subject if alert.kind in OF_AGENTS else None,
            "facts": alert.facts,
            "tenants": tenants,
        }

    # -- telling -----------------------------------------------------------------------------

    def _renew(self, topic: str, values: Mapping[str, dict[str, Any]]) -> None:
        for key in self.state.snapshot(topic).keys() - values.keys():
            self._put(topic, key, None)
        for key, value in values.items():
            self._put(topic, key, value)

    def _put(self, topic: str, key: str, value: dict[str, Any] | None) -> None:
        delta = self.state.put(topic, key, value)
        if delta is not None:
            fact = {"epoch": self.state.epoch, "seq": delta.seq, "topic": topic, "key": key}
            self._feed.publish(LIVE, {**fact, "value": value})


def _looks_at(preview: Preview | None) -> dict[str, Any] | None:
    if preview is None:
        return None
    reasons = list(preview.terms.skip_reasons)
    return {"campaign": preview.campaign_id, "until": preview.until, "skip_reasons": reasons}


def _place(after: object) -> tuple[str, str] | None:
    match after:
        case None:
            return None
        case [str(topic), str(key)]:
            return topic, key
        case _:
            raise BadInput("after", "is no place in the state", "send `after` of the page before")
