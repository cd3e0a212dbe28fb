"""The owner of a single lead, set by hand: given, handed over, or taken back.

One transaction, written into the record of moves and the audit log as a bulk move is. Refuses to
know what belongs to whom in bulk (`dialer.adapters.sql.ownership`).
"""

from typing import Any

from sqlalchemy import Connection, select

from dialer.adapters.sql.giving_way import transact_giving_way
from dialer.adapters.sql.holders import agent_named, lock_holders
from dialer.adapters.sql.moves import MoveOrder, count_moved, set_leads
from dialer.adapters.sql.tables.leads import leads
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.ownership import OWNED, RESTING, resting_state
from dialer.errors import BadInput, WrongState


class SqlLeadOwner:
    """Sets the owner of single leads.

    Args:
        writer: commits; must be running.
    """

    def __init__(self, writer: SqlWriter) -> None:
        self._writer = writer

    async def set(
        self,
        lead_id: int,
        agent: str | None,
        *,
        until: float | None = None,
        by: str,
        at: float,
        tenant_id: str,
    ) -> None:
        """Make a lead an agent's, or nobody's; nothing is done where it is so already.

        Args:
            lead_id: of a lead of the tenant.
            agent: name of one; None: the lead is everybody's.
            until: when it is everybody's again, epoch seconds; None: when it is taken back.
            by: who wants it.
            at: now, epoch seconds.
            tenant_id: whose lead.

        Raises:
            BadInput: no such agent, or a time that is over.
            WrongState: the lead is held for a call or done, or the agent has no room.
        """
        if until is not None and until <= at:
            raise BadInput("until", "is not in the future", "give a later date")

        def work(connection: Connection) -> None:
            owner = None
            if agent is not None:
                named = agent_named(connection, tenant_id, agent, active=True)
                (holder,) = lock_holders(connection, named.user_ids)
                owner = holder.agent_id
            lead = connection.execute(
                select(leads).where(leads.c.id == lead_id).with_for_update()
            ).one()
            if lead.state not in RESTING:
                problem = f"is {lead.state}, and its owner cannot change now"
                raise WrongState("lead", problem, "wait until its call is over")
            if owner == lead.owner and until == lead.assigned_until:
                return
            if owner is not None and owner != lead.owner and not holder.takes(1):
                problem = f"{owner!r} holds {holder.held} leads and may hold no more"
                raise WrongState("agent", problem, "name another, or take leads back first")
            set_leads(connection, [lead_id], _values(lead.due_at, owner, until, at))
            move = "assign" if lead.owner is None else "hand_over" if owner else "reclaim"
            which = {"campaign": lead.campaign_id, "lead": lead_id, "until": until}
            order = MoveOrder(move, by, at, tenant_id, which, lead.owner, owner)
            count_moved(connection, order, None, 1)

        await transact_giving_way(self._writer, work)


def _values(due_at: float, owner: str | None, until: float | None, at: float) -> dict[str, Any]:
    state = resting_state(owner=owner, assigned_until=until, due_at=due_at, now=at)
    until = until if state == OWNED else None
    return {"owner": owner, "team_id": None, "assigned_until": until, "state": state}
