"""A lead that an agent dials by hand: the same checks and records as any call, past the pacer.

The agent is held from the moment of the dial, and gets the person who answers. Also a preview dial:
the agent has looked at the lead before. Refuses to know the law of a dial (`dial_law`), and how a
lead is shown.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from dialer.domain.agentflow import AgentState
from dialer.domain.call_events import CancelAsked
from dialer.domain.dial_law import HeldAttempt
from dialer.domain.ids import AgentId, AttemptId, CampaignId, LeadId
from dialer.domain.lead import AttemptEnd, Draw, Lead
from dialer.errors import BadInput, NoSuch, WrongState
from dialer.ports import Clock, HandPicked, LeadStore
from dialer.services.agents import Agents
from dialer.services.calls import Calls
from dialer.services.campaign_run import CampaignRun
from dialer.services.campaigns import Campaigns
from dialer.services.dialing import Dialing
from dialer.services.seating import Seating

log = structlog.get_logger(__name__)

Command = Callable[[Mapping[str, Any]], Awaitable[object]]


class ManualDial:
    """Dials of this node's agents."""

    def __init__(
        self,
        *,
        picked: HandPicked,
        leads: LeadStore,
        campaigns: Campaigns,
        agents: Agents,
        seating: Seating,
        calls: Calls,
        dialing: Dialing,
        clock: Clock,
        engine: str,
    ) -> None:
        self._picked = picked
        self._leads = leads
        self._campaigns = campaigns
        self._agents = agents
        self._seating = seating
        self._calls = calls
        self._dialing = dialing
        self._clock = clock
        self._engine = engine
        self._by: dict[AttemptId, AgentId] = {}
        self._why: dict[AttemptId, str] = {}
        calls.on_end(self._ended)
        dialing.on_held(self._held)

    def commands(self) -> dict[str, Command]:
        """Return the commands by name."""
        return {"call.dial": self.dial_asked, "call.dial-cancel": self.cancel_asked}

    async def dial_asked(self, given: Mapping[str, Any]) -> object:
        """Dial a lead by its id, or by campaign and number; returns its attempt."""
        agent_id = AgentId(str(given.get("agent", "")))
        lead_id = given.get("lead")
        if isinstance(lead_id, int) and not isinstance(lead_id, bool):
            return {"attempt": await self.dial(agent_id, LeadId(lead_id))}
        campaign, number = given.get("campaign"), given.get("number")
        if not isinstance(campaign, str) or not isinstance(number, str):
            raise BadInput("lead", "is missing", "give a lead's id, or campaign and number")
        campaign_id = (await self._campaigns.find(campaign)).campaign_id
        found = await self._picked.find(CampaignId(campaign_id), number)
        if found is None:
            fix = "put it into the campaign first (POST leads)"
            raise NoSuch("number", f"{number!r} is no lead of {campaign!r}", fix)
        return {"attempt": await self.dial(agent_id, found)}

    async def cancel_asked(self, given: Mapping[str, Any]) -> object:
        """Take back a call that an agent dialed and that nobody answered yet."""
        agent_id = AgentId(str(given.get("agent", "")))
        mine = next((key for key, by in self._by.items() if by == agent_id), None)
        if mine is None:
            raise WrongState("agent", f"{agent_id!r} dials nobody", "there is nothing to cancel")
        self._calls.handle(mine, CancelAsked(self._clock.now()))
        return {"attempt": mine}

    async def dial(self, agent_id: AgentId, lead_id: LeadId) -> AttemptId:
        """Dial a lead for an agent.

        Raises:
            WrongState: the agent is not idle, the lead is not to be had, the campaign does not
                run, its lines are all in use, or the law bars the dial now.
            NoSuch: there is no such lead.
        """
        agent = self._agents.get(agent_id)
        if not self._agents.hold(agent, from_pause=True):
            raise WrongState(
                "agent", f"{agent_id!r} is {agent.state}, not idle", "be idle, or pause"
            )
        try:
            lead = await self._take(lead_id)
        except BaseException:
            self._agents.let_go(agent_id)
            raise
        return await self.dial_held(agent_id, lead, by_hand=True)

    async def dial_held(self, agent_id: AgentId, lead: Lead, *, by_hand: bool = False) -> AttemptId:
        """Dial a lead that is leased to us, for an agent who is held; both are free if it fails.

        Raises as `dial`, but that the lead can be had.
        """
        try:
            return await self._dial(agent_id, lead, by_hand=by_hand)
        except BaseException:
            self._agents.let_go(agent_id)
            raise

    async def _take(self, lead_id: LeadId) -> Lead:
        lead = await self._picked.take(lead_id, Draw(self._clock.now(), self._engine))
        if lead is None:
            fix = "see GET leads: it is being dialed, done with, promised, or another's"
            raise WrongState("lead", f"{lead_id} is not to be had", fix)
        return lead

    async def _dial(self, agent_id: AgentId, lead: Lead, *, by_hand: bool) -> AttemptId:
        attempt_id = AttemptId("")

        def about_to(begun: AttemptId) -> None:
            nonlocal attempt_id
            attempt_id = begun
            self._by[begun] = agent_id
            self._seating.hold(begun, agent_id)

        try:
            run = self._run(lead, agent_id, by_hand=by_hand)
            if not await self._agents.demand.brought(self._agents.get(agent_id)):
                problem = f"the phone of {agent_id!r} did not answer"
                raise WrongState("agent", problem, "see that it answers by itself")
            run = self._run(lead, agent_id, by_hand=by_hand)  # things may be otherwise by now
            sent = await self._dialing.dial_promised(run, lead, about_to)
        except BaseException:
            await self._leads.release([lead.lead_id])
            raise
        if not sent:
            self._forget(attempt_id)
            await self._leads.release([lead.lead_id])
            why = (
                self._why.pop(attempt_id, "")
                or "it came too late, or the switch or the record is away"
            )
            problem = f"{lead.lead_id} is not dialed: {why}"
            raise WrongState("lead", problem, "choose another, or wait")
        log.info("dialed_by_hand", attempt=attempt_id, agent=agent_id, lead=lead.lead_id)
        return attempt_id

    def _run(self, lead: Lead, agent_id: AgentId, *, by_hand: bool) -> CampaignRun:
        run = self._campaigns.get(lead.campaign_id)
        if run is None or not run.dialing:
            raise WrongState("campaign", "does not run", "start it first")
        if by_hand and not run.campaign.settings.manual_dial:
            problem = f"{run.campaign.name!r} lets nobody dial by hand"
            raise WrongState("campaign", problem, "have its setting manual_dial changed")
        if lead.campaign_id not in self._agents.get(agent_id).campaigns:
            problem = f"{agent_id!r} does not serve {run.campaign.name!r}"
            raise WrongState("agent", problem, "log in for that campaign")
        if self._agents.get(agent_id).state is not AgentState.HELD:
            raise WrongState("agent", f"{agent_id!r} left meanwhile", "log in again")
        if not self._dialing.may_dial(run, self._clock.now()):
            raise WrongState("trunk", "has no line free now", "try again in a moment")
        return run

    def _held(self, held: HeldAttempt) -> None:
        if held.attempt_id in self._by:
            self._why[held.attempt_id] = held.text or held.held_by.value.replace("_", " ")

    def _forget(self, attempt_id: AttemptId) -> AgentId | None:
        self._seating.forget(attempt_id)
        return self._by.pop(attempt_id, None)

    def _ended(self, end: AttemptEnd) -> None:
        agent_id = self._forget(end.attempt_id)
        if agent_id is not None:
            self._agents.let_go(agent_id)
