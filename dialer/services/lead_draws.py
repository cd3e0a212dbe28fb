"""Where a campaign's next leads are drawn from now: open places, and lists by share.

Knows which places are open and whose turn it is among lists that are mixed. Refuses to know which
leads are ready, and the number judged at the dial.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from dialer.domain.calling_rules.place import Place
from dialer.domain.dial_law import DialLaw, DialTerms
from dialer.domain.ids import CampaignId, LeadId, PlaceId
from dialer.domain.lead import Draw, Lead
from dialer.domain.lead_order import LeadOrder, mix
from dialer.ports import Clock, LeadStore

LEASE_S: Final = 600.0
"""How long a lease holds; an engine that died gives its leads back after it."""

LOOK_S: Final = 20.0
"""How long is remembered which lists and places there are: imports add some."""


class LeadDraws:
    """Leases the leads of one campaign.

    Args:
        campaign_id: of the campaign.
        store: has the leads.
        clock: tells which places are open.
        law: says when.
        engine: who leases.
        order: of the campaign; its shares mix lists.
    """

    def __init__(
        self,
        campaign_id: CampaignId,
        store: LeadStore,
        clock: Clock,
        *,
        law: DialLaw,
        engine: str,
        order: LeadOrder,
    ) -> None:
        self._campaign_id = campaign_id
        self._store = store
        self._clock = clock
        self._law = law
        self._engine = engine
        self._order = order
        self._pools: Mapping[int, Mapping[PlaceId, Place]] = {}
        self._names: Mapping[int, str] = {}
        self._looked_at = float("-inf")
        self._credit: dict[str, float] = {}

    async def lease(self, count: int, terms: DialTerms) -> list[Lead]:
        """Lease up to `count` leads that may be called now, first to be dialed first."""
        now = self._clock.now()
        if now - self._looked_at > LOOK_S:
            self._names = await self._store.pools(self._campaign_id)
            self._pools = {
                pool: await self._store.places(self._campaign_id, pool) for pool in self._names
            }
            self._looked_at = now if self._pools else float("-inf")
        draws = {pool: self._draw(pool, terms, now) for pool in self._pools}
        open_draws = {pool: draw for pool, draw in draws.items() if draw.places != ()}
        if not self._order.shares or len(open_draws) < 2:
            found: list[Lead] = []
            for draw in open_draws.values():
                found += await self._store.lease(self._campaign_id, count - len(found), draw)
        else:
            found = await self._mixed(count, open_draws)
        return [self._placed(lead) for lead in found]

    async def lease_again(self, lead_id: LeadId, number: str) -> Lead | None:
        """Lease a lead past its wait for another try of the number; None if it may not be."""
        draw = Draw(self._clock.now(), self._engine, LEASE_S)
        lead = await self._store.lease_again(self._campaign_id, lead_id, number, draw)
        return None if lead is None else self._placed(lead)

    def places(self) -> set[Place]:
        """Return where the campaign's leads may be, as far as was seen."""
        return {place for places in self._pools.values() for place in places.values()}

    async def release(self, lead_ids: list[LeadId]) -> None:
        """Give leads back that were not dialed."""
        await self._store.release(lead_ids)

    def _placed(self, lead: Lead) -> Lead:
        for places in self._pools.values():
            if lead.place_id is not None and lead.place_id in places:
                return replace(lead, place=places[lead.place_id])
        return lead

    def _draw(self, pool: int, terms: DialTerms, now: float) -> Draw:
        places: tuple[PlaceId, ...] | None = None
        if terms.calls_people:
            opens = self._law.open_places(set(self._pools[pool].values()), terms, now)
            places = tuple(
                place_id
                for place_id, place in self._pools[pool].items()
                if (at := opens[place]) is not None and at <= now
            )
        return Draw(now, self._engine, LEASE_S, pool, places)

    async def _mixed(self, count: int, draws: Mapping[int, Draw]) -> list[Lead]:
        """Lease by turns of the lists; what one has not is the others'."""
        shares = self._order.shares
        named = {self._names[pool]: draw for pool, draw in draws.items()}
        left = dict.fromkeys(named, count)
        found: list[Lead] = []
        while left and len(found) < count:
            turns, self._credit = mix(shares, left, count - len(found), self._credit)
            leased: dict[str, list[Lead]] = {}
            for name in sorted(set(turns)):
                wanted = turns.count(name)
                leased[name] = await self._store.lease(self._campaign_id, wanted, named[name])
                if len(leased[name]) < wanted:
                    left.pop(name)
            found += [leased[name].pop(0) for name in turns if leased[name]]
        return found
