"""Who may come in, on record: accounts, sessions, tokens, failures.

Each change is one transaction with its row in the audit log. Refuses to know secrets: it is given
digests, and hashes of passwords.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from dialer.domain.ids import AgentId, TenantId
from dialer.domain.lockout import GuessLimit
from dialer.domain.roles import Role


@dataclass(frozen=True, slots=True)
class Account:
    """A user, as far as letting in is concerned."""

    user_id: str
    tenant_id: TenantId
    login: str
    role: Role
    agent_id: AgentId | None
    password_hash: str
    """Empty: none was set, so nobody can log in."""
    active: bool


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from."""

    address: str
    program: str = ""
    """What the other side calls itself; anybody can say anything."""


@dataclass(frozen=True, slots=True)
class Session:
    """A person who is in."""

    session_id: str
    user_id: str
    tenant_id: TenantId
    login: str
    role: Role
    agent_id: AgentId | None
    seen_at: float
    """Of the last request, give or take a minute; epoch seconds."""
    ends_at: float


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session to begin."""

    session_id: str
    digest: str
    ends_at: float


@dataclass(frozen=True, slots=True)
class Token:
    """A machine that may come in."""

    token_id: str
    tenant_id: TenantId
    name: str
    role: Role
    scopes: frozenset[str]
    created_by: str
    created_at: float
    ends_at: float | None = None
    revoked_at: float | None = None
    seen_at: float | None = None

    def holds(self, now: float) -> bool:
        """Tell whether it lets in now."""
        return self.revoked_at is None and (self.ends_at is None or now < self.ends_at)


class AccessStore(Protocol):
    """What is on record of who may come in."""

    async def account(self, login: str, tenant_id: str) -> Account | None:
        """Return a user by login; None if there is none, or no such tenant."""
        ...

    async def locked_until(self, subjects: Sequence[str], at: float) -> float | None:
        """Return until when guesses for any of these are not taken; None if they are."""
        ...

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
        """Count a wrong guess; if it came while locked, return until when, and count nothing.

        Args:
            guessed: what it is counted for, each with its limit.
            login: as it was typed.
            account: whose it is; None: nobody's, and then the login is noted nowhere.
            origin: where it came from.
            tenant_id: whose log says so, if there is such a tenant.
            at: now, epoch seconds.
        """
        ...

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
        """Begin the session of an account whose password was right.

        Forgets the failures of the first of `guessed`, the login, and sessions that are over. If
        a guess is not taken now for any of `guessed`, begins none and returns until when.

        Raises:
            NotAuthenticated: the user was disabled or the password changed meanwhile.
        """
        ...

    async def session(self, digest: str, *, seen_after: float, at: float) -> Session | None:
        """Return a session by digest if it is not over and its user is active."""
        ...

    async def saw_session(self, session_id: str, at: float) -> None:
        """Note that a session was used; nothing if it was ended meanwhile."""
        ...

    async def end_session(self, session_id: str, *, by: str, tenant_id: str, at: float) -> None:
        """End a session; nothing if it is over."""
        ...

    async def rehash(self, user_id: str, old: str, new: str) -> None:
        """Keep the same password under another hash; nothing if it was changed meanwhile."""
        ...

    async def set_password(
        self, login: str, password_hash: str, *, by: str, tenant_id: str, at: float
    ) -> None:
        """Set a user's password, end its sessions and forget its failures.

        Raises:
            NoSuch: there is no such user.
            WrongState: the user is disabled.
        """
        ...

    async def change_password(
        self,
        account: Account,
        password_hash: str,
        session: NewSession,
        origin: Origin,
        *,
        at: float,
    ) -> None:
        """Change an account's own password, end all its sessions and begin a new one.

        Raises:
            NotAuthenticated: the user was disabled or the password changed meanwhile.
        """
        ...


class TokenStore(Protocol):
    """The tokens of machines on record."""

    async def add(self, token: Token, digest: str) -> None:
        """Keep a new token.

        Raises:
            Taken: another that is not revoked has the name.
        """
        ...

    async def of_tenant(self, tenant_id: str) -> list[Token]:
        """Return a tenant's tokens, oldest first; revoked ones too."""
        ...

    async def find(self, digest: str) -> Token | None:
        """Return a token by digest, whether it still holds or not."""
        ...

    async def saw(self, token_id: str, at: float) -> None:
        """Note that a token was used."""
        ...

    async def revoke(self, named: str, *, by: str, tenant_id: str, at: float) -> Token:
        """Let a token in no more.

        Args:
            named: its id, or the name of one that is not revoked.
            by: who does it.
            tenant_id: whose token.
            at: now, epoch seconds.

        Raises:
            NoSuch: there is none.
            WrongState: it is revoked already.
        """
        ...
