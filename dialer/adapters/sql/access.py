"""Who may come in, in SQL: accounts, sessions, failures. See `dialer.ports.access`.

Locks are taken in one order: the user, then the failures by name. Refuses to know secrets.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update

from dialer.adapters.sql.audit import note_in
from dialer.adapters.sql.guesses import count_failure, forget_failures, locked_until
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.access import api_sessions as sessions
from dialer.adapters.sql.tables.people import tenants, users
from dialer.adapters.sql.writer import SqlWriter, Write
from dialer.domain.ids import AgentId, TenantId
from dialer.domain.lockout import GuessLimit, login_subject
from dialer.domain.roles import Role
from dialer.errors import NoSuch, NotAuthenticated, WrongState
from dialer.ports import Account, NewSession, Origin, Session

_SAW_SESSION: Final = (
    update(sessions).where(sessions.c.id == bindparam("which")).values(seen_at=bindparam("now"))
)
_REHASH: Final = (
    update(users)
    .where(users.c.id == bindparam("which"), users.c.password_hash == bindparam("old"))
    .values(password_hash=bindparam("new"))
)
_SESSION: Final = (
    select(
        sessions.c.id,
        sessions.c.user_id,
        sessions.c.seen_at,
        sessions.c.ends_at,
        users.c.tenant_id,
        users.c.login,
        users.c.role,
        users.c.agent_id,
    )
    .join(users, users.c.id == sessions.c.user_id)
    .where(
        sessions.c.digest == bindparam("of_digest"),
        sessions.c.ends_at > bindparam("now"),
        sessions.c.seen_at > bindparam("seen_after"),
        users.c.active.is_(True),
    )
)


class SqlAccess:
    """An `AccessStore` (dialer.ports) in SQL.

    Args:
        writer: commits; must be running.
        reader: for queries.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader) -> None:
        self._writer = writer
        self._reader = reader

    async def account(self, login: str, tenant_id: str) -> Account | None:
        """Return a user by login; see `AccessStore`."""
        query = select(users).where(users.c.tenant_id == tenant_id, users.c.login == login)
        async with self._reader.connect() as connection:
            row = (await connection.execute(query)).first()
        return None if row is None else _account(row)

    async def locked_until(self, subjects: Sequence[str], at: float) -> float | None:
        """Return until when guesses are not taken; see `AccessStore`."""
        async with self._reader.connect() as connection:
            return await connection.run_sync(locked_until, subjects, at)

    async def fail(
        self,
        guessed: Mapping[str, GuessLimit],
        login: str,
        account: Account | None,
        origin: Origin,
        *,
        tenant_id: str,
        at: float,
    ) -> float | None:
        """Count a wrong guess; see `AccessStore`."""
        who = login if account is not None else "(unknown)"
        detail = {"address": origin.address, "program": origin.program}

        def work(connection: Connection) -> float | None:
            counted = count_failure(connection, guessed, at)
            if counted.refused_until is not None:
                return counted.refused_until
            known = select(tenants.c.id).where(tenants.c.id == tenant_id)
            noted = connection.execute(known).first() is not None
            if noted:
                _note(connection, "log_in_failed", who, detail, who, tenant_id, at)
            for subject, until in counted.locked.items() if noted else ():
                what = origin.address if subject.startswith("address ") else who
                lock = {**detail, "locked": what, "until": until}
                _note(connection, "log_in_locked", who, lock, who, tenant_id, at)
            return None

        return await self._writer.transact(work)

    async def begin_session(
        self,
        session: NewSession,
        account: Account,
        origin: Origin,
        *,
        guessed: Sequence[str],
        idle_s: float,
        at: float,
    ) -> float | None:
        """Begin a session; see `AccessStore`."""

        def work(connection: Connection) -> float | None:
            _check_same(connection, account)
            locked = locked_until(connection, guessed, at)
            if locked is not None:
                return locked
            forget_failures(connection, guessed[0])
            over = or_(sessions.c.ends_at <= at, sessions.c.seen_at <= at - idle_s)
            connection.execute(delete(sessions).where(over))
            _begin(connection, session, account, origin, at)
            detail = {"address": origin.address, "program": origin.program}
            login, tenant_id = account.login, account.tenant_id
            _note(connection, "log_in", login, detail, login, tenant_id, at)
            return None

        return await self._writer.transact(work)

    async def session(self, digest: str, *, seen_after: float, at: float) -> Session | None:
        """Return a session by digest; see `AccessStore`."""
        asked = {"of_digest": digest, "now": at, "seen_after": seen_after}
        async with self._reader.connect() as connection:
            row = (await connection.execute(_SESSION, asked)).first()
        if row is None:
            return None
        return Session(
            session_id=row.id,
            user_id=row.user_id,
            tenant_id=TenantId(row.tenant_id),
            login=row.login,
            role=Role(row.role),
            agent_id=None if row.agent_id is None else AgentId(row.agent_id),
            seen_at=row.seen_at,
            ends_at=row.ends_at,
        )

    async def saw_session(self, session_id: str, at: float) -> None:
        """Note that a session was used."""
        await self._writer.commit(Write(_SAW_SESSION, [{"which": session_id, "now": at}]))

    async def end_session(self, session_id: str, *, by: str, tenant_id: str, at: float) -> None:
        """End a session; nothing if it is over."""

        def work(connection: Connection) -> None:
            ended = connection.execute(delete(sessions).where(sessions.c.id == session_id))
            if ended.rowcount:
                _note(connection, "log_out", by, {}, by, tenant_id, at)

        await self._writer.transact(work)

    async def rehash(self, user_id: str, old: str, new: str) -> None:
        """Keep the same password under another hash."""
        await self._writer.commit(Write(_REHASH, [{"which": user_id, "old": old, "new": new}]))

    async def set_password(
        self, login: str, password_hash: str, *, by: str, tenant_id: str, at: float
    ) -> None:
        """Set a user's password; see `AccessStore`."""
        this = (users.c.tenant_id == tenant_id, users.c.login == login)

        def work(connection: Connection) -> None:
            found = connection.execute(select(users).where(*this).with_for_update()).first()
            if found is None:
                raise NoSuch("login", f"{login!r} is no user", "see outpace users list")
            if not found.active:
                raise WrongState("login", f"{login!r} is disabled", "add another user")
            _set_password(connection, _account(found), password_hash)
            _note(connection, "password_set", login, {}, by, tenant_id, at)

        await self._writer.transact(work)

    async def change_password(
        self,
        account: Account,
        password_hash: str,
        session: NewSession,
        origin: Origin,
        *,
        at: float,
    ) -> None:
        """Change an account's own password; see `AccessStore`."""

        def work(connection: Connection) -> None:
            _check_same(connection, account)
            _set_password(connection, account, password_hash)
            _begin(connection, session, account, origin, at)
            login, detail = account.login, {"address": origin.address}
            _note(connection, "password_set", login, detail, login, account.tenant_id, at)

        await self._writer.transact(work)


