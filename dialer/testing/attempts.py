"""The record of attempts in memory: the same laws as in SQL, gone with the process.

Knows when an attempt may not be made, and which end holds. Refuses to know what becomes of its
lead: that is `tables`.
"""

from collections.abc import Sequence
from dataclasses import replace

from dialer.domain.calling_rules.place import place_of
from dialer.domain.dial_law import DialLaw, HeldAttempt, HeldBy
from dialer.domain.disposition import Said, Then
from dialer.domain.ids import AgentId, AttemptId, CampaignId, LegId
from dialer.domain.lead import Attempt, AttemptEnd
from dialer.domain.lead_standing import LeadState, Standing, after_hold
from dialer.domain.legal_limits import Ground
from dialer.domain.outcome import LIVE_ANSWERS
from dialer.domain.script import check_said
from dialer.errors import BadInput, WrongState
from dialer.testing.tables import AttemptEntry, Tables


class MemoryAttemptStore:
    """An `AttemptStore` (dialer.ports) in memory."""

    def __init__(self, tables: Tables, law: DialLaw | None = None) -> None:
        self._tables = tables
        self._law = law or DialLaw()

    async def record_dialed(self, attempts: Sequence[Attempt]) -> list[HeldAttempt]:
        """Record attempts that may be made; returns the others with the reason."""
        held: list[HeldAttempt] = []
        for attempt in attempts:
            reason = self._held_by(attempt)
            if reason is not None:
                held.append(reason)
                self._set_aside(attempt, reason)
                continue
            entry = self._tables.leads[attempt.lead_id]
            entry.state = LeadState.DIALING
            entry.attempts += 1
            self._tables.attempts[attempt.attempt_id] = AttemptEntry(attempt)
        return held

    def _held_by(self, attempt: Attempt) -> HeldAttempt | None:
        entry = self._tables.leads.get(attempt.lead_id)
        if entry is None or entry.state != LeadState.LEASED or entry.leased_by != attempt.engine:
            return HeldAttempt(attempt.attempt_id, HeldBy.NOT_LEASED)
        if attempt.number in self._tables.do_not_call:
            return HeldAttempt(attempt.attempt_id, HeldBy.DO_NOT_CALL)
        if any(one.number == attempt.number for one in self._tables.open_attempts()):
            return HeldAttempt(attempt.attempt_id, HeldBy.NUMBER_LIVE)
        verdict = self._law.judge(
            attempt.number,
            place_of(attempt.number),
            attempt.terms,
            self._tables.past_of(attempt),
            agent_guaranteed=attempt.agent_guaranteed,
            now=attempt.dialed_at,
        )
        if verdict.allowed:
            return None
        barred = verdict.refusals[0].field == "number"
        held_by = HeldBy.NEVER_DIALED if barred else HeldBy.RULES
        return HeldAttempt(attempt.attempt_id, held_by, verdict.refusals[0].text, verdict)

    def _set_aside(self, attempt: Attempt, held: HeldAttempt) -> None:
        if held.held_by is HeldBy.NOT_LEASED:
            return
        entry = self._tables.leads[attempt.lead_id]
        standing = after_hold(held, attempt.dialed_at)
        if standing is not None:
            entry.stand(standing)
        elif held.held_by is HeldBy.NEVER_DIALED:
            entry.stand(Standing(LeadState.DONE, held.held_by.value))
        else:
            self._tables.settle(entry, attempt.dialed_at)

    async def record_ends(self, ends: Sequence[AttemptEnd]) -> None:
        """Record ends; the first one for an attempt holds."""
        for end in ends:
            entry = self._tables.attempts.get(end.attempt_id)
            if entry is None or entry.end is not None:
                continue
            if entry.connected is not None:
                agent_id, leg_id, at = entry.connected
                end = replace(  # noqa: PLW2901 - the talk is known, wherever the end was learned
                    end,
                    agent_id=end.agent_id or agent_id,
                    leg_id=end.leg_id or leg_id,
                    connected_at=at if end.connected_at is None else end.connected_at,
                )
            entry.end = end
            lead = self._tables.leads[entry.attempt.lead_id]
            lead.attempts -= end.undialed
            self._tables.settle(lead, end.ended_at)

    async def open_attempts(self) -> list[Attempt]:
        """List recorded attempts without an end, oldest first."""
        return self._tables.open_attempts()

    async def mark_connected(
        self, attempt_id: AttemptId, agent_id: AgentId, leg_id: LegId, at: float
    ) -> None:
        """Record that a talk began."""
        entry = self._tables.attempts.get(attempt_id)
        if entry is not None and entry.end is None:
            entry.connected = (agent_id, leg_id, at)

    def _live(self, attempt_id: AttemptId) -> AttemptEntry:
        entry = self._tables.attempts.get(attempt_id)
        if entry is None or entry.end is not None:
            raise WrongState("call", "is over", "ask in the next talk")
        return entry

    async def announced_recording(self, attempt_id: AttemptId) -> None:
        """Record that the person of a talk was told that it is recorded; see `AttemptStore`."""
        entry = self._live(attempt_id)
        entry.attempt = replace(entry.attempt, ground=Ground.ANNOUNCED)

    async def agreed_to_recording(self, attempt_id: AttemptId, *, by: str, at: float) -> None:
        """Record that the person of a talk has agreed to be recorded; see `AttemptStore`."""
        entry = self._live(attempt_id)
        entry.attempt = replace(entry.attempt, ground=Ground.OPT_IN)
        subject = f"attempt {attempt_id}"
        agent_id = entry.connected[0] if entry.connected else None
        detail = {"campaign": entry.attempt.campaign_id, "agent": agent_id}
        self._tables.audit.append((at, by, "recording_opt_in", subject, detail))

    async def dispose(self, attempt_id: AttemptId, said: Said, *, at: float) -> None:
        """Record what the agent says; `BadInput` if there is no such attempt or disposition."""
        entry = self._tables.attempts.get(attempt_id)
        if entry is None:
            raise BadInput("attempt", f"there is no {attempt_id!r}", "name one that was dialed")
        campaign = self._tables.campaigns[entry.attempt.campaign_id]
        disposition = campaign.settings.dispositions.said(
            said.code, amount=said.amount, callback_at=said.callback_at
        )
        script = self._tables.scripts.get(campaign.settings.script)
        if script is not None and disposition.sale:
            check_said(script, said.statements)
        entry.said, entry.disposition = said, disposition
        if disposition.then is Then.DO_NOT_CALL:
            self._tables.enter_do_not_call(entry.attempt.number, f"said in {attempt_id}", at)
        lead = self._tables.leads[entry.attempt.lead_id]
        if all(one.lead_id != lead.lead.lead_id for one in self._tables.open_attempts()):
            self._tables.settle(lead, at)

    async def answers_since(
        self, campaign_id: CampaignId, since: float
    ) -> list[tuple[float, bool]]:
        """Return (answered at, charged as abandoned) of each ended live answer, oldest first."""
        return sorted(
            (entry.end.answered_at, entry.end.charged)
            for entry in self._tables.attempts.values()
            if entry.attempt.campaign_id == campaign_id
            and entry.end is not None
            and entry.end.outcome in LIVE_ANSWERS
            and entry.end.answered_at is not None
            and entry.end.answered_at >= since
        )

    async def add_do_not_call(self, number: str, *, source: str, at: float) -> None:
        """Enter a number (E.164); its leads, ready or leased, are done with it."""
        self._tables.enter_do_not_call(number, source, at)
