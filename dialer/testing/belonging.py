"""Whose a thing is, in memory: as `dialer.adapters.sql.belonging` has it.

What has no store in memory is written down here by whoever sets the scene. Refuses to know what the
things are about.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from dialer.domain.ids import MAIN_TENANT, AgentId, TenantId
from dialer.domain.named import Key
from dialer.domain.queue import QUEUES
from dialer.domain.scorecard import SCORECARDS, Scorecard
from dialer.errors import NoSuch
from dialer.testing.tables import Tables


@dataclass(frozen=True, slots=True)
class Member:
    """The user that an agent is."""

    tenant_id: TenantId = MAIN_TENANT
    team_id: str | None = None
    active: bool = True


@dataclass(slots=True)
class Belongings:
    """What is whose; to be filled by whoever sets the scene."""

    tables: Tables
    teams: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Team to tenant and name."""
    members: dict[AgentId, Member] = field(default_factory=dict)
    """Agent to user; who is missing is nobody's user."""
    held: set[str] = field(default_factory=set)
    """Numbers under a legal hold."""

    def check_campaign(self, campaign_id: str, tenant_id: str) -> None:
        """Check that a campaign is a tenant's; `NoSuch` if not."""
        known = [
            one.campaign_id for one in self.tables.campaigns.values() if one.tenant_id == tenant_id
        ]
        _check("campaign", campaign_id, known, "name one that does")

    def check_queue(self, name: str, tenant_id: str) -> None:
        """Check that a tenant has a queue of that name; `NoSuch` if not."""
        known = self.tables.named.get((QUEUES.noun, tenant_id), {})
        if (name,) not in known:
            raise NoSuch("queue", f"{name!r} does not exist", "name one that does")

    def check_attempt(self, attempt_id: str, tenant_id: str) -> None:
        """Check that an attempt is a tenant's; `NoSuch` if not."""
        known = [one for one in self.tables.attempts if self.is_attempt_of(one, tenant_id)]
        _check("attempt", attempt_id, known, "name one that was dialed")

    def scorecard(self, name: str, tenant_id: str) -> Scorecard:
        """Return a tenant's scorecard; `NoSuch` if there is none of that name."""
        known: dict[Key, Scorecard] = self.tables.named.get((SCORECARDS.noun, tenant_id), {})
        if (name,) not in known:
            raise NoSuch("scorecard", f"{name!r} does not exist", "name one that does")
        return known[(name,)]

    def check_agent(self, agent_id: AgentId, tenant_id: str) -> None:
        """Check that an agent is a tenant's; `NoSuch` if not."""
        known = [agent_id] if self.is_agent_of(agent_id, tenant_id) else []
        _check("agent", agent_id, known, "see outpace users list")

    def is_attempt_of(self, attempt_id: str, tenant_id: str) -> bool:
        """Tell whether an attempt is of a tenant's campaign."""
        for known, entry in self.tables.attempts.items():
            if known == attempt_id:
                campaign = self.tables.campaigns.get(entry.attempt.campaign_id)
                return campaign is not None and campaign.tenant_id == tenant_id
        return False

    def is_agent_of(self, agent_id: AgentId, tenant_id: str) -> bool:
        """Tell whether an agent is a tenant's; who is nobody's user is of the main tenant."""
        member = self.members.get(agent_id, Member())
        return member.active and member.tenant_id == tenant_id

    def team_of(self, agent_id: AgentId) -> str | None:
        """Return the id of the team that an agent is in now; None: in none."""
        return self.members.get(agent_id, Member()).team_id

    def team_named(self, name: str, tenant_id: str) -> str:
        """Return the id of a tenant's team, named by id or name; `NoSuch` if there is none."""
        for team_id, (whose, called) in self.teams.items():
            if whose == tenant_id and name in (team_id, called):
                return team_id
        raise NoSuch("team", f"{name!r} does not exist", "see outpace teams list")


def _check(kind: str, name: object, known: Iterable[object], fix: str) -> None:
    if name not in known:
        raise NoSuch(kind, f"{name!r} does not exist", fix)
