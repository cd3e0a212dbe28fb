"""Keys under which something was asked for once, and what the answer was.

A key is claimed before anything is done, so of two requests at once one is done. Refuses to know
what was asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, and_, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from dialer.adapters.sql.tables.access import idempotency_keys as keys
from dialer.adapters.sql.tables.kinds import DOCUMENT
from dialer.adapters.sql.writer import SqlWriter, Write
from dialer.errors import BadInput, WrongState

KEPT_S: Final = 24 * 3600.0
"""For how long an answer is given again."""

_CLAIM: Final = insert(keys).on_conflict_do_nothing()
_THIS: Final = and_(
    keys.c.tenant_id == bindparam("of_tenant"),
    keys.c.who == bindparam("of_who"),
    keys.c.key == bindparam("of_key"),
)
_FIND: Final = select(keys).where(_THIS)
_FORGET: Final = delete(keys).where(_THIS)
_DONE: Final = (
    update(keys)
    .where(_THIS)
    .values(
        done=True,
        status=bindparam("new_status"),
        answer=bindparam("new_answer", type_=DOCUMENT),
        at=bindparam("new_at"),
    )
)
_OLD: Final = delete(keys).where(keys.c.at < bindparam("before"))


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that is asked for under a key."""

    tenant_id: str
    who: str
    key: str
    operation: str
    digest: str
    """Of all that was asked."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered the first time."""

    status: int
    body: str
    headers: Mapping[str, str]
    media_type: str = "application/json"


class SqlIdempotency:
    """Claimed keys.

    Args:
        writer: commits; must be running.
    """

    def __init__(self, writer: SqlWriter) -> None:
        self._writer = writer

    async def claim(self, claim: Claim, *, at: float) -> Answer | None:
        """Claim a key; returns the answer of the first time if it was done under this key.

        Raises:
            BadInput: something else was asked for under this key.
            WrongState: it is being done, or its end is not known.
        """
        row = {
            "tenant_id": claim.tenant_id,
            "who": claim.who,
            "key": claim.key,
            "operation": claim.operation,
            "digest": claim.digest,
            "at": at,
        }

        def work(connection: Connection) -> Answer | None:
            connection.execute(_OLD, {"before": at - KEPT_S})
            if connection.execute(_CLAIM, row).rowcount:
                return None
            found = connection.execute(_FIND, _named(claim)).one()
            if found.digest != claim.digest:
                problem = "was used for another request"
                raise BadInput("Idempotency-Key", problem, "use a new key for each request")
            if not found.done:
                problem = "is in use by the same request, whose end is not known yet"
                raise WrongState("Idempotency-Key", problem, "look whether it was done, or wait")
            return Answer(found.status, found.answer["body"], found.answer["headers"])

        return await self._writer.transact(work)

    async def done(
        self, claim: Claim, status: int, body: str, headers: Mapping[str, str], *, at: float
    ) -> None:
        """Keep the answer of what was claimed."""
        answer = {"body": body, "headers": dict(headers)}
        row = {**_named(claim), "new_status": status, "new_answer": answer, "new_at": at}
        await self._writer.commit(Write(_DONE, [row]))

    async def forget(self, claim: Claim) -> None:
        """Give a key back: what was asked was refused."""
        await self._writer.commit(Write(_FORGET, [_named(claim)]))


def _named(claim: Claim) -> dict[str, str]:
    return {"of_tenant": claim.tenant_id, "of_who": claim.who, "of_key": claim.key}
