"""Users and teams in SQL: who exists, what each is, and which agent on the floor.

Knows rows. Refuses to know passwords and what a role may do (`dialer.domain.roles`).
"""

from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from ulid import ULID

from dialer.adapters.sql.access import end_sessions_in
from dialer.adapters.sql.audit import note_in
from dialer.adapters.sql.holders import held_by
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.people import teams, users
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.ids import MAIN_TENANT
from dialer.domain.roles import Role
from dialer.errors import BadInput, NoSuch, Taken, WrongState

_ADD_USER: Final = insert(users).on_conflict_do_nothing().returning(users.c.id)
_ADD_TEAM: Final = insert(teams).on_conflict_do_nothing().returning(teams.c.id)


@dataclass(frozen=True, slots=True)
class User:
    """A person who uses the program."""

    login: str
    role: Role
    name: str = ""
    agent_id: str | None = None
    """The agent that this person is on the floor: the name by which the softphone registers."""
    team: str | None = None
    """Name of the team."""
    leads_held_max: int | None = None
    """Leads that it may hold as an agent at most; None: any number."""
    active: bool = True
    user_id: str = field(default="", compare=False)
    """Given out when the user is added."""


@dataclass(frozen=True, slots=True)
class Team:
    """Some users under one name."""

    name: str
    users: int
    """Active ones."""


class SqlPeople:
    """Users and teams.

    Args:
        writer: commits; must be running.
        reader: for queries.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader) -> None:
        self._writer = writer
        self._reader = reader

    async def add(
        self,
        user: User,
        *,
        by: str,
        at: float,
        tenant_id: str = MAIN_TENANT,
        password_hash: str = "",
    ) -> str:
        """Add a user; returns its id.

        Args:
            user: who; the team is named by name or id.
            by: who adds it.
            at: now, epoch seconds.
            tenant_id: whose user.
            password_hash: of the password; empty: nobody can log in as this user yet.

        Raises:
            BadInput: the login or the agent is somebody's already, there is no such team, or a
                name is none.
        """
        _check_name("login", user.login)
        if user.agent_id is not None:
            _check_name("agent", user.agent_id)
        user_id = f"us-{ULID()}"
        row: dict[str, Any] = {
            "id": user_id,
            "tenant_id": tenant_id,
            "login": user.login,
            "name": user.name,
            "role": user.role.value,
            "password_hash": password_hash,
            "agent_id": user.agent_id,
            "leads_held_max": user.leads_held_max,
            "active": user.active,
            "created_at": at,
        }

        def work(connection: Connection) -> None:
            team_id = None
            if user.team is not None:
                team_id = _team_id(connection, tenant_id, user.team)
            if connection.execute(_ADD_USER, {**row, "team_id": team_id}).first() is None:
                raise _taken(connection, user, tenant_id)
            detail = {"role": user.role.value, "agent": user.agent_id, "team": user.team}
            subject = f"user {user.login}"
            note_in(connection, "user_add", subject, detail, by=by, at=at, tenant_id=tenant_id)
            if password_hash:
                note_in(connection, "password_set", subject, {}, by=by, at=at, tenant_id=tenant_id)

        await self._writer.transact(work)
        return user_id

    async def disable(self, login: str, *, by: str, at: float, tenant_id: str = MAIN_TENANT) -> int:
        """Take a user's rights away for good, and end its sessions.

        Returns how many leads it holds as an agent.

        Raises:
            BadInput: there is no such user, or it is disabled already.
        """
        this = (users.c.tenant_id == tenant_id, users.c.login == login)

        def work(connection: Connection) -> int:
            found = connection.execute(
                select(users.c.id, users.c.agent_id, users.c.active).where(*this).with_for_update()
            ).first()
            if found is None:
                raise NoSuch("login", f"{login!r} is no user", "see outpace users list")
            if not found.active:
                raise WrongState("login", f"{login!r} is disabled already", "nothing is to be done")
            connection.execute(update(users).where(*this).values(active=False))
            end_sessions_in(connection, found.id)
            note_in(
                connection, "user_disable", f"user {login}", {}, by=by, at=at, tenant_id=tenant_id
            )
            if found.agent_id is None:
                return 0
            return held_by(connection, [found.agent_id]).get(found.agent_id, 0)

        return await self._writer.transact(work)

    async def everybody(self, *, tenant_id: str = MAIN_TENANT) -> list[User]:
        """Return the users of a tenant, by login."""
        query = (
            select(users, teams.c.name.label("team"))
            .outerjoin(teams, teams.c.id == users.c.team_id)
            .where(users.c.tenant_id == tenant_id)
            .order_by(users.c.login)
        )
        async with self._reader.connect() as connection:
            return [
                User(
                    row.login,
                    Role(row.role),
                    row.name,
                    row.agent_id,
                    row.team,
                    row.leads_held_max,
                    row.active,
                    row.id,
                )
                for row in await connection.execute(query)
            ]

    async def add_team(
        self, name: str, *, by: str, at: float, tenant_id: str = MAIN_TENANT
    ) -> None:
        """Add a team.

        Raises:
            BadInput: the name is taken, or none.
        """
        if not name.strip() or not name.isprintable():
            raise BadInput("team", f"{name!r} is no name", "write it on one line")
        row = {"id": f"te-{ULID()}", "tenant_id": tenant_id, "name": name}

        def work(connection: Connection) -> None:
            if connection.execute(_ADD_TEAM, row).first() is None:
                raise Taken("team", f"{name!r} exists already", "choose another name")
            note_in(connection, "team_add", f"team {name}", {}, by=by, at=at, tenant_id=tenant_id)

        await self._writer.transact(work)

    async def teams(self, *, tenant_id: str = MAIN_TENANT) -> list[Team]:
        """Return the teams of a tenant, by name."""
        members = (
            select(users.c.team_id, func.count().label("members"))
            .where(users.c.active.is_(True), users.c.team_id.is_not(None))
            .group_by(users.c.team_id)
            .subquery()
        )
        query = (
            select(teams.c.name, func.coalesce(members.c.members, 0).label("members"))
            .outerjoin(members, members.c.team_id == teams.c.id)
            .where(teams.c.tenant_id == tenant_id)
            .order_by(teams.c.name)
        )
        async with self._reader.connect() as connection:
            return [Team(row.name, row.members) for row in await connection.execute(query)]


def _team_id(connection: Connection, tenant_id: str, name: str) -> str:
    found: str | None = connection.execute(
        select(teams.c.id).where(
            teams.c.tenant_id == tenant_id, or_(teams.c.id == name, teams.c.name == name)
        )
    ).scalar()
    if found is None:
        raise BadInput("team", f"{name!r} does not exist", "create it: outpace teams add")
    return found


def _taken(connection: Connection, user: User, tenant_id: str) -> BadInput:
    same_login = select(users.c.id).where(
        users.c.tenant_id == tenant_id, users.c.login == user.login
    )
    if connection.execute(same_login).first() is not None:
        return Taken("login", f"{user.login!r} exists already", "choose another")
    return Taken("agent", f"{user.agent_id!r} is somebody already", "give another agent's name")


def _check_name(field: str, name: str) -> None:
    if not name or not name.isprintable() or any(character.isspace() for character in name):
        raise BadInput(field, f"{name!r} is no name", "use printable characters without blanks")
