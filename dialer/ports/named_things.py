"""What is on record of a tenant's things that go by a name: trunks, caller ids, queues and others.

Refuses to know what the things are: `dialer.domain.named` describes a kind to its store.
"""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from dialer.domain.ids import MAIN_TENANT

T = TypeVar("T")


class NamedStore(Protocol[T]):
    """The things of one kind. No tenant sees, changes or is in the way of another's.

    Each change is put into the audit log in its own transaction, with the thing as it was before
    and as it is after.
    """

    async def add(self, thing: T, *, by: str, at: float, tenant_id: str = MAIN_TENANT) -> None:
        """Add a thing.

        Args:
            thing: what it is.
            by: who adds it.
            at: now, epoch seconds.
            tenant_id: whose it is.

        Raises:
            Taken: there is one of that name already.
            BadInput: it cannot be kept, or names something that is not there.
        """
        ...

    async def change(
        self,
        thing: T,
        *,
        by: str,
        at: float,
        expected: T | None = None,
        tenant_id: str = MAIN_TENANT,
    ) -> None:
        """Put a thing in place of the one of its name.

        Args:
            thing: as it is to be.
            by: who changes it.
            at: now, epoch seconds.
            expected: as it was when it was looked at; None: however it is now.
            tenant_id: whose it is.

        Raises:
            NoSuch: there is none of that name.
            ChangedMeanwhile: it is not as expected.
            BadInput: it cannot be kept, or names something that is not there.
        """
        ...

    async def put(
        self, things: Sequence[T], *, by: str, at: float, tenant_id: str = MAIN_TENANT
    ) -> int:
        """Put things in place of those of their names, or add them: all, or none.

        Args:
            things: no two of one name.
            by: who does it.
            at: now, epoch seconds.
            tenant_id: whose they are.

        Returns:
            How many of them were not there before.

        Raises:
            BadInput: one cannot be kept, or names something that is not there.
        """
        ...

    async def remove(self, *key: str, by: str, at: float, tenant_id: str = MAIN_TENANT) -> None:
        """Remove a thing.

        Args:
            key: what it goes by.
            by: who removes it.
            at: now, epoch seconds.
            tenant_id: whose it is.

        Raises:
            NoSuch: there is none of that name.
            WrongState: something refers to it.
        """
        ...

    async def get(self, *key: str, tenant_id: str = MAIN_TENANT) -> T | None:
        """Return the thing that goes by that, or None."""
        ...

    async def list(self, tenant_id: str = MAIN_TENANT) -> Sequence[T]:
        """Return the things of a tenant, by name."""
        ...
