"""Promised calls in memory: the same laws as in SQL, gone with the process.

Refuses to know how a promise comes about: tests make them.
"""

from collections.abc import Collection
from dataclasses import replace

from dialer.domain.callback import CallbackState, PromisedCall, check_forward, no_such_promise
from dialer.domain.ids import AgentId, CampaignId, LeadId
from dialer.domain.lead import Draw, Lead
from dialer.domain.lead_standing import LeadState
from dialer.errors import NoSuch, WrongState
from dialer.ports import OpenCallback
from dialer.testing.tables import Tables


class MemoryCallbackStore:
    """A `CallbackStore` (dialer.ports) in memory.

    Args:
        tables: of the leads; to be looked at by tests.
    """

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.open: dict[int, OpenCallback] = {}
        self.closed: dict[int, CallbackState] = {}

    def promise(
        self, lead_id: LeadId, due_at: float, *, owner: AgentId | None = None
    ) -> OpenCallback:
        """Promise to call a lead; it is not dialed any other way from now on."""
        entry = self.tables.leads[lead_id]
        entry.state, entry.due_at = LeadState.CALLBACK, due_at
        made = OpenCallback(
            len(self.open) + len(self.closed) + 1,
            entry.lead.campaign_id,
            entry.lead.number,
            PromisedCall(lead_id, due_at, owner),
        )
        self.open[made.callback_id] = made
        return made

    async def promise_caller(
        self, campaign_id: CampaignId, number: str, due_at: float, *, at: float
    ) -> OpenCallback:
        """Promise somebody who called to call them back; see `CallbackStore`."""
        del at  # this memory keeps no time of a promise
        leads = self.tables.leads.values()
        mine = [
            one
            for one in leads
            if one.lead.campaign_id == campaign_id and number in (one.lead.number, *one.numbers)
        ]
        if not mine:
            raise NoSuch("number", "is no lead's", "add the lead first")
        entry = mine[-1]
        if entry.state is LeadState.DIALING:
            raise WrongState("number", "is being called now", "wait for its end")
        if number in self.tables.do_not_call:
            raise WrongState("number", "must not be called", "do not call it")
        for open_one in self.open.values():
            if open_one.call.lead_id == entry.lead.lead_id:
                due_at = min(due_at, open_one.call.next_at)
                call = replace(open_one.call, due_at=due_at, dial_at=None)
                self.open[open_one.callback_id] = replace(open_one, call=call, number=number)
                return self.open[open_one.callback_id]
        return self.promise(entry.lead.lead_id, due_at)

    def missed(self, callback_id: int, again_at: float) -> None:
        """Nobody answered: it is to be dialed again."""
        stored = self.open[callback_id]
        call = replace(stored.call, dial_at=again_at, misses=stored.call.misses + 1)
        self.open[callback_id] = replace(stored, call=call)
        self.tables.leads[call.lead_id].state = LeadState.CALLBACK

    async def due(self, campaign_ids: Collection[CampaignId], until: float) -> list[OpenCallback]:
        """Return the open promises of campaigns that are to be dialed until a time."""
        return [
            one
            for one in self.open.values()
            if one.campaign_id in campaign_ids and one.call.next_at <= until
        ]

    async def lease(self, promised: OpenCallback, draw: Draw) -> Lead | None:
        """Lease the lead of a promise; None if it is not to be had."""
        entry = self.tables.leads[promised.call.lead_id]
        if entry.state != LeadState.CALLBACK:
            return None
        entry.state, entry.leased_by = LeadState.LEASED, draw.engine
        entry.lease_ends_at = draw.now + draw.lease_s
        return entry.lead

    async def release(self, lead_id: LeadId) -> None:
        """Give a lead back that was leased and not dialed; its promise stands."""
        entry = self.tables.leads[lead_id]
        if entry.state == LeadState.LEASED:
            entry.state = LeadState.CALLBACK

    async def bring_forward(
        self, callback_id: int, agent_id: AgentId, at: float, *, of: Collection[CampaignId]
    ) -> None:
        """Have a promise kept by an agent now."""
        if callback_id in self.closed:
            check_forward(None, agent_id, waits=False, served=True)
        stored = self.open.get(callback_id)
        if stored is None:
            raise no_such_promise(callback_id)
        waits = self.tables.leads[stored.call.lead_id].state == LeadState.CALLBACK
        served = stored.campaign_id in of
        check_forward(stored.call.owner, agent_id, waits=waits, served=served)
        self.open[callback_id] = replace(
            stored, call=replace(stored.call, owner=agent_id, dial_at=at)
        )

    async def close(self, callback_id: int, state: CallbackState, at: float) -> None:
        """End a promise; the lead goes where it then belongs."""
        stored = self.open.pop(callback_id, None)
        if stored is None:
            return
        self.closed[callback_id] = state
        self.tables.settle(self.tables.leads[stored.call.lead_id], at)
