"""Who somebody is: people log in with a password; machines come with a token (`tokens`).

Orders the law of guesses (`dialer.domain.lockout`), the comparing of passwords and what is on
record. Secrets are made here, shown once and never kept. Refuses to know HTTP, and what somebody
may do.
"""

import secrets
from dataclasses import replace
from typing import Final

import structlog
from ulid import ULID

from dialer.domain.credential import check_word, could_be_ours, csrf_of, digest_of
from dialer.domain.ids import MAIN_TENANT
from dialer.domain.lockout import guessed
from dialer.domain.password_rule import checked_password, prepared
from dialer.domain.principal import Principal
from dialer.errors import BadInput, Denied, NotAuthenticated, TooManyTries
from dialer.ports import AccessStore, Account, Clock, NewSession, Origin, Session, TokenStore
from dialer.services.passwords import Passwords
from dialer.services.recent_answers import KEPT_S, RecentAnswers
from dialer.services.tokens import SEEN_EVERY_S, Tokens

log = structlog.get_logger(__name__)

SESSION_S: Final = 12 * 3600.0
IDLE_S: Final = 2 * 3600.0

_SECRET_BYTES: Final = 32
_MOST_SAID: Final = 200
"""Characters that are kept of what a program calls itself."""


class Identity:
    """Lets people and machines in; a `Doorkeeper` (api.world).

    Args:
        access: accounts, sessions and failures on record.
        tokens: of machines, on record.
        clock: tells the time.
        passwords: hashes and compares them.
        session_s: longest time from a log-in to the end of its session.
        idle_s: time without a request after which a session is over.
    """

    def __init__(
        self,
        access: AccessStore,
        tokens: TokenStore,
        clock: Clock,
        *,
        passwords: Passwords | None = None,
        session_s: float = SESSION_S,
        idle_s: float = IDLE_S,
    ) -> None:
        self._access = access
        self.tokens = Tokens(tokens, clock)
        self._clock = clock
        self._passwords = passwords or Passwords()
        self.session_s = session_s
        """Longest time from a log-in to the end of its session."""
        self._idle_s = idle_s
        self._sessions = RecentAnswers()

    def close(self) -> None:
        """Let go of the threads."""
        self._passwords.close()

    def forget(self) -> None:
        """Ask the record again who is let in: a user's rights were taken away."""
        self._sessions.forget()

    async def log_in(
        self, login: str, password: str, tenant: str, address: str, program: str
    ) -> tuple[str, Principal]:
        """Log a person in; returns the secret of the session and who it is.

        Args:
            login: of the user.
            password: as it was typed.
            tenant: whose user.
            address: where the request came from.
            program: what the other side calls itself.

        Raises:
            NotAuthenticated: login or password is wrong, or the user disabled; not said which.
            TooManyTries: the login or the address is locked, right or wrong.
            BadInput: one of them is no text, or too long.
        """
        check_word("login", login)
        check_word("tenant", tenant)
        origin = _origin(address, program)
        account = await self._of_guess(login, password, tenant, origin)
        at = self._clock.now()
        secret, session = self._new_session(at)
        locked_until = await self._access.begin_session(
            session,
            account,
            origin,
            guessed=tuple(guessed(tenant, login, address)),
            idle_s=self._idle_s,
            at=at,
        )
        if locked_until is not None:
            raise TooManyTries(locked_until - at)
        return secret, _person(account, session.session_id, secret)

    async def log_out(self, principal: Principal) -> None:
        """End the session of a person.

        Raises:
            Denied: it is a machine's token.
        """
        if not principal.session_id:
            raise Denied("session", "a token has none", "revoke the token")
        await self._access.end_session(
            principal.session_id,
            by=principal.name,
            tenant_id=principal.tenant_id,
            at=self._clock.now(),
        )
        self._sessions.forget()

    async def of_session(self, secret: str) -> Principal | None:
        """Return whose session this is; None if it is none (any more)."""
        if not could_be_ours(secret):
            return None
        digest = digest_of(secret)
        now, mark = self._clock.now(), self._sessions.mark
        recent = self._sessions.get(digest, now)
        if recent is not None:
            return recent
        seen_after = now - self._idle_s
        found = await self._access.session(digest, seen_after=seen_after, at=now)
        if found is None:
            return None
        if now - found.seen_at >= SEEN_EVERY_S:
            await self._access.saw_session(found.session_id, now)
        principal = _person(found, found.session_id, secret)
        until = min(now + KEPT_S, found.ends_at)
        self._sessions.remember(digest, principal, until=until, mark=mark)
        return principal

    async def of_token(self, secret: str) -> Principal | None:
        """Return whose token this is; None if it is none (any more)."""
        return await self.tokens.of(secret)

    async def hashed(self, password: str, login: str) -> str:
        """Return the hash of a password for a user to be.

        Raises:
            BadInput: it is too short, too long, or the login.
        """
        return await self._passwords.hashed(checked_password(password, login))

    async def set_password(
        self, login: str, password: str, *, by: str, tenant_id: str = MAIN_TENANT
    ) -> None:
        """Set somebody's password; ends their sessions and a lock of the login.

        Raises:
            BadInput: it is too short, too long, or the login; or there is no such user.
        """
        password_hash = await self.hashed(password, login)
        at = self._clock.now()
        await self._access.set_password(login, password_hash, by=by, tenant_id=tenant_id, at=at)
        self._sessions.forget()

    async def change_password(
        self, principal: Principal, current: str, new: str, address: str, program: str
    ) -> tuple[str, Principal]:
        """Change one's own password; all sessions end, and a new one begins in their place.

        Raises:
            Denied: it is a machine's token.
            BadInput: the present password is wrong, or the new one cannot be.
            TooManyTries: the login or the address is locked.
        """
        if not principal.session_id:
            raise Denied("session", "a token has no password", "log in")
        said = checked_password(new, principal.name, "new")
        if new == current:
            raise BadInput("new", "is the present one", "choose another")
        tenant, origin = principal.tenant_id, _origin(address, program)
        try:
            account = await self._of_guess(principal.name, current, tenant, origin)
        except NotAuthenticated:
            raise BadInput("current", "is wrong", "type your present password") from None
        password_hash = await self._passwords.hashed(said)
        at = self._clock.now()
        secret, session = self._new_session(at)
        await self._access.change_password(account, password_hash, session, origin, at=at)
        self._sessions.forget()
        return secret, _person(account, session.session_id, secret)

    async def _of_guess(self, login: str, password: str, tenant: str, origin: Origin) -> Account:
        """Return whose password this is; count it if it is wrong, renew its hash if that is old.

        Raises:
            NotAuthenticated: it is wrong, or the user disabled.
            TooManyTries: guesses are not taken now; what was guessed then is not told.
        """
        said = prepared(password)
        limits = guessed(tenant, login, origin.address)
        now = self._clock.now()
        locked_until = await self._access.locked_until(tuple(limits), now)
        if locked_until is not None:
            raise TooManyTries(locked_until - now)
        account = await self._access.account(login, tenant)
        password_hash = account.password_hash if account is not None else ""
        compared = await self._passwords.compare(password_hash, said)
        if account is None or not account.active or not compared.right:
            at = self._clock.now()
            locked_until = await self._access.fail(
                limits, login, account, origin, tenant_id=tenant, at=at
            )
            if locked_until is not None:
                raise TooManyTries(locked_until - at)
            log.info("log_in_failed", address=origin.address, tenant=tenant)
            raise _refused()
        if not compared.renew:
            return account
        renewed = await self._passwords.hashed(said)
        await self._access.rehash(account.user_id, password_hash, renewed)
        return replace(account, password_hash=renewed)

    def _new_session(self, at: float) -> tuple[str, NewSession]:
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        session_id = f"se-{ULID()}"
        return secret, NewSession(session_id, digest_of(secret), at + self.session_s)


def _person(of: Account | Session, session_id: str, secret: str) -> Principal:
    return Principal(
        tenant_id=of.tenant_id,
        role=of.role,
        name=of.login,
        user_id=of.user_id,
        session_id=session_id,
        agent_id=of.agent_id,
        csrf=csrf_of(secret),
    )


def _origin(address: str, program: str) -> Origin:
    said = "".join(sign for sign in program if sign.isprintable())
    return Origin(address[:_MOST_SAID], said[:_MOST_SAID])


def _refused() -> NotAuthenticated:
    return NotAuthenticated("login or password is wrong", "try again, or ask an administrator")
