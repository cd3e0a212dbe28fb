"""How PostgreSQL is used: short connections' lives, and what a lost one looks like.

Knows the driver. Refuses to know what is in the tables.
"""

from typing import Any, Final

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

CONNECT_S: Final = 5.0
"""Longest wait for a connection."""

COMMAND_S: Final = 30.0
"""Longest wait for an answer to one command: a server that hangs says nothing, for ever."""

_GONE: Final = frozenset({"08", "57"})
"""Classes of SQLSTATE that say the server, not the statement, is the trouble: connection
exceptions, and an operator's intervention (shutdown, starting up)."""


def engine(
    url: URL,
    *,
    connections: int = 4,
    name: str = "outpace",
    command_s: float | None = COMMAND_S,
) -> AsyncEngine:
    """Return an engine for a server.

    Args:
        url: of the driver asyncpg.
        connections: most at once.
        name: by which the server's views show the connections.
        command_s: longest wait for the answer to one command; None: for ever.
    """
    return create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=CONNECT_S,
        pool_pre_ping=True,
        connect_args={
            "timeout": CONNECT_S,
            "command_timeout": command_s,
            "server_settings": {"application_name": name, "jit": "off"},
        },
    )


def is_gone(error: BaseException) -> bool:
    """Tell whether an error says that the server cannot be spoken to."""
    if isinstance(error, OSError | TimeoutError):
        return True
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or _driver_says_gone(error.orig)
    return _driver_says_gone(error)


def _driver_says_gone(error: Any) -> bool:
    state = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
    if state is not None:
        return str(state)[:2] in _GONE
    cause = getattr(error, "__cause__", None)
    if isinstance(cause, OSError | TimeoutError):
        return True
    text = str(error)
    return "connection" in text and ("closed" in text or "lost" in text)
