"""The slices of a bulk move of leads: locked, changed, counted into the one row of the move.

Refuses to know who has leads and who gets them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update

from dialer.adapters.sql.audit import note_in
from dialer.adapters.sql.tables.leads import lead_moves, leads


@dataclass(frozen=True, slots=True)
class MoveOrder:
    """Who wants which move: what its row says."""

    move: str
    by: str
    at: float
    tenant_id: str
    which: Mapping[str, Any]
    from_owner: str | None = None
    to_owner: str | None = None


def locked_leads(
    connection: Connection, condition: ColumnElement[bool], most: int, after: int = 0
) -> list[int]:
    """Lock leads, by id, and return their ids.

    Those that another transaction holds are passed over, not waited for.

    Args:
        connection: in the transaction that changes them.
        condition: which.
        most: how many at most.
        after: only those with a greater id.
    """
    if most <= 0:
        return []
    query = select(leads.c.id).where(condition, leads.c.id > after).order_by(leads.c.id)
    return list(connection.execute(query.limit(most).with_for_update(skip_locked=True)).scalars())


def set_leads(connection: Connection, lead_ids: Sequence[int], values: Mapping[str, Any]) -> None:
    """Change leads that were locked before."""
    if lead_ids:
        connection.execute(update(leads).where(leads.c.id.in_(lead_ids)).values(**values))


def count_moved(
    connection: Connection, order: MoveOrder, move_id: int | None, count: int
) -> int | None:
    """Count moved leads into the row of their move; the first ones make it."""
    if count == 0:
        return move_id
    if move_id is not None:
        counted = lead_moves.c.leads + count
        connection.execute(
            update(lead_moves).where(lead_moves.c.id == move_id).values(leads=counted)
        )
        return move_id
    row = {
        "tenant_id": order.tenant_id,
        "at": order.at,
        "by": order.by,
        "move": order.move,
        "from_owner": order.from_owner,
        "to_owner": order.to_owner,
        "leads": count,
        "which": dict(order.which),
    }
    made = int(connection.execute(insert(lead_moves).returning(lead_moves.c.id), row).scalar_one())
    note_in(
        connection,
        by=order.by,
        action=order.move,
        subject=f"move {made}",
        detail={**order.which, "from": order.from_owner, "to": order.to_owner},
        at=order.at,
        tenant_id=order.tenant_id,
    )
    return made
