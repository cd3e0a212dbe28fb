"""What each list, and each source of lists, has come to: how far it is dialed and what it brought.

Leads and their states are as of now; attempts are those of the range. A list's own cost is counted
whole, whatever the range. Refuses to know which list is dialed next.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import ColumnElement, Select, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.reports.carrier import carrier_use
from dialer.adapters.sql.reports.scope import SENT, Scope, campaigns_of, dialed_in, snapshot
from dialer.adapters.sql.reports.tally import NOTHING, TALLY, Tally, tally_of
from dialer.adapters.sql.tables.attempts import attempts
from dialer.adapters.sql.tables.leads import lead_lists, leads
from dialer.domain.ids import CampaignId, ListId

# Written into the statement: SQLite uses a partial index only if it can see its words.
_EXIST: Final = leads.c.state != literal_column("'importing'")
_DIALED: Final = func.count().filter(leads.c.attempts > 0).label("dialed")


@dataclass(frozen=True, slots=True)
class ListFigures:
    """One list, or all lists of one source."""

    name: str
    """Of the list or of the source."""
    source: str
    list_id: ListId | None = None
    """None of a source."""
    campaign_id: CampaignId | None = None
    list_cost: float = 0.0
    carrier_cost: float = 0.0
    unrated_calls: int = 0
    """Answered calls that no rate fits: their cost is missing."""
    leads: int = 0
    dialed: int = 0
    """Leads that were dialed at least once."""
    by_state: Mapping[str, int] = field(default_factory=dict)
    tally: Tally = NOTHING

    @property
    def penetration(self) -> float:
        """Leads dialed at least once / leads, 0..1; 0 without leads."""
        return self.dialed / self.leads if self.leads else 0.0

    @property
    def cost(self) -> float:
        """Of the list and of the carrier."""
        return self.list_cost + self.carrier_cost

    @property
    def cost_per_contact(self) -> float | None:
        """Cost / contacts; None without contacts."""
        return self.cost / self.tally.contacts if self.tally.contacts else None

    @property
    def cost_per_sale(self) -> float | None:
        """Cost / sales; None without sales."""
        return self.cost / self.tally.sales if self.tally.sales else None


@dataclass(frozen=True, slots=True)
class ListsReport:
    """Lists in the order of their import, and sources by name."""

    lists: tuple[ListFigures, ...]
    sources: tuple[ListFigures, ...]


@dataclass(slots=True)
class _Carrier:
    cost: float = 0.0
    unrated: int = 0


async def lists_report(reader: SqlReader, scope: Scope) -> ListsReport:
    """Count the leads and attempts of each list of a scope.

    Raises:
        BadInput: a trunk's rate table is wrong.
    """
    async with snapshot(reader) as connection:
        found = await campaigns_of(connection, scope)
        where = dialed_in(scope, found)
        of = [campaign.campaign_id for campaign in found]
        listed = select(lead_lists).where(lead_lists.c.campaign_id.in_(of))
        if scope.list_id is not None:
            listed = listed.where(lead_lists.c.id == scope.list_id)
        rows = (await connection.execute(listed.order_by(lead_lists.c.id))).all()
        states = await _states(connection, scope, of)
        tallies = {row.list_id: tally_of(row) for row in await connection.execute(by_list(where))}
        costs: dict[int, _Carrier] = {}
        async for use in carrier_use(connection, scope, found, key=attempts.c.list_id):
            cost = costs.setdefault(use.key, _Carrier())
            cost.cost += use.cost
            cost.unrated += use.calls if use.beginning is None else 0
    figures = []
    for row in rows:
        by_state, dialed = states.get(row.id, ({}, 0))
        cost = costs.get(row.id, _Carrier())
        figures.append(
            ListFigures(
                name=row.name,
                source=row.source,
                list_id=ListId(row.id),
                campaign_id=CampaignId(row.campaign_id),
                list_cost=row.cost,
                carrier_cost=cost.cost,
                unrated_calls=cost.unrated,
                leads=sum(by_state.values()),
                dialed=dialed,
                by_state=by_state,
                tally=tallies.get(row.id, NOTHING),
            )
        )
    return ListsReport(tuple(figures), _by_source(figures))


def by_list(where: ColumnElement[bool]) -> Select[tuple[int, ...]]:
    """Return the query of tallies by list."""
    return select(attempts.c.list_id, *TALLY).where(where, SENT).group_by(attempts.c.list_id)


async def _states(
    connection: AsyncConnection, scope: Scope, of: list[CampaignId]
) -> dict[int, tuple[dict[str, int], int]]:
    """Return the leads of each list by state, and how many were dialed."""
    query = select(leads.c.list_id, leads.c.state, func.count().label("leads"), _DIALED)
    query = query.where(leads.c.campaign_id.in_(of), _EXIST)
    if scope.list_id is not None:
        query = query.where(leads.c.list_id == scope.list_id)
    found: dict[int, tuple[dict[str, int], int]] = {}
    for row in await connection.execute(query.group_by(leads.c.list_id, leads.c.state)):
        by_state, dialed = found.get(row.list_id, ({}, 0))
        found[row.list_id] = ({**by_state, row.state: row.leads}, dialed + row.dialed)
    return found


def _by_source(lists: Iterable[ListFigures]) -> tuple[ListFigures, ...]:
    sources: dict[str, ListFigures] = {}
    for one in lists:
        before = sources.get(one.source, ListFigures(one.source, one.source))
        states = {
            state: before.by_state.get(state, 0) + one.by_state.get(state, 0)
            for state in (*before.by_state, *one.by_state)
        }
        sources[one.source] = ListFigures(
            name=one.source,
            source=one.source,
            list_cost=before.list_cost + one.list_cost,
            carrier_cost=before.carrier_cost + one.carrier_cost,
            unrated_calls=before.unrated_calls + one.unrated_calls,
            leads=before.leads + one.leads,
            dialed=before.dialed + one.dialed,
            by_state=states,
            tally=before.tally + one.tally,
        )
    return tuple(sources[name] for name in sorted(sources))
