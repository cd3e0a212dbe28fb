"""Tokens: machines come with one, made by a person for a role and some scopes.

The secret is made here and shown once; its digest is on record. Refuses to know what a scope lets
do: the names that can be given come as an argument.
"""

import secrets
from collections.abc import Set as AbstractSet
from typing import Final

from ulid import ULID

from dialer.domain.credential import check_word, could_be_ours, digest_of
from dialer.domain.ids import MAIN_TENANT, TenantId
from dialer.domain.principal import Principal
from dialer.domain.roles import Role
from dialer.errors import BadInput
from dialer.ports import Clock, Token, TokenStore
from dialer.services.recent_answers import KEPT_S, RecentAnswers

PREFIX: Final = "outpace_"
"""So that a token that leaked is recognised as one."""

SEEN_EVERY_S: Final = 60.0
"""How exactly it is on record when a session or a token was last used."""

_SECRET_BYTES: Final = 32


class Tokens:
    """Makes tokens, knows them and lets them in.

    Args:
        store: what is on record of them.
        clock: tells the time.
    """

    def __init__(self, store: TokenStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._recent = RecentAnswers()

    async def create(
        self,
        name: str,
        role: Role,
        scopes: AbstractSet[str],
        allowed: AbstractSet[str],
        *,
        by: str,
        ends_at: float | None = None,
        tenant_id: str = MAIN_TENANT,
    ) -> tuple[str, Token]:
        """Make a token; returns its secret, which is shown nowhere else, and what it may do.

        Args:
            name: one that no other token has that is not revoked.
            role: what it may do is what this role may.
            scopes: and of that only these.
            allowed: all scopes that whoever makes it can give.
            by: who makes it.
            ends_at: when it ends by itself, epoch seconds.
            tenant_id: whose token.

        Raises:
            BadInput: a scope is unknown, there is none, the end is past, or the name is none or
                another's.
        """
        check_word("name", name)
        unknown = sorted(scopes - allowed)
        if unknown or not scopes:
            problem = f"{', '.join(unknown)} cannot be given" if unknown else "none was given"
            raise BadInput("scopes", problem, f"use some of {', '.join(sorted(allowed))}")
        now = self._clock.now()
        if ends_at is not None and ends_at <= now:
            raise BadInput("ends_at", "is past", "give a time to come, or none")
        token = Token(
            token_id=f"to-{ULID()}",
            tenant_id=TenantId(tenant_id),
            name=name,
            role=role,
            scopes=frozenset(scopes),
            created_by=by,
            created_at=now,
            ends_at=ends_at,
        )
        secret = PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
        await self._store.add(token, digest_of(secret))
        return secret, token

    async def list(self, tenant_id: str = MAIN_TENANT) -> list[Token]:
        """Return a tenant's tokens, oldest first; revoked ones too."""
        return await self._store.of_tenant(tenant_id)

    async def revoke(self, named: str, *, by: str, tenant_id: str = MAIN_TENANT) -> Token:
        """Let a token in no more, named by id or name.

        Raises:
            BadInput: there is none, or it is revoked already.
        """
        at = self._clock.now()
        token = await self._store.revoke(named, by=by, tenant_id=tenant_id, at=at)
        self._recent.forget()
        return token

    async def of(self, secret: str) -> Principal | None:
        """Return whose token this is; None if it is none (any more)."""
        if not could_be_ours(secret):
            return None
        digest = digest_of(secret)
        now, mark = self._clock.now(), self._recent.mark
        recent = self._recent.get(digest, now)
        if recent is not None:
            return recent
        found = await self._store.find(digest)
        if found is None or not found.holds(now):
            return None
        if found.seen_at is None or now - found.seen_at >= SEEN_EVERY_S:
            await self._store.saw(found.token_id, now)
        principal = Principal(
            tenant_id=found.tenant_id,
            role=found.role,
            name=found.name,
            token_id=found.token_id,
            scopes=found.scopes,
        )
        until = now + KEPT_S if found.ends_at is None else min(now + KEPT_S, found.ends_at)
        self._recent.remember(digest, principal, until=until, mark=mark)
        return principal
