"""The durable stores in memory: the same laws as in SQL, gone with the process.

Knows what the ports of `dialer.ports` promise about leads, attempts, agents and campaigns.
Refuses to know time and threads: every call takes effect at once.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from dialer.domain.calling_rules.place import Place, place_of
from dialer.domain.campaign import Campaign, CampaignSettings, CampaignState
from dialer.domain.dial_law import DialLaw, HeldAttempt, HeldBy, PastDials
from dialer.domain.disposition import Disposition, Said, Then
from dialer.domain.ids import AgentId, AttemptId, CampaignId, LeadId, LegId, PlaceId
from dialer.domain.lead import ANY, Attempt, AttemptEnd, Draw, Lead
from dialer.domain.lead_order import Candidate, sort_key
from dialer.domain.lead_standing import ALIVE, LeadState, Standing, after_hold, after_step
from dialer.domain.leadfile import LeadRow
from dialer.domain.outcome import LIVE_ANSWERS, Outcome
from dialer.domain.pause_code import PauseCode
from dialer.domain.recycling import next_step
from dialer.domain.recycling_history import NumberState, Tried
from dialer.domain.recycling_step import Callback, Dial, Why
from dialer.errors import BadInput, StoreUnavailable
from dialer.ports import AgentRecord, DecisionSample

_ALIVE_S: Final = 60.0
"""How long an import is taken for alive after its last sign."""


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
    places: dict[Place, PlaceId] = field(default_factory=dict)

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


class MemoryAttemptStore:
    """An `AttemptStore` (dialer.ports) in memory."""

    def __init__(self, tables: Tables, law: DialLaw | None = None) -> None:
        self._tables = tables
        self._law = law or DialLaw()

    async def record_dialed(self, attempts: Sequence[Attempt]) -> list[HeldAttempt]:
        """Record attempts that may be made; returns the others with the reason."""
        held: list[HeldAttempt] = []
        for attempt in attempts:
            reason = self._held_by(attempt)
            if reason is not None:
                held.append(reason)
                self._set_aside(attempt, reason)
                continue
            entry = self._tables.leads[attempt.lead_id]
            entry.state = LeadState.DIALING
            entry.attempts += 1
            self._tables.attempts[attempt.attempt_id] = AttemptEntry(attempt)
        return held

    def _held_by(self, attempt: Attempt) -> HeldAttempt | None:
        entry = self._tables.leads.get(attempt.lead_id)
        if entry is None or entry.state != LeadState.LEASED or entry.leased_by != attempt.engine:
            return HeldAttempt(attempt.attempt_id, HeldBy.NOT_LEASED)
        if attempt.number in self._tables.do_not_call:
            return HeldAttempt(attempt.attempt_id, HeldBy.DO_NOT_CALL)
        if any(one.number == attempt.number for one in self._tables.open_attempts()):
            return HeldAttempt(attempt.attempt_id, HeldBy.NUMBER_LIVE)
        verdict = self._law.judge(
            attempt.number,
            place_of(attempt.number),
            attempt.terms,
            self._tables.past_of(attempt),
            agent_guaranteed=attempt.agent_guaranteed,
            now=attempt.dialed_at,
        )
        if verdict.allowed:
            return None
        barred = verdict.refusals[0].field == "number"
        held_by = HeldBy.NEVER_DIALED if barred else HeldBy.RULES
        return HeldAttempt(attempt.attempt_id, held_by, verdict.refusals[0].text, verdict)

    def _set_aside(self, attempt: Attempt, held: HeldAttempt) -> None:
        if held.held_by is HeldBy.NOT_LEASED:
            return
        entry = self._tables.leads[attempt.lead_id]
        standing = after_hold(held, attempt.dialed_at)
        if standing is not None:
            entry.stand(standing)
        elif held.held_by is HeldBy.NEVER_DIALED:
            entry.stand(Standing(LeadState.DONE, held.held_by.value))
        else:
            self._tables.settle(entry, attempt.dialed_at)

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
            lead.attempts -= end.undialed
            self._tables.settle(lead, end.ended_at)

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

    async def dispose(self, attempt_id: AttemptId, said: Said, *, at: float) -> None:
        """Record what the agent says; `BadInput` if there is no such attempt or disposition."""
        entry = self._tables.attempts.get(attempt_id)
        if entry is None:
            raise BadInput("attempt", f"there is no {attempt_id!r}", "name one that was dialed")
        campaign = self._tables.campaigns[entry.attempt.campaign_id]
        disposition = campaign.settings.dispositions.said(
            said.code, amount=said.amount, callback_at=said.callback_at
        )
        entry.said, entry.disposition = said, disposition
        if disposition.then is Then.DO_NOT_CALL:
            self._tables.enter_do_not_call(entry.attempt.number, f"said in {attempt_id}", at)
        lead = self._tables.leads[entry.attempt.lead_id]
        if all(one.lead_id != lead.lead.lead_id for one in self._tables.open_attempts()):
            self._tables.settle(lead, at)

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
        self._tables.enter_do_not_call(number, source, at)


class MemoryLeadStore:
    """A `LeadStore` (dialer.ports) in memory; lists are not mixed by share."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def lease(self, campaign_id: CampaignId, count: int, draw: Draw = ANY) -> list[Lead]:
        """Lease up to `count` dialable leads, first to be dialed first."""
        mine = [e for e in self._tables.leads.values() if e.lead.campaign_id == campaign_id]
        for entry in mine:
            waited = entry.state == LeadState.WAITING and entry.due_at <= draw.now
            expired = entry.state == LeadState.LEASED and entry.lease_ends_at < draw.now
            if waited or expired:
                entry.state = LeadState.READY
        leased: list[Lead] = []
        for entry in sorted(mine, key=self._tables.order_of):
            if len(leased) >= count:
                break
            if entry.state != LeadState.READY:
                continue
            place = self._tables.place_id(entry.lead.number)
            if draw.places is not None and place not in draw.places:
                continue
            if entry.lead.number in self._tables.do_not_call:
                self._tables.settle(entry, draw.now)
                continue
            entry.state, entry.leased_by = LeadState.LEASED, draw.engine
            entry.lease_ends_at = draw.now + draw.lease_s
            leased.append(entry.lead)
        return leased

    async def release(self, lead_ids: Iterable[LeadId]) -> None:
        """Give leased leads back that were not dialed."""
        for lead_id in lead_ids:
            entry = self._tables.leads.get(lead_id)
            if entry is not None and entry.state == LeadState.LEASED:
                entry.state = LeadState.READY

    async def release_all(self, engine: str = "") -> int:
        """Give back an engine's leases without an open attempt; returns how many."""
        dialing = {attempt.lead_id for attempt in self._tables.open_attempts()}
        given_back = [
            lead_id
            for lead_id, entry in self._tables.leads.items()
            if entry.state == LeadState.LEASED
            and entry.leased_by == engine
            and lead_id not in dialing
        ]
        await self.release(given_back)
        return len(given_back)

    async def remaining(self, campaign_id: CampaignId) -> int:
        """Count the leads that can be dialed now (ready or leased)."""
        return sum(
            entry.lead.campaign_id == campaign_id and entry.state in {"ready", "leased"}
            for entry in self._tables.leads.values()
        )

    async def any_left(self, campaign_id: CampaignId) -> bool:
        """Tell whether the campaign is not through with some lead, now or later."""
        return any(
            entry.lead.campaign_id == campaign_id and entry.state in ALIVE
            for entry in self._tables.leads.values()
        )

    async def pools(self, campaign_id: CampaignId) -> dict[int, str]:  # noqa: ARG002
        """Return what leads are drawn from: all together."""
        return {0: ""}

    async def places(self, campaign_id: CampaignId, pool: int = 0) -> dict[PlaceId, Place]:  # noqa: ARG002
        """Return the places in which the campaign's leads may be."""
        numbers = {
            entry.lead.number
            for entry in self._tables.leads.values()
            if entry.lead.campaign_id == campaign_id
        }
        return {self._tables.place_id(number): place_of(number) for number in numbers}


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


