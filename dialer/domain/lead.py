"""Who is to be called: a lead, and the attempt that is about to be made on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from dialer.domain.calling_rules.place import Place
from dialer.domain.dial_law import REHEARSAL, DialTerms
from dialer.domain.ids import AgentId, AttemptId, CampaignId, LeadId, LegId, PlaceId
from dialer.domain.legal_limits import NOT_LOOKED_UP, Listening
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
    place_id: PlaceId | None = field(default=None, compare=False)
    place: Place | None = field(default=None, compare=False)
    """Where it may be, as far as whoever leased it knows."""


@dataclass(frozen=True, slots=True)
class Draw:
    """What is asked of a lease."""

    now: float = 0.0
    """Epoch seconds."""
    engine: str = ""
    """Who asks; a lease is its own."""
    lease_s: float = 600.0
    """How long it holds; an engine that died gives its leads back that way."""
    pool: int = 0
    """0 the campaign's leads together, else those of one list."""
    places: tuple[PlaceId, ...] | None = None
    """Where it may be called now; None: anywhere."""


ANY: Final = Draw()
"""Any lead that is ready."""


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
    engine: str = ""
    """Who makes it; the lead must be leased to it."""
    agent_guaranteed: bool = False
    """An agent is held for it."""
    terms: DialTerms = REHEARSAL
    ground: str = ""
    """On what ground the talk is recorded (`dialer.domain.legal_limits.Ground`); "" it is not."""
    announces: bool = field(default=False, compare=False)
    """It is recorded once both have heard the announcement, or the person has answered the
    question; not on record, so what is adopted before that is not recorded."""
    listening: Listening = field(default=NOT_LOOKED_UP, compare=False)
    """Whether a supervisor may listen in; not on record, so unknown of what is adopted."""
    screened: bool = field(default=False, compare=False)
    """Who answers is listened to before an agent is sought; not on record."""


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
    informed_at: float | None = None
    """When a broadcast's message began; not on record."""

    @property
    def carried_from(self) -> float | None:
        """Since when the carrier had the call up: of a broadcast before the key was pressed."""
        return self.answered_at if self.informed_at is None else self.informed_at
