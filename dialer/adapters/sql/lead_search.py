"""Leads looked up for people: by what is known of them, in pages, or one with its history.

Only of campaigns of a tenant. A page is found by the id after the last one, so that leads that come
and go meanwhile shift nothing. Refuses to know what a role may see.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Text, bindparam, cast, func, select, union
from sqlalchemy.sql.expression import Select

from dialer.adapters.sql.audit import note_in
from dialer.adapters.sql.giving_way import transact_giving_way
from dialer.adapters.sql.lead_changes import LeadChanges
from dialer.adapters.sql.listed import LISTED, listed_for
from dialer.adapters.sql.places import place_ids
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.row import AnyRow
from dialer.adapters.sql.tables.attempts import attempts, refusals, rule_sets
from dialer.adapters.sql.tables.campaigns import campaigns
from dialer.adapters.sql.tables.leads import callbacks, lead_lists, lead_numbers, leads, places
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.calling_rules.place import Place
from dialer.domain.ids import CampaignId
from dialer.domain.lead_standing import LeadState
from dialer.domain.lead_upsert import ChangedLead
from dialer.errors import ChangedMeanwhile

HISTORY: Final = 100
"""Attempts, refusals and promises of a lead that are read, the newest ones."""

_FOUND: Final = (
    select(leads, lead_lists.c.name.label("list_name"))
    .join(lead_lists, lead_lists.c.id == leads.c.list_id)
    .where(leads.c.state != "importing")
)
_OF_TENANT: Final = leads.c.campaign_id.in_(
    select(campaigns.c.id).where(campaigns.c.tenant_id == bindparam("tenant"))
)
_NUMBERS: Final = (
    select(lead_numbers)
    .where(lead_numbers.c.lead_id == bindparam("lead"))
    .order_by(lead_numbers.c.position)
)
_ATTEMPTS: Final = (
    select(attempts, rule_sets.c.rule_ids)
    .outerjoin(rule_sets, rule_sets.c.id == attempts.c.rule_set)
    .where(attempts.c.lead_id == bindparam("lead"))
    .order_by(attempts.c.dialed_at.desc(), attempts.c.id.desc())
    .limit(HISTORY)
)
_REFUSALS: Final = (
    select(refusals)
    .where(refusals.c.lead_id == bindparam("lead"))
    .order_by(refusals.c.id.desc())
    .limit(HISTORY)
)
_PROMISES: Final = (
    select(callbacks)
    .where(callbacks.c.lead_id == bindparam("lead"))
    .order_by(callbacks.c.id.desc())
    .limit(HISTORY)
)
_LOCKED: Final = (
    select(leads.c.attributes, leads.c.priority)
    .where(leads.c.id == bindparam("lead"))
    .with_for_update()
)
_PLACE: Final = select(places).where(places.c.id == bindparam("place"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which leads are looked for; what is None or "" does not matter."""

    campaign_id: CampaignId | None = None
    list_id: int | None = None
    state: LeadState | None = None
    number: str = ""
    """E.164: one of its numbers."""
    external_id: str = ""
    owner: str = ""
    text: str = ""
    """Somewhere in its attributes; case does not matter, in SQLite of ASCII."""


@dataclass(frozen=True, slots=True)
class LeadFound:
    """A lead as it is; times are epoch seconds."""

    lead_id: int
    campaign_id: CampaignId
    list_id: int
    list_name: str
    number: str
    """E.164; the one that is dialed next."""
    external_id: str
    attributes: Mapping[str, str]
    state: LeadState
    why: str
    due_at: float
    priority: int
    attempts: int
    last_outcome: str
    last_call_at: float | None
    added_at: float
    owner: str
    assigned_until: float | None
    place_id: int = field(default=0, repr=False)


@dataclass(frozen=True, slots=True)
class LeadHistory:
    """A lead, and all that happened to it."""

    lead: LeadFound
    place: Place
    listed: bool
    """Whether its next number is on a do-not-call list by now."""
    numbers: Sequence[AnyRow]
    """Rows of `lead_numbers`; none of a lead that has one number."""
    attempts: Sequence[AnyRow]
    """Rows of `attempts`, newest first; `rule_ids`: the rules that each obeyed."""
    refusals: Sequence[AnyRow]
    """Rows of `refusals`: dials that a rule forbade; newest first."""
    promises: Sequence[AnyRow]
    """Rows of `callbacks`, newest first."""


