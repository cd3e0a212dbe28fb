"""The commands that list and remove a node's things of one kind that go by a name.

What one is made of is each noun's own; how many there are, and that one goes, is the same for all.
Refuses to know what the things are.
"""

import json
import time
from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeVar

import typer

from dialer.adapters.sql.stores import SqlStores
from dialer.cli.campaigns import with_stores
from dialer.cli.shared_options import Declaration, takes
from dialer.cli.told import Home
from dialer.cli.who import AsJson, By, say
from dialer.domain.named import Key, Named
from dialer.ports import NamedStore

T = TypeVar("T")

Name = Annotated[str, typer.Argument(help="A name.")]


def by_name(name: Name) -> Key:
    """Return what a thing with a name goes by."""
    return (name,)


class ShelfCommands(Generic[T]):
    """Makes commands of a kind.

    Args:
        app: of the noun.
        named: the kind.
        store: finds where they are kept.
        key: declares the arguments that name one.
        word: what one is called, for machines; the noun if not given.
    """

    def __init__(
        self,
        app: typer.Typer,
        named: Named[T],
        store: Callable[[SqlStores], NamedStore[T]],
        *,
        key: Declaration = by_name,
        word: str = "",
    ) -> None:
        self._app = app
        self._named = named
        self._store = store
        self._key = key
        self._word = word or named.noun

    def list(
        self, line: Callable[[T], str], told: str, *, row: Callable[[T], Any] | None = None
    ) -> None:
        """Add the command that lists them, each as a line; for machines as it is written."""
        store, rows = self._store, row or self._named.told

        def listed(home: Home, as_json: AsJson = False) -> None:
            found: Any = with_stores(home, lambda stores: store(stores).list())
            if as_json:
                typer.echo(json.dumps([rows(one) for one in found], ensure_ascii=False))
                return
            for one in found:
                typer.echo(line(one))

        self._app.command(name="list", help=told)(listed)

    def remove(self, told: str) -> None:
        """Add the command that removes one."""
        named, store, word = self._named, self._store, self._word

        @takes(key=self._key)
        def remove(home: Home, by: By, key: Key, as_json: AsJson = False) -> None:
            with_stores(home, lambda stores: store(stores).remove(*key, by=by, at=time.time()))
            text = f"{named.noun} {' '.join(map(repr, key))} removed"
            say(text, as_json=as_json, **{word: " ".join(key)})

        self._app.command(name="remove", help=told)(remove)

    def added(self, home: Any, by: str, thing: T, *, as_json: bool) -> None:
        """Add a thing, and say so."""
        store = self._store
        with_stores(home, lambda stores: store(stores).add(thing, by=by, at=time.time()))
        self._said("added", thing, as_json=as_json)

    def changed(self, home: Any, by: str, thing: T, *, as_json: bool) -> None:
        """Put a thing in place of the one of its name, and say so."""
        store = self._store
        with_stores(home, lambda stores: store(stores).change(thing, by=by, at=time.time()))
        self._said("changed", thing, as_json=as_json)

    def _said(self, done: str, thing: T, *, as_json: bool) -> None:
        key = " ".join(map(repr, self._named.key_of(thing)))
        text = f"{self._named.noun} {key} {done}"
        say(text, as_json=as_json, **self._named.told(thing))
