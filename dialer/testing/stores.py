"""The durable stores in memory: the same laws as in SQL, gone with the process.

Knows what the ports of `dialer.ports` promise about leads, attempts, agents and campaigns.
Refuses to know time and threads: every call takes effect at once.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from dialer.domain.campaign import Campaign, CampaignState
from dialer.domain.ids import AgentId, AttemptId, CampaignId, LeadId, LegId
from dialer.domain.lead import Attempt, AttemptEnd, Lead
from dialer.domain.leadfile import LeadRow
from dialer.domain.outcome import LIVE_ANSWERS
from dialer.errors import BadInput, LeadNotLeased
from dialer.ports import AgentRecord

_ALIVE_S: Final = 60.0
"""How long an import is taken for alive after its last sign."""


@dataclass(slots=True)
class LeadEntry:
    """A lead and what became of it."""

    lead: Lead
    state: str = "ready"
    """"importing", "ready", "leased", "dialing" or "done"."""
    attempts: int = 0
    last_outcome: str | None = None
    import_id: int | None = None
    numbers: tuple[str, ...] = ()
    """All of them (E.164), the lead's own first."""


@dataclass(slots=True)
class AttemptEntry:
    """An attempt and what became of it."""

    attempt: Attempt
    connected: tuple[AgentId, LegId, float] | None = None
    end: AttemptEnd | None = None
    disposition: str = ""


@dataclass(slots=True)
class Tables:
    """All that the stores of one memory hold; to be looked at by tests."""

    leads: dict[LeadId, LeadEntry] = field(default_factory=dict)
    attempts: dict[AttemptId, AttemptEntry] = field(default_factory=dict)
    agents: dict[AgentId, AgentRecord] = field(default_factory=dict)
    agent_log: list[AgentRecord] = field(default_factory=list)
    campaigns: dict[CampaignId, Campaign] = field(default_factory=dict)
    imports: dict[int, "ImportEntry"] = field(default_factory=dict)
    """Undecided imports."""
    lists: dict[tuple[CampaignId, str], tuple[str, float]] = field(default_factory=dict)
    """Campaign and name of a list to its source and cost."""
    imports_begun: int = 0
    do_not_call: dict[str, tuple[str, float]] = field(default_factory=dict)
    """Number to source and time of its first entry."""

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


