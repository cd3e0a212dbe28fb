"""Recording attempts in SQL: the law is asked, and the attempt written, in one transaction.

Locks the numbers, judges each attempt by what is on record (`dial_facts`), writes those that may be
made and says why the others may not. Refuses to know the law itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Double, Text, bindparam, insert, update
from sqlalchemy.dialects.postgresql import insert as upsert

from dialer.adapters.sql.dial_facts import Known, known_of, past_of
from dialer.adapters.sql.lead_events import lead_done
from dialer.adapters.sql.lead_steps import LeadSteps
from dialer.adapters.sql.number_locks import lock_numbers
from dialer.adapters.sql.resting import resting, waiting_unless_owned
from dialer.adapters.sql.row import AnyRow
from dialer.adapters.sql.tables.attempts import attempts, refusals, rule_sets
from dialer.adapters.sql.tables.leads import callbacks, lead_numbers, leads
from dialer.adapters.sql.usage import used
from dialer.domain.callback import CLOSED
from dialer.domain.calling_rules.verdict import Verdict
from dialer.domain.dial_law import DialLaw, HeldAttempt, HeldBy
from dialer.domain.lead import Attempt
from dialer.domain.lead_standing import LeadState, after_hold
from dialer.domain.webhook import Event

_LEAD_DIALS: Final = (
    update(leads)
    .where(leads.c.id == bindparam("lead"))
    .values(state="dialing", attempts=leads.c.attempts + 1)
)
_LEAD_WAITS: Final = (
    update(leads)
    .where(leads.c.id == bindparam("lead"))
    .values(
        state=waiting_unless_owned(bindparam("now", type_=Double), bindparam("to", type_=Text)),
        why=bindparam("because"),
        due_at=bindparam("due"),
        leased_by="",
    )
)
_LEAD_RESTS: Final = (
    update(leads)
    .where(leads.c.id == bindparam("lead"), leads.c.state == "leased")
    .values(state=resting(bindparam("now", type_=Double)), leased_by="", lease_ends_at=None)
)
_PROMISE_LATER: Final = (
    update(callbacks)
    .where(
        callbacks.c.lead_id == bindparam("lead"),
        callbacks.c.state.not_in(sorted(state.value for state in CLOSED)),
    )
    .values(dial_at=bindparam("due"))
)
_BARRED: Final = (
    update(lead_numbers)
    .where(lead_numbers.c.lead_id == bindparam("lead"), lead_numbers.c.number == bindparam("which"))
    .values(state="invalid")
)
_LEAD_IS_BARRED: Final = (
    update(leads)
    .where(leads.c.id == bindparam("lead"))
    .values(state="done", why="never_dialed", leased_by="")
)
_RULE_SET: Final = upsert(rule_sets).on_conflict_do_nothing()
_RECORD: Final = insert(attempts)
_REFUSED: Final = insert(refusals)


@dataclass(slots=True)
class Dials:
    """Records attempts that may be made."""

    law: DialLaw
    steps: LeadSteps

    def record(self, connection: Connection, wanted: Sequence[Attempt]) -> list[HeldAttempt]:
        """Record those attempts that may be made, within the connection's transaction.

        Returns:
            The others, each with the reason; they must not be sent.
        """
        lock_numbers(connection, [attempt.number for attempt in wanted])
        known = known_of(connection, wanted)
        held: list[HeldAttempt] = []
        rows: list[dict[str, Any]] = []
        obeyed: dict[str, list[str]] = {}
        full = _used_up(connection, wanted)
        for attempt in wanted:
            judged = self._judged(attempt, known)
            if isinstance(judged, Verdict) and _limited(attempt) in full:
                text = full[_limited(attempt)]
                judged = HeldAttempt(attempt.attempt_id, HeldBy.DAILY_LIMIT, text)
            if isinstance(judged, HeldAttempt):
                held.append(judged)
                continue
            known.live.add(attempt.number)
            rule_set = None
            if judged.rule_ids:
                rule_set = digest_of(judged.rule_ids)
                obeyed[rule_set] = list(judged.rule_ids)
            rows.append(_row(attempt, known.leads[attempt.lead_id], rule_set))
        if obeyed:
            sets = [{"id": key, "rule_ids": obeyed[key]} for key in sorted(obeyed)]
            connection.execute(_RULE_SET, sets)
        if rows:
            connection.execute(_LEAD_DIALS, [{"lead": row["lead_id"]} for row in rows])
            connection.execute(_RECORD, rows)
        self._set_aside(connection, wanted, held)
        return held

    def _judged(self, attempt: Attempt, known: Known) -> HeldAttempt | Verdict:
        lead = known.leads.get(attempt.lead_id)
        if lead is None or lead.state != "leased" or lead.leased_by != attempt.engine:
            return HeldAttempt(attempt.attempt_id, HeldBy.NOT_LEASED)
        if attempt.number in known.listed[attempt.campaign_id]:
            return HeldAttempt(attempt.attempt_id, HeldBy.DO_NOT_CALL)
        if attempt.number in known.live:
            return HeldAttempt(attempt.attempt_id, HeldBy.NUMBER_LIVE)
        place = known.places[lead.place_id]
        verdict = self.law.judge(
            attempt.number,
            place,
            attempt.terms,
            past_of(attempt, place, known),
            agent_guaranteed=attempt.agent_guaranteed,
            now=attempt.dialed_at,
        )
        if verdict.allowed:
            return verdict
        barred = verdict.refusals[0].field == "number"
        held_by = HeldBy.NEVER_DIALED if barred else HeldBy.RULES
        text = verdict.refusals[0].text
        return HeldAttempt(attempt.attempt_id, held_by, text, verdict)

    def _set_aside(
        self, connection: Connection, wanted: Sequence[Attempt], held: Sequence[HeldAttempt]
    ) -> None:
        """Put the leads of attempts that are not made where they belong."""
        by_id = {attempt.attempt_id: attempt for attempt in wanted}
        again: set[int] = set()
        barred: list[Event] = []
        for one in held:
            attempt = by_id[one.attempt_id]
            if one.held_by is HeldBy.NOT_LEASED:
                continue
            if one.held_by is HeldBy.DAILY_LIMIT:
                now = attempt.dialed_at
                connection.execute(_LEAD_RESTS, {"lead": attempt.lead_id, "now": now})
                continue
            if one.verdict is not None:
                connection.execute(_REFUSED, _refusal(attempt, one.verdict))
            standing = after_hold(one, attempt.dialed_at)
            if standing is not None and attempt.agent_guaranteed:
                later = {"lead": attempt.lead_id, "due": standing.due_at}
                if connection.execute(_PROMISE_LATER, later).rowcount:  # else dialed by hand
                    standing = replace(standing, state=LeadState.CALLBACK)
            if standing is not None:
                row = {
                    "lead": attempt.lead_id,
                    "to": standing.state.value,
                    "because": standing.why,
                    "due": standing.due_at,
                    "now": attempt.dialed_at,
                }
                connection.execute(_LEAD_WAITS, row)
                continue
            if one.held_by is HeldBy.NEVER_DIALED:
                which = {"lead": attempt.lead_id, "which": attempt.number}
                if connection.execute(_BARRED, which).rowcount == 0:  # its only number
                    connection.execute(_LEAD_IS_BARRED, {"lead": attempt.lead_id})
                    barred.append(_barred(attempt))
                    continue
            again.add(attempt.lead_id)
        if barred:
            self.steps.outbox.tell(connection, barred)
        self.steps.settle(connection, again, max((a.dialed_at for a in wanted), default=0.0))


def digest_of(rule_ids: Sequence[str]) -> str:
    """Return the name of a set of rules."""
    return blake2b(" ".join(rule_ids).encode(), digest_size=8).hexdigest()


class _Limited(NamedTuple):
    """Whose day on which trunk ends at what."""

    tenant_id: str
    trunk: str
    minutes_max_day: float | None
    spend_max_day: float | None


def _limited(attempt: Attempt) -> _Limited:
    terms = attempt.terms
    return _Limited(terms.tenant_id, attempt.trunk, terms.minutes_max_day, terms.spend_max_day)


def _used_up(connection: Connection, wanted: Sequence[Attempt]) -> dict[_Limited, str]:
    """Return whose day on which trunk is used up, with what is."""
    full: dict[_Limited, str] = {}
    limited = {
        _limited(attempt): attempt.dialed_at
        for attempt in wanted
        if (attempt.terms.minutes_max_day, attempt.terms.spend_max_day) != (None, None)
    }
    for one, at in limited.items():
        usage = used(connection, one.tenant_id, one.trunk, at)
        if one.minutes_max_day is not None and usage.minutes >= one.minutes_max_day:
            full[one] = f"{usage.minutes:,.0f} minutes of {one.trunk} are used today"
        elif one.spend_max_day is not None and usage.spend >= one.spend_max_day:
            full[one] = f"{usage.spend:,.2f} are spent on {one.trunk} today"
    return full


def _row(attempt: Attempt, lead: AnyRow, rule_set: str | None) -> dict[str, Any]:
    return {
        "id": attempt.attempt_id,
        "campaign_id": attempt.campaign_id,
        "lead_id": attempt.lead_id,
        "list_id": lead.list_id,
        "number": attempt.number,
        "trunk": attempt.trunk,
        "caller_id": attempt.terms.caller_id,
        "node": attempt.engine,
        "agent_guaranteed": attempt.agent_guaranteed,
        "ground": attempt.ground,
        "rule_set": rule_set,
        "dialed_at": attempt.dialed_at,
    }


def _barred(attempt: Attempt) -> Event:
    return lead_done(
        attempt.lead_id,
        attempt.campaign_id,
        attempt.number,
        why="never_dialed",
        tenant_id=attempt.terms.tenant_id,
        at=attempt.dialed_at,
    )


def _refusal(attempt: Attempt, verdict: Verdict) -> dict[str, Any]:
    return {
        "campaign_id": attempt.campaign_id,
        "lead_id": attempt.lead_id,
        "number": attempt.number,
        "at": attempt.dialed_at,
        "reasons": [refusal.model_dump(mode="json") for refusal in verdict.refusals],
        "dialable_again_at": verdict.dialable_again_at,
    }
