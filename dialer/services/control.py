"""What an engine can be asked: each command with its arguments, and the status of the floor.

The one list of commands that CLI, API and simulated agents use. Refuses to know how they arrive.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from pydantic import ValidationError

from dialer.domain.agentflow import Agent, AgentState
from dialer.domain.callflow import CallState
from dialer.domain.disposition import Said
from dialer.domain.ids import AgentId, AttemptId, CampaignId, is_call_id
from dialer.domain.roles import role_named
from dialer.domain.talk_flow import TalkFlow
from dialer.errors import BadInput, WrongState
from dialer.ports import AttemptStore, Clock, Switch
from dialer.services.agents import Agents
from dialer.services.calls import Calls
from dialer.services.campaign_run import CampaignRun
from dialer.services.campaigns import Campaigns
from dialer.services.dialing import Dialing
from dialer.services.drain import Drain
from dialer.services.live_lines import LiveLines
from dialer.services.metrics import Metrics
from dialer.services.seating import Seating
from dialer.services.upkeep import forecast

Command = Callable[[Mapping[str, Any]], Awaitable[object]]


class Control:
    """The engine's commands."""

    def __init__(
        self,
        *,
        agents: Agents,
        campaigns: Campaigns,
        calls: Calls,
        seating: Seating,
        dialing: Dialing,
        attempts: AttemptStore,
        switch: Switch,
        clock: Clock,
        drain: Drain,
        metrics: Metrics,
        promised: Callable[[], None] = lambda: None,
        queues: Callable[[], Mapping[str, Mapping[str, Any]]] = dict,
        talk_of: Callable[[str], TalkFlow | None] | None = None,
    ) -> None:
        self._promised = promised
        self._queues = queues
        self._agents = agents
        self._campaigns = campaigns
        self._calls = calls
        self._talk_of: Callable[[str], TalkFlow | None] = talk_of or calls.flow
        self._seating = seating
        self._dialing = dialing
        self._attempts = attempts
        self._switch = switch
        self._clock = clock
        self._drain = drain
        self._metrics = metrics
        self._lines = LiveLines(calls, clock, ring_min_s=self._ring_min_s)

    def commands(self) -> dict[str, Command]:
        """Return the commands by name."""
        return {
            "status": self.status,
            "trunks": self.trunks,
            "metrics": self._metrics.metrics,
            "health": self._metrics.health,
            "campaign.start": self.start,
            "campaign.pause": self.pause,
            "campaign.stop": self.stop,
            "campaign.drain": self.drain,
            "campaign.schedule": self.schedule,
            "campaign.archive": self.archive,
            "campaign.restore": self.restore,
            "campaign.renew": self.renew,
            "campaign.give-back": self.give_back,
            "amd.renew": self.trust,
            "stop-all": self.stop_all,
            "agent.login": self.log_in,
            "agent.logout": self.log_out,
            "agent.pause": self.pause_agent,
            "agent.resume": self.resume_agent,
            "agent.ready": self.ready,
            "agent.extend": self.extend,
            "agent.hangup": self.hang_up,
            "calls": self.live_calls,
            "call.hangup": self.hang_up_call,
        }

    async def status(self, _with: Mapping[str, Any]) -> object:
        """The floor as it is now."""
        flows = list(self._calls.live())
        return {
            "at": self._clock.now(),
            "node": {"state": self._drain.state.value, "until": self._drain.until},
            "switch": self._switch.connected,
            "held": self._dialing.held,
            "waiting": self._seating.waiting,
            "agents": [self._agent(agent) for agent in self._agents.all()],
            "campaigns": [self._campaign(run) for run in self._campaigns.runs()],
            "trunks": self._dialing.lines.shown(),
            "queues": list(self._queues().values()),
            "calls": {
                state.value: sum(1 for flow in flows if flow.state is state)
                for state in CallState
                if state is not CallState.ENDED
            },
        }

    async def trunks(self, _with: Mapping[str, Any]) -> object:
        """The trunks as they stand now."""
        return {"trunks": self._dialing.lines.shown()}

    async def start(self, given: Mapping[str, Any]) -> object:
        """Start or resume a campaign."""
        run = await self._campaigns.start(_text(given, "campaign"))
        self._dialing.nudge()
        return self._campaign(run)

    async def pause(self, given: Mapping[str, Any]) -> object:
        """Pause a campaign."""
        return {"cancelled": await self._campaigns.pause(_text(given, "campaign"))}

    async def stop(self, given: Mapping[str, Any]) -> object:
        """Stop a campaign."""
        return {"cancelled": await self._campaigns.stop(_text(given, "campaign"))}

    async def drain(self, given: Mapping[str, Any]) -> object:
        """Stop a campaign, and let its lines come to their end."""
        await self._campaigns.drain(_text(given, "campaign"))
        return None

    async def schedule(self, given: Mapping[str, Any]) -> object:
        """Have a campaign start by itself at a time (epoch seconds)."""
        at = given.get("at")
        if isinstance(at, bool) or not isinstance(at, int | float):
            raise BadInput("at", f"{at!r} is no time", "give seconds since the epoch")
        await self._campaigns.schedule(_text(given, "campaign"), float(at))
        return None

    async def archive(self, given: Mapping[str, Any]) -> object:
        """Put a campaign that is over out of sight."""
        await self._campaigns.set_aside(_text(given, "campaign"), "archive")
        return None

    async def restore(self, given: Mapping[str, Any]) -> object:
        """Bring an archived campaign back."""
        await self._campaigns.set_aside(_text(given, "campaign"), "restore")
        return None

    async def renew(self, given: Mapping[str, Any]) -> object:
        """Go by a campaign's settings as they are on record now; null if it does not dial."""
        run = await self._campaigns.renew(_text(given, "campaign"))
        if run is None:
            return None
        self._dialing.nudge()
        return self._campaign(run)

    async def give_back(self, given: Mapping[str, Any]) -> object:
        """Give back the leads that are held for a campaign that does not dial."""
        await self._campaigns.give_back(_text(given, "campaign"))
        return None

    async def trust(self, _with: Mapping[str, Any]) -> object:
        """Charge detection by the labelled calls that are on record now."""
        await self._campaigns.trust()
        self._dialing.nudge()
        return None

    async def stop_all(self, _with: Mapping[str, Any]) -> object:
        """Stop every campaign at once."""
        return {"stopped": await self._campaigns.stop_all()}

    async def log_in(self, given: Mapping[str, Any]) -> object:
        """Log an agent in; returns when the standing leg is up."""
        wanted = [
            (await self._campaigns.find(str(name))).campaign_id for name in given["campaigns"]
        ]
        agent_id = AgentId(_text(given, "agent"))
        await self._agents.log_in(agent_id, [CampaignId(name) for name in wanted])
        return self._agent(self._agents.get(agent_id))

    async def log_out(self, given: Mapping[str, Any]) -> object:
        """Log an agent out, now or after the present call."""
        await self._agents.log_out(AgentId(_text(given, "agent")))
        return None

    async def pause_agent(self, given: Mapping[str, Any]) -> object:
        """Pause an agent, now or after the present call."""
        await self._agents.pause(AgentId(_text(given, "agent")), str(given.get("code", "")))
        return None

    async def resume_agent(self, given: Mapping[str, Any]) -> object:
        """End an agent's pause."""
        await self._agents.resume(AgentId(_text(given, "agent")))
        return None

    async def ready(self, given: Mapping[str, Any]) -> object:
        """End wrap-up, with the disposition of the call."""
        agent = self._agents.get(AgentId(_text(given, "agent")))
        writing_up = agent.state is AgentState.WRAP_UP  # else it is refused, and changes nothing
        if given.get("disposition") and agent.attempt_id is not None and writing_up:
            if is_call_id(agent.attempt_id):
                problem = f"{agent.agent_id!r} talked with somebody who called"
                raise BadInput("disposition", problem, "leave it out: such talks have none")
            said = _said(given)
            await self._attempts.dispose(agent.attempt_id, said, at=self._clock.now())
            self._promised()
        await self._agents.ready(agent.agent_id)
        return None

    async def extend(self, given: Mapping[str, Any]) -> object:
        """Give an agent who writes a talk up as long again."""
        self._agents.extend(AgentId(_text(given, "agent")))
        return None

    async def hang_up(self, given: Mapping[str, Any]) -> object:
        """End the talk of an agent."""
        agent = self._agents.get(AgentId(_text(given, "agent")))
        if agent.attempt_id is None:
            raise WrongState("agent", f"{agent.agent_id!r} has no call", "nothing to hang up")
        flow = self._talk_of(agent.attempt_id)
        if flow is not None and flow.agent_id != agent.agent_id:
            problem = f"{agent.agent_id!r} does not have this customer"
            raise WrongState("agent", problem, "whoever has them ends the talk")
        if is_call_id(agent.attempt_id):
            self._switch.hang_up(agent.attempt_id)
        else:
            self._calls.end_talk(agent.attempt_id)
        return None

    async def live_calls(self, given: Mapping[str, Any]) -> object:
        """The calls that live now, with numbers as a role sees them; as anybody without one."""
        role = role_named(_text(given, "role")) if given.get("role") else None
        return self._lines.shown(role)

    async def hang_up_call(self, given: Mapping[str, Any]) -> object:
        """End a talk, or take back a line that rang long enough."""
        return {"ended": self._lines.hang_up(AttemptId(_text(given, "attempt")))}

    def _ring_min_s(self, campaign_id: CampaignId) -> float:
        run = self._campaigns.get(campaign_id)
        return run.ring_min_s if run is not None else 0.0

    def _agent(self, agent: Agent) -> dict[str, Any]:
        return {
            "agent": agent.agent_id,
            "state": agent.state.value,
            "since": agent.since,
            "campaign": agent.home,
            "campaigns": list(agent.campaigns),
            "attempt": agent.attempt_id,
            "wish": agent.wish.value,
            "reason": agent.reason,
            "talks": agent.talks,
            "node": self._drain.state.value,
        }

    def _campaign(self, run: CampaignRun) -> dict[str, Any]:
        decision = run.decision
        return {
            "campaign": run.campaign.campaign_id,
            "name": run.campaign.name,
            "state": run.campaign.state.value,
            "mode": run.campaign.settings.mode,
            "trunks": list(run.route.trunks),
            "lines": len(run.live),
            "ready_leads": run.hopper.ready,
            "dialed": run.tally.dialed,
            "answered": run.tally.answered,
            "connected": run.tally.connected,
            "abandoned": run.tally.abandoned,
            "hung_up_waiting": run.tally.hung_up_waiting,
            "abandon_rate": run.tally.abandon_rate,
            "connect_ms": run.tally.connect_ms[-200:],
            **run.detection(),
            "limited_by": str(decision.limited_by) if decision is not None else "",
            "forecast": forecast(decision) if decision is not None else None,
            "faults": run.faults,
            "simulated": run.simulated,
        }


def _said(given: Mapping[str, Any]) -> Said:
    try:
        return Said(
            code=_text(given, "disposition"),
            amount=given.get("amount"),
            callback_at=given.get("callback_at"),
            callback_for_anyone=bool(given.get("callback_for_anyone", False)),
            note=str(given.get("note", "")),
            script_version=given.get("script_version"),
            statements=given.get("statements", frozenset()),
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise BadInput(str(first["loc"][0]), first["msg"], "correct it") from None


def _text(given: Mapping[str, Any], field: str) -> str:
    value = given.get(field)
    if not isinstance(value, str) or not value:
        raise BadInput(field, "is missing", f"give {field} as text")
    return value
