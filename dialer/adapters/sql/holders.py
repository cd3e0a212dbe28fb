"""Agents as holders of leads: found by name, locked, and what they hold counted.

Refuses to know which leads move.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, or_, select

from dialer.adapters.sql.tables.leads import leads
from dialer.adapters.sql.tables.people import teams, users
from dialer.domain.ids import AgentId
from dialer.domain.ownership import NOT_HELD, Holder
from dialer.errors import BadInput

_USERS: Final = select(
    users.c.id, users.c.agent_id, users.c.team_id, users.c.leads_held_max, users.c.active
)


@dataclass(frozen=True, slots=True)
class Named:
    """Those that a move gives leads to, or takes them from."""

    user_ids: tuple[str, ...]
    agents: tuple[AgentId, ...]
    team_id: str | None = None
    """Set when a team was named."""


def agent_named(
    connection: Connection, tenant_id: str, name: str, *, active: bool = False
) -> Named:
    """Find an agent by the name on the floor, the login or the user's id.

    Args:
        connection: to ask with.
        tenant_id: whose agent.
        name: as people write it.
        active: only one that is: leads are taken from agents who have left, not given to them.

    Raises:
        BadInput: there is none, or the user is no agent.
    """
    found = connection.execute(
        _USERS.where(
            users.c.tenant_id == tenant_id,
            or_(users.c.agent_id == name, users.c.login == name, users.c.id == name),
        ).order_by((users.c.agent_id == name).desc(), users.c.id)
    ).first()
    if found is None:
        raise BadInput("agent", f"{name!r} is no user", "create the user first")
    if found.agent_id is None:
        raise BadInput("agent", f"{name!r} is no agent", "give the user an agent's name first")
    if active and not found.active:
        raise BadInput("agent", f"{name!r} is not active", "name one who is")
    return Named((found.id,), (AgentId(found.agent_id),))


def team_named(connection: Connection, tenant_id: str, name: str) -> Named:
    """Find the active agents of a team by its name or id.

    Raises:
        BadInput: there is no such team, or it has no agents.
    """
    team_id = connection.execute(
        select(teams.c.id).where(
            teams.c.tenant_id == tenant_id, or_(teams.c.id == name, teams.c.name == name)
        )
    ).scalar()
    if team_id is None:
        raise BadInput("team", f"{name!r} does not exist", "create it first")
    members = connection.execute(
        _USERS.where(
            users.c.team_id == team_id, users.c.active.is_(True), users.c.agent_id.is_not(None)
        ).order_by(users.c.id)
    ).all()
    if not members:
        raise BadInput("team", f"{name!r} has no active agents", "put some into it first")
    agents = tuple(AgentId(member.agent_id) for member in members)
    return Named(tuple(member.id for member in members), agents, team_id)


def lock_holders(connection: Connection, user_ids: Iterable[str]) -> list[Holder]:
    """Lock users' rows until the transaction ends, and count what they hold as agents.

    Two moves to the same agent come one after the other here, so neither passes the cap.
    """
    wanted = sorted(set(user_ids))
    rows = connection.execute(
        _USERS.where(users.c.id.in_(wanted)).order_by(users.c.id).with_for_update()
    ).all()
    agents = [row.agent_id for row in rows if row.agent_id is not None]
    held = held_by(connection, agents)
    return [
        Holder(AgentId(row.agent_id), held.get(row.agent_id, 0), row.leads_held_max)
        for row in rows
        if row.agent_id is not None
    ]


def held_by(connection: Connection, agents: Sequence[str]) -> dict[str, int]:
    """Count the leads that agents hold, whatever is being done with them."""
    query = (
        select(leads.c.owner, func.count())
        .where(leads.c.owner.in_(agents), leads.c.state.not_in(NOT_HELD))
        .group_by(leads.c.owner)
    )
    return {str(owner): int(count) for owner, count in connection.execute(query).all()}