class MemoryAttemptStore:
    """An `AttemptStore` (dialer.ports) in memory."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def record_dialed(self, attempts: Sequence[Attempt]) -> None:
        """Record attempts and mark their leads as dialing; `LeadNotLeased` if one is not leased."""
        lead_ids = [attempt.lead_id for attempt in attempts]
        entries = [self._tables.leads.get(lead_id) for lead_id in lead_ids]
        leased = [entry for entry in entries if entry is not None and entry.state == "leased"]
        if len(leased) < len(attempts) or len(set(lead_ids)) < len(attempts):
            raise LeadNotLeased(lead_ids)
        for attempt, entry in zip(attempts, leased, strict=True):
            entry.state = "dialing"
            entry.attempts += 1
            self._tables.attempts[attempt.attempt_id] = AttemptEntry(attempt)

    async def record_ends(self, ends: Sequence[AttemptEnd]) -> None:
        """Record ends; the first one for an attempt holds."""
        for end in ends:
            entry = self._tables.attempts.get(end.attempt_id)
            if entry is None or entry.end is not None:
                continue
            if entry.connected is not None:
                agent_id, leg_id, at = entry.connected
                end = replace(  # noqa: PLW2901 - the talk is known, wherever the end was learned
                    end,
                    agent_id=end.agent_id or agent_id,
                    leg_id=end.leg_id or leg_id,
                    connected_at=at if end.connected_at is None else end.connected_at,
                )
            entry.end = end
            lead = self._tables.leads[entry.attempt.lead_id]
            if lead.state != "dialing":
                continue
            if end.undialed:
                lead.state = "ready"
                lead.attempts -= 1
            else:
                lead.state = "done"
                lead.last_outcome = end.outcome.value

    async def open_attempts(self) -> list[Attempt]:
        """List recorded attempts without an end, oldest first."""
        return self._tables.open_attempts()

    async def mark_connected(
        self, attempt_id: AttemptId, agent_id: AgentId, leg_id: LegId, at: float
    ) -> None:
        """Record that a talk began."""
        entry = self._tables.attempts.get(attempt_id)
        if entry is not None and entry.end is None:
            entry.connected = (agent_id, leg_id, at)

    async def dispose(self, attempt_id: AttemptId, disposition: str) -> None:
        """Record what the agent says became of the talk."""
        entry = self._tables.attempts.get(attempt_id)
        if entry is not None:
            entry.disposition = disposition

    async def answers_since(
        self, campaign_id: CampaignId, since: float
    ) -> list[tuple[float, bool]]:
        """Return (answered at, charged as abandoned) of each ended live answer, oldest first."""
        return sorted(
            (entry.end.answered_at, entry.end.charged)
            for entry in self._tables.attempts.values()
            if entry.attempt.campaign_id == campaign_id
            and entry.end is not None
            and entry.end.outcome in LIVE_ANSWERS
            and entry.end.answered_at is not None
            and entry.end.answered_at >= since
        )

    async def add_do_not_call(self, number: str, *, source: str, at: float) -> None:
        """Enter a number (E.164); its leads, ready or leased, are done with it."""
        self._tables.do_not_call.setdefault(number, (source, at))
        for entry in self._tables.leads.values():
            if entry.lead.number == number and entry.state in {"ready", "leased"}:
                entry.state, entry.last_outcome = "done", "do_not_call"


class MemoryLeadStore:
    """A `LeadStore` (dialer.ports) in memory."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def lease(self, campaign_id: CampaignId, count: int) -> list[Lead]:
        """Lease up to `count` dialable leads, in the order they were imported."""
        leased: list[Lead] = []
        for entry in self._tables.leads.values():
            if len(leased) >= count:
                break
            if entry.lead.campaign_id != campaign_id or entry.state != "ready":
                continue
            if entry.lead.number in self._tables.do_not_call:
                entry.state, entry.last_outcome = "done", "do_not_call"
                continue
            entry.state = "leased"
            leased.append(entry.lead)
        return leased

    async def release(self, lead_ids: Iterable[LeadId]) -> None:
        """Give leased leads back that were not dialed."""
        for lead_id in lead_ids:
            entry = self._tables.leads.get(lead_id)
            if entry is not None and entry.state == "leased":
                entry.state = "ready"

    async def release_all(self) -> int:
        """Give back every lease without an open attempt; returns how many."""
        dialing = {attempt.lead_id for attempt in self._tables.open_attempts()}
        given_back = [
            lead_id
            for lead_id, entry in self._tables.leads.items()
            if entry.state == "leased" and lead_id not in dialing
        ]
        await self.release(given_back)
        return len(given_back)

    async def remaining(self, campaign_id: CampaignId) -> int:
        """Count the leads that can still be dialed (ready or leased)."""
        return sum(
            entry.lead.campaign_id == campaign_id and entry.state in {"ready", "leased"}
            for entry in self._tables.leads.values()
        )


class MemoryAgentStore:
    """An `AgentStore` (dialer.ports) in memory."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def save(self, record: AgentRecord) -> None:
        """Keep the present state of an agent, and append it to the log."""
        self._tables.agents[record.agent_id] = record
        self._tables.agent_log.append(record)

    async def load(self) -> list[AgentRecord]:
        """Return the last state of every agent, by agent id."""
        return [self._tables.agents[agent_id] for agent_id in sorted(self._tables.agents)]


class MemoryCampaignStore:
    """A `CampaignStore` (dialer.ports) in memory."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def create(self, campaign: Campaign) -> None:
        """Add a campaign; `BadInput` if its id or name is taken."""
        taken = campaign.campaign_id in self._tables.campaigns
        if taken or await self.find(campaign.name) is not None:
            raise BadInput("campaign", f"{campaign.name!r} exists already", "choose another name")
        self._tables.campaigns[campaign.campaign_id] = campaign

    async def get(self, campaign_id: CampaignId) -> Campaign | None:
        """Return a campaign, or None."""
        return self._tables.campaigns.get(campaign_id)

    async def find(self, name: str) -> Campaign | None:
        """Return the campaign of that name, or None."""
        return next((c for c in self._tables.campaigns.values() if c.name == name), None)

    async def list(self) -> list[Campaign]:
        """Return all campaigns, oldest first."""
        return sorted(self._tables.campaigns.values(), key=lambda c: (c.created_at, c.campaign_id))

    async def set_state(self, campaign_id: CampaignId, state: CampaignState) -> None:
        """Change the state; `BadInput` if there is no such campaign."""
        campaign = self._tables.campaigns.get(campaign_id)
        if campaign is None:
            raise BadInput("campaign", f"there is no {campaign_id!r}", "create it first")
        self._tables.campaigns[campaign_id] = campaign.model_copy(update={"state": state})