class MemorySessionStore:
    """A `SessionStore` (dialer.ports) in memory."""

    def __init__(self) -> None:
        self.rows: list[tuple[AgentId, str, float, float | None]] = []
        """Agent, node, and when it began and ended; to be looked at by tests."""

    async def begin(self, agent_id: AgentId, at: float, *, node: str) -> None:
        """Record that a session began; nothing if one is open or began then."""
        mine = [row for row in self.rows if row[0] == agent_id]
        if not any(ended is None or began == at for _, _, began, ended in mine):
            self.rows.append((agent_id, node, at, None))

    async def end(self, agent_id: AgentId, at: float) -> None:
        """Record that an open session, if any, ended."""
        for index, (who, node, began, ended) in enumerate(self.rows):
            if who == agent_id and ended is None and began <= at:
                self.rows[index] = (who, node, began, at)

    async def open(self, node: str) -> dict[AgentId, float]:
        """Return the open sessions of a node: agent to when it began."""
        return {
            who: began for who, there, began, ended in self.rows if there == node and ended is None
        }


class MemoryPauseCodes:
    """A `PauseCodes` (dialer.ports) in memory."""

    def __init__(self) -> None:
        self.codes: list[PauseCode] = []
        self.lost = False
        """Set when it is to be as a database that cannot be reached."""

    async def list(self) -> Sequence[PauseCode]:
        """Return the codes."""
        if self.lost:
            raise StoreUnavailable("set so")
        return tuple(self.codes)


