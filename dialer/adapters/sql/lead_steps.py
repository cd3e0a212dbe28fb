"""What becomes of leads after something happened to them, in SQL: facts in, a standing out.

Reads a lead's numbers and attempts, asks recycling, and writes state, reason, time, number and
rank, in the transaction in which it happened. Refuses to know the rules.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, false, insert, select, update

from dialer.adapters.sql.campaign_settings import KnownCampaign, SettingsInSql
from dialer.adapters.sql.lead_events import lead_done, promised
from dialer.adapters.sql.listed import LISTED, listed_for
from dialer.adapters.sql.outbox_steps import OutboxSteps
from dialer.adapters.sql.row import AnyRow
from dialer.adapters.sql.tables.attempts import attempts
from dialer.adapters.sql.tables.leads import callbacks, lead_numbers, leads, places
from dialer.domain.callback import CLOSED
from dialer.domain.ids import AgentId
from dialer.domain.lead_order import rank_of
from dialer.domain.lead_standing import LeadState, Standing, after_step
from dialer.domain.outcome import Outcome
from dialer.domain.ownership import OWNED, resting_state
from dialer.domain.recycling import next_step
from dialer.domain.recycling_history import NumberState, Tried
from dialer.domain.recycling_step import NEVER_CALLED, Callback, Dial, Done, Why
from dialer.domain.webhook import Event

_LEADS: Final = select(
    leads.c.id,
    leads.c.campaign_id,
    leads.c.list_id,
    leads.c.number,
    leads.c.place_id,
    leads.c.attributes,
    leads.c.state,
    leads.c.attempts,
    leads.c.added_at,
    leads.c.owner,
    leads.c.assigned_until,
).where(leads.c.id.in_(bindparam("leads", expanding=True)))

_NUMBERS: Final = (
    select(lead_numbers)
    .where(lead_numbers.c.lead_id.in_(bindparam("leads", expanding=True)))
    .order_by(lead_numbers.c.lead_id, lead_numbers.c.position)
)

_TRIED: Final = (
    select(
        attempts.c.id,
        attempts.c.lead_id,
        attempts.c.number,
        attempts.c.outcome,
        attempts.c.ended_at,
        attempts.c.disposition,
        attempts.c.charged,
        attempts.c.callback_at,
        attempts.c.callback_owner,
    )
    .where(
        attempts.c.lead_id.in_(bindparam("leads", expanding=True)),
        attempts.c.ended_at.is_not(None),
        attempts.c.undialed == false(),
    )
    .order_by(attempts.c.ended_at)
)

_PROMISES: Final = select(
    callbacks.c.lead_id,
    callbacks.c.attempt_id,
    callbacks.c.state,
    callbacks.c.due_at,
    callbacks.c.dial_at,
).where(callbacks.c.lead_id.in_(bindparam("leads", expanding=True)))

_ZONES: Final = select(places.c.id, places.c.zones).where(
    places.c.id.in_(bindparam("places", expanding=True))
)

_STAND: Final = (
    update(leads)
    .where(leads.c.id == bindparam("lead"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in (
                "state",
                "why",
                "due_at",
                "number",
                "place_id",
                "rank",
                "last_outcome",
                "last_call_at",
                "leased_by",
            )
        }
    )
)

_CANCEL_PROMISES: Final = (
    update(callbacks)
    .where(
        callbacks.c.lead_id == bindparam("lead"),
        callbacks.c.state.not_in(sorted(state.value for state in CLOSED)),
    )
    .values(state="cancelled", since=bindparam("at"))
)

_CLOSED: Final = frozenset(state.value for state in CLOSED)

_UNSETTLED: Final = frozenset({LeadState.IMPORTING, LeadState.FILTERED})
"""States that no attempt changes."""


@dataclass(slots=True)
class LeadFacts:
    """All that recycling asks of some leads, read at once."""

    rows: Sequence[AnyRow]
    numbers: Mapping[int, Sequence[AnyRow]]
    tried: Mapping[int, Sequence[AnyRow]]
    promises: Mapping[int, Mapping[str, str]]
    """Lead to attempt to the state of what was promised in it."""
    asked: Mapping[int, float]
    """Lead to when it is to be called, as its person has called and asked for it."""
    zones: Mapping[int, Sequence[str]]


@dataclass(slots=True)
class LeadSteps:
    """Puts leads where recycling wants them."""

    settings: SettingsInSql = field(default_factory=SettingsInSql)
    outbox: OutboxSteps = field(default_factory=OutboxSteps)

    def settle(self, connection: Connection, lead_ids: Collection[int], now: float) -> None:
        """Decide anew what becomes of leads; to be called when no attempt on them is open."""
        if not lead_ids:
            return
        facts = _facts(connection, lead_ids)
        known = self.settings.of(connection, [row.campaign_id for row in facts.rows])
        listed = _listed(connection, facts, known, now)
        written: list[dict[str, Any]] = []
        events: list[Event] = []
        for row in facts.rows:
            asked = row.state == LeadState.FILTERED and row.id in facts.asked
            if row.state in _UNSETTLED and not asked:
                continue
            campaign = known[row.campaign_id]
            standing = self._standing(connection, row, facts, campaign, listed, now, events)
            written.append(_written(row, facts, campaign, standing))
            if standing.state is LeadState.DONE and row.state != LeadState.DONE:
                done = lead_done(
                    row.id,
                    row.campaign_id,
                    written[-1]["new_number"],
                    why=standing.why,
                    tenant_id=campaign.tenant_id,
                    at=now,
                )
                events.append(done)
        if written:
            connection.execute(_STAND, written)  # all at once: less CPU than one by one
        if events:
            self.outbox.tell(connection, events)

    def _standing(
        self,
        connection: Connection,
        row: AnyRow,
        facts: LeadFacts,
        campaign: KnownCampaign,
        listed: Mapping[int, set[str]],
        now: float,
        events: list[Event],
    ) -> Standing:
        numbers = facts.numbers.get(row.id, ())
        states = [NumberState(number.state) for number in numbers] or [NumberState.USABLE]
        spelled = [number.number for number in numbers] or [row.number]
        for at, number in enumerate(spelled):
            if number in listed[row.id]:
                states[at] = NumberState.DO_NOT_CALL
        history = [_tried(one, spelled, campaign) for one in facts.tried.get(row.id, ())]
        over = _promise_is_over(row, facts, campaign)
        offset_s = _offset_s(facts.zones.get(row.place_id, ()), now)
        rules = campaign.settings.recycling
        step = next_step(rules, states, history, offset_s, now, callback_over=over)
        if isinstance(step, Dial) and campaign.settings.callbacks.after_abandon:
            step = _with_agent(row, facts, campaign, states, history, offset_s, step, now)
        asked_at = facts.asked.get(row.id)
        never = isinstance(step, Done) and step.why in NEVER_CALLED
        if asked_at is not None and not never:
            return Standing(LeadState.CALLBACK, Why.CALLER_ASKED.value, asked_at)
        if isinstance(step, Callback):
            promise = _promise(connection, row, facts, step, now)
            if promise is not None:
                events.append(promised(promise, step.why.value, campaign.tenant_id, now))
        elif row.id in facts.promises:
            connection.execute(_CANCEL_PROMISES, {"lead": row.id, "at": now})
        standing = after_step(step, now)
        if standing.state not in (LeadState.READY, LeadState.WAITING):
            return standing
        rests = resting_state(
            owner=row.owner, assigned_until=row.assigned_until, due_at=standing.due_at, now=now
        )
        wanted = campaign.settings.lead_filter
        if rests != OWNED and wanted is not None and not wanted.matches(row.attributes):
            rests = LeadState.FILTERED.value  # the filter was changed while a call was out
        return replace(standing, state=LeadState(rests))


def _facts(connection: Connection, lead_ids: Collection[int]) -> LeadFacts:
    asked = {"leads": sorted(set(lead_ids))}
    rows = connection.execute(_LEADS, asked).all()
    numbers: dict[int, list[AnyRow]] = defaultdict(list)
    for number in connection.execute(_NUMBERS, asked):
        numbers[number.lead_id].append(number)
    tried: dict[int, list[AnyRow]] = defaultdict(list)
    for one in connection.execute(_TRIED, asked):
        tried[one.lead_id].append(one)
    promises: dict[int, dict[str, str]] = defaultdict(dict)
    by_caller: dict[int, float] = {}
    for promise in connection.execute(_PROMISES, asked):
        promises[promise.lead_id][promise.attempt_id] = promise.state
        if promise.attempt_id is None and promise.state not in _CLOSED:
            by_caller[promise.lead_id] = promise.dial_at or promise.due_at
    where = {"places": sorted({row.place_id for row in rows})}
    zones = {place.id: place.zones for place in connection.execute(_ZONES, where)}
    return LeadFacts(rows, numbers, tried, promises, by_caller, zones)


def _listed(
    connection: Connection,
    facts: LeadFacts,
    known: Mapping[Any, KnownCampaign],
    now: float,
) -> dict[int, set[str]]:
    """Return, for each lead, its numbers that are on a do-not-call list."""
    by_campaign: dict[Any, set[str]] = defaultdict(set)
    for row in facts.rows:
        by_campaign[row.campaign_id] |= {row.number}
        by_campaign[row.campaign_id] |= {one.number for one in facts.numbers.get(row.id, ())}
    found: dict[Any, set[str]] = {}
    for campaign_id, numbers in by_campaign.items():
        asked = listed_for(numbers, known[campaign_id].tenant_id, campaign_id, now)
        found[campaign_id] = set(connection.execute(LISTED, asked).scalars())
    return {row.id: found[row.campaign_id] for row in facts.rows}


def _tried(one: AnyRow, numbers: Sequence[str], campaign: KnownCampaign) -> Tried:
    return Tried(
        number=numbers.index(one.number) if one.number in numbers else 0,
        outcome=Outcome(one.outcome),
        at=one.ended_at,
        disposition=campaign.settings.dispositions.by_code.get(one.disposition),
        charged=bool(one.charged),
        callback_at=one.callback_at,
        callback_agent=None if one.callback_owner is None else AgentId(one.callback_owner),
    )


def _promise_is_over(row: AnyRow, facts: LeadFacts, campaign: KnownCampaign) -> bool:
    """Tell whether what was promised last was kept, has expired or went back to the list."""
    for one in reversed(facts.tried.get(row.id, ())):
        if one.disposition in campaign.settings.dispositions.by_code:
            state = facts.promises.get(row.id, {}).get(one.id)
            return state in _CLOSED
    return False


def _with_agent(
    row: AnyRow,
    facts: LeadFacts,
    campaign: KnownCampaign,
    states: Sequence[NumberState],
    history: Sequence[Tried],
    offset_s: int,
    step: Dial,
    now: float,
) -> Dial | Callback:
    """Return the redial of a person who was abandoned last: with an agent held for it, and sooner.

    Once that promise is over, the lead waits out the quiet of the rules and is the list's.
    """
    if not history or not history[-1].abandoned:
        return step
    last = facts.tried[row.id][-1]
    if facts.promises.get(row.id, {}).get(last.id) in _CLOSED:
        return step
    rules = campaign.settings.recycling
    sure = next_step(
        rules, states, history, offset_s, now, agent_guaranteed=True, callback_over=True
    )
    if not isinstance(sure, Dial):
        return step
    return Callback(why=Why.ABANDON_QUIET, due_at=max(sure.not_before, now))


def _promise(
    connection: Connection, row: AnyRow, facts: LeadFacts, step: Callback, now: float
) -> Mapping[str, Any] | None:
    """Put a promise on record, and return its row; None if it was there."""
    said = next(
        one
        for one in reversed(facts.tried[row.id])
        if not step.disposition or one.disposition == step.disposition
    )
    if said.id in facts.promises.get(row.id, {}):
        return None
    promise = {
        "campaign_id": row.campaign_id,
        "lead_id": row.id,
        "number": said.number,
        "attempt_id": said.id,
        "due_at": step.due_at,
        "owner": step.agent_id,
        "state": "promised",
        "since": now,
    }
    connection.execute(insert(callbacks), promise)
    return promise


def _written(
    row: AnyRow, facts: LeadFacts, campaign: KnownCampaign, standing: Standing
) -> dict[str, Any]:
    tried = facts.tried.get(row.id, ())
    last = tried[-1] if tried else None
    numbers = facts.numbers.get(row.id, ())
    number = numbers[standing.number] if numbers and standing.number is not None else row
    last_call_at = last.ended_at if last is not None else None
    listed = standing.why == "do_not_call"
    return {
        "lead": row.id,
        "new_state": standing.state.value,
        "new_why": standing.why,
        "new_due_at": standing.due_at,
        "new_number": number.number,
        "new_place_id": number.place_id,
        "new_rank": rank_of(
            campaign.settings.order,
            number=number.number,
            added_at=row.added_at,
            attempts=row.attempts,
            last_call_at=last_call_at,
        ),
        "new_last_outcome": "do_not_call" if listed else last.outcome if last else None,
        "new_last_call_at": last_call_at,
        "new_leased_by": "",
    }


def _offset_s(zones: Sequence[str], now: float) -> int:
    """Return what the lead's clock is ahead of UTC; where it may be in several zones, the first."""
    if not zones:
        return 0
    offset = datetime.fromtimestamp(now, ZoneInfo(zones[0])).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0
