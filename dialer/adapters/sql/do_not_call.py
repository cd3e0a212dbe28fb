"""The do-not-call list in SQL: entries by scope, and what they do to leads.

An entry and its effect on leads are one transaction, under the numbers' locks: no attempt is
recorded after an entry. Refuses to know how lists are read, and which rules ask for their age.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Update,
    case,
    delete,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from dialer.adapters.sql.audit import note_in
from dialer.adapters.sql.giving_way import transact_giving_way
from dialer.adapters.sql.lead_events import lead_done
from dialer.adapters.sql.number_events import NewEntries, tell_entered, tenants_of
from dialer.adapters.sql.number_locks import lock_numbers
from dialer.adapters.sql.outbox_steps import OutboxSteps
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.campaigns import campaigns
from dialer.adapters.sql.tables.law import EVERYWHERE, do_not_call
from dialer.adapters.sql.tables.leads import lead_numbers, leads
from dialer.adapters.sql.tables.people import tenants
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.ids import MAIN_TENANT
from dialer.domain.recycling_history import NumberState
from dialer.domain.webhook import Topic
from dialer.errors import BadInput

SLICE: Final = 500
"""Numbers entered in one transaction."""

DO_NOT_CALL: Final = "do_not_call"
"""Last outcome of a lead whose number was entered."""

_TAKEN_OFF: Final = ("ready", "waiting", "leased", "owned")
"""States of leads that an entry ends. One that is being dialed ends with its attempt."""

_PAGE: Final = 1_000

_INSERT: Final = upsert(do_not_call)
# An entry never becomes shorter by being entered again.
_ENTER: Final = _INSERT.on_conflict_do_update(
    index_elements=["number", "scope"],
    set_={
        "expires_at": case(
            (
                or_(do_not_call.c.expires_at.is_(None), _INSERT.excluded.expires_at.is_(None)),
                None,
            ),
            (
                do_not_call.c.expires_at < _INSERT.excluded.expires_at,
                _INSERT.excluded.expires_at,
            ),
            else_=do_not_call.c.expires_at,
        )
    },
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; times are epoch seconds."""

    number: str
    scope: str
    source: str
    at: float
    expires_at: float | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """What came of entering numbers."""

    new: int
    """Numbers that were not in that scope before."""
    leads: int
    """Leads that are done with it."""

    def __add__(self, other: "Entered") -> "Entered":
        return Entered(self.new + other.new, self.leads + other.leads)


