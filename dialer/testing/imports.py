"""Imports in memory: leads that nobody sees until their import is over.

Knows which imports still live. Refuses to know files, and which rows are good.
"""

import time
from collections.abc import Callable, Sequence
from typing import Final

from dialer.domain.ids import CampaignId
from dialer.domain.lead_standing import LeadState
from dialer.domain.leadfile import LeadRow
from dialer.errors import BadInput
from dialer.testing.tables import ImportEntry, Tables

_ALIVE_S: Final = 60.0
"""How long an import is taken for alive after its last sign."""


class MemoryImportStore:
    """What `dialer.services.import_leads` needs, in memory.

    Args:
        tables: where all is kept.
        now: seconds since the epoch, for signs of life.
    """

    def __init__(self, tables: Tables, *, now: Callable[[], float] = time.time) -> None:
        self._tables = tables
        self._now = now

    async def begin(
        self,
        campaign_id: CampaignId,
        file: str,
        *,
        at: float,  # noqa: ARG002
        list_name: str = "",
        source: str = "",
        cost: float | None = None,
    ) -> int:
        """Start an import and return its id; `BadInput` if there is no such campaign."""
        if campaign_id not in self._tables.campaigns:
            raise BadInput("campaign", f"there is no {campaign_id!r}", "create it first")
        key = (campaign_id, list_name or file)
        known_source, known_cost = self._tables.lists.get(key, ("", 0.0))
        self._tables.lists[key] = (source or known_source, known_cost if cost is None else cost)
        self._tables.imports_begun += 1
        entry = ImportEntry(campaign_id, self._now() + _ALIVE_S)
        self._tables.imports[self._tables.imports_begun] = entry
        return self._tables.imports_begun

    async def known(self, campaign_id: CampaignId, numbers: Sequence[str]) -> set[str]:
        """Return those of the numbers (E.164) that the campaign has leads of already."""
        return set(numbers) & {
            number
            for entry in self._tables.leads.values()
            if entry.lead.campaign_id == campaign_id and entry.state != "importing"
            for number in entry.numbers
        }

    async def known_anywhere(self, numbers: Sequence[str]) -> set[str]:
        """Return those of the numbers (E.164) that any campaign has leads of already."""
        return set(numbers) & {
            number
            for entry in self._tables.leads.values()
            if entry.state != "importing"
            for number in entry.numbers
        }

    async def add(self, import_id: int, rows: Sequence[LeadRow]) -> None:
        """Add leads that nobody sees yet; `BadInput` if the import is gone."""
        undecided = self._undecided(import_id)
        undecided.alive_until = self._now() + _ALIVE_S
        for row in rows:
            entry = self._tables.add_lead(
                undecided.campaign_id, row.number, row.attributes, "importing"
            )
            entry.import_id = import_id
            entry.numbers = row.numbers

    async def finish(self, import_id: int, *, rows: int, rejected: int) -> None:  # noqa: ARG002
        """Make the import's leads ready; `BadInput` if it is gone."""
        self._undecided(import_id)
        del self._tables.imports[import_id]
        for entry in self._tables.leads.values():
            if entry.import_id == import_id:
                wanted = self._tables.settings(entry.lead.campaign_id).lead_filter
                passes = wanted is None or wanted.matches(entry.lead.attributes)
                entry.state = LeadState.READY if passes else LeadState.FILTERED

    async def drop(self, import_id: int) -> None:
        """Delete an undecided import and its leads."""
        if self._tables.imports.pop(import_id, None) is None:
            return
        of_import = [
            id_ for id_, entry in self._tables.leads.items() if entry.import_id == import_id
        ]
        for lead_id in of_import:
            del self._tables.leads[lead_id]

    async def recover(self, *, at: float | None = None) -> int:
        """At a start: delete the imports that are not alive any more; returns how many."""
        now = self._now() if at is None else at
        dead = [id_ for id_, entry in self._tables.imports.items() if entry.alive_until < now]
        for import_id in dead:
            await self.drop(import_id)
        return len(dead)

    def _undecided(self, import_id: int) -> ImportEntry:
        entry = self._tables.imports.get(import_id)
        if entry is None:
            raise BadInput("import", "it is gone", "import it again")
        return entry
