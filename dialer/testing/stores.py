"""All the stores of one memory together, gone with the process.

Refuses to know what each of them does.
"""

from collections.abc import Iterable

from dialer.domain.dial_law import DialLaw
from dialer.domain.ids import CampaignId, LeadId
from dialer.testing.agents import MemoryAgentStore, MemoryPauseCodes, MemorySessionStore
from dialer.testing.attempts import MemoryAttemptStore
from dialer.testing.campaigns import MemoryCampaignStore, MemoryDecisionStore
from dialer.testing.imports import MemoryImportStore
from dialer.testing.leads import MemoryLeadStore
from dialer.testing.tables import Tables
from dialer.testing.texts import MemoryArticles, MemoryFlows, MemoryScripts


class MemoryStores:
    """All stores on one memory, shaped as `dialer.adapters.sql.stores.SqlStores`."""

    def __init__(self, law: DialLaw | None = None) -> None:
        self.tables = Tables()
        self.attempts = MemoryAttemptStore(self.tables, law)
        self.leads = MemoryLeadStore(self.tables)
        self.agents = MemoryAgentStore(self.tables)
        self.sessions = MemorySessionStore()
        self.pause_codes = MemoryPauseCodes()
        self.decisions = MemoryDecisionStore()
        self.campaigns = MemoryCampaignStore(self.tables)
        self.imports = MemoryImportStore(self.tables)
        self.scripts = MemoryScripts(self.tables)
        self.articles = MemoryArticles(self.tables)
        self.flows = MemoryFlows(self.tables)

    def add_leads(self, campaign_id: CampaignId, numbers: Iterable[str]) -> list[LeadId]:
        """Give a campaign dialable leads of these numbers (E.164)."""
        entries = [self.tables.add_lead(campaign_id, number, {}, "ready") for number in numbers]
        return [entry.lead.lead_id for entry in entries]
