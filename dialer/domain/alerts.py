"""What the people on a floor must be told of, from what is known of it at one moment. Pure.

Knows when a figure is near or over its bound. Refuses to know who is told, and what is done.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from dialer.domain.breaker import Breaker, BreakerState
from dialer.domain.ids import AgentId, CampaignId
from dialer.domain.pause_code import OverduePause
from dialer.domain.voicemail import BoxWaiting

NEAR: Final = 0.8
"""Share of its cap from which an abandon rate is near it."""

LONG: Final = 0.5
"""Share of the longest wait in a queue from which a caller has waited long."""

WRAP_UP_LONG_S: Final = 180.0
"""From then on a wrap-up is stuck, whatever its limit allows: nobody writes for so long."""

DROPS_TOLD_S: Final = 60.0
"""How long the last people who were dropped with no agent there are told of."""


class AlertKind(StrEnum):
    """What it is about."""

    ABANDON_RATE_NEAR = "abandon_rate_near"
    ABANDON_RATE_OVER = "abandon_rate_over"
    DROPS_WITHOUT_AGENT = "drops_without_agent"
    NO_LEADS_LEFT = "no_leads_left"
    PAUSE_OVER_LIMIT = "pause_over_limit"
    WRAP_UP_LONG = "wrap_up_long"
    PHONE_HUNG_UP = "phone_hung_up"
    PHONE_LOST = "phone_lost"
    PHONE_NOT_REACHED = "phone_not_reached"
    PHONE_UNREGISTERED = "phone_unregistered"
    MICROPHONE_SILENT = "microphone_silent"
    PHONES_NOT_PUSHED = "phones_not_pushed"
    TRUNK_OUT = "trunk_out"
    SWITCH_LOST = "switch_lost"
    DATABASE_AWAY = "database_away"
    QUEUE_WAIT_LONG = "queue_wait_long"
    VOICEMAILS_UNHEARD = "voicemails_unheard"


OF_AGENTS: Final = frozenset(
    {
        AlertKind.PAUSE_OVER_LIMIT,
        AlertKind.WRAP_UP_LONG,
        AlertKind.PHONE_HUNG_UP,
        AlertKind.PHONE_LOST,
        AlertKind.PHONE_NOT_REACHED,
        AlertKind.PHONE_UNREGISTERED,
        AlertKind.MICROPHONE_SILENT,
    }
)
"""Those whose subject is an agent, who is told as well."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing to be told of for as long as it is so."""

    kind: AlertKind
    subject: str
    """The campaign, agent, trunk or node it is about."""
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What it is known by."""
        return f"{self.kind}:{self.subject}"


@dataclass(frozen=True, slots=True)
class Abandons:
    """An abandon rate beside what it may be; both 0..1."""

    rate: float
    cap: float

    @property
    def used(self) -> float:
        """Share of the cap that is used up."""
        if self.cap > 0:
            return self.rate / self.cap
        return 0.0 if self.rate <= 0 else float("inf")


@dataclass(slots=True)
class Drops:
    """People of one campaign who were abandoned while no agent was there."""

    seen: int = 0
    """Abandoned people at the last look."""
    people: int = 0
    last_at: float = 0.0

    def look(self, abandoned: int, agents: int, now: float) -> int:
        """Return how many are to be told of.

        Args:
            abandoned: people abandoned since the engine's start.
            agents: who may take calls now.
            now: epoch seconds.
        """
        if abandoned > self.seen and agents == 0:
            self.people += abandoned - self.seen
            self.last_at = now
        elif now - self.last_at >= DROPS_TOLD_S:
            self.people = 0
        self.seen = abandoned
        return self.people


@dataclass(frozen=True, slots=True)
class CampaignNow:
    """What is known of a campaign at the moment."""

    campaign_id: CampaignId
    dialing: bool
    abandons: Sequence[Abandons]
    """For each cap that holds."""
    dropped: int
    """People who were lately abandoned while no agent was there; see `Drops`."""
    leads_ready: int
    dry: bool
    """Whether nothing more was found in its lists."""
    lines: int


def of_campaign(now: CampaignNow) -> list[Alert]:
    """Return what is to be told of a campaign."""
    alerts: list[Alert] = []
    worst = max(now.abandons, key=lambda one: one.used, default=None)
    if worst is not None and worst.used >= NEAR:
        over = worst.used > 1
        kind = AlertKind.ABANDON_RATE_OVER if over else AlertKind.ABANDON_RATE_NEAR
        facts = {"abandon_rate": round(worst.rate, 4), "cap": round(worst.cap, 4)}
        alerts.append(Alert(kind, now.campaign_id, facts))
    if now.dropped:
        facts = {"people": now.dropped}
        alerts.append(Alert(AlertKind.DROPS_WITHOUT_AGENT, now.campaign_id, facts))
    if now.dialing and now.dry and now.leads_ready == 0:
        alerts.append(Alert(AlertKind.NO_LEADS_LEFT, now.campaign_id, {"lines": now.lines}))
    return alerts


def of_queue(
    key: str, *, waiting: int, oldest_since: float | None, longest_wait_s: float, now: float
) -> list[Alert]:
    """Return what is to be told of a queue.

    Args:
        key: what it is known by.
        waiting: callers who wait.
        oldest_since: when who waits longest came; None: nobody waits.
        longest_wait_s: how long anybody may wait.
        now: epoch seconds.
    """
    if oldest_since is None or now - oldest_since < LONG * longest_wait_s:
        return []
    facts = {"waiting": waiting, "since": oldest_since, "longest_wait_s": longest_wait_s}
    return [Alert(AlertKind.QUEUE_WAIT_LONG, key, facts)]


def of_box(box: BoxWaiting) -> Alert:
    """Return what is to be told of a box in which voicemails lie that nobody has heard."""
    facts = {"unheard": box.unheard, "since": box.oldest_at}
    return Alert(AlertKind.VOICEMAILS_UNHEARD, f"{box.tenant_id}/{box.box}", facts)


def of_wrap_up(agent_id: AgentId, *, since: float, now: float) -> list[Alert]:
    """Return what is to be told of an agent in wrap-up.

    Args:
        agent_id: whose.
        since: when it began, epoch seconds.
        now: epoch seconds.
    """
    if now - since < WRAP_UP_LONG_S:
        return []
    return [Alert(AlertKind.WRAP_UP_LONG, agent_id, {"since": since})]


def of_trunk(trunk: str, breaker: Breaker) -> list[Alert]:
    """Return what is to be told of a trunk: that its carrier is taken out, or only tried."""
    if breaker.state is BreakerState.CLOSED:
        return []
    facts = {"state": breaker.state.value, "reason": breaker.reason, "since": breaker.since}
    return [Alert(AlertKind.TRUNK_OUT, trunk, facts)]


def of_node(
    node: str, *, connected: bool, reachable: bool, overdue: Iterable[OverduePause]
) -> list[Alert]:
    """Return what is to be told of a node and its agents.

    Args:
        node: its name.
        connected: whether there is a session with its switch.
        reachable: whether its database takes what is to be recorded.
        overdue: pauses that last longer than they may.
    """
    alerts = [
        Alert(
            AlertKind.PAUSE_OVER_LIMIT,
            one.agent_id,
            {"code": one.code, "since": one.since, "limit_s": one.limit_s},
        )
        for one in overdue
    ]
    if not connected:
        alerts.append(Alert(AlertKind.SWITCH_LOST, node))
    if not reachable:
        alerts.append(Alert(AlertKind.DATABASE_AWAY, node))
    return alerts
