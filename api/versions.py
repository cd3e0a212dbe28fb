"""Texts with versions, as the slices of their nouns ask for them.

One shape for every kind of `dialer.domain.versioned`: list, look at, add, publish, withdraw. The
ETag of a text is of how things stand under its name. Refuses to know paths, and what a text says.
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Final, Generic, TypeVar

from fastapi import Path, Response
from pydantic import BaseModel, ConfigDict, Field

from api.etags import check_unchanged, etag
from api.world import World
from dialer.domain.principal import Principal
from dialer.domain.versioned import LONGEST_NAME, Entry, Standing, Version
from dialer.errors import ChangedMeanwhile, NoSuch, Taken
from dialer.ports import Versions

T = TypeVar("T")

NAME: Final = r"^\w([\w .-]*[\w.-])?$"

TextName = Annotated[
    str, Path(min_length=1, max_length=LONGEST_NAME, pattern=NAME, examples=["main-menu"])
]
VersionNumber = Annotated[int, Path(ge=1, lt=1 << 31, examples=[1])]


class Publication(BaseModel):
    """Which version is to be published."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1, lt=1 << 31, description="An older one is a way back.", examples=[1])


class VersionListed(BaseModel):
    """A version, without what it says."""

    version: int = Field(examples=[1])
    by: str = Field(description="Who wrote it.", examples=["sue"])
    at: float = Field(description="When; seconds since the epoch.")
    published: bool

    @classmethod
    def of(cls, one: Entry) -> "VersionListed":
        """Return what is shown of a version."""
        return VersionListed(version=one.version, by=one.by, at=one.at, published=one.published)


class TextListed(BaseModel):
    """How things stand under a name. An ETag is of this."""

    name: str = Field(examples=["main-menu"])
    newest: int = Field(description="Number of the newest version.", examples=[2])
    published: int | None = Field(description="null: none is.", examples=[1])
    changed_at: float = Field(description="When the newest was written.")

    @classmethod
    def of(cls, one: Standing) -> "TextListed":
        """Return what is shown of how things stand."""
        return TextListed(
            name=one.name,
            newest=one.newest,
            published=one.published,
            changed_at=one.changed_at,
        )


class TextShown(TextListed):
    """What is under a name, and its versions."""

    versions: list[VersionListed] = Field(description="Newest first.")


class Texts(Generic[T]):
    """The texts of one kind.

    Args:
        kind: what one is called, as "flow".
        store: finds where they are kept.
    """

    def __init__(self, kind: str, store: Callable[[World], Versions[T]]) -> None:
        self._kind = kind
        self._store = store

    async def list(self, world: World, principal: Principal) -> Sequence[TextListed]:
        """Return how things stand under all names, by name."""
        found = await self._store(world).list(tenant_id=principal.tenant_id)
        return [TextListed.of(one) for one in found]

    async def shown(
        self, world: World, principal: Principal, name: str, response: Response
    ) -> TextShown:
        """Return what is under a name; raises `NoSuch` if nothing is."""
        listed = await self.tagged(world, principal, name, response)
        entries = await self._store(world).history(name, tenant_id=principal.tenant_id)
        versions = [VersionListed.of(one) for one in entries]
        return TextShown(versions=versions, **listed.model_dump())

    async def tagged(
        self, world: World, principal: Principal, name: str, response: Response
    ) -> TextListed:
        """Return how things stand under a name, and tell the ETag; raises `NoSuch`."""
        listed = TextListed.of(await self._there(world, principal, name))
        response.headers["ETag"] = etag(listed)
        return listed

    async def version(
        self, world: World, principal: Principal, name: str, version: int
    ) -> Version[T]:
        """Return a version; raises `NoSuch` if there is none."""
        found = await self._store(world).get(name, version, tenant_id=principal.tenant_id)
        if found is None:
            problem = f"{self._kind} {name!r} has no version {version}"
            raise NoSuch("version", problem, f"see GET {self._kind}s")
        return found

    async def published(self, world: World, principal: Principal, name: str) -> Version[T]:
        """Return the published version; raises `NoSuch` if there is none."""
        found = await self._store(world).published(name, tenant_id=principal.tenant_id)
        if found is None:
            problem = f"no version of {name!r} is published"
            raise NoSuch(self._kind, problem, "publish one, or name another")
        return found

    async def create(self, world: World, principal: Principal, name: str, body: T) -> Entry:
        """Add a text under a new name; raises `Taken` if it is not new."""
        try:
            return await self._add(world, principal, name, body, 0)
        except ChangedMeanwhile:
            raise Taken("name", f"{name!r} exists already", "add a version to it") from None

    async def add(
        self, world: World, principal: Principal, name: str, body: T, if_match: str | None
    ) -> Entry:
        """Add a version under a name that is there; raises `NoSuch`, `ChangedMeanwhile`."""
        there = await self._there(world, principal, name)
        seen = self._seen(there, if_match)
        expected = None if seen is None else seen.newest
        return await self._add(world, principal, name, body, expected)

    async def publish(
        self, world: World, principal: Principal, name: str, version: int, if_match: str | None
    ) -> None:
        """Publish a version; errors as `Versions.publish`."""
        there = await self._there(world, principal, name)
        await self._store(world).publish(
            name,
            version,
            by=principal.who,
            at=world.clock.now(),
            seen=self._seen(there, if_match),
            tenant_id=principal.tenant_id,
        )

    async def withdraw(
        self, world: World, principal: Principal, name: str, if_match: str | None
    ) -> None:
        """Leave a name without a published version; errors as `Versions.withdraw`."""
        there = await self._there(world, principal, name)
        await self._store(world).withdraw(
            name,
            by=principal.who,
            at=world.clock.now(),
            seen=self._seen(there, if_match),
            tenant_id=principal.tenant_id,
        )

    async def _add(
        self, world: World, principal: Principal, name: str, body: T, expected: int | None
    ) -> Entry:
        return await self._store(world).add(
            name,
            body,
            by=principal.who,
            at=world.clock.now(),
            expected_version=expected,
            tenant_id=principal.tenant_id,
        )

    async def _there(self, world: World, principal: Principal, name: str) -> Standing:
        """Return how things stand under a name.

        Raises:
            NoSuch: there is none of the name, or it is another tenant's.
        """
        there = await self._store(world).standing(name, tenant_id=principal.tenant_id)
        if there is None:
            raise NoSuch(self._kind, f"{name!r} does not exist", f"see GET {self._kind}s")
        return there

    def _seen(self, there: Standing, if_match: str | None) -> Standing | None:
        """Return how things stand, if whoever asks has seen that; None if they do not care.

        Raises:
            ChangedMeanwhile: they have seen something else.
        """
        what = f"{self._kind} {there.name!r}"
        return there if check_unchanged(if_match, TextListed.of(there), what) else None
