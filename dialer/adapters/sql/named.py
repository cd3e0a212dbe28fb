"""A tenant's things of one kind that go by a name, in SQL; each change is in the audit log with it.

A thing that others refer to cannot go: who names it locks its row, and so does who removes it, so
that of the two one sees what the other did. Refuses to know what the things are
(`dialer.domain.named`), and in which tables they stand (`dialer.adapters.sql.named_kinds`).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Text, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from ulid import ULID

from dialer.adapters.sql.audit import note_in
from dialer.adapters.sql.named_kinds import TABLES, NamedTable, table_of
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.campaigns import campaigns
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.campaign import CampaignState
from dialer.domain.ids import MAIN_TENANT
from dialer.domain.named import Key, unknown_name

T = TypeVar("T")


class SqlNamed(Generic[T]):
    """A `NamedStore` (dialer.ports) in SQL.

    Args:
        writer: commits; must be running.
        reader: for queries.
        kind: what they are, and in which table.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader, kind: NamedTable[T]) -> None:
        self._writer = writer
        self._reader = reader
        self._kind = kind
        self._named = kind.named

    async def add(self, thing: T, *, by: str, at: float, tenant_id: str = MAIN_TENANT) -> None:
        """Add a thing; see `NamedStore`."""
        self._named.checked(thing)

        def work(connection: Connection) -> None:
            if not self._added(connection, thing, by, at, tenant_id):
                raise self._named.taken(self._named.key_of(thing))

        await self._writer.transact(work)

    async def change(
        self,
        thing: T,
        *,
        by: str,
        at: float,
        expected: T | None = None,
        tenant_id: str = MAIN_TENANT,
    ) -> None:
        """Change the thing of that name; see `NamedStore`."""
        self._named.checked(thing)
        await self._writer.transact(
            lambda connection: self._changed(connection, thing, expected, by, at, tenant_id)
        )

    async def put(
        self, things: Sequence[T], *, by: str, at: float, tenant_id: str = MAIN_TENANT
    ) -> int:
        """Put things in place of those of their names, or add them; see `NamedStore`."""
        # in one order, so that of two who do it neither waits for the other for ever
        ordered = sorted(map(self._named.checked, things), key=self._named.key_of)

        def work(connection: Connection) -> int:
            new = 0
            for thing in ordered:
                if self._added(connection, thing, by, at, tenant_id):
                    new += 1
                else:
                    self._changed(connection, thing, None, by, at, tenant_id)
            return new

        return await self._writer.transact(work)

    async def remove(self, *key: str, by: str, at: float, tenant_id: str = MAIN_TENANT) -> None:
        """Remove the thing of that name; see `NamedStore`."""
        named, table = self._named, self._kind.table

        def work(connection: Connection) -> None:
            row_id, before = self._locked(connection, key, tenant_id)
            user = self._user(connection, row_id, key, tenant_id)
            if user:
                raise named.in_use(key, user)
            connection.execute(delete(table).where(table.c.id == row_id))
            detail = {"before": named.told(before)}
            self._note(connection, "remove", key, detail, by, at, tenant_id)

        await self._writer.transact(work)

    async def get(self, *key: str, tenant_id: str = MAIN_TENANT) -> T | None:
        """Return the thing of that name, or None."""
        async with self._reader.connect() as connection:
            found = (await connection.execute(self._kind.query(tenant_id, key))).mappings().first()
        return None if found is None else self._kind.thing(found)

    async def list(self, tenant_id: str = MAIN_TENANT) -> list[T]:
        """Return the things of a tenant, by name."""
        async with self._reader.connect() as connection:
            rows = (await connection.execute(self._kind.query(tenant_id))).mappings().all()
        return sorted(map(self._kind.thing, rows), key=self._named.key_of)

    def _added(self, connection: Connection, thing: T, by: str, at: float, tenant_id: str) -> bool:
        """Add a thing and note it; False: there is one of that name."""
        named, table = self._named, self._kind.table
        new_id = {"id": str(ULID())} if isinstance(table.c.id.type, Text) else {}
        row = {**new_id, "tenant_id": tenant_id, **self._row(connection, thing, tenant_id)}
        adding = insert(table).on_conflict_do_nothing().returning(table.c.id)
        if connection.execute(adding, row).first() is None:
            return False
        detail = {"after": named.told(thing)}
        self._note(connection, "add", named.key_of(thing), detail, by, at, tenant_id)
        return True

    def _changed(
        self,
        connection: Connection,
        thing: T,
        expected: T | None,
        by: str,
        at: float,
        tenant_id: str,
    ) -> None:
        """Put a thing in place of the one of its name and note it; nothing if it is the same."""
        named, table = self._named, self._kind.table
        key = named.key_of(thing)
        row_id, before = self._locked(connection, key, tenant_id)
        named.expect(before, expected)
        if before == thing:
            return
        row = self._row(connection, thing, tenant_id)
        connection.execute(update(table).where(table.c.id == row_id).values(row))
        detail = {"before": named.told(before), "after": named.told(thing)}
        self._note(connection, "change", key, detail, by, at, tenant_id)

    def _locked(self, connection: Connection, key: Key, tenant_id: str) -> tuple[Any, T]:
        """Return id and thing of a row, which nobody else changes until the transaction ends.

        Raises:
            NoSuch: there is none.
        """
        query = self._kind.query(tenant_id, key).with_for_update(of=self._kind.table)
        row = connection.execute(query).mappings().first()
        if row is None:
            raise self._named.missing(key)
        return row["id"], self._kind.thing(row)

    def _row(self, connection: Connection, thing: T, tenant_id: str) -> dict[str, Any]:
        """Return the columns of a thing; what it names stays there until the transaction ends.

        Raises:
            BadInput: it names something that is not there.
        """
        row = self._named.written(thing)
        for refers in self._named.refers:
            other = table_of(refers.to)
            ids: dict[str, Any] = {}
            for name in sorted(refers.names(thing)):
                query = other.query(tenant_id, (name,)).with_for_update(read=True, of=other.table)
                found = connection.execute(query).first()
                if found is None:
                    raise unknown_name(refers, name)
                ids[name] = found.id
            if self._kind.by_id(refers):
                row[f"{refers.field}_id"] = ids.get(row.pop(refers.field))
        return row

    def _user(self, connection: Connection, row_id: Any, key: Key, tenant_id: str) -> str:
        """Return what refers to a thing, or "" if nothing does."""
        for what, column in self._kind.held_by:
            if connection.execute(select(column).where(column == row_id).limit(1)).first():
                return what
        for other in TABLES:
            for refers in other.named.refers:
                if refers.to is self._named:
                    for row in connection.execute(other.query(tenant_id)).mappings():
                        thing = other.thing(row)
                        if key[0] in refers.names(thing):
                            return other.named.subject(other.named.key_of(thing))
        if self._named.campaign_setting:
            name = campaigns.c.settings[self._named.campaign_setting].as_string()
            naming = select(campaigns.c.name).where(
                campaigns.c.tenant_id == tenant_id,
                campaigns.c.state != CampaignState.ARCHIVED.value,
                name == key[0],
            )
            found = connection.execute(naming.order_by(campaigns.c.name).limit(1)).first()
            return "" if found is None else f"campaign {found.name}"
        return ""

    def _note(
        self,
        connection: Connection,
        verb: str,
        key: Key,
        detail: Mapping[str, Any],
        by: str,
        at: float,
        tenant_id: str,
    ) -> None:
        action, subject = self._named.action(verb), self._named.subject(key)
        note_in(connection, action, subject, detail, by=by, at=at, tenant_id=tenant_id)
