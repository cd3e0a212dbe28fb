"""Attempts as they are on record, looked up in pages, newest first.

Each campaign is walked backwards along `attempts_by_campaign`, an agent's talks along
`attempts_by_agent` and recorded ones along `attempts_recorded`; a lead's attempts come by
`attempts_by_lead_id`, a number's by `attempts_by_number`. Only an outcome that is rare is looked
for among many. Refuses to know who may see a number.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    false,
    or_,
    select,
    text,
)

from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.attempts import RECORDED, attempts
from dialer.adapters.sql.tables.campaigns import campaigns
from dialer.adapters.sql.tables.leads import lead_lists, leads
from dialer.domain.ids import AgentId, AttemptId, CampaignId, LeadId, TenantId

_COLUMNS: Final = (
    attempts.c.id,
    attempts.c.campaign_id,
    attempts.c.lead_id,
    attempts.c.number,
    attempts.c.trunk,
    attempts.c.caller_id,
    attempts.c.node,
    attempts.c.dialed_at,
    attempts.c.rang_at,
    attempts.c.answered_at,
    attempts.c.connected_at,
    attempts.c.talk_ended_at,
    attempts.c.ended_at,
    attempts.c.outcome,
    attempts.c.undialed,
    attempts.c.charged,
    attempts.c.cause,
    attempts.c.tech_cause,
    attempts.c.ended_by,
    attempts.c.agent_id,
    attempts.c.disposition,
    attempts.c.amount,
    attempts.c.disposed_at,
    attempts.c.callback_at,
    attempts.c.recording,
    attempts.c.ground,
)


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One attempt; times are seconds since the epoch, None: it did not happen, or not yet."""

    attempt_id: AttemptId
    campaign_id: CampaignId
    campaign: str
    """Name of the campaign."""
    lead_id: LeadId
    list_name: str
    number: str
    """E.164, whole."""
    trunk: str
    caller_id: str
    node: str
    """The engine that made it."""
    dialed_at: float
    rang_at: float | None
    answered_at: float | None
    connected_at: float | None
    talk_ended_at: float | None
    ended_at: float | None
    outcome: str | None
    undialed: bool
    charged: bool
    cause: int | None
    tech_cause: str
    ended_by: str
    agent_id: AgentId | None
    disposition: str
    amount: float | None
    disposed_at: float | None
    callback_at: float | None
    recording: str
    """Name of the file; empty: none, or deleted."""
    ground: str


class Key(NamedTuple):
    """Where an attempt stands in the order."""

    dialed_at: float
    attempt_id: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which attempts; None: any."""

    lead_id: int | None = None
    agent_id: str | None = None
    number: str | None = None
    """E.164, as it was dialed."""
    outcome: str | None = None
    since: float | None = None
    """Dialed from then on."""
    until: float | None = None
    """Dialed before then."""
    recorded: bool = False
    """Only talks that have a recording."""


class SqlAttemptRecord:
    """Attempts on record.

    Args:
        reader: for queries.
    """

    def __init__(self, reader: SqlReader) -> None:
        self._reader = reader

    async def get(self, attempt_id: str, *, tenant_id: TenantId) -> AttemptRow | None:
        """Return an attempt of a tenant's campaign, or None."""
        this = {"attempt": attempt_id, "tenant": tenant_id}
        async with self._reader.connect() as connection:
            row = (await connection.execute(_ONE, this)).first()
        return None if row is None else attempt_row(row)

    async def several(
        self, attempt_ids: Collection[str], *, tenant_id: TenantId
    ) -> dict[str, AttemptRow]:
        """Return attempts of a tenant's campaigns by their ids; those that are not, are missing."""
        these = FOUND.where(attempts.c.id.in_(attempt_ids), campaigns.c.tenant_id == tenant_id)
        async with self._reader.connect() as connection:
            return {row.id: attempt_row(row) for row in await connection.execute(these)}

    async def person(self, lead_id: LeadId) -> Mapping[str, Any]:
        """Return what the list says of a lead; of one that is gone, nothing."""
        query = select(leads.c.attributes).where(leads.c.id == lead_id)
        async with self._reader.connect() as connection:
            found: Mapping[str, Any] | None = (await connection.execute(query)).scalar()
        return found or {}

    async def page(
        self,
        of: Sequence[CampaignId],
        wanted: Wanted,
        *,
        limit: int,
        before: Key | None = None,
    ) -> list[AttemptRow]:
        """Return the newest attempts of some campaigns.

        Args:
            of: the campaigns.
            wanted: which of their attempts.
            limit: how many at most.
            before: only what comes behind this one.
        """
        found: list[AttemptRow] = []
        async with self._reader.connect() as connection:
            if wanted.lead_id is not None:
                rows = (await connection.execute(*of_lead(of, wanted, before, limit))).all()
                return [attempt_row(row) for row in rows]
            for campaign_id in of:
                floor = _key(found[-1]) if len(found) == limit else None
                asked = of_campaign(campaign_id, wanted, before, limit, floor=floor)
                rows = (await connection.execute(*asked)).all()
                if rows:
                    found = [*found, *(attempt_row(row) for row in rows)]
                    found = sorted(found, key=_key, reverse=True)[:limit]
        return found


