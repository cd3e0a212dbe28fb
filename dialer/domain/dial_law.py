"""The law at the instant of a dial: the strictest rules of a place, asked with all facts. Pure.

Knows which rules hold where, and keeps what it found out: many leads share few places. Refuses to
know where facts come from. The verdict is taken in the transaction that records the attempt.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from phonenumbers import SUPPORTED_REGIONS

from dialer.domain.calling_rules.hours import CallingHours
from dialer.domain.calling_rules.numbers import never_dialed
from dialer.domain.calling_rules.place import Place
from dialer.domain.calling_rules.rule import CallingRule, Consent, Purpose
from dialer.domain.calling_rules.strictest import EffectiveRules, strictest
from dialer.domain.calling_rules.verdict import (
    DialFacts,
    Refusal,
    Verdict,
    decide,
    recorded_voice,
)
from dialer.domain.calling_rules.zones import dates_in
from dialer.domain.ids import MAIN_TENANT, AttemptId, TenantId

ANYWHERE: Final = frozenset(SUPPORTED_REGIONS)
"""All countries."""

_KEPT: Final = 10_000
"""Places whose rules are kept."""


@dataclass(frozen=True, slots=True)
class DialTerms:
    """On what terms a campaign dials on a trunk."""

    tenant_id: TenantId = MAIN_TENANT
    purpose: Purpose = Purpose.SALES
    caller_id: str = ""
    """E.164 with the leading plus."""
    message_ready: bool = False
    message_opt_out: bool = False
    countries: frozenset[str] | None = None
    """ISO 3166 codes that may be called; None: all, as nobody is called on a simulated network."""
    trial_prefixes: tuple[str, ...] = ("+1999",)
    """Beginnings of numbers of no country, kept for trials."""
    minutes_max_day: float | None = None
    """Minutes of answered calls that the tenant may use of the trunk on a day of UTC."""
    spend_max_day: float | None = None
    """The same in money, by the trunk's rates."""
    broadcast: str = ""
    """Flow that leads its calls first: a recorded or artificial voice; "": an agent speaks."""
    calls_people: bool = False
    """Whether the rules hold: False on a network that is simulated, where nobody is called."""


REHEARSAL: Final = DialTerms()
"""Nobody is called: only the do-not-call list and the one call for each number hold."""


class HeldBy(StrEnum):
    """Why an attempt was not made."""

    NOT_LEASED = "not_leased"  # dialed already, given back, or another engine's by now
    DO_NOT_CALL = "do_not_call"
    NUMBER_LIVE = "number_live"  # another attempt on this number has no end yet
    NEVER_DIALED = "never_dialed"  # emergency, premium, short, or a country not allowed
    RULES = "rules"
    DAILY_LIMIT = "daily_limit"  # the trunk's minutes or money of the day are used up


@dataclass(frozen=True, slots=True)
class HeldAttempt:
    """An attempt that was not recorded, so must not be sent."""

    attempt_id: AttemptId
    held_by: HeldBy
    text: str = ""
    """For people."""
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class PastDials:
    """What is on record of a number and its lead; instants are seconds since the epoch."""

    number_at: tuple[float, ...] = ()
    """Attempts on the number, by any lead and campaign."""
    lead_at: tuple[float, ...] = ()
    last_abandon_at: float | None = None
    last_machine_at: float | None = None
    last_refusal_at: float | None = None
    last_conversation_at: float | None = None
    list_dated_at: float | None = None
    consents: tuple[Consent, ...] = ()


@dataclass(slots=True)
class DialLaw:
    """All rules, and what holds for each place."""

    rules: tuple[CallingRule, ...] = ()
    _found: dict[tuple[Place, Purpose, frozenset[date]], EffectiveRules] = field(
        default_factory=dict
    )

    def holds(self, place: Place, purpose: Purpose, now: float) -> EffectiveRules:
        """Return what holds for a place at an instant."""
        days = dates_in(place.zones, now)
        key = (place, purpose, days)
        found = self._found.get(key)
        if found is None:
            if len(self._found) >= _KEPT:
                self._found.clear()
            jurisdictions = place.jurisdictions
            found = strictest(self.rules, jurisdictions=jurisdictions, purpose=purpose, days=days)
            self._found[key] = found
        return found

    def open_places(
        self, places: Iterable[Place], terms: DialTerms, now: float
    ) -> dict[Place, float | None]:
        """Return, for each place, when calling hours are open next: `now` if they are; None never.

        What is not a matter of hours is judged at the dial.
        """
        return {place: self._opens(place, terms, now) for place in places}

    def _opens(self, place: Place, terms: DialTerms, now: float) -> float | None:
        if not terms.calls_people:
            return now
        rules = self.holds(place, terms.purpose, now)
        calendars = tuple(calendar.value for calendar in rules.closed_holidays)
        return CallingHours(rules.week, place.zones, calendars).next_allowed(now)

    def judge(
        self,
        number: str,
        place: Place,
        terms: DialTerms,
        past: PastDials,
        *,
        agent_guaranteed: bool,
        now: float,
    ) -> Verdict:
        """Decide whether a number may be dialed now.

        Args:
            number: E.164 with the leading plus.
            place: where it and its lead may be.
            terms: of the campaign.
            past: of the number and the lead.
            agent_guaranteed: an agent is held for this very dial.
            now: seconds since the epoch.
        """
        barred = self.barred(number, terms)
        if barred is not None:
            refusal = Refusal(rule_id="", field="number", text=barred)
            return Verdict(at=now, allowed=False, refusals=(refusal,))
        if not terms.calls_people:
            return Verdict(at=now, allowed=True)
        facts = DialFacts(
            zones=place.zones,
            attempts_at={
                "number": past.number_at,
                "lead": past.lead_at,
                "debt": past.lead_at,  # a lead stands for one debt
            },
            last_abandon_at=past.last_abandon_at,
            last_machine_at=past.last_machine_at,
            last_refusal_at=past.last_refusal_at,
            last_conversation_at=past.last_conversation_at,
            list_dated_at=past.list_dated_at,
            consents=past.consents,
            agent_guaranteed=agent_guaranteed,
            caller_id=terms.caller_id,
            message_ready=terms.message_ready,
            message_opt_out=terms.message_opt_out,
            # who is promised an agent hears no message
            prerecorded=bool(terms.broadcast) and not agent_guaranteed,
        )
        return decide(self.holds(place, terms.purpose, now), facts, now=now)

    def bars_recorded_voice(
        self, place: Place, terms: DialTerms, consents: Collection[Consent], now: float
    ) -> str:
        """Return why a message must not be left on somebody's machine; "": it may."""
        if not terms.calls_people:
            return ""
        refusals = recorded_voice(self.holds(place, terms.purpose, now), consents)
        return next((refusal.text for refusal in refusals), "")

    @staticmethod
    def barred(number: str, terms: DialTerms) -> str | None:
        """Return why a number (E.164) is never dialed on these terms; None if it may be."""
        countries = ANYWHERE if terms.countries is None else terms.countries
        return never_dialed(number, allowed=countries, trial_prefixes=terms.trial_prefixes)
