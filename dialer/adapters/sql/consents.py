"""Consents in SQL: given, withdrawn, and which of them count.

Refuses to know the rules that ask for them, and how lists of them are read.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, and_, insert, or_, select, update

from dialer.adapters.sql.audit import note_in
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.law import consents
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.calling_rules.rule import Consent
from dialer.domain.consent import ConsentGiven
from dialer.domain.ids import MAIN_TENANT

SLICE: Final = 500
"""Consents written or numbers asked about at once."""


class SqlConsents:
    """Consents to be called.

    Args:
        writer: commits; must be running.
        reader: for queries.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader) -> None:
        self._writer = writer
        self._reader = reader

    async def add(
        self,
        given: Sequence[ConsentGiven],
        *,
        by: str,
        at: float,
        tenant_id: str = MAIN_TENANT,
    ) -> int:
        """Record consents; returns how many were not on record already.

        Args:
            given: any count, committed some hundreds at a time.
            by: who records them.
            at: now, epoch seconds.
            tenant_id: to whom they were given.
        """
        added = 0
        for start in range(0, len(given), SLICE):
            part = list(dict.fromkeys(given[start : start + SLICE]))

            def work(connection: Connection, part: list[ConsentGiven] = part) -> int:
                return _add(connection, part, by, at, tenant_id)

            added += await self._writer.transact(work)
        return added

    async def withdraw(
        self,
        number: str,
        *,
        by: str,
        at: float,
        kind: Consent | None = None,
        purpose: str | None = None,
        tenant_id: str = MAIN_TENANT,
    ) -> int:
        """Let consents of a number count no longer; returns how many.

        Args:
            number: E.164.
            by: who records it.
            at: when they were withdrawn, epoch seconds.
            kind: only these; None: all.
            purpose: only those that name it; None: all.
            tenant_id: from whom.
        """
        which = and_(
            consents.c.tenant_id == tenant_id,
            consents.c.number == number,
            consents.c.withdrawn_at.is_(None),
        )
        if kind is not None:
            which = and_(which, consents.c.kind == kind.value)
        if purpose is not None:
            which = and_(which, consents.c.purpose == purpose)

        def work(connection: Connection) -> int:
            changed = connection.execute(update(consents).where(which).values(withdrawn_at=at))
            if changed.rowcount:
                note_in(
                    connection,
                    by=by,
                    action="consent_withdraw",
                    subject=number,
                    detail={
                        "consents": changed.rowcount,
                        "kind": kind and kind.value,
                        "purpose": purpose,
                    },
                    at=at,
                    tenant_id=tenant_id,
                )
            return int(changed.rowcount)

        return await self._writer.transact(work)

    async def valid(
        self,
        numbers: Sequence[str],
        at: float,
        *,
        purpose: str | None = None,
        tenant_id: str = MAIN_TENANT,
    ) -> dict[str, set[Consent]]:
        """Return what counts at an instant; see the function of the same name."""
        async with self._reader.connect() as connection:
            return await connection.run_sync(
                lambda below: valid(below, numbers, at, purpose=purpose, tenant_id=tenant_id)
            )

    async def of(
        self, number: str | None = None, *, tenant_id: str = MAIN_TENANT
    ) -> AsyncIterator[ConsentGiven]:
        """Yield the consents of a number, or all, withdrawn and expired ones too."""
        query = select(consents).where(consents.c.tenant_id == tenant_id)
        if number is not None:
            query = query.where(consents.c.number == number)
        async for rows in self._reader.pages(query, consents.c.id, SLICE):
            for row in rows:
                yield _given(row)


def valid(
    connection: Connection,
    numbers: Sequence[str],
    at: float,
    *,
    purpose: str | None = None,
    tenant_id: str = MAIN_TENANT,
) -> dict[str, set[Consent]]:
    """Return the kinds of consent of each number that has any.

    Args:
        connection: to ask with.
        numbers: E.164, any count.
        at: epoch seconds.
        purpose: of the calls; None: whatever they are for.
        tenant_id: to whom it was given.
    """
    found: dict[str, set[Consent]] = {}
    for start in range(0, len(numbers), SLICE):
        part = numbers[start : start + SLICE]
        query = select(consents).where(
            consents.c.tenant_id == tenant_id,
            consents.c.number.in_(part),
            or_(consents.c.withdrawn_at.is_(None), consents.c.withdrawn_at > at),
        )
        for row in connection.execute(query):
            given = _given(row)
            if given.counts(at, purpose):
                found.setdefault(given.number, set()).add(given.kind)
    return found


def _add(
    connection: Connection, given: Sequence[ConsentGiven], by: str, at: float, tenant_id: str
) -> int:
    """Add those that are not there; one that was withdrawn is not there by being given again."""
    query = select(consents).where(
        consents.c.tenant_id == tenant_id, consents.c.number.in_([one.number for one in given])
    )
    known = {_key(_given(row)) for row in connection.execute(query)}
    fresh = [one for one in given if _key(one) not in known]
    if not fresh:
        return 0
    connection.execute(insert(consents), [_row(one, tenant_id) for one in fresh])
    numbers = [one.number for one in fresh]
    note_in(
        connection,
        by=by,
        action="consent_add",
        subject=numbers[0] if len(numbers) == 1 else f"{len(numbers)} numbers",
        detail={"consents": len(fresh)},
        at=at,
        tenant_id=tenant_id,
    )
    return len(fresh)


def _key(one: ConsentGiven) -> tuple[object, ...]:
    return one.number, one.kind, one.purpose, one.proof, one.given_at


def _row(one: ConsentGiven, tenant_id: str) -> Mapping[str, Any]:
    return {
        "tenant_id": tenant_id,
        "number": one.number,
        "kind": one.kind.value,
        "purpose": one.purpose,
        "proof": one.proof,
        "given_at": one.given_at,
        "expires_at": one.expires_at,
        "withdrawn_at": one.withdrawn_at,
    }


def _given(row: Any) -> ConsentGiven:
    return ConsentGiven(
        number=row.number,
        kind=Consent(row.kind),
        proof=row.proof,
        given_at=row.given_at,
        purpose=row.purpose,
        expires_at=row.expires_at,
        withdrawn_at=row.withdrawn_at,
    )