class SqlLeadSearch:
    """Looks leads up, and changes single ones.

    Args:
        writer: commits; must be running.
        reader: for queries.
        changes: makes changes.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader, changes: LeadChanges) -> None:
        self._writer = writer
        self._reader = reader
        self._changes = changes

    async def page(
        self, wanted: Wanted, *, tenant_id: str, after: int, most: int
    ) -> list[LeadFound]:
        """Return leads of a tenant by their id.

        Args:
            wanted: which.
            tenant_id: whose.
            after: only those with a greater id.
            most: how many at most.
        """
        query = self._where(_FOUND, wanted).where(_OF_TENANT, leads.c.id > after)
        query = query.order_by(leads.c.id).limit(most)
        async with self._reader.connect() as connection:
            rows = (await connection.execute(query, {"tenant": tenant_id})).all()
        return [_lead(row) for row in rows]

    async def get(self, lead_id: int, *, tenant_id: str) -> LeadFound | None:
        """Return a lead of a tenant; None if it has none of that id."""
        query = _FOUND.where(_OF_TENANT, leads.c.id == lead_id)
        async with self._reader.connect() as connection:
            row = (await connection.execute(query, {"tenant": tenant_id})).first()
        return None if row is None else _lead(row)

    async def history(self, lead: LeadFound, *, tenant_id: str, now: float) -> LeadHistory:
        """Return what happened to a lead that was looked up."""
        this = {"lead": lead.lead_id}
        asked = listed_for({lead.number}, tenant_id, lead.campaign_id, now)
        async with self._reader.connect() as connection:
            place = (await connection.execute(_PLACE, {"place": lead.place_id})).one()
            return LeadHistory(
                lead,
                Place(tuple(place.jurisdictions), tuple(place.zones)),
                (await connection.execute(LISTED, asked)).first() is not None,
                (await connection.execute(_NUMBERS, this)).all(),
                (await connection.execute(_ATTEMPTS, this)).all(),
                (await connection.execute(_REFUSALS, this)).all(),
                (await connection.execute(_PROMISES, this)).all(),
            )

    async def numbers(self, lead: LeadFound) -> list[str]:
        """Return all numbers of a lead that was looked up, first to be dialed first."""
        async with self._reader.connect() as connection:
            rows = (await connection.execute(_NUMBERS, {"lead": lead.lead_id})).all()
        return [row.number for row in rows] or [lead.number]

    async def change(
        self,
        seen: LeadFound,
        changed: ChangedLead,
        *,
        by: str,
        at: float,
        tenant_id: str,
        careful: bool,
    ) -> None:
        """Change a lead that was looked up; noted in the audit log, by the names of what changed.

        Args:
            seen: the lead as it was looked up.
            changed: what is to change.
            by: who changes it.
            at: now, epoch seconds.
            tenant_id: whose lead.
            careful: only if attributes and priority still are what was seen.

        Raises:
            ChangedMeanwhile: they are not.
        """
        change = changed.change
        names = sorted(change.attributes)
        named = names if change.priority is None else [*names, "priority"]

        def work(connection: Connection) -> None:
            row = connection.execute(_LOCKED, {"lead": seen.lead_id}).one()
            if careful and (row.attributes, row.priority) != (seen.attributes, seen.priority):
                raise ChangedMeanwhile(f"lead {seen.lead_id}")
            place = changed.place
            ids = {} if place is None else place_ids(connection, [place])
            told = change if place is None else replace(change, place_id=ids[place])
            self._changes.apply(connection, {seen.lead_id: told}, at)
            note_in(
                connection,
                action="lead",
                subject=f"lead {seen.lead_id}",
                detail={"changed": named},
                by=by,
                at=at,
                tenant_id=tenant_id,
            )

        await transact_giving_way(self._writer, work)

    def _where(self, query: Select[Any], wanted: Wanted) -> Select[Any]:
        if wanted.campaign_id is not None:
            query = query.where(leads.c.campaign_id == wanted.campaign_id)
        if wanted.list_id is not None:
            query = query.where(leads.c.list_id == wanted.list_id)
        if wanted.state is not None:
            query = query.where(leads.c.state == wanted.state.value)
        if wanted.number:
            # each by its index: an OR of both would look at every lead there is
            first = select(leads.c.id).where(leads.c.number == wanted.number)
            others = select(lead_numbers.c.lead_id).where(lead_numbers.c.number == wanted.number)
            query = query.where(leads.c.id.in_(union(first, others)))
        if wanted.external_id:
            query = query.where(leads.c.external_id == wanted.external_id)
        if wanted.owner:
            query = query.where(leads.c.owner == wanted.owner)
        if wanted.text:
            query = query.where(self._holds(wanted.text))
        return query

    def _holds(self, text: str) -> ColumnElement[bool]:
        split = func.jsonb_each_text if self._reader.is_server else func.json_each
        each = split(leads.c.attributes).table_valued("key", "value")
        value = cast(each.c.value, Text)
        return select(1).select_from(each).where(value.icontains(text, autoescape=True)).exists()


def _lead(row: AnyRow) -> LeadFound:
    return LeadFound(
        lead_id=row.id,
        campaign_id=CampaignId(row.campaign_id),
        list_id=row.list_id,
        list_name=row.list_name,
        number=row.number,
        external_id=row.external_id or "",
        attributes=row.attributes,
        state=LeadState(row.state),
        why=row.why,
        due_at=row.due_at,
        priority=row.priority,
        attempts=row.attempts,
        last_outcome=row.last_outcome or "",
        last_call_at=row.last_call_at,
        added_at=row.added_at,
        owner=row.owner or "",
        assigned_until=row.assigned_until,
        place_id=row.place_id,
    )
