"""Whose agents people are and what they can do, in SQL. Refuses to know queues."""

import json
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, select, update

from dialer.adapters.sql.audit import note_in
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.campaigns import skills as skills_table
from dialer.adapters.sql.tables.people import teams, users
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.ids import MAIN_TENANT, AgentId, TenantId
from dialer.domain.skill import checked_levels
from dialer.errors import NoSuch
from dialer.ports import AgentRoll

_ROLLS: Final = (
    select(users.c.agent_id, users.c.tenant_id, users.c.skills, teams.c.name.label("team"))
    .outerjoin(teams, teams.c.id == users.c.team_id)
    .where(users.c.agent_id.is_not(None), users.c.active)
)


class SqlAgentRolls:
    """An `AgentRolls` (dialer.ports) in SQL.

    Args:
        writer: commits; must be running.
        reader: for queries.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader) -> None:
        self._writer = writer
        self._reader = reader

    async def all(self) -> Mapping[AgentId, AgentRoll]:
        """Return everybody who is an agent, of all tenants."""
        async with self._reader.connect() as connection:
            return {AgentId(row.agent_id): _roll(row) for row in await connection.execute(_ROLLS)}

    async def give(
        self,
        login: str,
        skills: Mapping[str, int],
        *,
        by: str,
        at: float,
        tenant_id: str = MAIN_TENANT,
    ) -> None:
        """Say all that a user can do; see `AgentRolls`."""
        levels = checked_levels(skills)
        this = (users.c.tenant_id == tenant_id, users.c.login == login)

        def work(connection: Connection) -> None:
            known = set(
                connection.execute(
                    select(skills_table.c.name).where(skills_table.c.tenant_id == tenant_id)
                ).scalars()
            )
            for name in levels:
                if name not in known:
                    raise NoSuch("skills", f"there is no skill {name!r}", "add it first")
            changed = update(users).where(*this).values(skills=levels)
            if connection.execute(changed).rowcount == 0:
                raise NoSuch("login", f"{login!r} is no user", "see outpace users list")
            subject = f"user {login}"
            note_in(
                connection, "skills_give", subject, dict(levels), by=by, at=at, tenant_id=tenant_id
            )

        await self._writer.transact(work)


def _roll(row: Any) -> AgentRoll:
    return AgentRoll(TenantId(row.tenant_id), _levels(row.skills), row.team or "")


def _levels(kept: Any) -> dict[str, int]:
    found = json.loads(kept) if isinstance(kept, str) else kept
    return {str(name): int(level) for name, level in (found or {}).items()}
