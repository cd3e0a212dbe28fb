"""In which table the things of each kind stand that go by a name, and what else refers to them.

A column is called as the field that it holds; a field that names a thing of another kind may be
held as `<field>_id`, the id of its row. Refuses to know how things are changed
(`dialer.adapters.sql.named`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Column, Select, Table, select

from dialer.adapters.sql.tables import access, attempts, campaigns, content, people
from dialer.domain.caller_account import CALLER_ACCOUNTS
from dialer.domain.caller_id import CALLER_IDS
from dialer.domain.inbound_route import ROUTES
from dialer.domain.named import Key, Named, Refers
from dialer.domain.pause_code import PAUSE_CODES
from dialer.domain.prompt import PROMPTS
from dialer.domain.queue import QUEUES
from dialer.domain.room import ROOMS
from dialer.domain.scorecard import SCORECARDS
from dialer.domain.skill import SKILLS
from dialer.domain.trunk import TRUNKS
from dialer.domain.trunk_route import TRUNK_ROUTES
from dialer.domain.weekly_hours import CALLING_HOURS

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class NamedTable(Generic[T]):
    """The table of one kind."""

    named: Named[T]
    table: Table
    held_by: tuple[tuple[str, Column[Any]], ...] = ()
    """What has no name but refers to rows: what to call it, and its column."""

    def query(self, tenant_id: str, key: Key | None = None) -> Select[Any]:
        """Return the query of a tenant's rows, or of that of a key: ids, and fields by name."""
        found = select(self.table.c.id, *map(self._column, self.named.fields))
        found = found.where(self.table.c.tenant_id == tenant_id)
        if key is not None:
            for part, said in zip(self.named.key, key, strict=True):
                found = found.where(self.table.c[part] == said)
        return found

    def thing(self, row: Mapping[Any, Any]) -> T:
        """Return the thing of a row of `query`."""
        return self.named.understood({name: row[name] for name in self.named.fields})

    def by_id(self, refers: Refers[T]) -> bool:
        """Return whether the row has the id of what a field names, not its name."""
        return f"{refers.field}_id" in self.table.c

    def _column(self, field: str) -> Any:
        for refers in self.named.refers:
            if refers.field == field and self.by_id(refers):
                other = table_of(refers.to)
                (called,) = refers.to.key
                own = self.table.c[f"{field}_id"]
                name = select(other.table.c[called]).where(other.table.c.id == own)
                return name.scalar_subquery().label(field)
        return self.table.c[field]


TRUNKS_IN: Final = NamedTable(TRUNKS, campaigns.trunks)
TRUNK_ROUTES_IN: Final = NamedTable(TRUNK_ROUTES, campaigns.trunk_routes)
CALLER_IDS_IN: Final = NamedTable(CALLER_IDS, campaigns.caller_ids)
SKILLS_IN: Final = NamedTable(SKILLS, campaigns.skills)
QUEUES_IN: Final = NamedTable(
    QUEUES,
    campaigns.queues,
    held_by=(
        ("a voicemail", content.voicemails.c.queue_id),
        ("a call", attempts.calls.c.queue_id),
    ),
)
CALLING_HOURS_IN: Final = NamedTable(CALLING_HOURS, campaigns.calling_hours)
SCORECARDS_IN: Final = NamedTable(
    SCORECARDS, content.scorecards, held_by=(("a review", content.reviews.c.scorecard_id),)
)
PROMPTS_IN: Final = NamedTable(PROMPTS, content.prompts)
PAUSE_CODES_IN: Final = NamedTable(PAUSE_CODES, people.pause_codes)
ROUTES_IN: Final = NamedTable(ROUTES, campaigns.inbound_routes)
CALLER_ACCOUNTS_IN: Final = NamedTable(CALLER_ACCOUNTS, access.caller_accounts)
ROOMS_IN: Final = NamedTable(ROOMS, access.rooms)

TABLES: Final[tuple[NamedTable[Any], ...]] = (
    TRUNKS_IN,
    TRUNK_ROUTES_IN,
    CALLER_IDS_IN,
    SKILLS_IN,
    CALLING_HOURS_IN,
    QUEUES_IN,
    SCORECARDS_IN,
    PROMPTS_IN,
    PAUSE_CODES_IN,
    ROUTES_IN,
    CALLER_ACCOUNTS_IN,
    ROOMS_IN,
)


def table_of(named: Named[Any]) -> NamedTable[Any]:
    """Return the table of a kind."""
    return next(kind for kind in TABLES if kind.named is named)
