"""Leasing in SQL: the next leads of a campaign that may be dialed now, given to one engine.

Leads that are ready stand in one index in the order in which they are taken, place by place; the
heads of all open places are merged. So a lease reads as many rows as it gives, whatever the lists
hold. PostgreSQL does it in one statement (`leasing_at_once`). Refuses to know which places are
open.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, Double, Row, bindparam, select, text, update

from dialer.adapters.sql.lead_steps import LeadSteps
from dialer.adapters.sql.leasing_at_once import TAKE_AT_ONCE, head_of_each
from dialer.adapters.sql.listed import LISTED, listed_for
from dialer.adapters.sql.resting import resting
from dialer.adapters.sql.tables.campaigns import campaigns
from dialer.adapters.sql.tables.leads import campaign_places, leads
from dialer.domain.ids import CampaignId, TenantId
from dialer.domain.lead import Draw

MOST_PROMOTED: Final = 500
"""Waiting leads made ready by one lease, and as many of leases that have ended."""

RETURNED: Final = (
    leads.c.id,
    leads.c.number,
    leads.c.attributes,
    leads.c.priority,
    leads.c.rank,
    leads.c.place_id,
)

_IN_ORDER: Final = (leads.c.priority.desc(), leads.c.rank, leads.c.id)

# Written into the statement, not bound: a partial index is used only if its words can be seen.
READY: Final = text("leads.state = 'ready'")
WAITING: Final = text("leads.state = 'waiting'")
LEASED: Final = text("leads.state = 'leased'")
BUSY: Final = text("leads.state IN ('dialing', 'callback', 'owned')")

_POOL_PLACES: Final = select(campaign_places.c.place_id).where(
    campaign_places.c.campaign_id == bindparam("campaign"),
    campaign_places.c.pool == bindparam("pool"),
)

_HEAD: Final = (
    select(leads.c.priority, leads.c.rank, leads.c.id)
    .where(
        leads.c.campaign_id == bindparam("campaign"),
        leads.c.pool == bindparam("pool"),
        leads.c.place_id == bindparam("place"),
        READY,
    )
    .order_by(*_IN_ORDER)
    .limit(bindparam("most"))
)

_TAKE: Final = (
    update(leads)
    .where(leads.c.id.in_(bindparam("ids", expanding=True)), READY)
    .values(state="leased", leased_by=bindparam("engine"), lease_ends_at=bindparam("until"))
    .returning(*RETURNED)
)

_DUE: Final = (
    select(leads.c.id)
    .where(
        leads.c.campaign_id == bindparam("campaign"), WAITING, leads.c.due_at <= bindparam("now")
    )
    .order_by(leads.c.due_at)
    .limit(MOST_PROMOTED)
    .with_for_update(skip_locked=True)
)
_PROMOTE: Final = update(leads).where(leads.c.id.in_(_DUE)).values(state="ready")

_EXPIRED: Final = (
    select(leads.c.id)
    .where(
        leads.c.campaign_id == bindparam("campaign"),
        LEASED,
        leads.c.lease_ends_at < bindparam("now"),
    )
    .order_by(leads.c.lease_ends_at)
    .limit(MOST_PROMOTED)
    .with_for_update(skip_locked=True)
)
_GIVE_BACK: Final = (
    update(leads)
    .where(leads.c.id.in_(_EXPIRED))
    .values(state=resting(bindparam("now", type_=Double)), leased_by="", lease_ends_at=None)
)

# Asked in one go, as each answer is a way to the server and back: mostly there is nothing to do.
_LOOK: Final = select(
    campaigns.c.tenant_id,
    select(leads.c.id)
    .where(
        leads.c.campaign_id == bindparam("campaign"), WAITING, leads.c.due_at <= bindparam("now")
    )
    .exists()
    .label("some_are_due"),
    select(leads.c.id)
    .where(
        leads.c.campaign_id == bindparam("campaign"),
        LEASED,
        leads.c.lease_ends_at < bindparam("now"),
    )
    .exists()
    .label("some_expired"),
).where(campaigns.c.id == bindparam("campaign"))


@dataclass(frozen=True, slots=True)
class Leasing:
    """One lease of a campaign's leads."""

    campaign_id: CampaignId
    count: int
    draw: Draw
    steps: LeadSteps

    def __call__(self, connection: Connection) -> list[Row[Any]]:
        """Lease within the connection's transaction; returns the leads, first to be dialed first.

        Leads on the do-not-call list are done with.
        """
        if connection.dialect.name == "postgresql":
            found = self._at_once(connection)
        else:
            found = self._step_by_step(connection)
        return sorted(found, key=lambda row: (-row.priority, row.rank, row.id))

    def _step_by_step(self, connection: Connection) -> list[Row[Any]]:
        look = self._look(connection)
        if look is None:  # no such campaign
            return []
        self._make_ready(connection, look)
        places = self._places(connection)
        found: list[Row[Any]] = []
        while len(found) < self.count:
            taken = self._take(connection, places, self.count - len(found))
            if not taken:
                break
            found += self._callable(connection, taken, look.tenant_id)
        return found

    def _at_once(self, connection: Connection) -> list[Row[Any]]:
        """Lease by one statement; what it finds waiting no longer is ready for the next one."""
        places = list(self._places(connection))
        found: list[Row[Any]] = []
        looked = False
        while len(found) < self.count:
            most = self.count - len(found)
            asked = {
                **self._where(),
                **self._lease(),
                "places": places,
                "most": most,
                "few": head_of_each(most, len(places)),
                "now": self.draw.now,
            }
            taken = connection.execute(TAKE_AT_ONCE, asked).all()
            freed = 0
            if not looked:  # once: a lease is short
                look = taken[0] if taken else self._look(connection)
                freed = self._make_ready(connection, look) if look is not None else 0
                looked = True
            if not taken and not freed:
                break
            never = [row.id for row in taken if row.listed]
            self.steps.settle(connection, never, self.draw.now)
            found += [row for row in taken if not row.listed]
        return found

    def _look(self, connection: Connection) -> Row[Any] | None:
        known = {"campaign": self.campaign_id, "now": self.draw.now}
        return connection.execute(_LOOK, known).first()

    def _make_ready(self, connection: Connection, look: Row[Any]) -> int:
        """Free what waits no longer, and what engines that died had leased; returns how many."""
        known = {"campaign": self.campaign_id, "now": self.draw.now}
        freed = 0
        if look.some_are_due:
            freed += connection.execute(_PROMOTE, known).rowcount
        if look.some_expired:
            freed += connection.execute(_GIVE_BACK, known).rowcount
        return freed

    def _places(self, connection: Connection) -> Sequence[int]:
        if self.draw.places is not None:
            return self.draw.places
        known = {"campaign": self.campaign_id, "pool": self.draw.pool}
        return connection.execute(_POOL_PLACES, known).scalars().all()

    def _take(self, connection: Connection, places: Sequence[int], most: int) -> Sequence[Row[Any]]:
        where = {**self._where(), "most": most}
        heads = [
            [(-row.priority, row.rank, row.id) for row in connection.execute(_HEAD, asked)]
            for asked in ({**where, "place": place} for place in places)
        ]
        ids = [lead_id for _, _, lead_id in islice(merge(*heads), most)]
        return connection.execute(_TAKE, {"ids": ids, **self._lease()}).all() if ids else []

    def _where(self) -> dict[str, Any]:
        return {"campaign": self.campaign_id, "pool": self.draw.pool}

    def _lease(self) -> dict[str, Any]:
        return {"engine": self.draw.engine, "until": self.draw.now + self.draw.lease_s}

    def _callable(
        self, connection: Connection, taken: Sequence[Row[Any]], tenant_id: TenantId
    ) -> list[Row[Any]]:
        numbers = {row.number for row in taken}
        listed = set(
            connection.execute(
                LISTED, listed_for(numbers, tenant_id, self.campaign_id, self.draw.now)
            ).scalars()
        )
        never = [row.id for row in taken if row.number in listed]
        self.steps.settle(connection, never, self.draw.now)
        return [row for row in taken if row.number not in listed]
