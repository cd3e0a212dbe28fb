"""Callers whom nobody took become leads, in the campaign that their queue names.

Refuses to know why nobody took the call.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

import structlog

from dialer.domain.ids import CampaignId
from dialer.domain.instant import written
from dialer.errors import OutpaceError
from dialer.services.caller_leads import CallerKnown, CallerLeads
from dialer.services.queued_call import QueuedCall

log = structlog.get_logger(__name__)

LIST: Final = "missed calls"
"""Where they go."""

GATHER_S: Final = 1.0
"""How long callers are gathered before they are written."""

MOST: Final = 10_000
"""Callers who wait to be written; further ones are on the record of calls only."""


@dataclass(frozen=True, slots=True)
class _Missed:
    campaign_id: CampaignId
    caller: CallerKnown


class MissedCalls:
    """Makes leads of callers.

    Args:
        leads: takes them in.
    """

    def __init__(self, leads: CallerLeads) -> None:
        self._leads = leads
        self._waiting: list[_Missed] = []
        self._some = asyncio.Event()

    def missed(self, call: QueuedCall, at: float) -> None:
        """Nobody took a call; nothing is done where its queue names no campaign, or no number."""
        campaign = call.wish.settings.missed_to_campaign
        number = call.line.number if call.line is not None else ""
        if not campaign or not number or len(self._waiting) >= MOST:
            return
        known = {"missed_queue": call.queue, "missed_at": written(at)}
        caller = CallerKnown(str(call.wish.tenant_id), number, known)
        self._waiting.append(_Missed(CampaignId(campaign), caller))
        self._some.set()

    async def run(self) -> None:
        """Write them, for ever."""
        while True:
            await self._some.wait()
            await asyncio.sleep(GATHER_S)
            await self.write()

    async def write(self) -> None:
        """Write those that wait, once."""
        self._some.clear()
        waiting, self._waiting = self._waiting, []
        for campaign_id in {one.campaign_id: None for one in waiting}:
            mine = [one.caller for one in waiting if one.campaign_id == campaign_id]
            try:
                report = await self._leads.take_in(campaign_id, mine, list_name=LIST)
            except OutpaceError as error:
                # they are on the record of calls; a lead is a help, no fact
                log.warning("missed_calls_not_taken_in", campaign=campaign_id, error=str(error))
                continue
            log.info(
                "missed_calls_taken_in",
                campaign=campaign_id,
                created=report.created,
                updated=report.updated,
                rejected=report.rejected,
            )
