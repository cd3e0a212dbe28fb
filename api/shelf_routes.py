"""The routes of a tenant's things of one kind that go by a name: list, get, add, change, remove.

Refuses to know what the things are, and what is shown of them.
"""

from collections.abc import Awaitable, Callable
from types import GenericAlias
from typing import Annotated, Any, Generic, Protocol, TypeVar

from fastapi import Depends
from pydantic import BaseModel

from api.asking import may
from api.noun import Noun
from api.shelf import Shelf
from api.world import Here
from dialer.domain.named import Key
from dialer.domain.principal import Principal

T = TypeVar("T")
Made_co = TypeVar("Made_co", covariant=True)
Shown_contra = TypeVar("Shown_contra", contravariant=True)


class Said(Protocol[Made_co]):
    """What is sent of a thing."""

    def thing(self, key: Key) -> Made_co:
        """Return the thing that goes by a key."""
        ...


class Shown(Protocol[Shown_contra]):
    """What is shown of a thing."""

    @classmethod
    def of(cls, thing: Shown_contra, /) -> BaseModel:
        """Return what is shown of a thing."""
        ...


class ShelfRoutes(Generic[T]):
    """Makes the routes of a kind, each with what it tells of itself.

    Args:
        router: of the noun.
        noun: as the rows of `api.access` begin.
        shelf: the things.
        key: makes what a thing goes by of its part of the path.
        shown: what is shown of a thing.
    """

    def __init__(
        self,
        router: Noun,
        noun: str,
        shelf: Shelf[T],
        *,
        key: Callable[..., Awaitable[Key]],
        shown: type[Shown[T]],
    ) -> None:
        self._router = router
        self._noun = noun
        self._shelf = shelf
        self._key = key
        self._shown = shown
        self._this = "".join(f"/{{{part}}}" for part in shelf.key)

    def list(self, told: str) -> None:
        """Add the route that lists them by name."""
        shelf, shown = self._shelf, self._shown
        operation = f"{self._noun}.list"

        async def listed(
            world: Here, principal: Annotated[Principal, Depends(may(operation))]
        ) -> Any:
            return [shown.of(one) for one in await shelf.list(world, principal)]

        several = GenericAlias(list, (shown,))
        self._add("GET", "", operation, told, listed, response_model=several)

    def get(self, told: str) -> None:
        """Add the route that shows one."""
        shelf, shown = self._shelf, self._shown
        operation = f"{self._noun}.get"

        async def get(
            key: Annotated[Key, Depends(self._key)],
            world: Here,
            principal: Annotated[Principal, Depends(may(operation))],
        ) -> Any:
            return shown.of(await shelf.get(world, principal, *key))

        self._add("GET", self._this, operation, told, get, response_model=shown)

    def create(self, said: type[Said[T]], told: str) -> None:
        """Add the route that adds one; its key is among the fields of what is sent."""
        shelf, shown = self._shelf, self._shown
        operation = f"{self._noun}.create"

        async def create(
            new: Any, world: Here, principal: Annotated[Principal, Depends(may(operation))]
        ) -> Any:
            thing = new.thing(tuple(getattr(new, part) for part in shelf.key))
            await shelf.add(world, principal, thing)
            return shown.of(thing)

        create.__annotations__["new"] = said
        self._add("POST", "", operation, told, create, response_model=shown, status_code=201)

    def update(self, said: type[Said[T]], told: str) -> None:
        """Add the route that puts one in place of the one of its name."""
        shelf, shown = self._shelf, self._shown
        operation = f"{self._noun}.update"

        async def update(
            key: Annotated[Key, Depends(self._key)],
            wanted: Any,
            world: Here,
            principal: Annotated[Principal, Depends(may(operation))],
        ) -> Any:
            thing = wanted.thing(key)
            await shelf.change(world, principal, thing)
            return shown.of(thing)

        update.__annotations__["wanted"] = said
        self._add("PUT", self._this, operation, told, update, response_model=shown)

    def remove(self, told: str) -> None:
        """Add the route that removes one."""
        shelf = self._shelf
        operation = f"{self._noun}.remove"

        async def remove(
            key: Annotated[Key, Depends(self._key)],
            world: Here,
            principal: Annotated[Principal, Depends(may(operation))],
        ) -> None:
            await shelf.remove(world, principal, *key)

        self._add("DELETE", self._this, operation, told, remove, status_code=204)

    def _add(
        self,
        method: str,
        path: str,
        operation: str,
        told: str,
        route: Callable[..., Any],
        **options: Any,
    ) -> None:
        self._router.add_api_route(
            path,
            route,
            methods=[method],
            operation_id=operation,
            summary=operation.rpartition(".")[2].capitalize(),
            description=told,
            **options,
        )
