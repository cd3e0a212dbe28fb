"""A tenant's things of one kind that go by a name, as the slices of their nouns ask for them.

One shape for every kind of `dialer.domain.named`: list, get, add, change, remove. Refuses to know
paths and what is shown of a thing.
"""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from api.world import World
from dialer.domain.named import Named
from dialer.domain.principal import Principal
from dialer.ports import NamedStore

T = TypeVar("T")


class Shelf(Generic[T]):
    """The things of one kind.

    Args:
        named: what they are.
        store: finds where they are kept.
    """

    def __init__(self, named: Named[T], store: Callable[[World], NamedStore[T]]) -> None:
        self._named = named
        self._store = store

    @property
    def key(self) -> tuple[str, ...]:
        """The fields that a thing goes by."""
        return self._named.key

    async def list(self, world: World, principal: Principal) -> Sequence[T]:
        """Return the things, by name."""
        return await self._store(world).list(principal.tenant_id)

    async def get(self, world: World, principal: Principal, *key: str) -> T:
        """Return a thing.

        Raises:
            NoSuch: there is none of that name.
        """
        found = await self._store(world).get(*key, tenant_id=principal.tenant_id)
        if found is None:
            raise self._named.missing(key)
        return found

    async def add(self, world: World, principal: Principal, thing: T) -> None:
        """Add a thing; errors as `NamedStore.add`."""
        await self._store(world).add(
            thing, by=principal.who, at=world.clock.now(), tenant_id=principal.tenant_id
        )

    async def change(
        self, world: World, principal: Principal, thing: T, *, expected: T | None = None
    ) -> None:
        """Put a thing in place of the one of its name; errors as `NamedStore.change`."""
        await self._store(world).change(
            thing,
            by=principal.who,
            at=world.clock.now(),
            expected=expected,
            tenant_id=principal.tenant_id,
        )

    async def remove(self, world: World, principal: Principal, *key: str) -> None:
        """Remove a thing; errors as `NamedStore.remove`."""
        await self._store(world).remove(
            *key, by=principal.who, at=world.clock.now(), tenant_id=principal.tenant_id
        )
