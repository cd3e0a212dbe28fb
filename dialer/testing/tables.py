"""What the stores of one memory hold, and the laws that bind them: the same as in SQL.

Knows leads, attempts and what becomes of a lead. Refuses to know time and threads: every call takes
effect at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dialer.domain.calling_rules.place import Place, place_of
from dialer.domain.campaign import Campaign, CampaignSettings
from dialer.domain.dial_law import HeldBy, PastDials
from dialer.domain.disposition import Disposition, Said
from dialer.domain.ids import AgentId, AttemptId, CampaignId, LeadId, LegId, PlaceId
from dialer.domain.lead import Attempt, AttemptEnd, Lead
from dialer.domain.lead_order import Candidate, sort_key
from dialer.domain.lead_standing import ALIVE, LeadState, Standing, after_step
from dialer.domain.named import Key
from dialer.domain.outcome import Outcome
from dialer.domain.recycling import next_step
from dialer.domain.recycling_history import NumberState, Tried
from dialer.domain.recycling_step import Callback, Dial, Why
from dialer.ports import AgentRecord


@dataclass(slots=True)
class LeadEntry:
    """A lead and what became of it."""

    lead: Lead
    state: str = LeadState.READY
    attempts: int = 0
    last_outcome: str | None = None
    import_id: int | None = None
    priority: int = 0
    why: str = ""
    due_at: float = 0.0
    leased_by: str = ""
    lease_ends_at: float = 0.0
    last_call_at: float | None = None
    numbers: tuple[str, ...] = ()
    """All of them (E.164), the lead's own first."""

    def stand(self, standing: Standing) -> None:
        """Put the lead where it belongs."""
        self.state, self.why, self.due_at = standing.state, standing.why, standing.due_at
        self.leased_by = ""


@dataclass(slots=True)
class AttemptEntry:
    """An attempt and what became of it."""

    attempt: Attempt
    connected: tuple[AgentId, LegId, float] | None = None
    end: AttemptEnd | None = None
    said: Said | None = None
    disposition: Disposition | None = None


@dataclass(slots=True)
class ImportEntry:
    """An import that is not decided yet."""

    campaign_id: CampaignId
    alive_until: float


@dataclass(slots=True)
class Tables:
    """All that the stores of one memory hold; to be looked at by tests."""

    leads: dict[LeadId, LeadEntry] = field(default_factory=dict)
    attempts: dict[AttemptId, AttemptEntry] = field(default_factory=dict)
    agents: dict[AgentId, AgentRecord] = field(default_factory=dict)
    agent_log: list[AgentRecord] = field(default_factory=list)
    campaigns: dict[CampaignId, Campaign] = field(default_factory=dict)
    scripts: dict[str, str] = field(default_factory=dict)
    """What agents say, by the name of the script."""
    imports: dict[int, ImportEntry] = field(default_factory=dict)
    """Undecided imports."""
    lists: dict[tuple[CampaignId, str], tuple[str, float]] = field(default_factory=dict)
    """Campaign and name of a list to its source and cost."""
    imports_begun: int = 0
    do_not_call: dict[str, tuple[str, float]] = field(default_factory=dict)
    """Number to source and time of its first entry."""
    places: dict[Place, PlaceId] = field(default_factory=dict)
    named: dict[tuple[str, str], dict[Key, Any]] = field(default_factory=dict)
    """Noun and tenant to the things that go by a name, by what they go by."""
    audit: list[tuple[float, str, str, str, Mapping[str, object]]] = field(default_factory=list)
    """When, who, did what, to what, and details."""

    def add_lead(
        self, campaign_id: CampaignId, number: str, attributes: Mapping[str, str], state: str
    ) -> LeadEntry:
        """Append a lead."""
        lead_id = LeadId(max(self.leads, default=0) + 1)
        entry = LeadEntry(Lead(lead_id, campaign_id, number, dict(attributes)), state)
        entry.numbers = (number,)
        self.leads[lead_id] = entry
        return entry

    def open_attempts(self) -> list[Attempt]:
        """List attempts without an end, oldest first."""
        found = [entry.attempt for entry in self.attempts.values() if entry.end is None]
        return sorted(found, key=lambda attempt: attempt.attempt_id)

    def settings(self, campaign_id: CampaignId) -> CampaignSettings:
        """Return a campaign's settings; those of a new one if it is not known."""
        campaign = self.campaigns.get(campaign_id)
        return campaign.settings if campaign is not None else CampaignSettings()

    def place_id(self, number: str) -> PlaceId:
        """Return the number of a place."""
        place = place_of(number)
        return self.places.setdefault(place, PlaceId(len(self.places) + 1))

    def order_of(self, entry: LeadEntry) -> tuple[int, float, int]:
        """Return what leads are sorted by."""
        candidate = Candidate(
            entry.lead.lead_id,
            entry.lead.number,
            priority=entry.priority,
            attempts=entry.attempts,
            last_call_at=entry.last_call_at,
        )
        return sort_key(self.settings(entry.lead.campaign_id).order, candidate)

    def past_of(self, attempt: Attempt) -> PastDials:
        """Return what is on record of an attempt's number."""
        ended = [e for e in self.attempts.values() if e.attempt.number == attempt.number]
        return PastDials(
            number_at=tuple(entry.attempt.dialed_at for entry in ended),
            last_abandon_at=max(
                (e.end.ended_at for e in ended if e.end is not None and e.end.charged),
                default=None,
            ),
        )

    def enter_do_not_call(self, number: str, source: str, at: float) -> None:
        """Enter a number; its leads that are not out are done."""
        self.do_not_call.setdefault(number, (source, at))
        for entry in self.leads.values():
            idle = entry.state in ALIVE and entry.state != LeadState.DIALING
            if entry.lead.number == number and idle:
                self.settle(entry, at)

    def settle(self, entry: LeadEntry, now: float) -> None:
        """Decide what becomes of a lead after something happened to it."""
        ended = [
            one
            for one in self.attempts.values()
            if one.attempt.lead_id == entry.lead.lead_id and one.end and not one.end.undialed
        ]
        listed = entry.lead.number in self.do_not_call
        step = next_step(
            self.settings(entry.lead.campaign_id).recycling,
            [NumberState.DO_NOT_CALL if listed else NumberState.USABLE],
            [_tried(one) for one in ended],
            0,
            now,
        )
        last = max((one.end for one in ended if one.end), key=lambda e: e.ended_at, default=None)
        abandoned = last is not None and (last.charged or last.outcome is Outcome.ABANDONED)
        if isinstance(step, Dial) and abandoned:
            step = Callback(why=Why.ABANDON_QUIET, due_at=step.not_before)
        standing = after_step(step, now)
        entry.stand(standing)
        entry.last_call_at = last.ended_at if last is not None else None
        entry.last_outcome = last.outcome.value if last is not None else None
        if standing.why == HeldBy.DO_NOT_CALL:
            entry.last_outcome = "do_not_call"


def _tried(entry: AttemptEntry) -> Tried:
    end = entry.end
    if end is None:
        raise ValueError("an attempt that is not over was not tried")
    return Tried(
        0,
        end.outcome,
        end.ended_at,
        disposition=entry.disposition,
        charged=end.charged,
        callback_at=entry.said.callback_at if entry.said else None,
        callback_agent=end.agent_id,
    )
