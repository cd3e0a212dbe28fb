"""What is on record before a run: past attempts, leads, users and a token. And who may ask.

The past is that of `benchmarks.leads.reporting`: two campaigns, which do not run any more. Refuses
to know what is measured.
"""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, text, update

from api.access import OPERATIONS, SCOPES
from benchmarks.leads.reporting import fill, fill_file
from dialer.adapters.inprocess.clock import SteadyClock
from dialer.adapters.sql.address import DatabaseAddress
from dialer.adapters.sql.people import User
from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.adapters.sql.tables.campaigns import campaigns
from dialer.adapters.sql.tables.people import agent_states
from dialer.domain.roles import Role
from dialer.services.identity import Identity

PAST: Final = ("ca-0", "ca-1")
"""Campaigns of the past."""

USERS: Final = 50
PASSWORD: Final = "correct horse battery"  # noqa: S105 - of nobody, for this run

_COUNTED: Final = ("leads", "places", "lead_lists")
"""Tables whose rows are given ids, from which PostgreSQL has to count on."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """How the service is entered."""

    token: str
    """Of a supervisor: everything that the role may do."""
    logins: tuple[str, ...]
    """Of supervisors with `PASSWORD`; the first is an agent on the floor as well."""


async def put_on_record(url: str, attempts: int, agent: str) -> Entrance:
    """Make a database with a past; a third as many leads as attempts.

    Args:
        url: of an empty database.
        attempts: past ones.
        agent: who the first user is on the floor.
    """
    address = DatabaseAddress.of(url)
    if address.path is not None:
        await fill(url, attempts, "sqlite")
        await asyncio.to_thread(fill_file, Path(address.path), attempts)
    else:
        await fill(url, attempts, "postgresql")
    async with open_stores(url) as stores:
        counted = () if address.path is not None else _COUNTED
        await stores.writer.transact(lambda connection: _over(connection, counted))
        return await _people(stores, agent)


def _over(connection: Connection, counted: tuple[str, ...]) -> None:
    """The past is over: nothing of it dials, nobody of it is there."""
    connection.execute(update(campaigns).values(state="stopped"))
    connection.execute(update(agent_states).values(state="offline"))
    for table in counted:
        last = f"(SELECT max(id) FROM {table})"  # noqa: S608 - names of ours
        connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {last})"))


async def _people(stores: SqlStores, agent: str) -> Entrance:
    identity = Identity(stores.access, stores.tokens, SteadyClock())
    logins = tuple(f"super{place:02}" for place in range(USERS))
    try:
        password_hash = await identity.hashed(PASSWORD, logins[0])
        for place, login in enumerate(logins):
            user = User(login, Role.SUPERVISOR, agent_id=agent if place == 0 else None)
            await stores.people.add(user, by="bench", at=time.time(), password_hash=password_hash)
        scopes = frozenset(row.scope for row in OPERATIONS.values() if Role.SUPERVISOR in row.roles)
        token, _ = await identity.tokens.create(
            "bench", Role.SUPERVISOR, scopes, SCOPES, by="bench"
        )
    finally:
        identity.close()
    return Entrance(token, logins)
