"""Tokens of machines in SQL. See `TokenStore` (dialer.ports).

Knows rows. Refuses to know secrets, and what a scope is.
"""

from typing import Any, Final

from sqlalchemy import Connection, bindparam, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from dialer.adapters.sql.audit import note_in
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.access import api_tokens as tokens
from dialer.adapters.sql.writer import SqlWriter, Write
from dialer.domain.ids import TenantId
from dialer.domain.roles import Role
from dialer.errors import NoSuch, Taken, WrongState
from dialer.ports import Token

_SAW: Final = (
    update(tokens).where(tokens.c.id == bindparam("which")).values(seen_at=bindparam("now"))
)
_ADD: Final = insert(tokens).on_conflict_do_nothing().returning(tokens.c.id)


class SqlTokens:
    """A `TokenStore` (dialer.ports) in SQL.

    Args:
        writer: commits; must be running.
        reader: for queries.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader) -> None:
        self._writer = writer
        self._reader = reader

    async def add(self, token: Token, digest: str) -> None:
        """Keep a new token; see `TokenStore`."""
        row = {
            "id": token.token_id,
            "tenant_id": token.tenant_id,
            "name": token.name,
            "digest": digest,
            "role": token.role.value,
            "scopes": sorted(token.scopes),
            "created_by": token.created_by,
            "created_at": token.created_at,
            "ends_at": token.ends_at,
        }
        detail = {"role": row["role"], "scopes": row["scopes"], "ends_at": token.ends_at}

        def work(connection: Connection) -> None:
            if connection.execute(_ADD, row).first() is None:
                raise Taken("name", f"{token.name!r} is a token's", "revoke it, or choose another")
            note_in(
                connection,
                "token_create",
                f"token {token.name}",
                detail,
                by=token.created_by,
                at=token.created_at,
                tenant_id=token.tenant_id,
            )

        await self._writer.transact(work)

    async def of_tenant(self, tenant_id: str) -> list[Token]:
        """Return a tenant's tokens, oldest first; revoked ones too."""
        query = select(tokens).where(tokens.c.tenant_id == tenant_id).order_by(tokens.c.id)
        async with self._reader.connect() as connection:
            return [_token(row) for row in await connection.execute(query)]

    async def find(self, digest: str) -> Token | None:
        """Return a token by digest."""
        async with self._reader.connect() as connection:
            query = select(tokens).where(tokens.c.digest == digest)
            row = (await connection.execute(query)).first()
        return None if row is None else _token(row)

    async def saw(self, token_id: str, at: float) -> None:
        """Note that a token was used."""
        await self._writer.commit(Write(_SAW, [{"which": token_id, "now": at}]))

    async def revoke(self, named: str, *, by: str, tenant_id: str, at: float) -> Token:
        """Let a token in no more; see `TokenStore`."""
        living = (tokens.c.name == named) & tokens.c.revoked_at.is_(None)
        query = (
            select(tokens)
            .where(tokens.c.tenant_id == tenant_id, or_(tokens.c.id == named, living))
            .with_for_update()
        )

        def work(connection: Connection) -> Token:
            row = connection.execute(query).first()
            if row is None:
                raise NoSuch("token", f"{named!r} does not exist", "see outpace tokens list")
            if row.revoked_at is not None:
                raise WrongState("token", f"{named!r} is revoked already", "nothing is to be done")
            connection.execute(update(tokens).where(tokens.c.id == row.id).values(revoked_at=at))
            subject = f"token {row.name}"
            note_in(connection, "token_revoke", subject, {}, by=by, at=at, tenant_id=tenant_id)
            return _token(row)

        return await self._writer.transact(work)


def _token(row: Any) -> Token:
    return Token(
        token_id=row.id,
        tenant_id=TenantId(row.tenant_id),
        name=row.name,
        role=Role(row.role),
        scopes=frozenset(row.scopes),
        created_by=row.created_by,
        created_at=row.created_at,
        ends_at=row.ends_at,
        revoked_at=row.revoked_at,
        seen_at=row.seen_at,
    )
