"""The outbox in SQL: events that are due, held by whoever sends them, and those given up.

Several senders may work on it. Refuses to know HTTP, and when an event is given up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    exists,
    or_,
    select,
    update,
)

from dialer.adapters.sql.audit import note_in
from dialer.adapters.sql.outbox_steps import OutboxSteps
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.row import AnyRow
from dialer.adapters.sql.tables.webhooks import outbox, webhooks
from dialer.adapters.sql.webhooks import webhook_of
from dialer.adapters.sql.writer import SqlWriter, Write
from dialer.domain.webhook import Webhook
from dialer.domain.webhook_delivery import Fate, Verdict
from dialer.ports.webhooks import Waiting

MOST_PROBLEM: Final = 300
"""Characters of a problem that are kept."""

_other: Final = outbox.alias("other")


def _pending(table: Any) -> ColumnElement[bool]:
    return and_(table.c.delivered_at.is_(None), table.c.dead_at.is_(None))


_ACTIVE: Final = select(webhooks).where(webhooks.c.active.is_(True)).order_by(webhooks.c.id)

_IN_THE_WAY: Final = exists().where(
    _other.c.webhook_id == outbox.c.webhook_id,
    _other.c.subject == outbox.c.subject,
    _pending(_other),
    _other.c.id != outbox.c.id,
    or_(_other.c.id < outbox.c.id, _other.c.held_until > bindparam("now")),
)
_DUE: Final = and_(
    outbox.c.webhook_id == bindparam("webhook"),
    _pending(outbox),
    outbox.c.due_at <= bindparam("now"),
    or_(outbox.c.held_until.is_(None), outbox.c.held_until <= bindparam("now")),
    ~_IN_THE_WAY,
)
# what was never tried comes first: one event that is always refused holds up its subject only
_FIND: Final = (
    select(outbox.c.id).where(_DUE).order_by(outbox.c.due_at, outbox.c.id).limit(bindparam("most"))
)
_TAKE: Final = (
    update(outbox)
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)), _DUE)
    .values(held_by=bindparam("holder"), held_until=bindparam("until"))
    .returning(
        outbox.c.id,
        outbox.c.event_id,
        outbox.c.subject,
        outbox.c.body,
        outbox.c.at,
        outbox.c.tries,
    )
)
_SETTLE: Final = (
    update(outbox)
    .where(
        outbox.c.id == bindparam("row"),
        outbox.c.held_by == bindparam("holder"),
        _pending(outbox),
    )
    .values(
        tries=bindparam("new_tries"),
        due_at=bindparam("new_due_at"),
        delivered_at=bindparam("new_delivered_at"),
        dead_at=bindparam("new_dead_at"),
        problem=bindparam("new_problem"),
        held_by="",
        held_until=None,
    )
)
_CLOSE: Final = (
    update(webhooks)
    .where(webhooks.c.id == bindparam("webhook"), webhooks.c.active.is_(True))
    .values(active=False, why=bindparam("because"))
)
_GIVE_UP: Final = (
    update(outbox)
    .where(outbox.c.webhook_id == bindparam("webhook"), _pending(outbox))
    .values(dead_at=bindparam("died_at"), problem=bindparam("because"), held_by="", held_until=None)
)
_DEAD: Final = (
    select(outbox)
    .where(
        outbox.c.webhook_id == bindparam("webhook"),
        outbox.c.dead_at.is_not(None),
        outbox.c.id > bindparam("after"),
    )
    .order_by(outbox.c.id)
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event that was given up; times are epoch seconds."""

    row_id: int
    event_id: str
    topic: str
    subject: str
    body: Mapping[str, Any]
    at: float
    dead_at: float
    tries: int
    problem: str


