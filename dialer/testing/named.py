"""A tenant's things of one kind that go by a name, in memory; gone with the process.

Refuses to know what they are.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from dialer.domain.campaign import CampaignState
from dialer.domain.ids import MAIN_TENANT
from dialer.domain.named import Key, Named, unknown_name
from dialer.domain.named_kinds import NAMED_KINDS
from dialer.testing.tables import Tables

T = TypeVar("T")


class MemoryNamed(Generic[T]):
    """A `NamedStore` (dialer.ports) in memory."""

    def __init__(self, tables: Tables, named: Named[T]) -> None:
        self._tables = tables
        self._named = named

    async def add(self, thing: T, *, by: str, at: float, tenant_id: str = MAIN_TENANT) -> None:
        """Add a thing; see `NamedStore`."""
        self._check(thing, tenant_id)
        things, key = self._things(tenant_id), self._named.key_of(thing)
        if key in things:
            raise self._named.taken(key)
        things[key] = thing
        self._note("add", key, {"after": self._named.told(thing)}, by, at)

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
        things, key = self._things(tenant_id), self._named.key_of(thing)
        if key not in things:
            raise self._named.missing(key)
        before = things[key]
        self._named.expect(before, expected)
        if before == thing:
            return
        self._check(thing, tenant_id)
        things[key] = thing
        detail = {"before": self._named.told(before), "after": self._named.told(thing)}
        self._note("change", key, detail, by, at)

    async def put(
        self, things: Sequence[T], *, by: str, at: float, tenant_id: str = MAIN_TENANT
    ) -> int:
        """Put things in place of those of their names, or add them; see `NamedStore`."""
        for thing in things:
            self._check(thing, tenant_id)
        there = set(self._things(tenant_id))
        for thing in things:
            store = self.change if self._named.key_of(thing) in there else self.add
            await store(thing, by=by, at=at, tenant_id=tenant_id)
        return len({self._named.key_of(thing) for thing in things} - there)

    async def remove(self, *key: str, by: str, at: float, tenant_id: str = MAIN_TENANT) -> None:
        """Remove the thing of that name; see `NamedStore`."""
        things = self._things(tenant_id)
        if key not in things:
            raise self._named.missing(key)
        user = self._user(key, tenant_id)
        if user:
            raise self._named.in_use(key, user)
        before = things.pop(key)
        self._note("remove", key, {"before": self._named.told(before)}, by, at)

    async def get(self, *key: str, tenant_id: str = MAIN_TENANT) -> T | None:
        """Return the thing of that name, or None."""
        return self._things(tenant_id).get(key)

    async def list(self, tenant_id: str = MAIN_TENANT) -> list[T]:
        """Return the things of a tenant, by name."""
        things = self._things(tenant_id)
        return [things[key] for key in sorted(things)]

    def _things(self, tenant_id: str) -> dict[Key, T]:
        return self._tables.named.setdefault((self._named.noun, tenant_id), {})

    def _check(self, thing: T, tenant_id: str) -> None:
        self._named.checked(thing)
        for refers in self._named.refers:
            there = self._tables.named.get((refers.to.noun, tenant_id), {})
            for name in sorted(refers.names(thing)):
                if (name,) not in there:
                    raise unknown_name(refers, name)

    def _user(self, key: Key, tenant_id: str) -> str:
        """Return what refers to a thing, or "" if nothing does."""
        for other in NAMED_KINDS:
            for refers in other.refers:
                if refers.to is self._named:
                    theirs = self._tables.named.get((other.noun, tenant_id), {})
                    for used_by, thing in theirs.items():
                        if key[0] in refers.names(thing):
                            return other.subject(used_by)
        setting = self._named.campaign_setting
        for campaign in self._tables.campaigns.values() if setting else ():
            there = campaign.tenant_id == tenant_id and campaign.state != CampaignState.ARCHIVED
            if there and getattr(campaign.settings, setting) == key[0]:
                return f"campaign {campaign.name}"
        return ""

    def _note(self, verb: str, key: Key, detail: Mapping[str, Any], by: str, at: float) -> None:
        action, subject = self._named.action(verb), self._named.subject(key)
        self._tables.audit.append((at, by, action, subject, detail))
