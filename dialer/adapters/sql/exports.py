"""Leads with their results, and call records, in pages by key.

Each page is one snapshot: what changes while an export runs may be in it as it was before or after,
but no row is missed or comes twice, and what is added meanwhile is left out. Refuses to know files,
and who may see a number.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, Select, and_, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.reports.scope import SENT, Scope, snapshot
from dialer.adapters.sql.tables.attempts import attempts, rule_sets
from dialer.adapters.sql.tables.leads import lead_lists, leads
from dialer.domain.exported import Cell, ExportColumn, Kind, Line, named_apart
from dialer.domain.meaning import Meaning
from dialer.errors import BadInput

PAGE: Final = 2000
"""Rows of one page."""

_EXISTS: Final = leads.c.state != literal_column("'importing'")

LEAD_COLUMNS: Final = (
    ExportColumn("lead_id", Kind.WHOLE),
    ExportColumn("list"),
    ExportColumn("source"),
    ExportColumn("number", private=True),
    ExportColumn("state"),
    ExportColumn("why"),
    ExportColumn("attempts", Kind.WHOLE),
    ExportColumn("last_outcome"),
    ExportColumn("last_disposition"),
    ExportColumn("last_call_at", Kind.MOMENT),
)

_TIMES: Final = (
    "dialed_at",
    "rang_at",
    "answered_at",
    "connected_at",
    "talk_ended_at",
    "ended_at",
)
_MEANINGS: Final = tuple((str(flag.name).lower(), flag) for flag in Meaning)
_PLAIN: Final = ("agent_id", "trunk", "caller_id", "ended_by", "recording")

CALL_COLUMNS: Final = (
    ExportColumn("attempt_id"),
    ExportColumn("lead_id", Kind.WHOLE),
    ExportColumn("list"),
    ExportColumn("number", private=True),
    *(ExportColumn(name, Kind.MOMENT) for name in _TIMES),
    ExportColumn("outcome"),
    ExportColumn("undialed", Kind.FLAG),
    ExportColumn("charged", Kind.FLAG),
    ExportColumn("disposition"),
    *(ExportColumn(name, Kind.FLAG) for name, _ in _MEANINGS),
    ExportColumn("amount", Kind.NUMBER),
    *(ExportColumn(name) for name in _PLAIN),
    ExportColumn("rules"),
)


@dataclass(frozen=True, slots=True)
class Export:
    """A table on its way: its columns, and its lines page by page."""

    columns: tuple[ExportColumn, ...]
    pages: AsyncIterator[list[Line]]


class SqlExports:
    """Exports from one database.

    Args:
        reader: for queries.
        page: rows of one page.
    """

    def __init__(self, reader: SqlReader, *, page: int = PAGE) -> None:
        self._reader = reader
        self._page = page

    async def leads(self, scope: Scope, *, called_only: bool) -> Export:
        """Return the leads of the scope's campaign.

        Args:
            scope: names a campaign, and perhaps a list.
            called_only: leave out who was not called last within the scope's time.
        """
        of = _of(scope)
        async with snapshot(self._reader) as connection:
            ends = select(func.min(leads.c.id).label("first"), func.max(leads.c.id).label("last"))
            found = (await connection.execute(ends.where(of))).one()
            names = await _attribute_names(connection, of)
        keys = (found.first or 0, found.last or 0)
        columns = named_apart(names, (column.name for column in LEAD_COLUMNS))
        return Export(
            (
                *LEAD_COLUMNS,
                *(ExportColumn(column, from_list=True) for column in columns.values()),
            ),
            self._lead_pages(of, keys, names, scope if called_only else None),
        )

    def calls(self, scope: Scope) -> Export:
        """Return the attempts of the scope's campaign, by the time they were dialed."""
        return Export(CALL_COLUMNS, self._call_pages(scope))

    async def _lead_pages(
        self, of: Any, keys: tuple[int, int], names: Sequence[str], called: Scope | None
    ) -> AsyncIterator[list[Line]]:
        first, last = keys
        after = first - 1
        while after < last:
            async with snapshot(self._reader) as connection:
                rows = (await connection.execute(lead_page(of, after, last, self._page))).all()
                calls = await _last_calls(connection, [row.id for row in rows])
            if not rows:
                return
            after = rows[-1].id
            yield [
                _lead_line(row, calls.get(row.id), names)
                for row in rows
                if called is None or _is_within(calls.get(row.id), called)
            ]

    async def _call_pages(self, scope: Scope) -> AsyncIterator[list[Line]]:
        at, after = scope.begin, ""
        while True:
            async with self._reader.connect() as connection:
                query = call_page(scope, at, after, self._page)
                rows = (await connection.execute(query)).all()
            if not rows:
                return
            at, after = rows[-1].dialed_at, rows[-1].id
            yield [_call_line(row) for row in rows]


