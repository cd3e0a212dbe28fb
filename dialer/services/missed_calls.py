"""Callers whom nobody took become leads, in the campaign that their queue names.

A number that is a lead of it already stays where it stands; only what is known of it is added. The
calling rules and the do-not-call list judge such a lead as any other. Refuses to know why nobody
took the call.
"""

import asyncio
import json
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from dialer.domain.ids import CampaignId
from dialer.domain.instant import written
from dialer.errors import OutpaceError
from dialer.ports import CampaignStore, Clock
from dialer.services.import_leads import Erased
from dialer.services.queued_call import QueuedCall
from dialer.services.upsert_leads import KnownLeads, StagedImports, upsert_leads

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
    tenant_id: str
    number: str
    queue: str
    at: float


class MissedCalls:
    """Makes leads of callers.

    Args:
        imports: where new leads are kept.
        leads: those that are there.
        campaigns: those that queues name.
        erased: finds what tells which numbers are never taken in again.
        clock: of the engine.
    """

    def __init__(
        self,
        *,
        imports: StagedImports,
        leads: KnownLeads,
        campaigns: CampaignStore,
        erased: Callable[[], Awaitable[Erased | None]],
        clock: Clock,
    ) -> None:
        self._imports = imports
        self._leads = leads
        self._campaigns = campaigns
        self._erased = erased
        self._clock = clock
        self._waiting: list[_Missed] = []
        self._some = asyncio.Event()

    def missed(self, call: QueuedCall, at: float) -> None:
        """Nobody took a call; nothing is done where its queue names no campaign, or no number."""
        campaign = call.wish.settings.missed_to_campaign
        number = call.line.number if call.line is not None else ""
        if not campaign or not number or len(self._waiting) >= MOST:
            return
        tenant_id = str(call.wish.tenant_id)
        self._waiting.append(_Missed(CampaignId(campaign), tenant_id, number, call.queue, at))
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
            mine = [one for one in waiting if one.campaign_id == campaign_id]
            try:
                await self._write(campaign_id, mine)
            except OutpaceError as error:
                # they are on the record of calls; a lead is a help, no fact
                log.warning("missed_calls_not_taken_in", campaign=campaign_id, error=str(error))

    async def _write(self, campaign_id: CampaignId, missed: list[_Missed]) -> None:
        campaign = await self._campaigns.get(campaign_id)
        mine = [
            one for one in missed if campaign is not None and one.tenant_id == campaign.tenant_id
        ]
        if not mine:
            log.warning("missed_calls_not_taken_in", campaign=campaign_id, error="no such campaign")
            return
        with tempfile.TemporaryDirectory(prefix="outpace-") as folder:
            file = Path(folder) / "missed.ndjson"
            await asyncio.to_thread(file.write_text, "".join(map(_line, mine)))
            report = await upsert_leads(
                self._imports,
                self._leads,
                file,
                campaign_id,
                at=self._clock.now(),
                list_name=LIST,
                partial=True,
                erased=await self._erased(),
            )
        log.info(
            "missed_calls_taken_in",
            campaign=campaign_id,
            created=report.created,
            updated=report.updated,
            rejected=report.rejected,
        )


def _line(missed: _Missed) -> str:
    known = {"missed_queue": missed.queue, "missed_at": written(missed.at)}
    return json.dumps({"number": missed.number, "attributes": known}) + "\n"
