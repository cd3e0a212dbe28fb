"""Changes of leads that are there already, in SQL: merged into their rows, and put in order anew.

Those that come with new leads wait under their import until it is decided, so that all of it
happens or nothing. Refuses to know who sent them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from dialer.adapters.sql.arranging import arranged_lead
from dialer.adapters.sql.campaign_settings import SettingsInSql
from dialer.adapters.sql.lead_steps import LeadSteps
from dialer.adapters.sql.tables.leads import campaign_places, lead_changes, lead_numbers, leads
from dialer.domain.ids import CampaignId
from dialer.domain.lead_change import LeadChange, merged

SLICE: Final = 100
"""Leads changed in one transaction: some 10 ms, for whoever waits for a lock."""

_STAGE: Final = upsert(lead_changes).on_conflict_do_nothing()
_NEXT: Final = (
    select(lead_changes.c.lead_id, lead_changes.c.change)
    .where(lead_changes.c.import_id == bindparam("of"))
    .order_by(lead_changes.c.lead_id)
    .limit(SLICE)
)
_DONE: Final = delete(lead_changes).where(
    lead_changes.c.import_id == bindparam("of"),
    lead_changes.c.lead_id.in_(bindparam("leads", expanding=True)),
)
_LEADS: Final = (
    select(leads)
    .where(leads.c.id.in_(bindparam("leads", expanding=True)))
    .order_by(leads.c.id)
    .with_for_update()
)
_WRITE: Final = (
    update(leads)
    .where(leads.c.id == bindparam("lead"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in (
                "attributes",
                "external_id",
                "priority",
                "number",
                "place_id",
                "state",
                "why",
                "pool",
                "rank",
            )
        }
    )
)
_ONLY_NUMBER: Final = (
    update(lead_numbers)
    .where(lead_numbers.c.lead_id == bindparam("lead"), lead_numbers.c.number == bindparam("was"))
    .values(number=bindparam("is_now"), place_id=bindparam("at_place"), state="usable")
)
_PLACED: Final = upsert(campaign_places).on_conflict_do_nothing()

_DECIDED_ANEW: Final = frozenset({"ready", "waiting", "owned", "done"})
"""States in which a new number is a reason to ask where the lead stands."""


@dataclass(slots=True)
class LeadChanges:
    """Changes leads in the transactions of others.

    Args:
        steps: put leads where they belong that have another number.
        settings: of campaigns.
    """

    steps: LeadSteps
    settings: SettingsInSql

    def stage(
        self, connection: Connection, import_id: int, changes: Mapping[int, LeadChange]
    ) -> None:
        """Keep changes of leads under an import that is not decided yet."""
        rows = [
            {"import_id": import_id, "lead_id": lead_id, "change": _packed(change)}
            for lead_id, change in sorted(changes.items())
        ]
        if rows:
            connection.execute(_STAGE, rows)

    def apply_staged(self, connection: Connection, import_id: int, now: float) -> int:
        """Make the next changes of a decided import; returns how many, 0 when there are no more."""
        rows = connection.execute(_NEXT, {"of": import_id}).all()
        if not rows:
            return 0
        self.apply(connection, {row.lead_id: _unpacked(row.change) for row in rows}, now)
        connection.execute(_DONE, {"of": import_id, "leads": [row.lead_id for row in rows]})
        return len(rows)

    def apply(self, connection: Connection, changes: Mapping[int, LeadChange], now: float) -> None:
        """Change leads, and put them in order; those that are gone are passed over."""
        rows = connection.execute(_LEADS, {"leads": sorted(changes)}).all()
        known = self.settings.of(connection, [CampaignId(row.campaign_id) for row in rows])
        written: list[dict[str, Any]] = []
        placed: set[tuple[str, int, int]] = set()
        renumbered: list[int] = []
        for row in rows:
            change = changes[row.id]
            lead = SimpleNamespace(**row._mapping)
            lead.attributes = merged(row.attributes, change.attributes)
            lead.number = row.number if change.number is None else change.number
            lead.place_id = row.place_id if change.place_id is None else change.place_id
            arranged = arranged_lead(lead, known[row.campaign_id].settings, now)
            if row.state in ("done", "importing"):
                arranged |= {"new_state": row.state, "new_why": row.why}
            written.append(
                {
                    **arranged,
                    "new_attributes": lead.attributes,
                    "new_external_id": change.external_id or row.external_id,
                    "new_priority": row.priority if change.priority is None else change.priority,
                    "new_number": lead.number,
                    "new_place_id": lead.place_id,
                }
            )
            placed.add((row.campaign_id, arranged["new_pool"], lead.place_id))
            if lead.number != row.number:
                renumber = {"lead": row.id, "was": row.number, "is_now": lead.number}
                connection.execute(_ONLY_NUMBER, {**renumber, "at_place": lead.place_id})
                if arranged["new_state"] in _DECIDED_ANEW:
                    renumbered.append(row.id)
        if not written:
            return
        connection.execute(_WRITE, written)
        connection.execute(_PLACED, _places(sorted(placed)))
        self.steps.settle(connection, renumbered, now)


def _places(placed: Sequence[tuple[str, int, int]]) -> list[dict[str, Any]]:
    return [
        {"campaign_id": campaign, "pool": pool, "place_id": place}
        for campaign, pool, place in placed
    ]


def _packed(change: LeadChange) -> dict[str, Any]:
    said = {
        "attributes": dict(change.attributes),
        "priority": change.priority,
        "external_id": change.external_id,
        "number": change.number,
        "place_id": change.place_id,
    }
    return {name: value for name, value in said.items() if value is not None}


def _unpacked(packed: Mapping[str, Any]) -> LeadChange:
    return LeadChange(**packed)