class MemoryDecisionStore:
    """A `DecisionStore` (dialer.ports) in memory."""

    def __init__(self) -> None:
        self.samples: list[DecisionSample] = []

    async def record(self, samples: Sequence[DecisionSample]) -> None:
        """Add samples."""
        self.samples += samples


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

    async def set_state(
        self, campaign_id: CampaignId, state: CampaignState, *, starts_at: float | None = None
    ) -> None:
        """Change the state; `BadInput` if there is no such campaign."""
        campaign = self._tables.campaigns.get(campaign_id)
        if campaign is None:
            raise BadInput("campaign", f"there is no {campaign_id!r}", "create it first")
        self._tables.campaigns[campaign_id] = campaign.model_copy(
            update={"state": state, "starts_at": starts_at}
        )

    async def set_settings(self, campaign_id: CampaignId, settings: CampaignSettings) -> None:
        """Change the settings; `BadInput` if there is no such campaign, or it runs."""
        campaign = self._tables.campaigns.get(campaign_id)
        if campaign is None:
            raise BadInput("campaign", f"there is no {campaign_id!r}", "create it first")
        if campaign.state is CampaignState.RUNNING:
            problem = f"{campaign_id!r} is running"
            raise BadInput("campaign", problem, "pause it first: outpace campaigns pause")
        self._tables.campaigns[campaign_id] = campaign.model_copy(update={"settings": settings})


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
                wanted = self._tables.settings(entry.lead.campaign_id).lead_filter
                passes = wanted is None or wanted.matches(entry.lead.attributes)
                entry.state = LeadState.READY if passes else LeadState.FILTERED

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

    def __init__(self, law: DialLaw | None = None) -> None:
        self.tables = Tables()
        self.attempts = MemoryAttemptStore(self.tables, law)
        self.leads = MemoryLeadStore(self.tables)
        self.agents = MemoryAgentStore(self.tables)
        self.sessions = MemorySessionStore()
        self.pause_codes = MemoryPauseCodes()
        self.decisions = MemoryDecisionStore()
        self.campaigns = MemoryCampaignStore(self.tables)
        self.imports = MemoryImportStore(self.tables)

    def add_leads(self, campaign_id: CampaignId, numbers: Iterable[str]) -> list[LeadId]:
        """Give a campaign dialable leads of these numbers (E.164)."""
        entries = [self.tables.add_lead(campaign_id, number, {}, "ready") for number in numbers]
        return [entry.lead.lead_id for entry in entries]
