"""Scripts, articles and flows in SQL: one row for each version, none of which is ever changed.

Only the mark of the published one moves; an index keeps it to one. Who adds or publishes locks the
first version of the name, so that two at once come one behind the other. Knows rows. Refuses to
know what a text says.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Connection, Row, Select, Table, case, func, select, update
from sqlalchemy.dialects.postgresql import insert

from dialer.adapters.sql.audit import note_in
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.content import articles, flows, scripts
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.article import certain_parts, holds, rank, words_of
from dialer.domain.ids import MAIN_TENANT
from dialer.domain.versioned import (
    Document,
    Entry,
    Kind,
    Standing,
    Version,
    check_publish,
    check_withdraw,
    checked_document,
    checked_name,
    checked_text,
    next_version,
)

T = TypeVar("T")

_TABLES: Final = {Kind.SCRIPT: scripts, Kind.ARTICLE: articles, Kind.FLOW: flows}


class SqlVersions(Generic[T]):
    """A `Versions` (dialer.ports) in SQL.

    Args:
        writer: commits; must be running.
        reader: for queries.
        kind: of what is kept.
        checked: returns what can be kept, or raises `BadInput`.
    """

    def __init__(
        self, writer: SqlWriter, reader: SqlReader, kind: Kind, checked: Callable[[T], T]
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._kind = kind
        self._checked = checked
        self._table = _TABLES[kind]

    async def add(
        self,
        name: str,
        body: T,
        *,
        by: str,
        at: float,
        expected_version: int | None = None,
        tenant_id: str = MAIN_TENANT,
    ) -> Entry:
        """Add a version; see `Versions`."""
        row = {
            "tenant_id": tenant_id,
            "name": checked_name(name),
            "body": self._checked(body),
            "by": by,
            "at": at,
            "published": False,
        }
        add = insert(self._table).on_conflict_do_nothing().returning(self._table.c.id)

        def work(connection: Connection) -> Entry:
            while True:  # twice at most: what was in the way can be locked
                there = self._locked(connection, name, tenant_id)
                newest = there.newest if there else 0
                version = next_version(self._kind, name, newest, expected_version)
                if connection.execute(add, {**row, "version": version}).first() is not None:
                    break
            self._note(connection, "add", name, version, by=by, at=at, tenant_id=tenant_id)
            return Entry(name, version, by, at)

        return await self._writer.transact(work)

    async def publish(
        self,
        name: str,
        version: int,
        *,
        by: str,
        at: float,
        seen: Standing | None = None,
        tenant_id: str = MAIN_TENANT,
    ) -> None:
        """Publish a version; see `Versions`."""
        versions = self._table

        def work(connection: Connection) -> None:
            there = self._locked(connection, name, tenant_id)
            check_publish(self._kind, name, there, version, seen)
            of_name = update(versions).where(
                versions.c.tenant_id == tenant_id, versions.c.name == name
            )
            connection.execute(of_name.where(versions.c.published).values(published=False))
            connection.execute(of_name.where(versions.c.version == version).values(published=True))
            self._note(connection, "publish", name, version, by=by, at=at, tenant_id=tenant_id)

        await self._writer.transact(work)

    async def withdraw(
        self,
        name: str,
        *,
        by: str,
        at: float,
        seen: Standing | None = None,
        tenant_id: str = MAIN_TENANT,
    ) -> None:
        """Leave a name without a published version; see `Versions`."""
        versions = self._table
        published = update(versions).where(
            versions.c.tenant_id == tenant_id, versions.c.name == name, versions.c.published
        )

        def work(connection: Connection) -> None:
            there = self._locked(connection, name, tenant_id)
            version = check_withdraw(self._kind, name, there, seen)
            connection.execute(published.values(published=False))
            self._note(connection, "withdraw", name, version, by=by, at=at, tenant_id=tenant_id)

        await self._writer.transact(work)

    async def published(self, name: str, *, tenant_id: str = MAIN_TENANT) -> Version[T] | None:
        """Return the published version of a name; None if there is none."""
        query = self._of(name, tenant_id).where(self._table.c.published)
        return await self._one(query)

    async def get(
        self, name: str, version: int, *, tenant_id: str = MAIN_TENANT
    ) -> Version[T] | None:
        """Return a version of a name; None if there is none."""
        query = self._of(name, tenant_id).where(self._table.c.version == version)
        return await self._one(query)

    async def history(self, name: str, *, tenant_id: str = MAIN_TENANT) -> list[Entry]:
        """Return all versions of a name, newest first."""
        its = self._table.c
        query = self._of(name, tenant_id).with_only_columns(
            its.name, its.version, its.by, its.at, its.published
        )
        async with self._reader.connect() as connection:
            rows = await connection.execute(query.order_by(its.version.desc()))
            return [Entry(row.name, row.version, row.by, row.at, row.published) for row in rows]

    async def standing(self, name: str, *, tenant_id: str = MAIN_TENANT) -> Standing | None:
        """Return how things stand under a name; None: there is nothing."""
        query = self._standings(tenant_id).where(self._table.c.name == name)
        async with self._reader.connect() as connection:
            return _standing((await connection.execute(query)).first())

    async def list(self, *, tenant_id: str = MAIN_TENANT) -> list[Standing]:
        """Return how things stand under all names, by name."""
        async with self._reader.connect() as connection:
            rows = await connection.execute(self._standings(tenant_id))
            found = [standing for row in rows if (standing := _standing(row)) is not None]
        return sorted(found, key=lambda standing: standing.name)  # in the order of no language

    # -- rows --------------------------------------------------------------------------------

    def _locked(self, connection: Connection, name: str, tenant_id: str) -> Standing | None:
        """Lock a name, if it is there, and return how things stand now."""
        its = self._table.c
        first = self._of(name, tenant_id).where(its.version == 1).with_only_columns(its.id)
        connection.execute(first.with_for_update())
        return _standing(
            connection.execute(self._standings(tenant_id).where(its.name == name)).first()
        )

    def _of(self, name: str, tenant_id: str) -> Select[Any]:
        its: Table = self._table
        return select(its).where(its.c.tenant_id == tenant_id, its.c.name == name)

    def _standings(self, tenant_id: str) -> Select[Any]:
        its = self._table.c
        columns = (
            its.name,
            func.max(its.version).label("newest"),
            func.max(case((its.published, its.version))).label("published"),
            func.max(its.at).label("changed_at"),
        )
        return select(*columns).where(its.tenant_id == tenant_id).group_by(its.name)

    async def _one(self, query: Select[Any]) -> Version[T] | None:
        async with self._reader.connect() as connection:
            row = (await connection.execute(query)).first()
        return None if row is None else _version(row)

    def _note(
        self,
        connection: Connection,
        did: str,
        name: str,
        version: int,
        *,
        by: str,
        at: float,
        tenant_id: str,
    ) -> None:
        action, subject = f"{self._kind}_{did}", f"{self._kind} {name}"
        note_in(
            connection, action, subject, {"version": version}, by=by, at=at, tenant_id=tenant_id
        )


class SqlScripts(SqlVersions[str]):
    """A `Scripts` (dialer.ports) in SQL; arguments as `SqlVersions`."""

    def __init__(self, writer: SqlWriter, reader: SqlReader) -> None:
        super().__init__(writer, reader, Kind.SCRIPT, checked_text)


class SqlFlows(SqlVersions[Document]):
    """A `Flows` (dialer.ports) in SQL; arguments as `SqlVersions`."""

    def __init__(self, writer: SqlWriter, reader: SqlReader) -> None:
        super().__init__(writer, reader, Kind.FLOW, checked_document)


class SqlArticles(SqlVersions[str]):
    """An `Articles` (dialer.ports) in SQL; arguments as `SqlVersions`."""

    def __init__(self, writer: SqlWriter, reader: SqlReader) -> None:
        super().__init__(writer, reader, Kind.ARTICLE, checked_text)

    async def search(
        self, words: str, *, most: int = 20, tenant_id: str = MAIN_TENANT
    ) -> Sequence[Version[str]]:
        """Return the published articles that hold all of some words; see `Articles`.

        The database narrows them down, by letters whose other case every database knows.
        """
        asked = words_of(words)
        its = articles.c
        query = select(articles).where(its.tenant_id == tenant_id, its.published)
        text = its.name + "\n" + its.body
        for part in (part for word in asked for part in certain_parts(word)):
            query = query.where(text.icontains(part, autoescape=True))
        async with self._reader.connect() as connection:
            rows = (await connection.execute(query)).all()
        found = [_version(row) for row in rows if holds(asked, row.name, row.body)]
        return sorted(found, key=lambda one: rank(asked, one.name))[:most]


def _version(row: Row[Any]) -> Version[Any]:
    return Version(row.name, row.version, row.by, row.at, row.published, body=row.body)


def _standing(row: Row[Any] | None) -> Standing | None:
    if row is None:
        return None
    return Standing(row.name, row.newest, row.published, row.changed_at)