class Asked(NamedTuple):
    """A query that is made once and known from then on, and its values."""

    query: Select[Any]
    values: Mapping[str, Any]


def of_campaign(
    campaign_id: str, wanted: Wanted, before: Key | None, limit: int, *, floor: Key | None = None
) -> Asked:
    """Ask for a campaign's newest attempts; none older than `floor`."""
    values = {**_asked(wanted, before, limit), "campaign": campaign_id}
    if floor is not None:
        values["floor"] = floor.dialed_at
    return Asked(_page(frozenset(values)), values)


def of_lead(of: Sequence[str], wanted: Wanted, before: Key | None, limit: int) -> Asked:
    """Ask for a lead's newest attempts in some campaigns."""
    values = {**_asked(wanted, before, limit), "of": of}
    return Asked(_page(frozenset(values)), values)


def _asked(wanted: Wanted, before: Key | None, limit: int) -> dict[str, Any]:
    """Return what is asked for, by the names of `_WHERE`."""
    asked: dict[str, Any] = {
        "lead": wanted.lead_id,
        "agent": wanted.agent_id,
        "number": wanted.number,
        "outcome": wanted.outcome,
        "since": wanted.since,
        "until": wanted.until,
        "recorded": wanted.recorded or None,
        "before_at": before and before.dialed_at,
        "before_id": before and before.attempt_id,
    }
    return {"most": limit, **{name: one for name, one in asked.items() if one is not None}}


FOUND: Final[Select[Any]] = (
    select(*_COLUMNS, campaigns.c.name.label("campaign"), lead_lists.c.name.label("list"))
    .join(campaigns, campaigns.c.id == attempts.c.campaign_id)
    .join(lead_lists, lead_lists.c.id == attempts.c.list_id)
)
"""Attempts with the names of campaign and list, to be narrowed down."""
_ONE: Final[Select[Any]] = FOUND.where(
    attempts.c.id == bindparam("attempt"), campaigns.c.tenant_id == bindparam("tenant")
)
_WHERE: Final[Mapping[str, ColumnElement[bool]]] = {
    "campaign": attempts.c.campaign_id == bindparam("campaign"),
    "of": campaigns.c.id.in_(bindparam("of", expanding=True)),
    "lead": attempts.c.lead_id == bindparam("lead"),
    "agent": attempts.c.agent_id == bindparam("agent"),
    "number": attempts.c.number == bindparam("number"),
    "outcome": attempts.c.outcome == bindparam("outcome"),
    "since": attempts.c.dialed_at >= bindparam("since"),
    "until": attempts.c.dialed_at < bindparam("until"),
    "floor": attempts.c.dialed_at >= bindparam("floor"),
    # as the index says it: of a bound value nobody knows that it is the same; and
    # the more columns are given, the rather SQLite takes an index it has no figures of
    "recorded": and_(text(f"attempts.{RECORDED}"), attempts.c.undialed == false()),
    "before_at": attempts.c.dialed_at <= bindparam("before_at"),
    "before_id": or_(
        attempts.c.dialed_at < bindparam("before_at"), attempts.c.id < bindparam("before_id")
    ),
}
"""Conditions by the name of what is asked for; `floor`: older ones are of no use any more."""


@cache
def _page(names: frozenset[str]) -> Select[Any]:
    """Return the query with some conditions, newest first; made once, so that it is known."""
    query = FOUND.where(*(_WHERE[name] for name in sorted(names - {"most"})))
    newest = (attempts.c.dialed_at.desc(), attempts.c.id.desc())
    return query.order_by(*newest).limit(bindparam("most", type_=Integer))


def _key(row: AttemptRow) -> Key:
    return Key(row.dialed_at, row.attempt_id)


def attempt_row(row: Row[Any]) -> AttemptRow:
    """Return the attempt of a row of `FOUND`."""
    return AttemptRow(
        attempt_id=AttemptId(row.id),
        campaign_id=CampaignId(row.campaign_id),
        campaign=row.campaign,
        lead_id=LeadId(row.lead_id),
        list_name=row.list,
        number=row.number,
        trunk=row.trunk,
        caller_id=row.caller_id,
        node=row.node,
        dialed_at=row.dialed_at,
        rang_at=row.rang_at,
        answered_at=row.answered_at,
        connected_at=row.connected_at,
        talk_ended_at=row.talk_ended_at,
        ended_at=row.ended_at,
        outcome=row.outcome,
        undialed=bool(row.undialed),
        charged=bool(row.charged),
        cause=row.cause,
        tech_cause=row.tech_cause,
        ended_by=row.ended_by,
        agent_id=None if row.agent_id is None else AgentId(row.agent_id),
        disposition=row.disposition,
        amount=row.amount,
        disposed_at=row.disposed_at,
        callback_at=row.callback_at,
        recording=row.recording,
        ground=row.ground,
    )