class SqlOutbox:
    """An `Outbox` (dialer.ports.webhooks) in SQL.

    Args:
        writer: commits; must be running.
        reader: for queries.
        steps: writes events in this process.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader, *, steps: OutboxSteps) -> None:
        self._writer = writer
        self._reader = reader
        self._steps = steps

    async def active(self) -> Sequence[Webhook]:
        """Return the webhooks that are told anything."""
        async with self._reader.connect() as connection:
            return [webhook_of(row) for row in await connection.execute(_ACTIVE)]

    async def take(
        self, webhook_id: str, most: int, *, holder: str, now: float, until: float
    ) -> Sequence[Waiting]:
        """Hold events that are due; see `Outbox`. Writes nothing when there are none."""
        asked: dict[str, Any] = {"webhook": webhook_id, "now": now}
        async with self._reader.connect() as connection:
            found = await connection.execute(_FIND, {**asked, "most": most})
            ids = list(found.scalars())
        if not ids:
            return []
        asked |= {"ids": ids, "holder": holder, "until": until}

        def work(connection: Connection) -> list[Waiting]:
            return [_waiting(row) for row in connection.execute(_TAKE, asked)]

        return sorted(await self._writer.transact(work), key=lambda one: one.row_id)

    async def settle(self, waiting: Waiting, verdict: Verdict, *, holder: str, now: float) -> None:
        """Put on record what became of an event; see `Outbox`."""
        row = {
            "row": waiting.row_id,
            "holder": holder,
            "new_tries": waiting.tries + 1,
            "new_due_at": verdict.due_at,
            "new_delivered_at": now if verdict.fate is Fate.DELIVERED else None,
            "new_dead_at": now if verdict.fate in (Fate.DEAD, Fate.GONE) else None,
            "new_problem": verdict.why[:MOST_PROBLEM],
        }
        await self._writer.commit(Write(_SETTLE, [row]))

    async def close_webhook(self, webhook_id: str, why: str, *, now: float) -> None:
        """End a webhook; see `Outbox`."""
        asked = {"webhook": webhook_id, "because": why[:MOST_PROBLEM], "died_at": now}

        def work(connection: Connection) -> None:
            if connection.execute(_CLOSE, asked).rowcount:
                connection.execute(_GIVE_UP, asked)

        await self._writer.transact(work)
        self._steps.forget()

    async def dead_letters(
        self, webhook_id: str, *, after: int = 0, most: int = 50
    ) -> list[DeadLetter]:
        """Return events that were given up, in their order."""
        asked = {"webhook": webhook_id, "after": after, "most": most}
        async with self._reader.connect() as connection:
            return [_dead(row) for row in await connection.execute(_DEAD, asked)]

    async def retry(
        self,
        webhook: Webhook,
        event_ids: Sequence[str] | None,
        *,
        by: str,
        at: float,
    ) -> int:
        """Have events that were given up told after all, as if they were new; returns how many.

        They come late: what followed them may have been told.

        Args:
            webhook: whose.
            event_ids: which; None: all.
            by: who asks for it.
            at: now, epoch seconds.
        """
        which = and_(outbox.c.webhook_id == webhook.webhook_id, outbox.c.dead_at.is_not(None))
        if event_ids is not None:
            which = and_(which, outbox.c.event_id.in_(event_ids))
        again = update(outbox).where(which)
        again = again.values(dead_at=None, tries=0, due_at=at, at=at, problem="")

        def work(connection: Connection) -> int:
            many = int(connection.execute(again).rowcount)
            if many:
                note_in(
                    connection,
                    "webhook_retry",
                    f"webhook {webhook.webhook_id}",
                    {"events": many},
                    by=by,
                    at=at,
                    tenant_id=webhook.tenant_id,
                )
            return many

        return await self._writer.transact(work)


def _waiting(row: AnyRow) -> Waiting:
    return Waiting(row.id, row.event_id, row.subject, row.body, row.at, row.tries)


def _dead(row: AnyRow) -> DeadLetter:
    return DeadLetter(
        row.id,
        row.event_id,
        row.topic,
        row.subject,
        row.body,
        row.at,
        row.dead_at,
        row.tries,
        row.problem,
    )
