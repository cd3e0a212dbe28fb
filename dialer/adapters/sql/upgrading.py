"""Bringing an older database up to this program's version: all migrations in one transaction.

What fails leaves the old version as it was, and of two who upgrade at once the second waits and
finds nothing to do. This is the only module that imports alembic, and only to upgrade. Knows how
migrations are run. Refuses to know what they change.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from dialer.adapters.sql import postgresql, sqlite
from dialer.adapters.sql.address import DatabaseAddress
from dialer.adapters.sql.opening import HEAD, create, lock, version
from dialer.errors import BadInput, OutpaceError

T = TypeVar("T")

MIGRATIONS: Final = Path(__file__).parent / "migrations"
VERSIONS: Final = MIGRATIONS / "versions"

_LOCK_WAIT: Final = text("SET LOCAL lock_timeout = '10s'")
"""A change of a table waits for who reads it, and everybody else behind it: not for long."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Which version a database has, and which this program knows; None: it holds nothing."""

    found: str | None
    known: str

    @property
    def current(self) -> bool:
        """Whether there is nothing to upgrade."""
        return self.found == self.known


async def status(url: str, *, head: str = HEAD) -> Standing:
    """Tell which version a database has; a file that does not exist is not made.

    Raises:
        BadInput: it cannot be opened, or holds something else.
    """
    address = DatabaseAddress.of(url)
    if address.path is not None and not address.path.exists():
        return Standing(None, head)
    return await _run(address, lambda connection: Standing(_found(connection, address), head))


async def upgrade(url: str, *, head: str = HEAD, versions: Path = VERSIONS) -> Standing:
    """Bring a database up to `head`, an empty one as well; returns what it was before.

    Writes nothing when there is nothing to do.

    Args:
        url: address of the database.
        head: version to reach.
        versions: folder of the migrations.

    Raises:
        BadInput: it cannot be opened, holds something else, or is of a newer version.
        UpgradeFailed: a migration failed; the database is as it was.
    """
    address = DatabaseAddress.of(url)
    before = await status(url, head=head)
    if before.current:
        return before
    if before.found is not None and before.found > head:
        problem = f"has tables of version {before.found}, this program knows {head}"
        raise BadInput(f"database {address}", problem, "upgrade Outpace")
    if address.path is not None and before.found is None and not address.path.exists():
        sqlite.make_file(address.path)

    def work(connection: Connection) -> Standing:
        lock(connection)
        found = _found(connection, address)  # another one may have been faster
        if found is None:
            create(connection, now=time.time())
        elif found < head:
            migrate(connection, head, versions)
        return Standing(found, head)

    return await _run(address, work, writing=True)


def migrate(connection: Connection, head: str, versions: Path = VERSIONS) -> None:
    """Run the migrations up to `head` in the connection's transaction.

    Raises:
        UpgradeFailed: one of them failed; the transaction must be rolled back.
    """
    from alembic.config import Config  # noqa: PLC0415 - weighs half a second; only upgrades pay it
    from alembic.runtime.environment import EnvironmentContext  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.attributes["connection"] = connection
    scripts = ScriptDirectory(str(MIGRATIONS), version_locations=[str(versions)])

    def steps(current: Any, _context: Any) -> Any:
        return scripts._upgrade_revs(head, current)

    try:
        with EnvironmentContext(config, scripts, fn=steps):
            scripts.run_env()
    except Exception as error:
        told = error.orig if isinstance(error, DBAPIError) else error
        raise UpgradeFailed(str(told).splitlines()[0] if str(told) else repr(told)) from error


class UpgradeFailed(OutpaceError):
    """A migration failed; everything is as it was before."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"upgrade: failed: {reason}; nothing was changed; please report it")


def _found(connection: Connection, address: DatabaseAddress) -> str | None:
    if not inspect(connection).get_table_names():
        return None
    return version(connection, str(address))


async def _run(
    address: DatabaseAddress, work: Callable[[Connection], T], *, writing: bool = False
) -> T:
    """Run work in a transaction of its own, and say in one line why it cannot be."""
    try:
        if address.path is not None:
            return await asyncio.to_thread(_run_on_file, address.path, work, writing=writing)
        if address.url is None:
            raise BadInput("database", "none is named", "see docs/operations.md")
        server = postgresql.engine(address.url, name="outpace-upgrade", command_s=None)
        return await _run_on_server(server, work, writing=writing)
    except (DBAPIError, OSError) as error:
        told = error.orig if isinstance(error, DBAPIError) else error
        problem = f"cannot be opened: {str(told).splitlines()[0]}"
        fix = "see that it runs, lets us in, and is not in use"
        raise BadInput(f"database {address}", problem, fix) from None


def _run_on_file(path: Path, work: Callable[[Connection], T], *, writing: bool) -> T:
    engine = sqlite.upgrading_engine(path) if writing else sqlite.looking_engine(path)
    try:
        with engine.begin() as connection:
            done = work(connection)
            if writing:
                _check_keys(connection)
            return done
    finally:
        engine.dispose()


async def _run_on_server(
    server: AsyncEngine, work: Callable[[Connection], T], *, writing: bool
) -> T:
    try:
        async with server.begin() as connection:
            if writing:
                await connection.execute(_LOCK_WAIT)
                await postgresql.refuse_in_use(connection, _name(server))
            return await connection.run_sync(work)
    finally:
        await server.dispose()


def _name(server: AsyncEngine) -> str:
    return str(DatabaseAddress(url=server.url))


def _check_keys(connection: Connection) -> None:
    """Check by hand what SQLite does not check while tables are copied."""
    broken = connection.execute(text("PRAGMA foreign_key_check")).first()
    if broken is not None:
        raise UpgradeFailed(f"row {broken[1]} of {broken[0]} has lost what it belongs to")
