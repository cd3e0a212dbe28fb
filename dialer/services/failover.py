"""Calls that failed by their carrier's fault, dialed again on the next trunk of the route.

What failed before anybody's phone rang is a call the carrier did not carry. Once its end is on
record the lead is leased again, past its wait, and is the next of its campaign; the dialing loop
makes a new attempt of it, with a commit and a judgment of its own. So nothing is sent twice, the
pacer stays in charge, and each attempt counts as one before every rule. Refuses to know how a trunk
is chosen, and calls that were promised with an agent held.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from dialer.domain.breaker import Verdict
from dialer.domain.ids import AttemptId, LeadId
from dialer.domain.lead import Attempt, AttemptEnd
from dialer.errors import StoreUnavailable
from dialer.ports import Clock
from dialer.services.calls import Calls
from dialer.services.campaign_run import CampaignRun
from dialer.services.campaigns import Campaigns
from dialer.services.recorder import Recorder
from dialer.services.trunk_lines import TrunkLines, verdict_of_end

log = structlog.get_logger(__name__)

MOST_TRUNKS: Final = 3
"""A lead is dialed on so many trunks in a row at most; then recycling says when again."""

FORGOTTEN_S: Final = 60.0
"""After so long a trunk that failed for a lead is one as any other."""


@dataclass(frozen=True, slots=True)
class _Failed:
    trunks: tuple[str, ...]
    at: float


class Failover:
    """Has leads dialed on the next trunk; `run` is to be owned by a TaskGroup.

    Args:
        campaigns: know the routes.
        calls: tell of each end.
        recorder: tells when it is on record.
        trunks: say who is taken out.
        clock: of the engine.
    """

    def __init__(
        self,
        *,
        campaigns: Campaigns,
        calls: Calls,
        recorder: Recorder,
        trunks: TrunkLines,
        clock: Clock,
    ) -> None:
        self._campaigns = campaigns
        self._trunks = trunks
        self._clock = clock
        self._failed: dict[LeadId, _Failed] = {}
        self._ending: dict[AttemptId, tuple[Attempt, CampaignRun]] = {}
        self._due: asyncio.Queue[tuple[Attempt, CampaignRun]] = asyncio.Queue()
        self._nudge: Callable[[], None] = lambda: None
        calls.on_booked(self._booked)
        recorder.on_recorded(self._recorded)

    def on_ready(self, nudge: Callable[[], None]) -> None:
        """Be told when a lead may be dialed again."""
        self._nudge = nudge

    def tried(self, lead_id: LeadId) -> Collection[str]:
        """Return the trunks that failed for a lead just now."""
        failed = self._failed.get(lead_id)
        if failed is None or self._clock.now() - failed.at > FORGOTTEN_S:
            return ()
        return failed.trunks

    async def run(self) -> None:
        """Lease leads again for ever, as the ends of their calls come on record."""
        while True:
            attempt, run = await self._due.get()
            await self._again(attempt, run)

    # -- inside ------------------------------------------------------------------------------

    async def _again(self, attempt: Attempt, run: CampaignRun) -> None:
        if not run.dialing:
            return
        try:
            leased = await run.hopper.again(attempt.lead_id, attempt.number)
        except StoreUnavailable as lost:
            log.warning("failover_not_leased", attempt=attempt.attempt_id, error=str(lost))
            return
        if not run.dialing:  # stopped meanwhile: nothing may stay in its hopper
            await run.hopper.give_back()
        elif leased:
            log.info(
                "attempt_failed_over",
                attempt=attempt.attempt_id,
                campaign=attempt.campaign_id,
                failed=",".join(self.tried(attempt.lead_id)),
            )
            self._nudge()

    def _booked(self, attempt: Attempt, end: AttemptEnd) -> None:
        lead_id = attempt.lead_id
        if end.undialed or attempt.agent_guaranteed:
            return
        run = self._campaigns.get(attempt.campaign_id)
        tried = (*self.tried(lead_id), attempt.trunk)
        if verdict_of_end(end) is not Verdict.FAULT or run is None or not run.dialing:
            self._failed.pop(lead_id, None)
            return
        now = self._clock.now()
        left = [t for t in run.route.trunks if t not in tried and self._trunks.allowed(t, now)]
        if not left or len(tried) >= MOST_TRUNKS:
            self._failed.pop(lead_id, None)
            return
        self._failed[lead_id] = _Failed(tried, now)
        self._ending[attempt.attempt_id] = (attempt, run)

    def _recorded(self, ends: Sequence[AttemptEnd]) -> None:
        for end in ends:
            found = self._ending.pop(end.attempt_id, None)
            if found is not None:
                self._due.put_nowait(found)
