"""One campaign that dials: its pacer, its hopper, its live calls, and what it has counted.

The only place that speaks to a pacer. Agents counted by another campaign are told to this pacer as
"elsewhere", so that no idle agent is counted twice. Refuses to know the switch and the database.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

import structlog

from dialer.domain.agentflow import Agent, AgentState
from dialer.domain.amd.trust import (
    SCREENING_BY_S,
    AmdMode,
    Charge,
    Labelled,
    charge_of,
    refusal_of,
)
from dialer.domain.campaign import Campaign, CampaignSettings, CampaignState
from dialer.domain.dial_law import REHEARSAL, DialTerms
from dialer.domain.ids import AgentId, AttemptId
from dialer.domain.legal_limits import NO_LIMITS, LegalLimits
from dialer.domain.outcome import Outcome
from dialer.domain.sharing import CALLS_BURST_S
from dialer.domain.trunk_choice import TrunkChooser
from dialer.domain.trunk_route import TrunkRoute, only
from dialer.services.dial_terms import CampaignWays
from dialer.services.hopper import Hopper
from pacing import Decision, Ledger, Pacer, PacingError, PacingSettings
from pacing.ledger import Counts
from pacing.settings import Cap
from pacing.window import Window

log = structlog.get_logger(__name__)

_PACING_STATE: Final = {
    AgentState.OFFLINE: "offline",
    AgentState.CALLING: "offline",
    AgentState.IDLE: "idle",
    # reserved agent and waiting caller cancel out until they are joined
    AgentState.RESERVED: "idle",
    AgentState.HELD: "elsewhere",
    AgentState.TALKING: "talking",
    AgentState.WRAP_UP: "wrap_up",
    AgentState.PAUSED: "paused",
}

MESSAGE_S: Final = 35.0
"""Of a broadcast, a line may be in flight so much longer than it may ring, as far as nothing is
learned yet (simulation/virtual/scenarios/broadcast.toml)."""

_PACING_OUTCOME: Final = {
    Outcome.BUSY: "busy",
    Outcome.NO_ANSWER: "no_answer",
    Outcome.MESSAGE_HEARD: "no_answer",  # to pacing an answer is who needs an agent
    Outcome.MACHINE: "machine",
    Outcome.INVALID: "invalid",
    Outcome.CONGESTION: "congestion",
    Outcome.CANCELLED: "cancelled",
}


def pacing_settings(
    settings: CampaignSettings,
    limits: LegalLimits = NO_LIMITS,
    caps: tuple[Cap, ...] = (),
    labelled: Labelled | None = None,
) -> PacingSettings:
    """Return what the pacer needs of a campaign's settings, under the limits of the rules.

    Where nobody at all may be abandoned, nothing is dialed ahead.

    Args:
        settings: of the campaign.
        limits: of the rules.
        caps: the same limits' caps, with the ledgers they are counted in.
        labelled: what people said of calls that detection had a verdict on, if they did.
    """
    cap = limits.abandon_rate_cap
    return PacingSettings(
        mode=settings.mode if cap > 0 or settings.mode == "preview" else "progressive",
        abandon_rate_target=min(settings.abandon_rate_target, cap or 1.0),
        abandon_rate_guard=settings.abandon_rate_guard,
        amd_false_positive_rate=charge_of(settings.amd, labelled).rate,
        caps=caps,
        power_ratio=settings.power_ratio,
        max_lines=settings.max_lines,
        max_lines_per_agent=settings.max_lines_per_agent,
        calls_per_second=settings.calls_per_second,
        calls_burst_s=CALLS_BURST_S,
        ring_timeout_s=settings.ring_timeout_s + _unknown_s(settings),
    )


def _unknown_s(settings: CampaignSettings) -> float:
    """Return how long after the answer it may stay open whether an agent is needed."""
    if settings.broadcast:
        return MESSAGE_S
    return SCREENING_BY_S if settings.amd is AmdMode.SCREENING else 0.0


@dataclass(slots=True)
class Tally:
    """Counts of this run since the engine started."""

    dialed: int = 0
    answered: int = 0
    connected: int = 0
    abandoned: int = 0
    hung_up_waiting: int = 0
    ended: int = 0
    machines_released: int = 0
    """Machines that detection took from agents, connected as well, or kept from them."""
    connect_ms: list[float] = field(default_factory=list)
    """The last thousand answer-to-join times."""

    @property
    def abandon_rate(self) -> float:
        """Abandoned / live answers."""
        return self.abandoned / self.answered if self.answered else 0.0


@dataclass(frozen=True, slots=True)
class Abandonment:
    """Where a campaign stands against one cap on abandoned / live answers."""

    scope: str
    window: str
    cap: float
    counts: Counts


class CampaignRun:
    """A running (or draining) campaign in the engine's memory."""

    def __init__(
        self, campaign: Campaign, hopper: Hopper, labelled: Labelled | None = None
    ) -> None:
        self.campaign = campaign
        self.labelled = labelled
        """What people said of calls that detection had a verdict on; see `trust`."""
        self.hopper = hopper
        self.terms = REHEARSAL
        """On what terms it dials, as a whole; settled when it starts."""
        self.ways: CampaignWays | None = None
        """On which trunks, and on what terms on each; settled with it."""
        self.chooser = TrunkChooser()
        self.limits = NO_LIMITS
        """What the calling rules ask wherever it calls; see `obey`."""
        self.caps: tuple[Cap, ...] = ()
        self.taken = campaign.settings
        """The settings that pacer and hopper go by: those of the last start."""
        self.ledger = Ledger()
        self.pacer = Pacer(
            pacing_settings(campaign.settings, labelled=labelled), ledger=self.ledger
        )
        self.live: set[AttemptId] = set()
        self.tally = Tally()
        self.decision: Decision | None = None
        self.faults = 0
        """Events the pacer refused: a contradiction, so a fault of ours."""
        self._told: dict[AgentId, tuple[str, bool]] = {}

    @property
    def dialing(self) -> bool:
        """Whether new lines may be started."""
        return self.campaign.state is CampaignState.RUNNING

    @property
    def exhausted(self) -> bool:
        """Whether nothing is left to dial and nothing is live."""
        return self.hopper.dry and self.hopper.ready == 0 and not self.live

    @property
    def simulated(self) -> bool | None:
        """Whether its trunk leads to the simulated network; None before it was asked."""
        return None if self.terms is REHEARSAL else bool(self.terms.trial_prefixes)

    @property
    def route(self) -> TrunkRoute:
        """The trunks on which it dials."""
        return only(self.campaign.settings.trunk) if self.ways is None else self.ways.route

    def terms_on(self, trunk: str) -> DialTerms:
        """Return the terms on which it dials on a trunk."""
        return self.terms if self.ways is None else self.ways.by_trunk.get(trunk, self.terms)

    def go(self, ways: CampaignWays) -> None:
        """Dial on these ways from now on."""
        self.ways, self.terms = ways, ways.terms

    def take(self, settings: CampaignSettings, hopper: Hopper, now: float) -> None:
        """Go by other settings from now on; what the pacer has learned is kept."""
        self.taken, self.hopper = settings, hopper
        self._reconfigure(now)

    async def refill(self) -> None:
        """Lease the next leads."""
        await self.hopper.refill(self.terms)

    def obey(self, limits: LegalLimits, caps: tuple[Cap, ...], now: float) -> None:
        """Hold the limits of the calling rules from now on, where they are stricter."""
        if limits != self.limits:
            self.limits, self.caps = limits, caps
            self._reconfigure(now)

    def trust(self, labelled: Labelled | None, now: float) -> None:
        """Charge detection by these labelled calls, the live answers of before as well."""
        if labelled != self.labelled:
            self.labelled = labelled
            self._reconfigure(now)

    def _reconfigure(self, now: float) -> None:
        settings = pacing_settings(self.taken, self.limits, self.caps, self.labelled)
        self._tell("reconfigure", lambda: self.pacer.reconfigure(settings, now))

    @property
    def ring_min_s(self) -> float:
        """How long a line rings before it may be taken back."""
        return max(self.campaign.settings.ring_min_s, self.limits.ring_min_s)

    def rebuild_ledger(self, answers: Iterable[tuple[float, bool]]) -> None:
        """At a start: enter the recorded live answers of before, (answered at, abandoned)."""
        self.ledger.rebuild(answers, amd_false_positive_rate=self.charge.rate)

    def abandonment(self, now: float) -> list[Abandonment]:
        """Return where it stands against its own cap, and against each cap of the rules."""
        target, own = self.pacer.settings.abandon_rate_target, Window.campaign()
        standing = [Abandonment("campaign", "campaign", target, self.ledger.counts(own, now))]
        ruled = [cap for cap in self.limits.caps if cap.rate > 0]  # as in LegalCaps.of
        for law, cap in zip(ruled, self.caps, strict=True):
            counts = cap.ledger.counts(cap.window, now)
            standing.append(Abandonment(law.scope, law.window, cap.rate, counts))
        return standing

    @property
    def charge(self) -> Charge:
        """What detection is charged now."""
        return charge_of(self.taken.amd, self.labelled)

    @property
    def refusal(self) -> str:
        """Why its way to deal with machines is not held to now; "" when it is."""
        return refusal_of(self.taken.amd, self.labelled)

    @property
    def detecting(self) -> AmdMode:
        """What is done about machines now: where screening is refused, agents are first."""
        return AmdMode.AGENT_FIRST if self.refusal else self.taken.amd

    @property
    def screens(self) -> bool:
        """Whether who answers is listened to before an agent is sought."""
        return self.detecting is AmdMode.SCREENING and not self.taken.broadcast

    def detection(self) -> dict[str, object]:
        """Return what is done about machines, and what it is charged; shown in status."""
        charge, labelled = self.charge, self.labelled
        return {
            "amd": self.campaign.settings.amd.value,
            "amd_detector": self.campaign.settings.amd_detector.value,
            "amd_refusal": self.refusal,
            "amd_charge_rate": charge.rate,
            "amd_charge_reason": charge.reason,
            "amd_labelled_persons": labelled.persons if labelled is not None else 0,
            "amd_false_positives": labelled.false_positives if labelled is not None else 0,
            "machines_released": self.tally.machines_released,
        }

    def agents_present(self) -> int:
        """Agents who may still take this campaign's calls."""
        return sum(1 for state, _ in self._told.values() if state not in ("offline", "paused"))

    def decide(self, now: float) -> int:
        """Return how many lines to start now, as far as there are leads."""
        try:
            self.decision = self.pacer.decide(now)
        except PacingError as error:
            self._fault("decide", error)
            return 0
        return min(self.decision.lines, self.hopper.ready)

    def agent_changed(self, agent: Agent, now: float) -> None:
        """Tell the pacer what an agent is doing, seen from this campaign."""
        if self.campaign.campaign_id not in agent.campaigns and agent.agent_id not in self._told:
            return
        state = _PACING_STATE[agent.state]
        if state not in ("offline", "paused") and agent.home != self.campaign.campaign_id:
            state = "elsewhere"
        if self._told.get(agent.agent_id) == (state, agent.leaving):
            return
        self._told[agent.agent_id] = (state, agent.leaving)
        self._tell(
            "agent_changed",
            lambda: self.pacer.agent_changed(agent.agent_id, state, now, leaving=agent.leaving),
        )

    # -- calls, as the pacer must hear them --------------------------------------------------

    def dialed(self, attempt_id: AttemptId, now: float) -> None:
        """A line was decided on."""
        self.live.add(attempt_id)
        self.tally.dialed += 1
        self._tell("call_dialed", lambda: self.pacer.call_dialed(attempt_id, now))

    def ringing(self, attempt_id: AttemptId, now: float) -> None:
        """The far end rings."""
        self._tell("call_ringing", lambda: self.pacer.call_ringing(attempt_id, now))

    def answered(self, attempt_id: AttemptId, now: float) -> None:
        """A person answered."""
        self.tally.answered += 1
        self._tell("call_answered", lambda: self.pacer.call_answered(attempt_id, now))

    def connected(
        self, attempt_id: AttemptId, agent_id: AgentId, now: float, *, connect_ms: float
    ) -> None:
        """Customer and agent are joined."""
        self.tally.connected += 1
        self.tally.connect_ms.append(connect_ms)
        del self.tally.connect_ms[:-1000]
        state, leaving = self._told.get(agent_id, ("offline", False))
        if state == "offline":
            # the agent hung up before the join was heard of: a pacer that knows no such agent would
            # refuse the join, and count the caller as waiting for ever
            self._tell("agent_changed", lambda: self.pacer.agent_changed(agent_id, "paused", now))
        self._tell("call_connected", lambda: self.pacer.call_connected(attempt_id, agent_id, now))
        if state not in ("talking", "elsewhere"):
            # or the customer had left, and the agent was free again: for the pacer they would talk
            # for ever, as what it was told of them last is not told twice
            self._tell(
                "agent_changed",
                lambda: self.pacer.agent_changed(agent_id, state, now, leaving=leaving),
            )

    def abandoned(self, attempt_id: AttemptId, now: float) -> None:
        """A person found nobody, or heard nobody: charged to the cap."""
        self.tally.abandoned += 1
        self._tell("call_abandoned", lambda: self.pacer.call_abandoned(attempt_id, now))

    def hung_up_waiting(self, attempt_id: AttemptId, now: float) -> None:
        """A person left by themselves within the grace."""
        self.tally.hung_up_waiting += 1
        self._tell("call_hung_up", lambda: self.pacer.call_hung_up(attempt_id, now))

    def failed(self, attempt_id: AttemptId, outcome: Outcome, now: float) -> None:
        """The call ended before anyone answered."""
        word = _PACING_OUTCOME.get(outcome, "failed")
        self._tell("call_failed", lambda: self.pacer.call_failed(attempt_id, word, now))

    def ended(self, attempt_id: AttemptId, now: float, *, tell: bool) -> None:
        """The line is free again."""
        self.live.discard(attempt_id)
        self.tally.ended += 1
        if tell:
            self._tell("call_ended", lambda: self.pacer.call_ended(attempt_id, now))

    def _tell(self, what: str, call: Callable[[], None]) -> None:
        try:
            call()
        except PacingError as error:
            self._fault(what, error)

    def _fault(self, what: str, error: PacingError) -> None:
        # the pacer is unchanged by a refused event; a talk must not die of our miscounting
        self.faults += 1
        log.error("pacing_refused", what=what, error=str(error), campaign=self.campaign.campaign_id)
