"""Who is to be called: a lead, and the attempt that is about to be made on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dialer.domain.ids import AgentId, AttemptId, CampaignId, LeadId, LegId
from dialer.domain.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Lead:
    """One person or company of a campaign's list, leased to this engine."""

    lead_id: LeadId
    campaign_id: CampaignId
    number: str
    """E.164 with the leading plus."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """The other columns of the list, as they came."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One dial of one lead, as it is recorded before anything is sent."""

    attempt_id: AttemptId
    campaign_id: CampaignId
    lead_id: LeadId
    number: str
    trunk: str
    dialed_at: float
    """Seconds since the epoch, when the attempt was decided."""


@dataclass(frozen=True, slots=True)
class AttemptEnd:
    """All that is known of an attempt when it is over; times are seconds since the epoch."""

    attempt_id: AttemptId
    outcome: Outcome
    ended_at: float
    rang_at: float | None = None
    answered_at: float | None = None
    connected_at: float | None = None
    talk_ended_at: float | None = None
    agent_id: AgentId | None = None
    leg_id: LegId | None = None
    cause: int | None = None
    tech_cause: str = ""
    ended_by: str = ""
    """Who let go first: "customer", "agent", "agent_lost", "dialer", "network"; "" unknown."""
    charged: bool = False
    """Counts as abandoned in the ledger whatever the outcome: the person heard silence."""
    recording: str = ""
    """File name in the recordings folder, or ""."""
    undialed: bool = False
    """Certainly never sent to the network: the lead is ready again."""
    booked_from: str = "live"
    """Where the end was learned: "live" events, the switch's "journal", or "reaper"."""
