"""The dialing loop: decisions become recorded attempts, recorded attempts become calls.

The order is the law: decide, tell the pacer, commit, and only then send; what cannot be sent after
its commit is booked as never dialed. Refuses to know why a pacer wants lines.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Final

import structlog

from dialer.domain import call_events as happened
from dialer.domain.dial_law import DialLaw, HeldAttempt, HeldBy
from dialer.domain.ids import AttemptId, CampaignId, LeadId, new_attempt_id
from dialer.domain.lead import Attempt, Lead
from dialer.domain.legal_limits import Ground, ground_of, listening_of
from dialer.domain.sharing import LineShares
from dialer.domain.trunk_choice import Choice
from dialer.errors import OutpaceError, StoreUnavailable
from dialer.ports import AttemptStore, Clock, DialOptions, Switch
from dialer.services.calls import Calls
from dialer.services.campaign_run import CampaignRun
from dialer.services.campaigns import Campaigns
from dialer.services.recorder import Recorder
from dialer.services.trunk_lines import TrunkLimits, TrunkLines
from dialer.services.trunk_pools import pools_of

log = structlog.get_logger(__name__)

TICK_S: Final = 0.03
"""Longest time between two decisions."""

SPACING_S: Final = 0.02
"""Shortest time between two rounds: events that come together are decided on together."""

STREAMING: Final = 0.5
"""Share of both times while lines are being started: calls that leave together also end together,
and Asterisk, with all of them at once, is late to tell."""

SEND_WITHIN_S: Final = 0.2
"""An attempt that is not sent so soon after it was judged is void: what the verdict was taken on,
such as the do-not-call list, may be out of date."""

LIMIT_AGAIN_S: Final = 60.0
"""How long nothing is dialed after a daily limit was reached, before it is looked at again."""

BATCH: Final = 64
"""Most lines started in one round."""


AHEAD: Final = 16
"""Leads looked at for a line when the trunks for the next one are full or out."""


Shown = Callable[[CampaignRun, str, str, float], str | None]
"""Returns the caller id for a call of a campaign to a number on a trunk; None: none may be."""


class Dialing:
    """Starts lines for every running campaign."""

    def __init__(
        self,
        *,
        campaigns: Campaigns,
        calls: Calls,
        attempts: AttemptStore,
        recorder: Recorder,
        switch: Switch,
        clock: Clock,
        trunks: TrunkLines,
        engine: str,
        law: DialLaw,
        tried: Callable[[LeadId], Collection[str]] = lambda _lead_id: (),
        shown: Shown = lambda run, _called, _trunk, _now: run.campaign.settings.caller_id,
    ) -> None:
        self._campaigns = campaigns
        self._calls = calls
        self._attempts = attempts
        self._recorder = recorder
        self._switch = switch
        self._clock = clock
        self._trunks = trunks
        self._engine = engine
        self._law = law
        self._tried = tried
        self._shown = shown
        self._shares: dict[tuple[str, ...], LineShares] = {}
        self._nudge = asyncio.Event()
        self._hungry = asyncio.Event()
        self._held_listeners: list[Callable[[HeldAttempt], None]] = []
        self._resting_until = float("-inf")
        self.held = False
        """True while nothing may be dialed: no switch, or the past is not settled yet."""

    @property
    def trunks(self) -> Mapping[str, TrunkLimits]:
        """Return the trunks by name."""
        return self._trunks.limits

    @property
    def lines(self) -> TrunkLines:
        """Return the trunks as they stand."""
        return self._trunks

    def nudge(self) -> None:
        """Something happened that may change a decision."""
        self._nudge.set()

    async def run(self) -> None:
        """Decide and dial for ever."""
        pace = 1.0
        while True:
            try:
                async with asyncio.timeout(pace * TICK_S):
                    await self._nudge.wait()
            except TimeoutError:
                pass
            self._nudge.clear()
            pace = STREAMING if await self.round() else 1.0
            await asyncio.sleep(pace * SPACING_S)

    async def refill(self) -> None:
        """Keep the hoppers filled and finish what is exhausted, for ever."""
        while True:
            try:
                async with asyncio.timeout(1.0):
                    await self._hungry.wait()
            except TimeoutError:
                pass
            self._hungry.clear()
            try:
                for run in self._campaigns.runs():
                    if run.dialing and run.hopper.low:
                        await run.refill()
                        self._campaigns.obey(run)  # an import may have brought other countries
                await self._campaigns.finish_exhausted()
                await self._campaigns.start_scheduled()
            except StoreUnavailable as lost:
                log.warning("refill_failed", error=str(lost))  # the next one is a second away

    async def round(self) -> int:
        """One round over all campaigns; returns how many lines were started."""
        now = self._clock.now()
        unable = self.held or not self._switch.connected or self._recorder.behind
        if unable or now < self._resting_until:
            return 0
        planned = self._plan(now)
        if not planned:
            return 0
        recorded = await self._record(planned)
        late = self._clock.now() - now > SEND_WITHIN_S
        if late and recorded:
            log.warning("attempts_late", attempts=len(recorded))
        return sum(self._send(attempt, run, late=late) for attempt, run in recorded)

    def may_dial(self, run: CampaignRun, now: float) -> bool:
        """Whether one more line may be started on a campaign's trunks now."""
        if self.held or not self._switch.connected or self._recorder.behind:
            return False
        return self._trunks.any_free(run.route.trunks, now)

    def on_held(self, listener: Callable[[HeldAttempt], None]) -> None:
        """Be told of each attempt that may not be made."""
        self._held_listeners.append(listener)

    async def dial_promised(
        self, run: CampaignRun, lead: Lead, about_to: Callable[[AttemptId], None]
    ) -> bool:
        """Dial one lead as promised, with an agent held for it, past the pacer.

        Args:
            run: its campaign.
            lead: leased.
            about_to: told the attempt before anything is recorded.

        Returns:
            Whether it was sent; if not, nothing came of it and the lead is where it belongs, or
            leased still.
        """
        now = self._clock.now()
        trunk = self._choose(lead, run, now).trunk
        if trunk is None:
            return False
        attempt = self._attempt_on(lead, run, trunk, now, agent_guaranteed=True)
        self._trunks.take(trunk, attempt.attempt_id, now)
        self._calls.begin(attempt, run)
        about_to(attempt.attempt_id)
        recorded = await self._record([(attempt, run)])
        late = self._clock.now() - now > SEND_WITHIN_S
        return bool(recorded) and self._send(attempt, run, late=late)

    async def _record(
        self, planned: list[tuple[Attempt, CampaignRun]]
    ) -> list[tuple[Attempt, CampaignRun]]:
        """Commit the attempts; one that may not be made holds up no other."""
        try:
            held = await self._attempts.record_dialed([attempt for attempt, _ in planned])
        except StoreUnavailable as lost:
            # whether they are on record is not known; they are not sent, so they are void
            log.warning("attempts_not_recorded", attempts=len(planned), error=str(lost))
            self._void(planned)
            return []
        except BaseException:
            self._void(planned)
            raise
        campaigns = {attempt.attempt_id: attempt.campaign_id for attempt, _ in planned}
        for one in held:
            log.info(
                "attempt_held",
                attempt=one.attempt_id,
                campaign=campaigns[one.attempt_id],
                held_by=one.held_by.value,
                why=one.text,
            )
            self._calls.withdraw(one.attempt_id)
            for listener in self._held_listeners:
                listener(one)
            if one.held_by is HeldBy.DAILY_LIMIT:
                self._rest(one.text)
        not_made = {one.attempt_id for one in held}
        return [pair for pair in planned if pair[0].attempt_id not in not_made]

    def _rest(self, why: str) -> None:
        """The day's minutes or money are used up: look again in a while, not with every lead."""
        self._resting_until = self._clock.now() + LIMIT_AGAIN_S
        log.warning("daily_limit_reached", why=why, again_in_s=LIMIT_AGAIN_S)

    def _void(self, planned: list[tuple[Attempt, CampaignRun]]) -> None:
        for attempt, _ in planned:
            self._calls.handle(attempt.attempt_id, happened.Voided(self._clock.now()))
        self._recorder.give_back([attempt.lead_id for attempt, _ in planned])

    def _plan(self, now: float) -> list[tuple[Attempt, CampaignRun]]:
        runs = {run.campaign.campaign_id: run for run in self._campaigns.runs() if run.dialing}
        planned: list[tuple[Attempt, CampaignRun]] = []
        routes = {key: run.route.trunks for key, run in runs.items()}
        for trunks, keys in pools_of(routes, self._trunks.limits).items():
            planned += self._deal(trunks, {key: runs[key] for key in keys}, now)
            if any(runs[key].hopper.low for key in keys):
                self._hungry.set()
        return planned

    def _deal(
        self, trunks: tuple[str, ...], mine: Mapping[CampaignId, CampaignRun], now: float
    ) -> list[tuple[Attempt, CampaignRun]]:
        """Divide the lines of trunks among the campaigns that share them."""
        planned: list[tuple[Attempt, CampaignRun]] = []

        def give(key: CampaignId) -> bool:
            attempt = self._next(mine[key], now)
            if attempt is not None:
                planned.append((attempt, mine[key]))
            return attempt is not None

        wants = {key: run.decide(now) for key, run in mine.items()}
        weights = {key: run.campaign.settings.weight for key, run in mine.items()}
        self._shares.setdefault(trunks, LineShares()).deal(BATCH, wants, weights, give)
        return planned

    def _next(self, run: CampaignRun, now: float) -> Attempt | None:
        """Start the next lead for which there is a line; the others keep their place."""
        if not self._trunks.any_free(run.route.trunks, now):
            return None
        for place in range(min(run.hopper.ready, AHEAD)):
            trunk = self._choose(run.hopper.peek(place), run, now).trunk
            if trunk is not None:
                attempt = self._attempt_on(run.hopper.take(place), run, trunk, now)
                self._trunks.take(trunk, attempt.attempt_id, now)
                run.dialed(attempt.attempt_id, now)
                self._calls.begin(attempt, run)
                return attempt
        return None

    def _choose(self, lead: Lead, run: CampaignRun, now: float) -> Choice:
        alike = run.ways is None or run.ways.alike
        standing = {}
        for trunk in run.route.trunks:
            if trunk in self._trunks.limits:
                terms = run.terms_on(trunk)
                barred = "" if alike else self._law.barred(lead.number, terms) or ""
                found = self._trunks.standing(trunk, lead.number, now, barred=barred)
                if self._shown(run, lead.number, trunk, now) is None:
                    found = replace(found, out="no caller id may be shown")
                standing[trunk] = found
        return run.chooser.choose(run.route, standing, self._tried(lead.lead_id))

    def _ground(self, lead: Lead, run: CampaignRun, now: float) -> Ground:
        settings = run.campaign.settings
        if not settings.record or settings.recording_asked or settings.recording_question:
            return Ground.NONE  # nobody has agreed yet
        announced = settings.recording_announced or bool(settings.recording_announcement)
        return ground_of(self._law, lead.place, run.terms, now, announced=announced)

    def _attempt_on(
        self,
        lead: Lead,
        run: CampaignRun,
        trunk: str,
        now: float,
        *,
        agent_guaranteed: bool = False,
    ) -> Attempt:
        caller_id = self._shown(run, lead.number, trunk, now)
        ground = self._ground(lead, run, now)
        settings = run.campaign.settings
        announces = bool(ground) and bool(settings.recording_announcement)
        asks = settings.record and bool(settings.recording_question)
        return Attempt(
            attempt_id=new_attempt_id(),
            campaign_id=lead.campaign_id,
            lead_id=lead.lead_id,
            number=lead.number,
            trunk=trunk,
            dialed_at=now,
            engine=self._engine,
            agent_guaranteed=agent_guaranteed,
            terms=replace(run.terms_on(trunk), caller_id=caller_id or ""),
            screened=run.screens and not agent_guaranteed,
            ground=Ground.NONE if announces else ground,  # what was not heard is no ground yet
            announces=announces or asks,
            listening=listening_of(
                self._law,
                lead.place,
                run.terms,
                now,
                announced=run.campaign.settings.recording_announced,
            ),
        )

    def _send(self, attempt: Attempt, run: CampaignRun, *, late: bool) -> bool:
        if run.dialing and not self.held and not late:
            settings = run.campaign.settings
            options = DialOptions(
                ring_timeout_s=settings.ring_timeout_s,
                caller_id=attempt.terms.caller_id,
                record=bool(attempt.ground),
                abandon_prompt=settings.abandon_prompt,
                lost_prompt=settings.lost_prompt,
            )
            try:
                self._switch.originate(attempt, options)
            except OutpaceError as error:
                log.warning(
                    "originate_not_sent",
                    attempt=attempt.attempt_id,
                    campaign=attempt.campaign_id,
                    error=str(error),
                )
            else:
                return True
        self._calls.handle(attempt.attempt_id, happened.Voided(self._clock.now()))
        return False