def lead_page(of: Any, after: int, last: int, most: int) -> Select[Any]:
    """Return the query of the leads behind one."""
    return (
        select(
            leads.c.id,
            lead_lists.c.name.label("list"),
            lead_lists.c.source,
            leads.c.number,
            leads.c.state,
            leads.c.why,
            leads.c.attempts,
            leads.c.last_outcome,
            leads.c.attributes,
        )
        .join(lead_lists, lead_lists.c.id == leads.c.list_id)
        .where(of, leads.c.id > after, leads.c.id <= last)
        .order_by(leads.c.id)
        .limit(most)
    )


def call_page(scope: Scope, at: float, after: str, most: int) -> Select[Any]:
    """Return the query of the attempts behind one."""
    query = (
        select(attempts, lead_lists.c.name.label("list"), rule_sets.c.rule_ids)
        .join(lead_lists, lead_lists.c.id == attempts.c.list_id)
        .outerjoin(rule_sets, rule_sets.c.id == attempts.c.rule_set)
        .where(
            attempts.c.campaign_id == scope.campaign_id,
            attempts.c.dialed_at >= at,
            attempts.c.dialed_at < scope.end,
            or_(attempts.c.dialed_at > at, attempts.c.id > after),
        )
        .order_by(attempts.c.dialed_at, attempts.c.id)
        .limit(most)
    )
    if scope.list_id is not None:
        query = query.where(attempts.c.list_id == scope.list_id)
    return query


def _of(scope: Scope) -> Any:
    if scope.campaign_id is None:
        raise BadInput("campaign", "an export is of one campaign", "name it")
    found = and_(leads.c.campaign_id == scope.campaign_id, _EXISTS)
    return found if scope.list_id is None else and_(found, leads.c.list_id == scope.list_id)


async def _attribute_names(connection: AsyncConnection, of: Any) -> list[str]:
    """Return the names of all attributes that the leads have, in order."""
    if connection.dialect.name == "postgresql":
        keys = select(func.jsonb_object_keys(leads.c.attributes).label("key")).where(of)
    else:
        each = func.json_each(leads.c.attributes).table_valued("key")
        keys = select(each.c.key).select_from(leads).join(each, literal_column("1") == 1).where(of)
    return sorted(row.key for row in await connection.execute(keys.distinct()))


async def _last_calls(connection: AsyncConnection, ids: Sequence[int]) -> Mapping[int, Any]:
    """Return the last attempt that was sent on each lead."""
    rows = await connection.execute(
        select(attempts.c.lead_id, attempts.c.dialed_at, attempts.c.disposition)
        .where(attempts.c.lead_id.in_(ids), SENT)
        .order_by(attempts.c.lead_id, attempts.c.dialed_at, attempts.c.id)
    )
    return {row.lead_id: row for row in rows}


def _is_within(call: Any, scope: Scope) -> bool:
    return call is not None and scope.begin <= call.dialed_at < scope.end


def _lead_line(row: Row[Any], call: Any, names: Sequence[str]) -> Line:
    return [
        row.id,
        row.list,
        row.source,
        row.number,
        row.state,
        row.why,
        row.attempts,
        row.last_outcome,
        None if call is None else call.disposition,
        None if call is None else call.dialed_at,
        *(_text(row.attributes.get(name)) for name in names),
    ]


def _call_line(row: Row[Any]) -> Line:
    values = row._mapping
    return [
        row.id,
        row.lead_id,
        row.list,
        row.number,
        *(values[name] for name in _TIMES),
        row.outcome,
        row.undialed,
        row.charged,
        row.disposition,
        *(bool(row.meaning & flag) for _, flag in _MEANINGS),
        row.amount,
        *(values[name] for name in _PLAIN),
        " ".join(row.rule_ids or ()),
    ]


def _text(value: Any) -> Cell:
    return None if value is None else str(value)
