"""Texts with versions: what agents say and look up, and how the dialer talks by itself.

Knows versions and which of them is published. Refuses to know what a text says: a script is read
by `dialer.domain.script`, a flow by `dialer.domain.flow`.
"""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from dialer.domain.ids import MAIN_TENANT
from dialer.domain.versioned import Document, Entry, Standing, Version

T = TypeVar("T")


class Versions(Protocol[T]):
    """Texts or documents of one kind, each tenant's own; every change is in the audit log."""

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
        """Add a version under a name, which may be new; it is not published by that.

        Args:
            name: of the text.
            body: what it says.
            by: who wrote it.
            at: now, epoch seconds.
            expected_version: the newest its writer has seen, 0: none; None: does not matter.
            tenant_id: whose text.

        Raises:
            BadInput: it cannot be kept.
            ChangedMeanwhile: another version is the newest.
        """
        ...

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
        """Publish a version, an older one too, in the place of the one that is.

        Args:
            name: of the text.
            version: its number.
            by: who publishes it.
            at: now, epoch seconds.
            seen: only if things still stand like that.
            tenant_id: whose text.

        Raises:
            BadInput: there is no such version, or it is published.
            ChangedMeanwhile: things do not stand as they were seen.
        """
        ...

    async def withdraw(
        self,
        name: str,
        *,
        by: str,
        at: float,
        seen: Standing | None = None,
        tenant_id: str = MAIN_TENANT,
    ) -> None:
        """Leave a name without a published version; arguments as `publish`.

        Raises:
            BadInput: there is no such name, or nothing of it is published.
            ChangedMeanwhile: things do not stand as they were seen.
        """
        ...

    async def published(self, name: str, *, tenant_id: str = MAIN_TENANT) -> Version[T] | None:
        """Return the published version of a name; None if there is none."""
        ...

    async def get(
        self, name: str, version: int, *, tenant_id: str = MAIN_TENANT
    ) -> Version[T] | None:
        """Return a version of a name; None if there is none."""
        ...

    async def history(self, name: str, *, tenant_id: str = MAIN_TENANT) -> Sequence[Entry]:
        """Return all versions of a name, newest first, without what they say."""
        ...

    async def standing(self, name: str, *, tenant_id: str = MAIN_TENANT) -> Standing | None:
        """Return how things stand under a name; None: there is nothing."""
        ...

    async def list(self, *, tenant_id: str = MAIN_TENANT) -> Sequence[Standing]:
        """Return how things stand under all names, by name."""
        ...


Scripts = Versions[str]
Flows = Versions[Document]


class Articles(Versions[str], Protocol):
    """Knowledge articles: they can be searched as well."""

    async def search(
        self, words: str, *, most: int = 20, tenant_id: str = MAIN_TENANT
    ) -> Sequence[Version[str]]:
        """Return the published articles that hold all of some words, in name or text.

        Args:
            words: any text; upper and lower case are the same.
            most: articles at most; those whose name says it come first.
            tenant_id: whose articles.

        Raises:
            BadInput: no word is said, or too many.
        """
        ...
