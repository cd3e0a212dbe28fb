"""What a campaign has left behind: its record, the switch's own journal, recordings, channels.

Read from the files as they are, not through the engine that wrote them. Refuses to judge.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from sqlalchemy import select

from dialer.adapters.asterisk.journal import parse_line
from dialer.adapters.sql import postgresql
from dialer.adapters.sql.address import DatabaseAddress, sqlite_path
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.report import CampaignReport, SqlReports
from dialer.adapters.sql.sqlite import reading_engine
from dialer.adapters.sql.tables.attempts import attempts
from dialer.adapters.sql.tables.people import agent_log
from dialer.domain.agentflow import AgentState
from dialer.domain.booking import JournalEntry
from dialer.domain.ids import CampaignId, is_attempt_id, is_leg_id
from dialer.domain.outcome import Outcome
from dialer.settings import NodeSettings
from simulation.carrier.plan import Line

_AWAY: Final = frozenset({AgentState.OFFLINE, AgentState.CALLING, AgentState.PAUSED})
_BUSY: Final = frozenset({AgentState.TALKING, AgentState.WRAP_UP})


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One attempt as committed; times are seconds since the epoch."""

    attempt_id: str
    lead_id: int
    number: str
    outcome: Outcome | None
    """None: it has no end."""
    undialed: bool = False
    answered_at: float | None = None
    connected_at: float | None = None
    talk_ended_at: float | None = None
    agent_id: str | None = None
    recording: str = ""
    disposition: str = ""
    """What the agent said of the talk."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that the checks look at."""

    attempts: Sequence[AttemptRow]
    journal: Mapping[str, Sequence[JournalEntry]]
    """The switch's entries by channel, oldest first; attempts and agents' legs."""
    lines: Mapping[str, Line]
    """What the network does, by number."""
    agent_tones_hz: Mapping[str, int]
    recordings: Path
    network_calls: int
    """Calls the carrier has taken, agents' phones included."""
    channels_left: Mapping[str, int]
    pacing_faults: int
    told: Mapping[str, int]
    """Attempts by outcome, as the service's own report tells them over REST."""

    @property
    def sent(self) -> list[AttemptRow]:
        """The attempts that were sent, or may have been."""
        return [row for row in self.attempts if not row.undialed]

    @property
    def answered_legs(self) -> int:
        """How often an agent's phone was called and answered."""
        return sum(
            1
            for channel_id, entries in self.journal.items()
            if is_leg_id(channel_id) and first(entries, "ANSWER") is not None
        )


@dataclass(frozen=True, slots=True)
class AgentTime:
    """Seconds of all agents together."""

    logged_in_s: float
    """Without pauses."""
    talk_s: float
    busy_s: float
    """Talk and wrap-up."""

    @property
    def occupancy_rate(self) -> float:
        """(talk + wrap-up) / (logged in - paused), 0..1."""
        return self.busy_s / self.logged_in_s if self.logged_in_s else 0.0


@dataclass(frozen=True, slots=True)
class Record:
    """What the database holds of a campaign."""

    report: CampaignReport
    attempts: Sequence[AttemptRow]
    agents: AgentTime


async def read_record(settings: NodeSettings, campaign_id: CampaignId) -> Record:
    """Read a campaign from the node's database; nobody may be writing any more."""
    reader = _reader(settings.database)
    try:
        return Record(
            await SqlReports(reader).campaign(campaign_id),
            await _attempts(reader, campaign_id),
            await _agent_time(reader),
        )
    finally:
        await reader.close()


def _reader(database: str) -> SqlReader:
    address = DatabaseAddress.of(database)
    if address.url is not None:
        return SqlReader(postgresql.engine(address.url))
    return SqlReader(reading_engine(sqlite_path(database)))


def read_journal(path: Path) -> dict[str, list[JournalEntry]]:
    """Read the whole journal: our channels' entries, oldest first."""
    entries: dict[str, list[JournalEntry]] = {}
    if not path.exists():
        return entries
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        entry = parse_line(line)
        if entry is not None and (is_attempt_id(entry.channel_id) or is_leg_id(entry.channel_id)):
            entries.setdefault(entry.channel_id, []).append(entry)
    return entries


def first(entries: Sequence[JournalEntry], event: str) -> float | None:
    """Return when an event happened first; None if it did not."""
    return next((entry.at for entry in entries if entry.event == event), None)


async def _attempts(reader: SqlReader, campaign_id: CampaignId) -> list[AttemptRow]:
    query = select(attempts).where(attempts.c.campaign_id == campaign_id).order_by(attempts.c.id)
    async with reader.connect() as connection:
        rows = (await connection.execute(query)).all()
    return [
        AttemptRow(
            attempt_id=row.id,
            lead_id=row.lead_id,
            number=row.number,
            outcome=Outcome(row.outcome) if row.ended_at is not None else None,
            undialed=bool(row.undialed),
            answered_at=row.answered_at,
            connected_at=row.connected_at,
            talk_ended_at=row.talk_ended_at,
            agent_id=row.agent_id,
            recording=row.recording,
            disposition=row.disposition,
        )
        for row in rows
    ]


async def _agent_time(reader: SqlReader) -> AgentTime:
    """Add up the agents' states, each from one entry of the log to the next."""
    query = select(agent_log.c.agent_id, agent_log.c.state, agent_log.c.since).order_by(
        agent_log.c.agent_id, agent_log.c.since, agent_log.c.id
    )
    async with reader.connect() as connection:
        rows = (await connection.execute(query)).all()
    spent = dict.fromkeys(AgentState, 0.0)
    for now, then in pairwise(rows):
        if now.agent_id == then.agent_id:
            spent[AgentState(now.state)] += then.since - now.since
    return AgentTime(
        logged_in_s=sum(seconds for state, seconds in spent.items() if state not in _AWAY),
        talk_s=spent[AgentState.TALKING],
        busy_s=sum(seconds for state, seconds in spent.items() if state in _BUSY),
    )
