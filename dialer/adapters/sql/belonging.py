"""Whose a thing is: what a new row names must be there, and be of the same tenant.

Asked in the transaction that writes the row. Another tenant's thing is as if it did not exist.
Refuses to know what the rows are about.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Label, ScalarSelect, or_, select

from dialer.adapters.sql.tables.attempts import attempts
from dialer.adapters.sql.tables.campaigns import campaigns, queues
from dialer.adapters.sql.tables.people import teams, users
from dialer.domain.ids import MAIN_TENANT
from dialer.errors import NoSuch


def check_campaign(connection: Connection, campaign_id: str, tenant_id: str) -> None:
    """Check that a campaign is a tenant's.

    Raises:
        NoSuch: it is not.
    """
    found = select(campaigns.c.id).where(
        campaigns.c.id == campaign_id, campaigns.c.tenant_id == tenant_id
    )
    if connection.execute(found).first() is None:
        raise NoSuch("campaign", f"{campaign_id!r} does not exist", "name one that does")


def queue_named(connection: Connection, name: str, tenant_id: str) -> str:
    """Return the id of a tenant's queue; it stays there until the transaction ends.

    Raises:
        NoSuch: there is none of that name.
    """
    query = select(queues.c.id).where(queues.c.name == name, queues.c.tenant_id == tenant_id)
    found: str | None = connection.execute(query.with_for_update(read=True)).scalar()
    if found is None:
        raise NoSuch("queue", f"{name!r} does not exist", "name one that does")
    return found


def id_of_queue(name: str, tenant_id: str) -> ScalarSelect[str]:
    """Return the id of a tenant's queue, to compare a column with."""
    named = select(queues.c.id).where(queues.c.name == name, queues.c.tenant_id == tenant_id)
    return named.scalar_subquery()


def name_of_queue(queue_id: ColumnElement[Any]) -> Label[str]:
    """Return the name of the queue of a row, as its column `queue`."""
    named = select(queues.c.name).where(queues.c.id == queue_id)
    return named.scalar_subquery().label("queue")


def check_attempt(connection: Connection, attempt_id: str, tenant_id: str) -> None:
    """Check that an attempt is of a tenant's campaign.

    Raises:
        NoSuch: it is not.
    """
    found = (
        select(attempts.c.id)
        .join(campaigns, campaigns.c.id == attempts.c.campaign_id)
        .where(attempts.c.id == attempt_id, campaigns.c.tenant_id == tenant_id)
    )
    if connection.execute(found).first() is None:
        raise NoSuch("attempt", f"{attempt_id!r} does not exist", "name one that was dialed")


def check_agent(connection: Connection, agent_id: str, tenant_id: str) -> None:
    """Check that an agent is a tenant's; who is nobody's user is of the main tenant.

    Raises:
        NoSuch: it is not, or the user is disabled.
    """
    if not is_agent_of(connection, agent_id, tenant_id):
        raise NoSuch("agent", f"{agent_id!r} does not exist", "see outpace users list")


def is_agent_of(connection: Connection, agent_id: str, tenant_id: str) -> bool:
    """Tell whether an agent is a tenant's; who is nobody's user is of the main tenant."""
    found = connection.execute(
        select(users.c.tenant_id, users.c.active).where(users.c.agent_id == agent_id)
    ).first()
    if found is None:
        return tenant_id == MAIN_TENANT
    return found.tenant_id == tenant_id and bool(found.active)


def team_of(connection: Connection, agent_id: str) -> str | None:
    """Return the id of the team that an agent is in now; None: in none."""
    query = select(users.c.team_id).where(users.c.agent_id == agent_id)
    found: str | None = connection.execute(query).scalar()
    return found


def team_named(connection: Connection, name: str, tenant_id: str) -> str:
    """Return the id of a tenant's team, named by id or name.

    Raises:
        NoSuch: there is none.
    """
    query = select(teams.c.id).where(
        teams.c.tenant_id == tenant_id, or_(teams.c.id == name, teams.c.name == name)
    )
    found: str | None = connection.execute(query).scalar()
    if found is None:
        raise NoSuch("team", f"{name!r} does not exist", "see outpace teams list")
    return found
