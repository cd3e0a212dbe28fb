"""Promised calls in SQL: which are open, the lease of a lead that is called as promised, the end.

What is only of the moment (who is sought, who is held) is the engine's; here is what outlives it:
the time, the owner, how often it was missed, and how it ended. Refuses to know the law of promises.
"""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, select, update

from dialer.adapters.sql.asked_promises import ask_in
from dialer.adapters.sql.lead_steps import LeadSteps
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.row import AnyRow
from dialer.adapters.sql.tables.leads import callbacks, leads, places
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.callback import (
    CLOSED,
    CallbackState,
    PromisedCall,
    check_forward,
    no_such_promise,
)
from dialer.domain.calling_rules.place import Place
from dialer.domain.ids import AgentId, CampaignId, LeadId, PlaceId
from dialer.domain.lead import Draw, Lead
from dialer.ports import OpenCallback

_OPEN: Final = callbacks.c.state.not_in(sorted(state.value for state in CLOSED))

_DUE: Final = (
    select(callbacks)
    .where(
        callbacks.c.campaign_id.in_(bindparam("campaigns", expanding=True)),
        _OPEN,
        func.coalesce(callbacks.c.dial_at, callbacks.c.due_at) <= bindparam("until"),
    )
    .order_by(callbacks.c.due_at, callbacks.c.id)
    .limit(bindparam("most"))
)

_LEASE: Final = (
    update(leads)
    .where(leads.c.id == bindparam("lead"), leads.c.state == "callback")
    .values(
        state="leased",
        leased_by=bindparam("engine"),
        lease_ends_at=bindparam("until"),
        number=bindparam("which"),
    )
    .returning(
        leads.c.id, leads.c.campaign_id, leads.c.number, leads.c.attributes, leads.c.place_id
    )
)

_CLOSE: Final = (
    update(callbacks)
    .where(callbacks.c.id == bindparam("callback"), _OPEN)
    .values(state=bindparam("to"), since=bindparam("at"))
    .returning(callbacks.c.lead_id)
)

_WAITING: Final = (
    select(
        callbacks.c.owner, callbacks.c.state, callbacks.c.campaign_id, leads.c.state.label("lead")
    )
    .join(leads, leads.c.id == callbacks.c.lead_id)
    .where(callbacks.c.id == bindparam("promise"))
    .with_for_update()
)
_FORWARD: Final = (
    update(callbacks)
    .where(callbacks.c.id == bindparam("promise"))
    .values(owner=bindparam("whose"), dial_at=bindparam("at"))
)

_RELEASE: Final = (
    update(leads)
    .where(leads.c.id == bindparam("lead"), leads.c.state == "leased")
    .values(state="callback", leased_by="", lease_ends_at=None)
)


class SqlCallbackStore:
    """A `CallbackStore` (dialer.ports) in SQL.

    Args:
        writer: commits; must be running.
        reader: for queries.
        steps: put leads where they belong when a promise is over.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader, *, steps: LeadSteps) -> None:
        self._writer = writer
        self._reader = reader
        self._steps = steps

    async def due(
        self, campaign_ids: Collection[CampaignId], until: float, *, most: int = 200
    ) -> list[OpenCallback]:
        """Return the open promises of campaigns to be dialed until a time, earliest first."""
        asked = {"campaigns": sorted(campaign_ids), "until": until, "most": most}
        async with self._reader.connect() as connection:
            return [_open(row) for row in await connection.execute(_DUE, asked)]

    async def promise_caller(
        self, campaign_id: CampaignId, number: str, due_at: float, *, at: float
    ) -> OpenCallback:
        """Promise somebody who called to call them back; see `CallbackStore`."""

        def work(connection: Connection) -> OpenCallback:
            return _open(ask_in(connection, self._steps, campaign_id, number, due_at, at))

        return await self._writer.transact(work, numbers=[number])

    async def lease(self, promised: OpenCallback, draw: Draw) -> Lead | None:
        """Lease the lead of a promise, to be dialed as promised; None if it is not to be had."""
        asked = {
            "lead": promised.call.lead_id,
            "engine": draw.engine,
            "until": draw.now + draw.lease_s,
            "which": promised.number,
        }
        return await self._writer.transact(lambda connection: _leased(connection, asked))

    async def release(self, lead_id: LeadId) -> None:
        """Give a lead back that was leased and not dialed; its promise stands."""
        await self._writer.transact(
            lambda connection: connection.execute(_RELEASE, {"lead": lead_id}) and None
        )

    async def bring_forward(
        self, callback_id: int, agent_id: AgentId, at: float, *, of: Collection[CampaignId]
    ) -> None:
        """Have a promise kept by an agent now; see `CallbackStore`."""

        def work(connection: Connection) -> None:
            row = connection.execute(_WAITING, {"promise": callback_id}).first()
            if row is None:
                raise no_such_promise(callback_id)
            is_open = row.state not in {state.value for state in CLOSED}
            waits = is_open and row.lead == "callback"
            check_forward(row.owner, agent_id, waits=waits, served=row.campaign_id in of)
            connection.execute(_FORWARD, {"promise": callback_id, "whose": agent_id, "at": at})

        await self._writer.transact(work)

    async def close(self, callback_id: int, state: CallbackState, at: float) -> None:
        """End a promise that is not kept any more; the lead goes where it then belongs."""

        def work(connection: Connection) -> None:
            asked = {"callback": callback_id, "to": state.value, "at": at}
            lead_id = connection.execute(_CLOSE, asked).scalar()
            if lead_id is not None:
                self._steps.settle(connection, [lead_id], at)

        await self._writer.transact(work)


def _leased(connection: Connection, asked: dict[str, Any]) -> Lead | None:
    row = connection.execute(_LEASE, asked).first()
    if row is None:
        return None
    where = connection.execute(select(places).where(places.c.id == row.place_id)).one()
    return Lead(
        LeadId(row.id),
        CampaignId(row.campaign_id),
        row.number,
        row.attributes,
        PlaceId(row.place_id),
        Place(tuple(where.jurisdictions), tuple(where.zones)),
    )


def _open(row: AnyRow) -> OpenCallback:
    call = PromisedCall(
        lead_id=LeadId(row.lead_id),
        due_at=row.due_at,
        owner=None if row.owner is None else AgentId(row.owner),
        since=row.since,
        dial_at=row.dial_at,
        misses=row.misses,
    )
    return OpenCallback(row.id, CampaignId(row.campaign_id), row.number, call)
