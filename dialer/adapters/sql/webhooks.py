"""Webhooks in SQL: who is told what, and with which secret.

A removed one keeps its row, without address and secret. Refuses to know how they are reached.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from dialer.adapters.sql.audit import note_in
from dialer.adapters.sql.outbox_steps import OutboxSteps
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.row import AnyRow
from dialer.adapters.sql.tables.webhooks import outbox, webhooks
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.webhook import Topic, Webhook
from dialer.errors import BadInput

MOST: Final = 50
"""Webhooks of a tenant: each event is a row for each of them."""

_ALL: Final = select(webhooks).where(webhooks.c.removed_at.is_(None)).order_by(webhooks.c.id)
_MINE: Final = _ALL.where(webhooks.c.tenant_id == bindparam("tenant"))
_HOW_MANY: Final = select(func.count()).where(
    webhooks.c.tenant_id == bindparam("tenant"), webhooks.c.removed_at.is_(None)
)
_REMOVE: Final = (
    update(webhooks)
    .where(
        webhooks.c.id == bindparam("webhook"),
        webhooks.c.tenant_id == bindparam("tenant"),
        webhooks.c.removed_at.is_(None),
    )
    .values(active=False, why="removed", url="", secret="", removed_at=bindparam("at"))
)
_FORGET: Final = delete(outbox).where(outbox.c.webhook_id == bindparam("webhook"))

_PENDING: Final = outbox.c.delivered_at.is_(None) & outbox.c.dead_at.is_(None)
_WAITING: Final = (
    select(outbox.c.webhook_id, func.count().label("many"))
    .where(outbox.c.webhook_id.in_(bindparam("webhooks", expanding=True)), _PENDING)
    .group_by(outbox.c.webhook_id)
)
_DEAD: Final = (
    select(outbox.c.webhook_id, func.count().label("many"))
    .where(
        outbox.c.webhook_id.in_(bindparam("webhooks", expanding=True)),
        outbox.c.dead_at.is_not(None),
    )
    .group_by(outbox.c.webhook_id)
)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a webhook was not told."""

    waiting: int = 0
    dead: int = 0


class SqlWebhooks:
    """The webhooks.

    Args:
        writer: commits; must be running.
        reader: for queries.
        steps: writes their events in this process.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader, *, steps: OutboxSteps) -> None:
        self._writer = writer
        self._reader = reader
        self._steps = steps

    async def create(self, webhook: Webhook, *, by: str) -> None:
        """Add a webhook; it is told what happens from now on.

        Other processes notice within `dialer.adapters.sql.outbox_steps.REFRESH_S`.

        Raises:
            BadInput: the tenant has too many.
        """
        row = {
            "id": webhook.webhook_id,
            "tenant_id": webhook.tenant_id,
            "url": webhook.url,
            "secret": webhook.secret,
            "topics": [topic.value for topic in webhook.topics],
            "created_by": webhook.created_by,
            "created_at": webhook.created_at,
        }

        def work(connection: Connection) -> None:
            many = connection.execute(_HOW_MANY, {"tenant": webhook.tenant_id}).scalar_one()
            if many >= MOST:
                raise BadInput("webhook", f"there are {MOST} already", "remove one first")
            connection.execute(insert(webhooks), row)
            note_in(
                connection,
                "webhook_create",
                f"webhook {webhook.webhook_id}",
                {"topics": row["topics"]},
                by=by,
                at=webhook.created_at,
                tenant_id=webhook.tenant_id,
            )

        await self._writer.transact(work)
        self._steps.forget()

    async def list(self, tenant_id: str) -> list[Webhook]:
        """Return a tenant's webhooks, oldest first."""
        async with self._reader.connect() as connection:
            rows = (await connection.execute(_MINE, {"tenant": tenant_id})).all()
        return [webhook_of(row) for row in rows]

    async def get(self, tenant_id: str, webhook_id: str) -> Webhook | None:
        """Return a tenant's webhook, or None."""
        query = _MINE.where(webhooks.c.id == webhook_id)
        async with self._reader.connect() as connection:
            row = (await connection.execute(query, {"tenant": tenant_id})).first()
        return None if row is None else webhook_of(row)

    async def remove(self, tenant_id: str, webhook_id: str, *, by: str, at: float) -> bool:
        """Remove a webhook with all that it was still to be told; False: there is none."""

        def work(connection: Connection) -> bool:
            asked = {"webhook": webhook_id, "tenant": tenant_id, "at": at}
            if not connection.execute(_REMOVE, asked).rowcount:
                return False
            connection.execute(_FORGET, {"webhook": webhook_id})
            subject = f"webhook {webhook_id}"
            note_in(connection, "webhook_remove", subject, {}, by=by, at=at, tenant_id=tenant_id)
            return True

        removed = await self._writer.transact(work)
        self._steps.forget()
        return removed

    async def backlogs(self, webhook_ids: Sequence[str]) -> dict[str, Backlog]:
        """Count what webhooks were not told."""
        asked = {"webhooks": list(webhook_ids)}
        async with self._reader.connect() as connection:
            waiting = {
                row.webhook_id: row.many for row in await connection.execute(_WAITING, asked)
            }
            dead = {row.webhook_id: row.many for row in await connection.execute(_DEAD, asked)}
        return {one: Backlog(waiting.get(one, 0), dead.get(one, 0)) for one in webhook_ids}


def webhook_of(row: AnyRow) -> Webhook:
    """Return a webhook from its row."""
    known = {topic.value: topic for topic in Topic}
    return Webhook(
        webhook_id=row.id,
        tenant_id=row.tenant_id,
        url=row.url,
        topics=tuple(known[name] for name in row.topics if name in known),
        created_by=row.created_by,
        created_at=row.created_at,
        secret=row.secret,
        active=bool(row.active),
        why=row.why,
    )
