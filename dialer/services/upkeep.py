"""What an engine does now and then beside dialing: owners' time, long pauses, samples of pacing.

Knows how often. A database that cannot be reached is logged and asked again; nobody is forced back
from a pause. Refuses to know what the samples are read for.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import fields
from math import isfinite
from typing import Final

import structlog

from dialer.domain.ids import CampaignId
from dialer.domain.pause_code import OverduePause, overdue
from dialer.errors import OutpaceError
from dialer.ports import Clock, DecisionSample, DecisionStore, Feed, Ownership, PauseCodes
from dialer.services.agents import Agents
from dialer.services.campaign_run import CampaignRun
from dialer.services.campaigns import Campaigns
from dialer.services.recorder import Recorder
from pacing import Decision

log = structlog.get_logger(__name__)

EVERY_S: Final = 60.0
"""Between two rounds."""

LOOK_S: Final = 1.0
"""Between two looks at what pacers decided: no campaign is sampled more often."""

SAMPLE_S: Final = 10.0
"""A decision is kept this often, and whenever something else holds the next line back."""

_FORECAST: Final = tuple(
    field.name for field in fields(Decision) if field.name not in ("lines", "limited_by")
)


class Upkeep:
    """The engine's periodic work; `run` and `sample` are to be owned by a TaskGroup."""

    def __init__(
        self,
        *,
        ownership: Ownership,
        agents: Agents,
        pause_codes: PauseCodes,
        campaigns: Campaigns,
        decisions: DecisionStore,
        recorder: Recorder,
        feed: Feed,
        clock: Clock,
    ) -> None:
        self._ownership = ownership
        self._agents = agents
        self._pause_codes = pause_codes
        self._campaigns = campaigns
        self._decisions = decisions
        self._recorder = recorder
        self._feed = feed
        self._clock = clock
        self.overdue: Sequence[OverduePause] = ()
        """Pauses that were over their limit at the last look."""
        self._told: set[tuple[str, float]] = set()
        """Pauses over their limit that were told of."""
        self._sampled: dict[CampaignId, tuple[float, Decision]] = {}

    async def run(self) -> None:
        """Do what is due, for ever."""
        while True:
            await self.round()
            await asyncio.sleep(EVERY_S)

    async def round(self) -> None:
        """Do what is due once; what fails is tried again in the next round."""
        for part in (self._expire, self._tell_of_pauses, self._campaigns.renew_all):
            try:
                await part()
            except OutpaceError as error:
                log.warning("upkeep_failed", error=str(error))

    async def sample(self) -> None:
        """Keep samples of what pacers decide, for ever."""
        while True:
            self.look()
            await asyncio.sleep(LOOK_S)

    def look(self) -> None:
        """Book a sample of each campaign of which one is due; waits for nothing."""
        now = self._clock.now()
        samples = [
            _sample(run, run.decision, now)
            for run in self._campaigns.runs()
            if run.dialing and run.decision is not None and self._due(run, run.decision, now)
        ]
        if samples:
            self._recorder.note(lambda: self._decisions.record(samples))

    def _due(self, run: CampaignRun, decision: Decision, now: float) -> bool:
        campaign_id = run.campaign.campaign_id
        last = self._sampled.get(campaign_id)
        if last is not None:
            at, before = last
            same = decision.limited_by is before.limited_by
            if decision is before or (same and now - at < SAMPLE_S):
                return False
        self._sampled[campaign_id] = (now, decision)
        return True

    async def _expire(self) -> None:
        await self._ownership.expire(at=self._clock.now())

    async def _tell_of_pauses(self) -> None:
        codes = await self._pause_codes.list()
        now = self._clock.now()
        over = overdue(self._agents.all(), codes, now)
        for one in over:
            if (one.agent_id, one.since) in self._told:
                continue
            log.warning(
                "pause_over_limit",
                agent=one.agent_id,
                code=one.code,
                since=one.since,
                limit_s=one.limit_s,
            )
            fact = {"agent": one.agent_id, "code": one.code, "since": one.since}
            self._feed.publish("pause_over_limit", {**fact, "limit_s": one.limit_s})
        self.overdue = over
        self._told = {(one.agent_id, one.since) for one in over}


def forecast(decision: Decision) -> dict[str, float]:
    """Return what a pacer expected when it decided, by name; see `pacing.Decision`."""
    expected = {name: float(getattr(decision, name)) for name in _FORECAST}
    # JSON has no word for what is not finite
    return {name: value for name, value in expected.items() if isfinite(value)}


def _sample(run: CampaignRun, decision: Decision, now: float) -> DecisionSample:
    return DecisionSample(
        run.campaign.campaign_id,
        now,
        decision.lines,
        str(decision.limited_by),
        forecast(decision),
    )
