"""Scripts, articles and flows in memory, in versions.

Gone with the process. Refuses to know what a text says.
"""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Generic, TypeVar

from dialer.domain.article import holds, rank, words_of
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
from dialer.testing.tables import Tables

T = TypeVar("T")


class MemoryVersions(Generic[T]):
    """A `Versions` (dialer.ports) in memory.

    Args:
        tables: whose audit log is written.
        kind: of what is kept.
        checked: returns what can be kept, or raises `BadInput`.
    """

    def __init__(self, tables: Tables, kind: Kind, checked: Callable[[T], T]) -> None:
        self._tables = tables
        self._kind = kind
        self._checked = checked
        self._rows: dict[tuple[str, str], list[Version[T]]] = {}

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
        checked_name(name)
        kept = deepcopy(self._checked(body))
        there = await self.standing(name, tenant_id=tenant_id)
        newest = there.newest if there else 0
        version = next_version(self._kind, name, newest, expected_version)
        rows = self._rows.setdefault((tenant_id, name), [])
        rows.append(Version(name, version, by, at, body=kept))
        self._note("add", name, version, by, at)
        return Entry(name, version, by, at)

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
        there = await self.standing(name, tenant_id=tenant_id)
        check_publish(self._kind, name, there, version, seen)
        self._mark(tenant_id, name, version)
        self._note("publish", name, version, by, at)

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
        there = await self.standing(name, tenant_id=tenant_id)
        version = check_withdraw(self._kind, name, there, seen)
        self._mark(tenant_id, name, None)
        self._note("withdraw", name, version, by, at)

    async def published(self, name: str, *, tenant_id: str = MAIN_TENANT) -> Version[T] | None:
        """Return the published version of a name; None if there is none."""
        rows = self._rows.get((tenant_id, name), [])
        return next((deepcopy(row) for row in rows if row.published), None)

    async def get(
        self, name: str, version: int, *, tenant_id: str = MAIN_TENANT
    ) -> Version[T] | None:
        """Return a version of a name; None if there is none."""
        rows = self._rows.get((tenant_id, name), [])
        return next((deepcopy(row) for row in rows if row.version == version), None)

    async def history(self, name: str, *, tenant_id: str = MAIN_TENANT) -> list[Entry]:
        """Return all versions of a name, newest first."""
        rows = self._rows.get((tenant_id, name), [])
        return [Entry(row.name, row.version, row.by, row.at, row.published) for row in rows[::-1]]

    async def standing(self, name: str, *, tenant_id: str = MAIN_TENANT) -> Standing | None:
        """Return how things stand under a name; None: there is nothing."""
        rows = self._rows.get((tenant_id, name))
        if not rows:
            return None
        published = next((row.version for row in rows if row.published), None)
        return Standing(name, rows[-1].version, published, max(row.at for row in rows))

    def _of_tenant(self, tenant_id: str) -> Sequence[Version[T]]:
        return [
            row for (whose, _), rows in self._rows.items() if whose == tenant_id for row in rows
        ]

    def _mark(self, tenant_id: str, name: str, version: int | None) -> None:
        rows = self._rows[tenant_id, name]
        rows[:] = [replace(row, published=row.version == version) for row in rows]

    def _note(self, did: str, name: str, version: int, by: str, at: float) -> None:
        action, subject = f"{self._kind}_{did}", f"{self._kind} {name}"
        self._tables.audit.append((at, by, action, subject, {"version": version}))

    async def list(self, *, tenant_id: str = MAIN_TENANT) -> list[Standing]:
        """Return how things stand under all names, by name."""
        names = sorted(name for whose, name in self._rows if whose == tenant_id)
        found = [await self.standing(name, tenant_id=tenant_id) for name in names]
        return [standing for standing in found if standing is not None]


class MemoryScripts(MemoryVersions[str]):
    """A `Scripts` (dialer.ports) in memory."""

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables, Kind.SCRIPT, checked_text)


class MemoryFlows(MemoryVersions[Document]):
    """A `Flows` (dialer.ports) in memory."""

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables, Kind.FLOW, checked_document)


class MemoryArticles(MemoryVersions[str]):
    """An `Articles` (dialer.ports) in memory."""

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables, Kind.ARTICLE, checked_text)

    async def search(
        self, words: str, *, most: int = 20, tenant_id: str = MAIN_TENANT
    ) -> Sequence[Version[str]]:
        """Return the published articles that hold all of some words; see `Articles`."""
        asked = words_of(words)
        rows = [row for row in self._of_tenant(tenant_id) if row.published]
        found = [row for row in rows if holds(asked, row.name, row.body)]
        return sorted(found, key=lambda one: rank(asked, one.name))[:most]