@dataclass(slots=True)
class ImportEntry:
    """An import that is not decided yet."""

    campaign_id: CampaignId
    alive_until: float


class MemoryImportStore:
    """What `dialer.services.import_leads` needs, in memory.

    Args:
        tables: where all is kept.
        now: seconds since the epoch, for signs of life.
    """

    def __init__(self, tables: Tables, *, now: Callable[[], float] = time.time) -> None:
        self._tables = tables
        self._now = now

    async def begin(
        self,
        campaign_id: CampaignId,
        file: str,
        *,
        at: float,  # noqa: ARG002
        list_name: str = "",
        source: str = "",
        cost: float | None = None,
    ) -> int:
        """Start an import and return its id; `BadInput` if there is no such campaign."""
        if campaign_id not in self._tables.campaigns:
            raise BadInput("campaign", f"there is no {campaign_id!r}", "create it first")
        key = (campaign_id, list_name or file)
        known_source, known_cost = self._tables.lists.get(key, ("", 0.0))
        self._tables.lists[key] = (source or known_source, known_cost if cost is None else cost)
        self._tables.imports_begun += 1
        entry = ImportEntry(campaign_id, self._now() + _ALIVE_S)
        self._tables.imports[self._tables.imports_begun] = entry
        return self._tables.imports_begun

    async def known(self, campaign_id: CampaignId, numbers: Sequence[str]) -> set[str]:
        """Return those of the numbers (E.164) that the campaign has leads of already."""
        return set(numbers) & {
            number
            for entry in self._tables.leads.values()
            if entry.lead.campaign_id == campaign_id and entry.state != "importing"
            for number in entry.numbers
        }

    async def known_anywhere(self, numbers: Sequence[str]) -> set[str]:
        """Return those of the numbers (E.164) that any campaign has leads of already."""
        return set(numbers) & {
            number
            for entry in self._tables.leads.values()
            if entry.state != "importing"
            for number in entry.numbers
        }

    async def add(self, import_id: int, rows: Sequence[LeadRow]) -> None:
        """Add leads that nobody sees yet; `BadInput` if the import is gone."""
        undecided = self._undecided(import_id)
        undecided.alive_until = self._now() + _ALIVE_S
        for row in rows:
            entry = self._tables.add_lead(
                undecided.campaign_id, row.number, row.attributes, "importing"
            )
            entry.import_id = import_id
            entry.numbers = row.numbers

    async def finish(self, import_id: int, *, rows: int, rejected: int) -> None:  # noqa: ARG002
        """Make the import's leads ready; `BadInput` if it is gone."""
        self._undecided(import_id)
        del self._tables.imports[import_id]
        for entry in self._tables.leads.values():
            if entry.import_id == import_id:
                entry.state = "ready"

    async def drop(self, import_id: int) -> None:
        """Delete an undecided import and its leads."""
        if self._tables.imports.pop(import_id, None) is None:
            return
        of_import = [
            id_ for id_, entry in self._tables.leads.items() if entry.import_id == import_id
        ]
        for lead_id in of_import:
            del self._tables.leads[lead_id]

    async def recover(self, *, at: float | None = None) -> int:
        """At a start: delete the imports that are not alive any more; returns how many."""
        now = self._now() if at is None else at
        dead = [id_ for id_, entry in self._tables.imports.items() if entry.alive_until < now]
        for import_id in dead:
            await self.drop(import_id)
        return len(dead)

    def _undecided(self, import_id: int) -> ImportEntry:
        entry = self._tables.imports.get(import_id)
        if entry is None:
            raise BadInput("import", "it is gone", "import it again")
        return entry


class MemoryStores:
    """All stores on one memory, shaped as `dialer.adapters.sql.stores.SqlStores`."""

    def __init__(self) -> None:
        self.tables = Tables()
        self.attempts = MemoryAttemptStore(self.tables)
        self.leads = MemoryLeadStore(self.tables)
        self.agents = MemoryAgentStore(self.tables)
        self.campaigns = MemoryCampaignStore(self.tables)
        self.imports = MemoryImportStore(self.tables)

    def add_leads(self, campaign_id: CampaignId, numbers: Iterable[str]) -> list[LeadId]:
        """Give a campaign dialable leads of these numbers (E.164)."""
        entries = [self.tables.add_lead(campaign_id, number, {}, "ready") for number in numbers]
        return [entry.lead.lead_id for entry in entries]
