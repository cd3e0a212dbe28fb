"""Talks for a review: drawn by lot, or due as all of a disposition; and what several have reviewed.

Knows rows. Refuses to know who may hear a talk.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, and_, exists, false, func, or_, select, text, true

from dialer.adapters.sql.attempt_record import FOUND, AttemptRow, attempt_row
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.attempts import RECORDED, attempts
from dialer.adapters.sql.tables.campaigns import campaigns
from dialer.adapters.sql.tables.content import reviews, scorecards
from dialer.domain.ids import AgentId, CampaignId, TenantId

MOST_DRAWN: Final = 50


@dataclass(frozen=True, slots=True)
class Lots:
    """Which talks are in the draw; None: any."""

    scorecard: str
    """By which they are to be reviewed: its name."""
    by: str
    """Who is to review them; what they have reviewed is not drawn."""
    again: bool = False
    """Only talks that others have reviewed, to be compared; else only talks that nobody has."""
    campaign_id: str | None = None
    agent_id: str | None = None
    not_of: str | None = None
    """Not of this agent: who they are themselves."""
    agents: frozenset[AgentId] | None = None
    """Only of these agents: a supervisor's team."""
    disposition: str | None = None
    least_talk_s: float | None = None
    since: float | None = None
    """Dialed from then on."""
    until: float | None = None
    """Dialed before then."""


@dataclass(frozen=True, slots=True)
class Due:
    """Which talks go to review, all of them."""

    codes: Mapping[CampaignId, Collection[str]]
    """Dispositions whose talks do, by campaign."""
    since: float
    """Dialed from then on."""
    agents: frozenset[AgentId] | None = None
    """Only of these agents: a supervisor's team."""
    not_of: str | None = None
    """Not of this agent: who they are themselves."""


@dataclass(frozen=True, slots=True)
class ComparedTalk:
    """A talk that several have reviewed by the same scorecard."""

    attempt_id: str
    agent_id: str | None
    reviews: int
    least_score: float
    greatest_score: float


class SqlReviewDraws:
    """Talks to be reviewed.

    Args:
        reader: for queries.
    """

    def __init__(self, reader: SqlReader) -> None:
        self._reader = reader

    async def draw(self, lots: Lots, count: int, *, tenant_id: TenantId) -> list[AttemptRow]:
        """Return talks by lot: `count` at most, each as likely as any other."""
        query = _in_the_draw(lots, tenant_id).order_by(func.random()).limit(count)
        async with self._reader.connect() as connection:
            return [attempt_row(row) for row in await connection.execute(query)]

    async def due(self, due: Due, *, limit: int, tenant_id: TenantId) -> list[AttemptRow]:
        """Return talks that go to review and of which nobody has begun one, the oldest first."""
        codes = [(campaign, some) for campaign, some in due.codes.items() if some]
        if not codes:
            return []
        query = FOUND.where(
            campaigns.c.tenant_id == tenant_id,
            attempts.c.undialed == false(),
            attempts.c.agent_id.is_not(None),
            attempts.c.dialed_at >= due.since,
            or_(
                *(
                    and_(attempts.c.campaign_id == campaign, attempts.c.disposition.in_(some))
                    for campaign, some in codes
                )
            ),
            ~exists().where(reviews.c.attempt_id == attempts.c.id),
        )
        if due.agents is not None:
            query = query.where(attempts.c.agent_id.in_(due.agents))
        if due.not_of is not None:
            query = query.where(attempts.c.agent_id != due.not_of)
        query = query.order_by(attempts.c.dialed_at, attempts.c.id).limit(limit)
        async with self._reader.connect() as connection:
            return [attempt_row(row) for row in await connection.execute(query)]

    async def compared(
        self,
        scorecard: str,
        *,
        limit: int,
        tenant_id: TenantId,
        agents: frozenset[AgentId] | None = None,
    ) -> list[ComparedTalk]:
        """Return talks that several have reviewed, those furthest apart first.

        Args:
            scorecard: by this one.
            limit: how many at most.
            tenant_id: whose talks.
            agents: only of these.
        """
        least, greatest = func.min(reviews.c.score), func.max(reviews.c.score)
        query = (
            select(attempts.c.id, attempts.c.agent_id, func.count(), least, greatest)
            .select_from(reviews)
            .join(scorecards, scorecards.c.id == reviews.c.scorecard_id)
            .join(attempts, attempts.c.id == reviews.c.attempt_id)
            .where(
                scorecards.c.tenant_id == tenant_id,
                scorecards.c.name == scorecard,
                reviews.c.score.is_not(None),
                true() if agents is None else attempts.c.agent_id.in_(agents),
            )
            .group_by(attempts.c.id, attempts.c.agent_id)
            .having(func.count() > 1)
            .order_by((greatest - least).desc(), attempts.c.id.desc())
            .limit(limit)
        )
        async with self._reader.connect() as connection:
            return [ComparedTalk(*row) for row in await connection.execute(query)]


def _in_the_draw(lots: Lots, tenant_id: TenantId) -> Select[Any]:
    query = FOUND.where(
        campaigns.c.tenant_id == tenant_id,
        text(f"attempts.{RECORDED}"),
        attempts.c.undialed == false(),
        ~_reviewed(lots, tenant_id, reviews.c.by == lots.by),
    )
    others = _reviewed(lots, tenant_id, reviews.c.by != lots.by)
    query = query.where(others if lots.again else ~others)
    if lots.campaign_id is not None:
        query = query.where(attempts.c.campaign_id == lots.campaign_id)
    if lots.agent_id is not None:
        query = query.where(attempts.c.agent_id == lots.agent_id)
    if lots.not_of is not None:
        query = query.where(attempts.c.agent_id != lots.not_of)
    if lots.agents is not None:
        query = query.where(attempts.c.agent_id.in_(lots.agents))
    if lots.disposition is not None:
        query = query.where(attempts.c.disposition == lots.disposition)
    if lots.least_talk_s is not None:
        talk_s = attempts.c.talk_ended_at - attempts.c.connected_at
        query = query.where(talk_s >= lots.least_talk_s)
    if lots.since is not None:
        query = query.where(attempts.c.dialed_at >= lots.since)
    if lots.until is not None:
        query = query.where(attempts.c.dialed_at < lots.until)
    return query


def _reviewed(lots: Lots, tenant_id: TenantId, by: Any) -> Any:
    """Ask whether a talk was reviewed by the scorecard."""
    card = select(scorecards.c.id).where(
        scorecards.c.tenant_id == tenant_id, scorecards.c.name == lots.scorecard
    )
    return exists().where(
        and_(
            reviews.c.attempt_id == attempts.c.id,
            reviews.c.scorecard_id == card.scalar_subquery(),
            by,
        )
    )
