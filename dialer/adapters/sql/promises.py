"""Promised calls for people: looked at in pages, and ended by hand, in SQL.

Only of campaigns of a tenant. Refuses to know the law of promises and who keeps them
(`dialer.adapters.sql.callbacks`).
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, or_, select, update

from dialer.adapters.sql.audit import note_in
from dialer.adapters.sql.giving_way import transact_giving_way
from dialer.adapters.sql.lead_steps import LeadSteps
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.row import AnyRow
from dialer.adapters.sql.tables.campaigns import campaigns
from dialer.adapters.sql.tables.leads import callbacks, leads, places
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.callback import CLOSED, CallbackState, no_such_promise
from dialer.errors import WrongState

_CLOSED: Final = sorted(state.value for state in CLOSED)

_OF_TENANT: Final = callbacks.c.campaign_id.in_(
    select(campaigns.c.id).where(campaigns.c.tenant_id == bindparam("tenant"))
)
_SHOWN: Final = (
    select(callbacks, places.c.zones)
    .join(leads, leads.c.id == callbacks.c.lead_id)
    .join(places, places.c.id == leads.c.place_id)
    .where(_OF_TENANT)
)
_ONE: Final = _SHOWN.where(callbacks.c.id == bindparam("promise"))
_LEAD: Final = select(leads.c.state).where(leads.c.id == bindparam("lead")).with_for_update()
_CANCEL: Final = (
    update(callbacks)
    .where(callbacks.c.id == bindparam("promise"))
    .values(state=CallbackState.CANCELLED.value, since=bindparam("at"))
)


@dataclass(frozen=True, slots=True)
class PromisesWanted:
    """Which promises are looked for; what is "" does not matter."""

    campaign_id: str = ""
    owner: str = ""
    """The agent who promised."""
    still_open: bool = True
    """Only those that are not over."""


class SqlPromises:
    """Looks promises up, and ends them.

    Args:
        writer: commits; must be running.
        reader: for queries.
        steps: put leads where they belong when a promise is over.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader, steps: LeadSteps) -> None:
        self._writer = writer
        self._reader = reader
        self._steps = steps

    async def page(
        self,
        wanted: PromisesWanted,
        *,
        tenant_id: str,
        after: tuple[float, int] | None,
        most: int,
    ) -> list[AnyRow]:
        """Return promises (rows of `callbacks`, and the lead's zones) of a tenant, earliest first.

        Args:
            wanted: which.
            tenant_id: whose.
            after: time and id of the one before the first; None: from the beginning.
            most: how many at most.
        """
        query = _SHOWN
        if wanted.campaign_id:
            query = query.where(callbacks.c.campaign_id == wanted.campaign_id)
        if wanted.owner:
            query = query.where(callbacks.c.owner == wanted.owner)
        if wanted.still_open:
            query = query.where(callbacks.c.state.not_in(_CLOSED))
        if after is not None:
            due_at, promise = after
            same = and_(callbacks.c.due_at == due_at, callbacks.c.id > promise)
            query = query.where(or_(callbacks.c.due_at > due_at, same))
        query = query.order_by(callbacks.c.due_at, callbacks.c.id).limit(most)
        async with self._reader.connect() as connection:
            return list((await connection.execute(query, {"tenant": tenant_id})).all())

    async def get(self, promise: int, *, tenant_id: str) -> AnyRow:
        """Return a promise of a tenant as `page` does.

        Raises:
            NoSuch: there is none.
        """
        async with self._reader.connect() as connection:
            found = await connection.execute(_ONE, {"promise": promise, "tenant": tenant_id})
            row = found.first()
        if row is None:
            raise no_such_promise(promise)
        return row

    async def cancel(
        self, promise: int, *, by: str, reason: str, at: float, tenant_id: str
    ) -> AnyRow:
        """End a promise; its lead goes where it then belongs. Noted in the audit log.

        Args:
            promise: its id.
            by: who ends it.
            reason: why.
            at: now, epoch seconds.
            tenant_id: whose.

        Returns:
            The promise as it is then.

        Raises:
            NoSuch: the tenant has no such promise.
            WrongState: it is over, or being kept.
        """
        asked: dict[str, Any] = {"promise": promise, "tenant": tenant_id}

        def work(connection: Connection) -> AnyRow:
            row = connection.execute(_ONE, asked).first()
            if row is None:
                raise no_such_promise(promise)
            lead = connection.execute(_LEAD, {"lead": row.lead_id}).one()
            row = connection.execute(_ONE.with_for_update(of=callbacks), asked).one()
            if row.state in _CLOSED:
                raise WrongState("callback", f"it is {row.state} already", "leave it")
            if lead.state in ("leased", "dialing"):
                raise WrongState("callback", "the lead is being called now", "wait for its end")
            connection.execute(_CANCEL, {"promise": promise, "at": at})
            if lead.state == "callback":
                self._steps.settle(connection, [row.lead_id], at)
            note_in(
                connection,
                action="callback_close",
                subject=f"callback {promise}",
                detail={"reason": reason, "lead": row.lead_id},
                by=by,
                at=at,
                tenant_id=tenant_id,
            )
            return connection.execute(_ONE, asked).one()

        return await transact_giving_way(self._writer, work)
