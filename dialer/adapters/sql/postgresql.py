"""How PostgreSQL is used: short connections' lives, and what a lost one looks like.

A server can be gone without a word: stopped, swapped out, behind a cable that was pulled. So no
answer is waited for without end, and a connection that gave none is cut, not closed: closing asks
the server. Knows the driver. Refuses to know what is in the tables.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import inf
from typing import Any, Final

from sqlalchemy import URL, event, text
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from dialer.errors import BadInput

NAME: Final = "outpace"
"""What the server's views call the connections of engines and commands."""

_PLAIN: Final = {"jit": "off", "max_parallel_workers_per_gather": "0"}
"""A query takes one core of the server, and no time to be compiled: others are waiting."""

_LOOKS: Final = 20
_LOOK_S: Final = 0.1

CONNECT_S: Final = 5.0
"""Longest wait for a connection."""

COMMAND_S: Final = 30.0
"""Longest wait for the answer to one command of a reader."""

IDLE_S: Final = 5.0
"""A connection that was not used for so long may be gone without our knowing."""

_IDLE_SINCE: Final = "idle_since"

_GONE: Final = frozenset({"08", "53", "57"})
"""Classes of SQLSTATE that say the server, not the statement, is the trouble: connection
exceptions, no resources (connections, disk), an operator's intervention (shutdown, start)."""

_GONE_TOO: Final = frozenset({"25006"})
"""Read only: a standby that answers in the place of its primary, until it becomes one."""

_AGAIN: Final = frozenset({"40001", "40P01", "55P03"})
"""Another's locks were in the way; nothing is written, the same can be tried again."""


def engine(
    url: URL,
    *,
    connections: int = 4,
    name: str = NAME,
    connect_s: float = CONNECT_S,
    command_s: float | None = COMMAND_S,
    idle_s: float = IDLE_S,
) -> AsyncEngine:
    """Return an engine for a server.

    Args:
        url: of the driver asyncpg.
        connections: most at once.
        name: by which the server's views show the connections.
        connect_s: longest wait for a connection.
        command_s: longest wait for the answer to one command; None: for ever.
        idle_s: after which a connection that was not used is looked at first.
    """
    made = create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=connect_s,
        connect_args={
            "timeout": connect_s,
            "command_timeout": command_s,
            "server_settings": {"application_name": name, **_PLAIN},
        },
    )
    _replace_the_dead(made, idle_s)
    return made


def _replace_the_dead(engine: AsyncEngine, idle_s: float) -> None:
    """Replace a connection that was closed, and one that lay idle and gives no answer.

    That a server closed it is known here at once. SQLAlchemy can ask the server at each use; then
    three of four round trips of a short read are for that.
    """
    dialect = engine.sync_engine.dialect

    @event.listens_for(engine.sync_engine, "checkin")
    def given_back(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info[_IDLE_SINCE] = time.monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def taken(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
        if connection.driver_connection.is_closed():
            raise DisconnectionError
        if time.monotonic() - record.info.get(_IDLE_SINCE, inf) < idle_s:
            return
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            raise DisconnectionError(str(error)) from error


_OTHERS: Final = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name = :name AND pid <> pg_backend_pid()"
)


async def refuse_in_use(connection: AsyncConnection, name: str) -> None:
    """Refuse a database that engines or commands of ours are connected to.

    Who has just ended may be there for an instant longer.

    Raises:
        BadInput: somebody is.
    """
    for _ in range(_LOOKS):
        others = (await connection.execute(_OTHERS, {"name": NAME})).scalar_one()
        if not others:
            return
        await asyncio.sleep(_LOOK_S)
    problem = f"is in use ({others} connections of Outpace)"
    raise BadInput(f"database {name}", problem, "end the engines and commands that use it")


@asynccontextmanager
async def cut_after(connection: AsyncConnection, seconds: float) -> AsyncIterator[None]:
    """Cut the connection if the block takes longer; whoever waits for it there has an error.

    Cancelling would not do: what cleans up behind it asks the server again.
    """
    driver = await _driver(connection)
    late = asyncio.get_running_loop().call_later(seconds, driver.terminate)
    try:
        yield
    finally:
        late.cancel()


async def cut(connection: AsyncConnection) -> None:
    """Let go of a connection without a word to the server; it is not used again."""
    if connection.closed or connection.invalidated:
        return
    (await _driver(connection)).terminate()
    await connection.invalidate()


def is_gone(error: BaseException) -> bool:
    """Tell whether an error says that the server cannot be spoken to."""
    if isinstance(error, OSError | NoneFree):
        return True
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or _driver_says_gone(error.orig)
    return _driver_says_gone(error)


def may_try_again(error: BaseException) -> bool:
    """Tell whether the same statements may go through at another time."""
    told = error.orig if isinstance(error, DBAPIError) else error
    return _state(told) in _AGAIN


async def _driver(connection: AsyncConnection) -> Any:
    """Return the driver's own connection."""
    return (await connection.get_raw_connection()).driver_connection


def _state(error: Any) -> str:
    return str(getattr(error, "sqlstate", None) or getattr(error, "pgcode", None) or "")


def _driver_says_gone(error: Any) -> bool:
    state = _state(error)
    if state:
        return state[:2] in _GONE or state in _GONE_TOO
    cause = getattr(error, "__cause__", None)
    if isinstance(cause, OSError):
        return True
    told = str(error)
    return "connection" in told and ("closed" in told or "lost" in told)
