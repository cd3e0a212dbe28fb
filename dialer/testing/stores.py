"""All the stores of one memory together, gone with the process.

Refuses to know what each of them does.
"""

from collections.abc import Iterable

from dialer.domain.caller_account import CALLER_ACCOUNTS
from dialer.domain.caller_id import CALLER_IDS
from dialer.domain.dial_law import DialLaw
from dialer.domain.ids import CampaignId, LeadId
from dialer.domain.inbound_route import ROUTES
from dialer.domain.prompt import PROMPTS
from dialer.domain.queue import QUEUES
from dialer.domain.room import ROOMS
from dialer.domain.scorecard import SCORECARDS
from dialer.domain.skill import SKILLS
from dialer.domain.trunk import TRUNKS
from dialer.domain.trunk_route import TRUNK_ROUTES
from dialer.domain.weekly_hours import CALLING_HOURS
from dialer.testing.agent_rolls import MemoryAgentRolls
from dialer.testing.agents import MemoryAgentStore, MemoryPauseCodes, MemorySessionStore
from dialer.testing.attempts import MemoryAttemptStore
from dialer.testing.audit import MemoryAudit
from dialer.testing.belonging import Belongings
from dialer.testing.call_records import MemoryCallRecords
from dialer.testing.campaigns import MemoryCampaignStore, MemoryDecisionStore
from dialer.testing.hand_picked import MemoryHandPicked
from dialer.testing.imports import MemoryImportStore
from dialer.testing.leads import MemoryLeadStore
from dialer.testing.messages import MemoryMessages
from dialer.testing.named import MemoryNamed
from dialer.testing.phones import MemoryPhones
from dialer.testing.pin_guesses import MemoryPinGuesses
from dialer.testing.prompt_sounds import MemoryPromptSounds
from dialer.testing.recorded_callers import MemoryRecordedCallers
from dialer.testing.reviews import MemoryReviews
from dialer.testing.tables import Tables
from dialer.testing.texts import MemoryArticles, MemoryFlows, MemoryScripts
from dialer.testing.verdicts import MemoryVerdicts
from dialer.testing.voicemails import MemoryVoicemails


class MemoryStores:
    """All stores on one memory, shaped as `dialer.adapters.sql.stores.SqlStores`."""

    def __init__(self, law: DialLaw | None = None) -> None:
        self.tables = Tables()
        self.audit = MemoryAudit(self.tables)
        self.attempts = MemoryAttemptStore(self.tables, law)
        self.leads = MemoryLeadStore(self.tables)
        self.hand_picked = MemoryHandPicked(self.tables)
        self.agents = MemoryAgentStore(self.tables)
        self.sessions = MemorySessionStore()
        self.rolls = MemoryAgentRolls()
        self.pause_codes = MemoryPauseCodes()
        self.decisions = MemoryDecisionStore()
        self.campaigns = MemoryCampaignStore(self.tables)
        self.imports = MemoryImportStore(self.tables)
        self.trunks = MemoryNamed(self.tables, TRUNKS)
        self.trunk_routes = MemoryNamed(self.tables, TRUNK_ROUTES)
        self.caller_ids = MemoryNamed(self.tables, CALLER_IDS)
        self.skills = MemoryNamed(self.tables, SKILLS)
        self.queues = MemoryNamed(self.tables, QUEUES)
        self.calling_hours = MemoryNamed(self.tables, CALLING_HOURS)
        self.scorecards = MemoryNamed(self.tables, SCORECARDS)
        self.prompts = MemoryNamed(self.tables, PROMPTS)
        self.prompt_sounds = MemoryPromptSounds(self.prompts)
        self.phones = MemoryPhones(self.tables)
        self.routes = MemoryNamed(self.tables, ROUTES)
        self.caller_accounts = MemoryNamed(self.tables, CALLER_ACCOUNTS)
        self.rooms = MemoryNamed(self.tables, ROOMS)
        self.pin_guesses = MemoryPinGuesses(self.tables)
        self.whose = Belongings(self.tables)
        self.calls = MemoryCallRecords(self.whose)
        self.recorded_callers = MemoryRecordedCallers(self.tables, self.calls)
        self.voicemails = MemoryVoicemails(self.whose)
        self.reviews = MemoryReviews(self.whose)
        self.verdicts = MemoryVerdicts(self.whose)
        self.messages = MemoryMessages(self.whose)
        self.scripts = MemoryScripts(self.tables)
        self.articles = MemoryArticles(self.tables)
        self.flows = MemoryFlows(self.tables)

    def add_leads(self, campaign_id: CampaignId, numbers: Iterable[str]) -> list[LeadId]:
        """Give a campaign dialable leads of these numbers (E.164)."""
        entries = [self.tables.add_lead(campaign_id, number, {}, "ready") for number in numbers]
        return [entry.lead.lead_id for entry in entries]
