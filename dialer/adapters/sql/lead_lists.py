"""The lists of a campaign in SQL: where they are from, what they cost, how their leads stand.

Counting reads all leads of the campaign: some seconds for ten million. Refuses to know how lists
come in (`dialer.adapters.sql.imports`), and whose a campaign is: whoever asks has seen to that.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, insert, select, update

from dialer.adapters.sql.audit import note_in
from dialer.adapters.sql.counted import Counted
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.leads import imports, lead_lists, leads
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.ids import CampaignId, ListId
from dialer.errors import ChangedMeanwhile, NoSuch

States = Mapping[int, Mapping[str, int]]

_OF: Final = lead_lists.c.campaign_id == bindparam("campaign")

_IS_THERE: Final = (
    select(imports.c.id)
    .where(imports.c.list_id == lead_lists.c.id, imports.c.state == "done")
    .exists()
)
"""An import into it was decided: of one that failed a name without leads may be left."""

_PAGE: Final = (
    select(lead_lists)
    .where(_OF, _IS_THERE, lead_lists.c.id > bindparam("after"))
    .order_by(lead_lists.c.id)
    .limit(bindparam("most"))
)
_ONE: Final = select(lead_lists).where(_OF, _IS_THERE, lead_lists.c.id == bindparam("list"))
_COUNTS: Final = (
    select(leads.c.list_id, leads.c.state, func.count().label("leads"))
    .where(leads.c.campaign_id == bindparam("campaign"))
    .group_by(leads.c.list_id, leads.c.state)
)
_NAMED: Final = select(lead_lists.c.id).where(_OF, lead_lists.c.name == bindparam("called"))
_OF_IMPORT: Final = (
    select(lead_lists.c.id, lead_lists.c.name)
    .join(imports, imports.c.list_id == lead_lists.c.id)
    .where(imports.c.id == bindparam("of"))
)


_IMPORTS: Final = (
    select(imports, lead_lists.c.name.label("list_name"))
    .join(lead_lists, lead_lists.c.id == imports.c.list_id)
    .where(imports.c.campaign_id == bindparam("campaign"), imports.c.state != "deleting")
    .order_by(imports.c.id.desc())
    .limit(bindparam("most"))
)
_COMING: Final = (
    select(func.count())
    .select_from(leads)
    .where(leads.c.state == "importing", leads.c.import_id == bindparam("of"))
)


@dataclass(frozen=True, slots=True)
class ImportRow:
    """An import of a file, under way or over."""

    import_id: int
    list_name: str
    file: str
    under_way: bool
    started_at: float
    """Epoch seconds."""
    rows: int
    """Leads that it has taken in so far."""
    rejected: int
    """Known when it is over."""


@dataclass(frozen=True, slots=True)
class LeadList:
    """A list as it stands."""

    list_id: ListId
    campaign_id: CampaignId
    name: str
    source: str
    cost: float
    """Of the whole list."""
    created_at: float
    """Epoch seconds."""
    states: Mapping[str, int]
    """Leads by `dialer.domain.lead_standing.LeadState`."""


class SqlLeadLists:
    """Looks lists up, and changes what is said of them.

    Args:
        writer: commits; must be running.
        reader: for queries.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader) -> None:
        self._writer = writer
        self._reader = reader
        self._counted = Counted[States](_leads_of)

    async def page(self, campaign_id: CampaignId, after: int, most: int) -> list[LeadList]:
        """Return lists of a campaign, oldest first.

        Args:
            campaign_id: of the campaign.
            after: only those with a greater id.
            most: how many at most.
        """
        asked = {"campaign": campaign_id, "after": after, "most": most}
        async with self._reader.connect() as connection:
            rows = (await connection.execute(_PAGE, asked)).all()
        return _lists(rows, await self._states(campaign_id) if rows else {})

    async def get(self, campaign_id: CampaignId, list_id: int) -> LeadList:
        """Return a list of a campaign.

        Raises:
            NoSuch: the campaign has no such list.
        """
        async with self._reader.connect() as connection:
            asked = {"campaign": campaign_id, "list": list_id}
            rows = (await connection.execute(_ONE, asked)).all()
        if not rows:
            raise _unknown(list_id)
        return _lists(rows, await self._states(campaign_id))[0]

    async def _states(self, campaign_id: CampaignId) -> States:
        """Return the leads of a campaign by list and state; of many, some seconds ago."""
        return await self._counted.of(campaign_id, lambda: self._count(campaign_id))

    async def _count(self, campaign_id: CampaignId) -> States:
        states: dict[int, dict[str, int]] = defaultdict(dict)
        async with self._reader.connect() as connection:
            for row in await connection.execute(_COUNTS, {"campaign": campaign_id}):
                states[row.list_id][row.state] = int(row.leads)
        return states

    async def imports(self, campaign_id: CampaignId, most: int) -> list[ImportRow]:
        """Return the imports of a campaign that were not given up, newest first."""
        async with self._reader.connect() as connection:
            asked = {"campaign": campaign_id, "most": most}
            found = []
            for row in (await connection.execute(_IMPORTS, asked)).all():
                taken = row.rows
                if row.state == "importing":
                    taken = (await connection.execute(_COMING, {"of": row.id})).scalar_one()
                under_way = row.state == "importing"
                found.append(
                    ImportRow(
                        row.id,
                        row.list_name,
                        row.file,
                        under_way,
                        row.started_at,
                        taken,
                        row.rejected,
                    )
                )
        return found

    async def of_import(self, import_id: int) -> tuple[ListId, str]:
        """Return id and name of the list that an import went to."""
        async with self._reader.connect() as connection:
            row = (await connection.execute(_OF_IMPORT, {"of": import_id})).one()
        return ListId(row.id), row.name

    async def describe(
        self,
        seen: LeadList,
        values: Mapping[str, Any],
        *,
        by: str,
        at: float,
        tenant_id: str,
        careful: bool,
    ) -> None:
        """Change source or cost of a list; noted in the audit log, with the values before.

        Args:
            seen: the list as it was looked up.
            values: what to change, by the name of its column.
            by: who changes it.
            at: now, epoch seconds.
            tenant_id: whose list.
            careful: only if it still is what was seen.

        Raises:
            ChangedMeanwhile: it is not.
        """

        def work(connection: Connection) -> None:
            asked = {"campaign": seen.campaign_id, "list": seen.list_id}
            row = connection.execute(_ONE.with_for_update(), asked).one()
            if careful and (row.source, row.cost) != (seen.source, seen.cost):
                raise ChangedMeanwhile(f"list {seen.name!r}")
            changed = {
                name: [getattr(row, name), value]
                for name, value in values.items()
                if getattr(row, name) != value
            }
            if not changed:
                return
            this = update(lead_lists).where(lead_lists.c.id == row.id)
            connection.execute(this.values({name: new for name, (_, new) in changed.items()}))
            note_in(
                connection,
                action="list",
                subject=f"list {row.id}",
                detail=changed,
                by=by,
                at=at,
                tenant_id=tenant_id,
            )

        await self._writer.transact(work)


def list_named(connection: Connection, campaign_id: CampaignId, name: str, at: float) -> ListId:
    """Return the list of that name; made if the campaign has none."""
    known = connection.execute(_NAMED, {"campaign": campaign_id, "called": name}).scalar()
    if known is None:
        row = {"campaign_id": campaign_id, "name": name, "created_at": at}
        known = connection.execute(insert(lead_lists).returning(lead_lists.c.id), row).scalar_one()
    return ListId(known)


def _lists(rows: Sequence[Any], states: States) -> list[LeadList]:
    return [
        LeadList(
            ListId(row.id),
            CampaignId(row.campaign_id),
            row.name,
            row.source,
            row.cost,
            row.created_at,
            states.get(row.id, {}),
        )
        for row in rows
    ]


def _leads_of(states: States) -> int:
    return sum(sum(of.values()) for of in states.values())


def _unknown(list_id: int) -> NoSuch:
    return NoSuch("list", f"{list_id} does not exist", "see the lists of the campaign")
