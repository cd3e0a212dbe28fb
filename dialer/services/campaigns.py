"""The campaigns of this node: started, paused, stopped and drained, each move committed first.

Knows which campaigns run and who counts which agent; refuses to know how lines are dialed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress

import structlog

from dialer.domain.agentflow import Agent, AgentState
from dialer.domain.amd.law import AmdDetector
from dialer.domain.amd.trust import Labelled, check_mode
from dialer.domain.campaign import Campaign, CampaignState
from dialer.domain.dial_law import DialLaw
from dialer.domain.ids import CampaignId, TenantId
from dialer.domain.legal_limits import limits_of
from dialer.errors import BadInput, NoSuch, WrongState
from dialer.ports import AttemptStore, CampaignStore, Clock, LeadStore, Verdicts
from dialer.services.agents import Agents
from dialer.services.calls import Calls
from dialer.services.campaign_run import CampaignRun
from dialer.services.dial_terms import CampaignWays
from dialer.services.hopper import Hopper
from dialer.services.lead_draws import LeadDraws
from dialer.services.legal_caps import LegalCaps

Ways = Callable[[Campaign], Awaitable[CampaignWays]]
"""Says on which trunks and what terms a campaign dials; raises `BadInput` when it may not."""

LEDGER_DAYS = 30
"""The longest legal window (16 CFR 310.4(b)(4)(i)): how far back the ledger is rebuilt."""

log = structlog.get_logger(__name__)


class Campaigns:
    """Every campaign that dials, or whose calls still live, on this node."""

    def __init__(
        self,
        *,
        store: CampaignStore,
        leads: LeadStore,
        attempts: AttemptStore,
        verdicts: Verdicts,
        agents: Agents,
        calls: Calls,
        clock: Clock,
        ways: Ways,
        law: DialLaw,
        engine: str,
    ) -> None:
        self._store = store
        self._leads = leads
        self._attempts = attempts
        self._verdicts = verdicts
        self._labelled: dict[tuple[TenantId, AmdDetector], Labelled] = {}
        self._agents = agents
        self._calls = calls
        self._clock = clock
        self._ways = ways
        self._law = law
        self._engine = engine
        self._runs: dict[CampaignId, CampaignRun] = {}
        self.tenants: dict[CampaignId, TenantId] = {}
        """Whose each campaign is, as far as it was looked up."""
        self.caps = LegalCaps()
        """Ledgers that campaigns share."""
        self._moving = asyncio.Lock()
        """Held while a campaign changes its state: nobody moves it from what it no longer is."""
        self._rehome: Callable[[], None] = lambda: None
        self._check_broadcast: Callable[[Campaign], Awaitable[None]] = _no_flows

    def on_change(self, rehome: Callable[[], None]) -> None:
        """Be told when the set of dialing campaigns changes."""
        self._rehome = rehome

    def on_broadcast(self, check: Callable[[Campaign], Awaitable[None]]) -> None:
        """Have a broadcast asked for whether it may be made; `check` raises `BadInput` if not."""
        self._check_broadcast = check

    def runs(self) -> Iterable[CampaignRun]:
        """Return every campaign in memory."""
        return list(self._runs.values())

    def get(self, campaign_id: CampaignId) -> CampaignRun | None:
        """Return a campaign in memory."""
        return self._runs.get(campaign_id)

    def weights(self) -> Mapping[CampaignId, float]:
        """Return the weight of each campaign that dials now."""
        return {
            run.campaign.campaign_id: run.campaign.settings.weight
            for run in self._runs.values()
            if run.dialing
        }

    async def find(self, name: str) -> Campaign:
        """Return a campaign by id or name.

        Raises:
            BadInput: there is none.
        """
        campaign = await self._store.get(CampaignId(name)) or await self._store.find(name)
        if campaign is None:
            raise NoSuch("campaign", f"{name!r} does not exist", "create it or check the name")
        self.tenants[campaign.campaign_id] = campaign.tenant_id
        return campaign

    async def start(self, name: str) -> CampaignRun:
        """Start or resume a campaign.

        Raises:
            BadInput: not lawful now, no leads, no message, a trunk that may not be used, or
                screening that labelled calls do not allow.
        """
        campaign = await self.find(name)
        ways = await self._check_start(campaign)
        await self.trust()
        check_mode(campaign.settings.amd, self.labelled(campaign))
        await self._renew(campaign)
        if campaign.campaign_id not in self._runs:
            since = self._clock.now() - LEDGER_DAYS * 86_400
            answers = await self._attempts.answers_since(campaign.campaign_id, since)
            self._run_of(campaign).rebuild_ledger(answers)
        run = await self._move(campaign, "start")
        run.go(ways)
        await run.refill()
        self.obey(run)
        self._rehome()
        return run

    async def renew(self, name: str) -> CampaignRun | None:
        """Go by a campaign's settings as they are on record now; None if it does not dial.

        Of a campaign that dials only its pacing can have changed: the leads it holds stay.
        """
        campaign = await self.find(name)
        run = self._runs.get(campaign.campaign_id)
        if run is None or not run.dialing:
            return None
        if run.campaign.settings != campaign.settings:
            run.campaign = run.campaign.model_copy(update={"settings": campaign.settings})
            run.hopper.pace(campaign.settings.calls_per_second)
            run.take(campaign.settings, run.hopper, self._clock.now())
            log.info("campaign_renewed", campaign=campaign.campaign_id)
            self._rehome()
        return run

    async def trust(self) -> None:
        """Charge detection by the labelled calls that are on record now, in every campaign."""
        labelled: dict[tuple[TenantId, AmdDetector], Labelled] = {}
        for detector in AmdDetector:
            for tenant, counts in (await self._verdicts.counts(detector)).items():
                figures = counts.figures()
                if figures is not None:
                    labelled[TenantId(tenant), detector] = figures
        self._labelled = labelled
        for run in self.runs():
            before, refused = run.charge, run.refusal
            run.trust(self.labelled(run.campaign), self._clock.now())
            if run.charge != before:
                log.info(
                    "detection_charged",
                    campaign=run.campaign.campaign_id,
                    rate=run.charge.rate,
                    reason=run.charge.reason,
                )
            if run.refusal and not refused:
                log.warning(
                    "screening_withdrawn", campaign=run.campaign.campaign_id, reason=run.refusal
                )

    def labelled(self, campaign: Campaign) -> Labelled | None:
        """Return what was labelled of the calls that its detector heard, as last looked up."""
        return self._labelled.get((campaign.tenant_id, campaign.settings.amd_detector))

    async def renew_all(self) -> None:
        """Renew every campaign that dials: whoever changed one may not have reached us."""
        for run in self.runs():
            if run.dialing:
                await self.renew(run.campaign.campaign_id)

    async def give_back(self, name: str) -> None:
        """Give back the leads that are held for a campaign that does not dial."""
        run = self._runs.get((await self.find(name)).campaign_id)
        if run is not None and not run.dialing:
            await run.hopper.give_back()

    async def pause(self, name: str) -> int:
        """Pause: no new lines; those that rang the minimum are taken back. Returns how many."""
        return await self._halt(name, "pause")

    async def stop(self, name: str) -> int:
        """Stop: as pause, and its leads are given back."""
        cancelled = await self._halt(name, "stop")
        await self.give_back(name)
        return cancelled

    async def drain(self, name: str) -> None:
        """Stop, but let the lines that ring come to their end: agents still take who answers."""
        await self._halt(name, "stop", take_back=False)
        await self.give_back(name)

    async def stop_all(self) -> list[str]:
        """Stop every campaign at once; returns their names."""
        names: list[str] = []
        for run in self.runs():
            if run.campaign.moved("stop") is not None:
                with suppress(WrongState):  # it came to its end meanwhile
                    await self.stop(run.campaign.campaign_id)
                names.append(run.campaign.name)
        return names

    async def schedule(self, name: str, starts_at: float) -> None:
        """Have a campaign start by itself at a time; another time replaces it.

        Raises:
            BadInput: not lawful now, or the time is past.
        """
        async with self._moving:
            campaign, state = await self._lawful(name, "schedule")
            if starts_at <= self._clock.now():
                raise BadInput("at", "is past", "give a time to come, or start it now")
            await self._store.set_state(campaign.campaign_id, state, starts_at=starts_at)
        log.info("campaign_moved", campaign=campaign.campaign_id, move="schedule", state=state)

    async def start_scheduled(self) -> None:
        """Start the campaigns whose time has come; one that cannot is stopped, and says why."""
        now = self._clock.now()
        for campaign in await self._store.list():
            due = campaign.starts_at is not None and campaign.starts_at <= now
            if campaign.state is not CampaignState.SCHEDULED or not due:
                continue
            try:
                await self.start(campaign.campaign_id)
            except BadInput as problem:
                await self._unschedule(campaign, str(problem))

    async def _unschedule(self, campaign: Campaign, reason: str) -> None:
        async with self._moving:
            found = await self._store.get(campaign.campaign_id)
            if found is None or found.state is not CampaignState.SCHEDULED:
                return  # somebody started it, or took it away, in that moment
            await self._store.set_state(campaign.campaign_id, CampaignState.STOPPED)
        log.warning("campaign_not_started", campaign=campaign.name, reason=reason)

    async def set_aside(self, name: str, move: str) -> None:
        """Archive a campaign that is over, or restore it.

        Raises:
            BadInput: not lawful now.
        """
        async with self._moving:
            campaign, state = await self._lawful(name, move)
            await self._store.set_state(campaign.campaign_id, state)
        log.info("campaign_moved", campaign=campaign.campaign_id, move=move, state=state)

    async def finish_exhausted(self) -> None:
        """Finish the campaigns whose list is used up and whose last call has ended."""
        for run in self.runs():
            if run.dialing and run.exhausted and not self._being_written_up(run):
                left = await self._leads.any_left(run.campaign.campaign_id)
                if not left and run.exhausted:
                    with suppress(WrongState):  # it was stopped meanwhile
                        await self._move(run.campaign, "finish")
                    self._rehome()

    async def load(self) -> None:
        """At the engine's start: take up the campaigns that were running or paused."""
        await self.trust()
        for campaign in await self._store.list():
            self.tenants[campaign.campaign_id] = campaign.tenant_id
            if campaign.state not in (CampaignState.RUNNING, CampaignState.PAUSED):
                continue
            run = self._run_of(campaign)
            if run.dialing:
                try:
                    run.go(await self._ways_of(campaign))
                    await run.refill()
                    self.obey(run)
                except BadInput as problem:
                    # on what terms people are called is not known, so nobody is
                    log.warning("campaign_paused", campaign=campaign.name, reason=str(problem))
                    await self._move(campaign, "pause")

    def run_for_adopted(self, campaign: Campaign) -> CampaignRun:
        """Return the run that adopted calls of this campaign belong to."""
        return self._run_of(campaign)

    def agent_changed(self, agent: Agent) -> None:
        """Tell every pacer; take lines back when the last agent of a campaign is gone."""
        now = self._clock.now()
        for run in self._runs.values():
            run.agent_changed(agent, now)
            gone = agent.state in (AgentState.OFFLINE, AgentState.PAUSED)
            if gone and run.live and run.agents_present() == 0:
                self._calls.cancel_rung(run)

    def obey(self, run: CampaignRun) -> None:
        """Hold what the calling rules ask wherever the campaign's leads may be now."""
        now = self._clock.now()
        limits = limits_of(self._law, run.hopper.places(), run.terms, now)
        if limits != run.limits:
            caps = self.caps.of(run.campaign, run.ledger, limits, now)
            run.obey(limits, caps, now)
            log.info(
                "campaign_limited",
                campaign=run.campaign.campaign_id,
                abandon_rate_cap=limits.abandon_rate_cap,
                ring_min_s=limits.ring_min_s,
            )

    # -- inside ------------------------------------------------------------------------------

    async def _check_start(self, campaign: Campaign) -> CampaignWays:
        if campaign.moved("start") is None:
            raise WrongState("campaign", f"{campaign.name!r} is {campaign.state}", "pause it first")
        ways = await self._ways_of(campaign)
        if not await self._leads.any_left(campaign.campaign_id):
            raise WrongState("leads", f"{campaign.name!r} has none left", "import a list")
        return ways

    async def _ways_of(self, campaign: Campaign) -> CampaignWays:
        if campaign.settings.broadcast:
            await self._check_broadcast(campaign)
        return await self._ways(campaign)

    def _being_written_up(self, run: CampaignRun) -> bool:
        """Whether an agent writes up a talk: what is said of it may bring a lead back."""
        return any(
            agent.state is AgentState.WRAP_UP and run.campaign.campaign_id in agent.campaigns
            for agent in self._agents.all()
        )

    async def _lawful(self, name: str, move: str) -> tuple[Campaign, CampaignState]:
        """Return a campaign that does not dial, and the state into which a move takes it."""
        campaign = await self.find(name)
        state = campaign.moved(move)
        if state is None:
            raise WrongState("campaign", f"{campaign.name!r} is {campaign.state}", "stop it first")
        return campaign, state

    async def _halt(self, name: str, move: str, *, take_back: bool = True) -> int:
        run = await self._move(await self.find(name), move, fix="start it first")
        self._rehome()
        return self._calls.cancel_rung(run) if take_back else 0

    async def _move(self, campaign: Campaign, move: str, fix: str = "") -> CampaignRun:
        async with self._moving:
            now = (await self.find(campaign.campaign_id)).state
            state = campaign.model_copy(update={"state": now}).moved(move)
            run = self._run_of(campaign)
            if state is None:
                if now is not CampaignState.RUNNING:  # whatever we thought: nobody is dialed for it
                    run.campaign = run.campaign.model_copy(update={"state": now})
                raise WrongState("campaign", f"{campaign.name!r} is {now}", fix or f"cannot {move}")
            await self._store.set_state(campaign.campaign_id, state)
            run.campaign = campaign.model_copy(update={"state": state})
        log.info("campaign_moved", campaign=campaign.campaign_id, move=move, state=state.value)
        return run

    async def _renew(self, campaign: Campaign) -> None:
        """Have a campaign that was in memory before go by its present settings."""
        run = self._runs.get(campaign.campaign_id)
        if run is not None and run.taken != campaign.settings:
            await run.hopper.give_back()
            run.take(campaign.settings, self._hopper(campaign), self._clock.now())

    def _hopper(self, campaign: Campaign) -> Hopper:
        draws = LeadDraws(
            campaign.campaign_id,
            self._leads,
            self._clock,
            law=self._law,
            engine=self._engine,
            order=campaign.settings.order,
        )
        return Hopper(draws, self._clock, cps=campaign.settings.calls_per_second)

    def _run_of(self, campaign: Campaign) -> CampaignRun:
        run = self._runs.get(campaign.campaign_id)
        if run is None:
            run = CampaignRun(campaign, self._hopper(campaign), self.labelled(campaign))
            self.tenants[campaign.campaign_id] = campaign.tenant_id
            self._runs[campaign.campaign_id] = run
            now = self._clock.now()
            for agent in self._agents.all():
                run.agent_changed(agent, now)
        return run


async def _no_flows(campaign: Campaign) -> None:
    name = campaign.settings.broadcast
    raise BadInput(
        "broadcast", f"no flow {name!r}: calls are not led by flows here", "leave it empty"
    )
