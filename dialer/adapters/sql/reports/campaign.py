"""What each campaign came to in a range of time, and its abandon rate as the laws measure it.

Knows counting. Refuses to know how a figure is shown, and what is a good one.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Row, func, select

from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.reports.scope import SENT, Scope, campaigns_of, dialed_in, snapshot
from dialer.adapters.sql.reports.tally import IS_ABANDONED, IS_LIVE, Tally, counted
from dialer.adapters.sql.tables.attempts import attempts
from dialer.domain.ids import CampaignId
from dialer.domain.legal_windows import Window, calendar_month, rolling_day, thirty_day_block
from dialer.domain.meaning import Meaning
from dialer.domain.outcome import LIVE_ANSWERS, Outcome

# One narrow pass: all figures follow from how often each of these came together.
_KINDS: Final = (
    attempts.c.campaign_id,
    attempts.c.undialed,
    attempts.c.outcome,
    attempts.c.charged,
    attempts.c.disposition,
    attempts.c.meaning,
)


@dataclass(frozen=True, slots=True)
class Abandons:
    """The abandon rate over one window of a law."""

    name: str
    """24 h, 30 days or month."""
    window: Window
    live_answers: int
    abandoned: int

    @property
    def abandon_rate(self) -> float:
        """Abandoned / live answers, 0..1; 0 without live answers."""
        return self.abandoned / self.live_answers if self.live_answers else 0.0


@dataclass(frozen=True, slots=True)
class CampaignFigures:
    """One campaign over a range of time."""

    campaign_id: CampaignId
    name: str
    tally: Tally
    undialed: int
    """Attempts that were certainly never sent; nowhere else counted."""
    unfinished: int
    """Attempts without an end yet."""
    by_outcome: Mapping[Outcome, int]
    by_disposition: Mapping[str, int]
    """Without the attempts of which nothing was said."""


async def campaign_report(reader: SqlReader, scope: Scope) -> tuple[CampaignFigures, ...]:
    """Count the attempts of each campaign of a scope, oldest campaign first."""
    async with snapshot(reader) as connection:
        found = await campaigns_of(connection, scope)
        query = select(
            *_KINDS, func.count().label("attempts"), func.sum(attempts.c.amount).label("amount")
        )
        counting = query.where(dialed_in(scope, found)).group_by(*_KINDS)
        rows = (await connection.execute(counting)).all()
    by_campaign = defaultdict[str, list[Row[Any]]](list)
    for row in rows:
        by_campaign[row.campaign_id].append(row)
    return tuple(
        _figures(campaign.campaign_id, campaign.name, by_campaign[campaign.campaign_id])
        for campaign in found
    )


async def abandons(
    reader: SqlReader, scope: Scope, zone: ZoneInfo
) -> Mapping[CampaignId, tuple[Abandons, ...]]:
    """Return the abandon rates of each campaign over the windows in which the scope ends.

    The last 24 hours; the block of 30 days, counted from the campaign's creation; the calendar
    month of the zone. Nothing after the scope's end is counted.
    """
    told: dict[CampaignId, tuple[Abandons, ...]] = {}
    async with snapshot(reader) as connection:
        for campaign in await campaigns_of(connection, scope):
            windows = {
                "24 h": rolling_day(scope.end),
                "30 days": thirty_day_block(campaign.created_at, scope.end),
                "month": calendar_month(scope.end, zone),
            }
            rates = []
            for name, window in windows.items():
                part = replace(scope, begin=window.begin, end=min(window.end, scope.end))
                row = (
                    await connection.execute(
                        select(counted("live", IS_LIVE), counted("abandoned", IS_ABANDONED)).where(
                            dialed_in(part, [campaign]), SENT
                        )
                    )
                ).one()
                rates.append(Abandons(name, window, row.live, row.abandoned))
            told[campaign.campaign_id] = tuple(rates)
    return told


def _figures(campaign_id: CampaignId, name: str, rows: list[Row[Any]]) -> CampaignFigures:
    outcomes = Counter[Outcome]()
    said = Counter[str]()
    tally = Tally()
    unfinished = 0
    for row in rows:
        if row.undialed:
            continue
        tally += _tally(row)
        if row.disposition:
            said[row.disposition] += row.attempts
        if row.outcome is None:
            unfinished += row.attempts
        else:
            outcomes[Outcome(row.outcome)] += row.attempts
    return CampaignFigures(
        campaign_id=campaign_id,
        name=name,
        tally=tally,
        undialed=sum(row.attempts for row in rows if row.undialed),
        unfinished=unfinished,
        by_outcome=dict(outcomes.most_common()),
        by_disposition=dict(said.most_common()),
    )


def _tally(row: Row[Any]) -> Tally:
    count = row.attempts
    live = row.outcome in LIVE_ANSWERS or row.charged
    abandoned = row.outcome == Outcome.ABANDONED or row.charged
    sale = row.meaning & Meaning.SALE
    return Tally(
        attempts=count,
        live_answers=count if live else 0,
        connects=count if row.outcome == Outcome.CONNECTED else 0,
        abandoned=count if abandoned else 0,
        contacts=count if row.meaning & Meaning.CONTACT else 0,
        sales=count if sale else 0,
        amount=(row.amount or 0.0) if sale else 0.0,
    )
