"""Which person each agent on the floor is, and so which tenant's.

An agent that is nobody's user is of the main tenant, as the command line has it. Refuses to know
what agents are doing, and what a user may do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.people import teams, users
from dialer.domain.ids import MAIN_TENANT, AgentId, TenantId

_AGENTS: Final = (
    select(
        users.c.agent_id,
        users.c.tenant_id,
        users.c.login,
        users.c.name,
        users.c.active,
        teams.c.name.label("team"),
    )
    .outerjoin(teams, teams.c.id == users.c.team_id)
    .where(users.c.agent_id.is_not(None))
)


@dataclass(frozen=True, slots=True)
class AgentPerson:
    """The user that an agent is."""

    tenant_id: TenantId
    login: str
    name: str
    team: str | None
    active: bool


class SqlAgentPeople:
    """The users who are agents.

    Args:
        reader: for queries.
    """

    def __init__(self, reader: SqlReader) -> None:
        self._reader = reader

    async def all(self) -> Mapping[AgentId, AgentPerson]:
        """Return everybody who is an agent, of all tenants."""
        async with self._reader.connect() as connection:
            return {
                AgentId(row.agent_id): AgentPerson(
                    TenantId(row.tenant_id), row.login, row.name, row.team, row.active
                )
                for row in await connection.execute(_AGENTS)
            }


def tenant_of(person: AgentPerson | None) -> TenantId:
    """Return whose agent this is; None is an agent that is nobody's user."""
    return MAIN_TENANT if person is None else person.tenant_id
