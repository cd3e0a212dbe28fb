"""What a campaign has come to, counted from its committed attempts.

Knows counting. Refuses to know how a figure is shown, and what is a good one. Ratios are those of
docs/glossary.md; an attempt that was certainly never sent is counted apart and nowhere else.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

from sqlalchemy import Row, bindparam, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.reports.scope import snapshot
from dialer.adapters.sql.tables.attempts import attempts
from dialer.adapters.sql.tables.leads import leads
from dialer.domain.ids import AttemptId, CampaignId, LeadId
from dialer.domain.outcome import LIVE_ANSWERS, Outcome

_OF: Final = attempts.c.campaign_id == bindparam("campaign")
_SENT: Final = attempts.c.undialed == false()
_IS_OPEN: Final = attempts.c.ended_at.is_(None)

_COUNTS: Final = (
    select(
        attempts.c.outcome,
        attempts.c.undialed,
        attempts.c.charged,
        func.count().label("attempts"),
        func.min(attempts.c.dialed_at).label("first_dialed_at"),
        func.max(attempts.c.ended_at).label("last_ended_at"),
    )
    .where(_OF)
    .group_by(attempts.c.outcome, attempts.c.undialed, attempts.c.charged)
)
_TALKS: Final = (
    select(
        attempts.c.id,
        attempts.c.answered_at,
        attempts.c.connected_at,
        attempts.c.talk_ended_at,
        attempts.c.recording,
    )
    .where(_OF, or_(attempts.c.connected_at.is_not(None), attempts.c.recording != ""))
    .order_by(attempts.c.id)
)
_OPEN: Final = select(attempts.c.id).where(_OF, _IS_OPEN).order_by(attempts.c.id)
_LEADS: Final = (
    select(leads.c.state, func.count().label("leads"))
    .where(leads.c.campaign_id == bindparam("campaign"))
    .group_by(leads.c.state)
)
_DIALED_TWICE: Final = (
    select(attempts.c.lead_id)
    .where(_OF, _SENT)
    .group_by(attempts.c.lead_id)
    .having(func.count() > 1)
    .order_by(attempts.c.lead_id)
)


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Nearest-rank percentiles of seconds; all 0 when nothing was counted."""

    count: int
    p50_s: float
    p95_s: float
    p99_s: float
    most_s: float


@dataclass(frozen=True, slots=True)
class Recording:
    """One recorded talk."""

    attempt_id: AttemptId
    file: str
    """Name in the recordings folder."""


@dataclass(frozen=True, slots=True)
class CampaignReport:
    """A campaign in figures; times are seconds since the epoch."""

    campaign_id: CampaignId
    leads: Mapping[str, int]
    """Leads by state: "ready", "leased", "dialing", "done", "importing"."""
    attempts: int
    """Dials that were sent, or may have been."""
    undialed: int
    """Attempts that were certainly never sent."""
    by_outcome: Mapping[Outcome, int]
    live_answers: int
    """Answers by a person, and any other attempt that is charged as abandoned."""
    connected: int
    abandoned: int
    """Live answers let go or left in silence, and any other attempt that is charged as such: one
    that was charged and then connected is counted here and there."""
    hung_up_first: int
    connect_latency: Percentiles
    """From the answer to the agent."""
    talk_s: float
    """Seconds of all talks together."""
    first_dialed_at: float | None
    last_ended_at: float | None
    open_attempts: tuple[AttemptId, ...]
    """Attempts without an end."""
    leads_dialed_again: tuple[LeadId, ...]
    """Leads that have more than one attempt."""
    recordings: tuple[Recording, ...]
    talks_unrecorded: tuple[AttemptId, ...]
    """Attempts that talked with an agent and have no recording."""

    @property
    def abandon_rate(self) -> float:
        """Abandoned / live answers, 0..1; 0 without live answers."""
        return self.abandoned / self.live_answers if self.live_answers else 0.0

    @property
    def answer_rate(self) -> float:
        """Live answers / dials, 0..1; 0 without dials."""
        return self.live_answers / self.attempts if self.attempts else 0.0


class SqlReports:
    """Reports from the database, each from one consistent moment.

    Args:
        reader: for queries.
    """

    def __init__(self, reader: SqlReader) -> None:
        self._reader = reader

    async def campaign(self, campaign_id: CampaignId) -> CampaignReport:
        """Count a campaign's attempts; of an unknown campaign, none."""
        async with snapshot(self._reader) as connection:
            counts = await _rows(connection, _COUNTS, campaign_id)
            talks = await _rows(connection, _TALKS, campaign_id)
            still_open = await _rows(connection, _OPEN, campaign_id)
            states = await _rows(connection, _LEADS, campaign_id)
            again = await _rows(connection, _DIALED_TWICE, campaign_id)
        sent = [row for row in counts if not row.undialed]
        outcomes = Counter[Outcome]()
        for row in sent:
            if row.outcome is not None:
                outcomes[Outcome(row.outcome)] += row.attempts
        connected = [row for row in talks if row.connected_at is not None]
        return CampaignReport(
            campaign_id=campaign_id,
            leads={row.state: row.leads for row in states},
            attempts=sum(row.attempts for row in sent),
            undialed=sum(row.attempts for row in counts if row.undialed),
            by_outcome=dict(outcomes),
            live_answers=sum(row.attempts for row in sent if _is_live(row)),
            connected=outcomes[Outcome.CONNECTED],
            abandoned=sum(row.attempts for row in sent if _is_abandoned(row)),
            hung_up_first=outcomes[Outcome.HUNG_UP_WAITING],
            connect_latency=percentiles(
                [row.connected_at - row.answered_at for row in connected if row.answered_at]
            ),
            talk_s=sum(
                row.talk_ended_at - row.connected_at for row in connected if row.talk_ended_at
            ),
            first_dialed_at=min((row.first_dialed_at for row in sent), default=None),
            last_ended_at=max(
                (row.last_ended_at for row in sent if row.last_ended_at), default=None
            ),
            open_attempts=tuple(AttemptId(row.id) for row in still_open),
            leads_dialed_again=tuple(LeadId(row.lead_id) for row in again),
            recordings=tuple(
                Recording(AttemptId(row.id), row.recording) for row in talks if row.recording
            ),
            talks_unrecorded=tuple(AttemptId(row.id) for row in connected if not row.recording),
        )


def percentiles(seconds: Sequence[float]) -> Percentiles:
    """Return the nearest-rank percentiles of some durations."""
    ranked = sorted(seconds)
    if not ranked:
        return Percentiles(0, 0.0, 0.0, 0.0, 0.0)

    def at(share: float) -> float:
        return ranked[ceil(share * len(ranked)) - 1]

    return Percentiles(len(ranked), at(0.5), at(0.95), at(0.99), ranked[-1])


def _is_live(row: Row[Any]) -> bool:
    return row.outcome in LIVE_ANSWERS or bool(row.charged)


def _is_abandoned(row: Row[Any]) -> bool:
    return row.outcome == Outcome.ABANDONED or bool(row.charged)


async def _rows(
    connection: AsyncConnection, query: Any, campaign_id: CampaignId
) -> Sequence[Row[Any]]:
    return (await connection.execute(query, {"campaign": campaign_id})).all()
