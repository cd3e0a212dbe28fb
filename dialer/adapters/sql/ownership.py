"""Leads given to agents and taken back in bulk: short transactions under one move.

Each move is one row of `lead_moves` and one of the audit log, written with its first leads. Leads
that an engine holds (leased, dialing) never move. Refuses to know who has room and who is next
(`dialer.domain.ownership`).
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, case, select

from dialer.adapters.sql.giving_way import transact_giving_way
from dialer.adapters.sql.holders import Named, agent_named, held_by, lock_holders, team_named
from dialer.adapters.sql.moves import MoveOrder, count_moved, locked_leads, set_leads
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.leads import leads
from dialer.adapters.sql.tables.people import users
from dialer.adapters.sql.which import Which, best_first, check_assignable, free_ones, scope
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.ids import MAIN_TENANT, AgentId
from dialer.domain.ownership import OWNED, RESTING, Holder, deal
from dialer.errors import BadInput

SLICE: Final = 500
"""Leads moved in one transaction."""


@dataclass(frozen=True, slots=True)
class Move:
    """What came of a move."""

    move_id: int | None
    """None: no lead moved, and nothing is recorded."""
    moved: int
    to: Mapping[str, int] = field(default_factory=dict)
    """Leads by the agent who has them now."""


class SqlOwnership:
    """Who holds which leads.

    Args:
        writer: commits; must be running.
        reader: for queries.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader) -> None:
        self._writer = writer
        self._reader = reader

    async def assign(
        self,
        which: Which,
        *,
        by: str,
        at: float,
        agent: str | None = None,
        team: str | None = None,
        up_to: int,
        until: float | None = None,
        tenant_id: str = MAIN_TENANT,
    ) -> Move:
        """Give leads that are nobody's to an agent, or spread them evenly over a team.

        Args:
            which: of these leads the best first, by priority and rank.
            by: who wants it.
            at: now, epoch seconds.
            agent: name of one; either this or `team`.
            team: name of one.
            up_to: leads at most; agents get none beyond what they may hold.
            until: when they are everybody's again, epoch seconds; None: when they are taken back.
            tenant_id: whose leads.

        Raises:
            BadInput: no such agent, team or list, or a state that cannot be given.
        """
        check_assignable(which, up_to)
        if until is not None and until <= at:
            raise BadInput("until", "is not in the future", "give a later date")
        named = await self._named(tenant_id, agent, team, active=True)
        candidates = await best_first(self._reader, which, up_to, tenant_id)
        detail = {**which.detail(), "states": list(which.states), "up_to": up_to, "until": until}
        to_owner = named.agents[0] if team is None else None
        if team is not None:
            detail["team"] = named.team_id
        order = MoveOrder("assign", by, at, tenant_id, detail, to_owner=to_owner)
        values = {"state": OWNED, "team_id": named.team_id, "assigned_until": until}
        move_id: int | None = None
        given: Counter[str] = Counter()
        for start in range(0, len(candidates), SLICE):
            ids = candidates[start : start + SLICE].tolist()
            before = dict(given)

            def work(
                connection: Connection,
                ids: list[int] = ids,
                before: dict[str, int] = before,
                move_id: int | None = move_id,
            ) -> tuple[int | None, dict[str, int], bool]:
                holders = lock_holders(connection, named.user_ids)
                free = locked_leads(connection, and_(leads.c.id.in_(ids), *free_ones(which)), SLICE)
                rank = {lead_id: place for place, lead_id in enumerate(ids)}
                dealt = deal(sorted(free, key=rank.__getitem__), holders, _agents(before))
                for agent_id, lead_ids in dealt.to.items():
                    set_leads(connection, lead_ids, {**values, "owner": agent_id})
                counts = {str(name): len(lead_ids) for name, lead_ids in dealt.to.items()}
                full = bool(dealt.left) or not _room(holders)
                return count_moved(connection, order, move_id, sum(counts.values())), counts, full

            move_id, counts, full = await transact_giving_way(self._writer, work)
            given.update(counts)
            if full:
                break
        return Move(move_id, given.total(), dict(given))

    async def reclaim(
        self,
        which: Which,
        *,
        by: str,
        at: float,
        agent: str | None = None,
        team: str | None = None,
        up_to: int | None = None,
        tenant_id: str = MAIN_TENANT,
    ) -> Move:
        """Take leads back: they are everybody's, ready or waiting for their time.

        Args:
            which: leads; their states do not matter.
            by: who wants it.
            at: now, epoch seconds.
            agent: from this one; neither this nor `team`: from whoever has them.
            team: from its agents.
            up_to: leads at most; None: all.
            tenant_id: whose leads.

        Raises:
            BadInput: no such agent, team or list.
        """
        detail = which.detail()
        owners: ColumnElement[bool] = leads.c.owner.is_not(None)
        from_owner = None
        if agent is not None or team is not None:
            named = await self._named(tenant_id, agent, team)
            owners = leads.c.owner.in_(named.agents)
            from_owner = named.agents[0] if team is None else None
            if team is not None:
                detail["team"] = named.team_id
        within = await scope(self._reader, which, tenant_id)
        order = MoveOrder("reclaim", by, at, tenant_id, detail, from_owner=from_owner)
        return await self._let_go(order, [owners, *within], up_to)

    async def expire(self, *, at: float, tenant_id: str = MAIN_TENANT) -> Move:
        """Let go of the leads whose time with their owner is over; to be called now and then."""
        over = leads.c.assigned_until <= at
        order = MoveOrder("expire", "outpace", at, tenant_id, {})
        return await self._let_go(order, [leads.c.owner.is_not(None), over], None)

    async def hand_over(
        self,
        which: Which,
        *,
        by: str,
        at: float,
        from_agent: str,
        to_agent: str,
        up_to: int | None = None,
        tenant_id: str = MAIN_TENANT,
    ) -> Move:
        """Give leads of one agent to another; they stay assigned for as long as they were.

        Args:
            which: leads; their states do not matter.
            by: who wants it.
            at: now, epoch seconds.
            from_agent: name.
            to_agent: name; gets none beyond what it may hold.
            up_to: leads at most; None: all.
            tenant_id: whose leads.

        Raises:
            BadInput: no such agent or list.
        """
        source = await self._named(tenant_id, from_agent, None)
        target = await self._named(tenant_id, to_agent, None, active=True)
        if source.agents == target.agents:
            raise BadInput("agent", "both are the same", "name two")
        within = await scope(self._reader, which, tenant_id)
        order = MoveOrder(
            "hand_over", by, at, tenant_id, which.detail(), source.agents[0], target.agents[0]
        )
        theirs = and_(leads.c.owner == source.agents[0], leads.c.state.in_(RESTING), *within)

        def work(connection: Connection, wanted: int, after: int) -> list[int]:
            (holder,) = [
                holder
                for holder in lock_holders(connection, [*source.user_ids, *target.user_ids])
                if holder.agent_id == target.agents[0]
            ]
            lead_ids = locked_leads(connection, theirs, holder.takes(wanted), after)
            set_leads(connection, lead_ids, {"owner": target.agents[0], "state": OWNED})
            return lead_ids

        move = await self._in_slices(order, work, up_to)
        return Move(move.move_id, move.moved, {target.agents[0]: move.moved} if move.moved else {})

    async def held(self, *, tenant_id: str = MAIN_TENANT) -> list[Holder]:
        """Return the agents of a tenant and how many leads each holds, by name."""
        query = select(users.c.agent_id, users.c.leads_held_max).where(
            users.c.tenant_id == tenant_id, users.c.agent_id.is_not(None)
        )
        async with self._reader.connect() as connection:
            rows = (await connection.execute(query.order_by(users.c.agent_id))).all()
            names = [row.agent_id for row in rows]
            held = await connection.run_sync(lambda below: held_by(below, names))
        return [
            Holder(AgentId(row.agent_id), held.get(row.agent_id, 0), row.leads_held_max)
            for row in rows
        ]

    async def _named(
        self, tenant_id: str, agent: str | None, team: str | None, *, active: bool = False
    ) -> Named:
        if (agent is None) == (team is None):
            raise BadInput("agent or team", "name one of them", "not none and not both")

        def find(connection: Connection) -> Named:
            if agent is not None:
                return agent_named(connection, tenant_id, agent, active=active)
            return team_named(connection, tenant_id, str(team))

        async with self._reader.connect() as connection:
            return await connection.run_sync(find)

    async def _let_go(
        self, order: MoveOrder, conditions: Sequence[ColumnElement[bool]], up_to: int | None
    ) -> Move:
        theirs = and_(*conditions, leads.c.state.in_(RESTING))
        free = {
            "owner": None,
            "team_id": None,
            "assigned_until": None,
            "state": case((leads.c.due_at > order.at, "waiting"), else_="ready"),
        }

        def work(connection: Connection, wanted: int, after: int) -> list[int]:
            lead_ids = locked_leads(connection, theirs, wanted, after)
            set_leads(connection, lead_ids, free)
            return lead_ids

        return await self._in_slices(order, work, up_to)

    async def _in_slices(
        self,
        order: MoveOrder,
        work: Callable[[Connection, int, int], Sequence[int]],
        up_to: int | None,
    ) -> Move:
        """Do slices of a move until there is nothing left; each is committed with its count.

        Each goes on behind the last lead of the one before: none looks at the same leads again.
        """
        move_id: int | None = None
        moved = after = 0
        while up_to is None or moved < up_to:
            wanted = SLICE if up_to is None else min(SLICE, up_to - moved)

            def slice_of(
                connection: Connection,
                wanted: int = wanted,
                after: int = after,
                move_id: int | None = move_id,
            ) -> tuple[int | None, Sequence[int]]:
                lead_ids = work(connection, wanted, after)
                return count_moved(connection, order, move_id, len(lead_ids)), lead_ids

            move_id, lead_ids = await transact_giving_way(self._writer, slice_of)
            if not lead_ids:
                break
            moved += len(lead_ids)
            after = max(lead_ids)
        return Move(move_id, moved)


def _agents(given: Mapping[str, int]) -> dict[AgentId, int]:
    return {AgentId(name): count for name, count in given.items()}


def _room(holders: Sequence[Holder]) -> bool:
    return any(holder.room != 0 for holder in holders)