def end_sessions_in(connection: Connection, user_id: str) -> None:
    """End all sessions of a user, in the transaction of a connection."""
    connection.execute(delete(sessions).where(sessions.c.user_id == user_id))


def _set_password(connection: Connection, account: Account, password_hash: str) -> None:
    this = update(users).where(users.c.id == account.user_id)
    connection.execute(this.values(password_hash=password_hash))
    end_sessions_in(connection, account.user_id)
    forget_failures(connection, login_subject(account.tenant_id, account.login))


def _begin(
    connection: Connection, session: NewSession, account: Account, origin: Origin, at: float
) -> None:
    row = {
        "id": session.session_id,
        "tenant_id": account.tenant_id,
        "user_id": account.user_id,
        "digest": session.digest,
        "began_at": at,
        "seen_at": at,
        "ends_at": session.ends_at,
        "address": origin.address,
        "program": origin.program,
    }
    connection.execute(insert(sessions), row)


def _check_same(connection: Connection, account: Account) -> None:
    """Check that a user is still the one whose password was compared; holds it until the end."""
    this = users.c.id == account.user_id
    query = select(users.c.active, users.c.password_hash).where(this).with_for_update()
    now = connection.execute(query).first()
    if now is None or not now.active or now.password_hash != account.password_hash:
        raise NotAuthenticated("the password was changed meanwhile", "log in again")


def _note(
    connection: Connection,
    action: str,
    login: str,
    detail: Mapping[str, Any],
    by: str,
    tenant_id: str,
    at: float,
) -> None:
    note_in(connection, action, f"user {login}", detail, by=by, at=at, tenant_id=tenant_id)


def _account(row: Any) -> Account:
    return Account(
        user_id=row.id,
        tenant_id=TenantId(row.tenant_id),
        login=row.login,
        role=Role(row.role),
        agent_id=None if row.agent_id is None else AgentId(row.agent_id),
        password_hash=row.password_hash,
        active=row.active,
    )