class SqlDoNotCall:
    """The do-not-call list.

    Args:
        writer: commits; must be running.
        reader: for queries.
        outbox: tells whom it concerns.
    """

    def __init__(
        self, writer: SqlWriter, reader: SqlReader, *, outbox: OutboxSteps | None = None
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._outbox = outbox or OutboxSteps()

    async def add(
        self,
        numbers: Sequence[str],
        *,
        scope: str = EVERYWHERE,
        source: str,
        at: float,
        expires_at: float | None = None,
        by: str | None = None,
        tenant_id: str = MAIN_TENANT,
    ) -> Entered:
        """Enter numbers, and end their leads; a number that is there already stays as it is.

        Args:
            numbers: E.164; any count, committed some hundreds at a time.
            scope: `check_scope` says which there are.
            source: who says so: a person, a list, a key pressed.
            at: now, epoch seconds.
            expires_at: when it ends; None: never. The later of two holds.
            by: who enters them by hand; audited if given.
            tenant_id: in whose log that is noted.

        Raises:
            BadInput: the scope names nothing.
        """
        await self.check_scope(scope)
        if expires_at is not None and expires_at <= at:
            raise BadInput("expires", "is not in the future", "give a later date")
        entered = Entered(0, 0)
        wanted = sorted(set(numbers))
        for start in range(0, len(wanted), SLICE):
            part = wanted[start : start + SLICE]

            def work(connection: Connection, part: Sequence[str] = part) -> Entered:
                lock_numbers(connection, part)
                entries = NewEntries(part, scope, source, at, expires_at)
                done = _enter(connection, self._outbox, entries)
                if by is not None:
                    detail = {"scope": scope, "source": source, "numbers": list(part)}
                    subject = part[0] if len(part) == 1 else f"{len(part)} numbers"
                    note_in(
                        connection,
                        by=by,
                        action="do_not_call_add",
                        subject=subject,
                        detail=detail,
                        at=at,
                        tenant_id=tenant_id,
                    )
                return done

            entered += await transact_giving_way(self._writer, work)
        return entered

    async def remove(
        self,
        numbers: Sequence[str],
        *,
        scope: str = EVERYWHERE,
        by: str,
        reason: str,
        at: float,
        tenant_id: str = MAIN_TENANT,
    ) -> int:
        """Take numbers out of a scope; returns how many were in it. Ended leads stay ended."""
        removed = 0
        for start in range(0, len(numbers), SLICE):
            part = list(numbers[start : start + SLICE])

            def work(connection: Connection, part: list[str] = part) -> int:
                gone = delete(do_not_call).where(
                    do_not_call.c.number.in_(part), do_not_call.c.scope == scope
                )
                numbers = sorted(
                    connection.execute(gone.returning(do_not_call.c.number)).scalars().all()
                )
                if numbers:
                    note_in(
                        connection,
                        by=by,
                        action="do_not_call_remove",
                        subject=numbers[0] if len(numbers) == 1 else f"{len(numbers)} numbers",
                        detail={"scope": scope, "reason": reason, "numbers": numbers},
                        at=at,
                        tenant_id=tenant_id,
                    )
                return len(numbers)

            removed += await transact_giving_way(self._writer, work)
        return removed

    async def check(self, number: str, *, at: float, tenant_id: str | None = None) -> list[Entry]:
        """Return the entries of a number (E.164) that hold at an instant.

        Args:
            number: E.164.
            at: the instant, epoch seconds.
            tenant_id: only those that hold for this tenant or one of its campaigns; None: all.
        """
        holds = or_(do_not_call.c.expires_at.is_(None), do_not_call.c.expires_at > at)
        query = select(do_not_call).where(do_not_call.c.number == number, holds)
        if tenant_id is not None:
            query = query.where(_of(tenant_id, everywhere=True))
        async with self._reader.connect() as connection:
            rows = (await connection.execute(query.order_by(do_not_call.c.scope))).all()
        return [_entry(row) for row in rows]

    async def entries(self, *, scope: str | None = None) -> AsyncIterator[Entry]:
        """Yield all entries, or those of a scope, in the order in which they were made."""
        query = select(do_not_call)
        if scope is not None:
            query = query.where(do_not_call.c.scope == scope)
        async for rows in self._reader.pages(query, do_not_call.c.id, _PAGE):
            for row in rows:
                yield _entry(row)

    async def page(
        self, *, tenant_id: str, everywhere: bool, scope: str = "", after: int, most: int
    ) -> list[tuple[int, Entry]]:
        """Return entries of a tenant with their ids, in the order in which they were made.

        Args:
            tenant_id: of it, or of one of its campaigns.
            everywhere: those that hold for all tenants as well.
            scope: only of this one.
            after: only those with a greater id.
            most: how many at most.
        """
        query = select(do_not_call).where(
            _of(tenant_id, everywhere=everywhere), do_not_call.c.id > after
        )
        if scope:
            query = query.where(do_not_call.c.scope == scope)
        async with self._reader.connect() as connection:
            rows = await connection.execute(query.order_by(do_not_call.c.id).limit(most))
            return [(row.id, _entry(row)) for row in rows]

    async def check_scope(self, scope: str) -> None:
        """Refuse a scope that names nothing: its entries would keep nobody from being called.

        Raises:
            BadInput: it is neither "*" nor "tenant:ID" nor "campaign:ID" of one that exists.
        """
        kind, colon, named = scope.partition(":")
        if scope == EVERYWHERE:
            return
        table = {"tenant": tenants, "campaign": campaigns}.get(kind)
        if table is None or not colon:
            raise BadInput("scope", f"{scope!r} is none", "use *, tenant:ID or campaign:ID")
        async with self._reader.connect() as connection:
            found = (
                await connection.execute(select(table.c.id).where(table.c.id == named))
            ).first()
        if found is None:
            raise BadInput("scope", f"there is no {kind} {named!r}", "name one by its id")


def _enter(connection: Connection, outbox: OutboxSteps, entries: NewEntries) -> Entered:
    """Enter numbers, of which some may be there."""
    numbers, scope, at = entries.numbers, entries.scope, entries.at
    in_scope = select(do_not_call.c.number).where(
        do_not_call.c.number.in_(numbers), do_not_call.c.scope == scope
    )
    before = set(connection.execute(in_scope).scalars())
    said = {
        "scope": scope,
        "source": entries.source,
        "at": at,
        "expires_at": entries.expires_at,
    }
    connection.execute(_ENTER, [{"number": number, **said} for number in numbers])
    new = [number for number in numbers if number not in before]
    tell_entered(connection, outbox, replace(entries, numbers=new))
    end = (
        update(leads)
        .where(leads.c.number.in_(numbers), leads.c.state.in_(_TAKEN_OFF), *_within(scope))
        .values(state="done", last_outcome=DO_NOT_CALL)
    )
    ended = _ended(connection, outbox, end, at)
    others = select(leads.c.id).where(leads.c.id == lead_numbers.c.lead_id, *_within(scope))
    connection.execute(
        update(lead_numbers)
        .where(lead_numbers.c.number.in_(numbers), others.exists())
        .values(state=NumberState.DO_NOT_CALL.value)
    )
    return Entered(len(new), ended)


def _ended(connection: Connection, outbox: OutboxSteps, end: Update, at: float) -> int:
    """End leads, and tell of each; returns how many they are."""
    if not outbox.wants(connection, Topic.LEAD_DONE):
        return int(connection.execute(end).rowcount)
    rows = connection.execute(end.returning(leads.c.id, leads.c.campaign_id, leads.c.number)).all()
    whose = tenants_of(connection, [row.campaign_id for row in rows]) if rows else {}
    outbox.tell(
        connection,
        (
            lead_done(
                row.id,
                row.campaign_id,
                row.number,
                why=DO_NOT_CALL,
                tenant_id=whose[row.campaign_id],
                at=at,
            )
            for row in sorted(rows, key=lambda row: row.id)
        ),
    )
    return len(rows)


def _within(scope: str) -> list[ColumnElement[bool]]:
    kind, _, named = scope.partition(":")
    if kind == "campaign":
        return [leads.c.campaign_id == named]
    if kind == "tenant":
        of_tenant = select(campaigns.c.id).where(campaigns.c.tenant_id == named)
        return [leads.c.campaign_id.in_(of_tenant)]
    return []


def _of(tenant_id: str, *, everywhere: bool) -> ColumnElement[bool]:
    """Return that an entry is a tenant's, or one of its campaigns'."""
    mine = select(literal("campaign:") + campaigns.c.id).where(campaigns.c.tenant_id == tenant_id)
    named = [f"tenant:{tenant_id}", *([EVERYWHERE] if everywhere else [])]
    return or_(do_not_call.c.scope.in_(named), do_not_call.c.scope.in_(mine))


def _entry(row: Any) -> Entry:
    return Entry(row.number, row.scope, row.source, row.at, row.expires_at)
