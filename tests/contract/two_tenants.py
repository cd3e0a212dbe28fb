"""Two tenants side by side, each with people, a queue and a scorecard, for the contract suites.

main    team "East" (te-east): ann; team "West" (te-west): bob; dan is disabled; queue "help"
acme    team "East" (te-acme): cleo; queue "sales"; campaign "rockets"
"""

from collections.abc import Sequence

from durable_stores import SPRING, Stores, dial, list_leads, number
from sqlalchemy import Connection, insert

from dialer.adapters.sql.stores import SqlStores
from dialer.adapters.sql.tables.law import legal_holds
from dialer.adapters.sql.tables.people import teams, tenants, users
from dialer.domain.campaign import Campaign
from dialer.domain.ids import MAIN_TENANT, AgentId, AttemptId, CampaignId, TenantId
from dialer.domain.lead import AttemptEnd
from dialer.domain.outcome import Outcome
from dialer.domain.queue import Queue
from dialer.domain.scorecard import Question, Scorecard
from dialer.testing.belonging import Member
from dialer.testing.stores import MemoryStores

ACME = TenantId("acme")
ROCKETS = CampaignId("rockets")
ANN, BOB, CLEO, DAN = AgentId("ann"), AgentId("bob"), AgentId("cleo"), AgentId("dan")
EAST, WEST, ACMES = "te-east", "te-west", "te-acme"
MANNERS, FACTS, ACMES_CARD = "manners", "facts", "tone"
"""Scorecards: two of main, one of acme; each asks the same."""
QUESTIONS = (Question("greeting", "says the name"), Question("facts", "knows the offer"))

_TEAMS = ((EAST, MAIN_TENANT, "East"), (WEST, MAIN_TENANT, "West"), (ACMES, ACME, "East"))
_MEMBERS = {
    ANN: Member(MAIN_TENANT, EAST),
    BOB: Member(MAIN_TENANT, WEST),
    CLEO: Member(ACME, ACMES),
    DAN: Member(MAIN_TENANT, WEST, active=False),
}
_QUEUES = {"help": MAIN_TENANT, "sales": ACME}
_SCORECARDS = {MANNERS: MAIN_TENANT, FACTS: MAIN_TENANT, ACMES_CARD: ACME}
_MOVERS = "movers"


async def settle_in(stores: Stores) -> None:
    """Let both tenants move in."""
    if isinstance(stores, MemoryStores):
        whose = stores.whose
        whose.teams.update({team: (tenant, name) for team, tenant, name in _TEAMS})
        whose.members.update(_MEMBERS)
    else:
        await stores.writer.transact(_write)
    for name, tenant in _QUEUES.items():
        await stores.queues.add(Queue(name), by=_MOVERS, at=0.0, tenant_id=tenant)
    for name, tenant in _SCORECARDS.items():
        card = Scorecard(name, QUESTIONS)
        await stores.scorecards.add(card, by=_MOVERS, at=0.0, tenant_id=tenant)
    rockets = Campaign(campaign_id=ROCKETS, name=ROCKETS, tenant_id=ACME, created_at=5.0)
    await stores.campaigns.create(rockets)


async def talked(
    stores: Stores, agent_id: AgentId, index: int = 0, *, campaign: CampaignId = SPRING
) -> AttemptId:
    """Dial a lead and let it talk with an agent."""
    await list_leads(stores, 1, campaign=campaign, start=index)
    (attempt,) = await dial(stores, campaign=campaign)
    end = AttemptEnd(
        attempt.attempt_id, Outcome.CONNECTED, 130.0, answered_at=110.0, agent_id=agent_id
    )
    await stores.attempts.record_ends([end])
    return attempt.attempt_id


async def hold(stores: Stores, index: int) -> None:
    """Put a number under a legal hold."""
    held = number(index)
    if isinstance(stores, MemoryStores):
        stores.whose.held.add(held)
        return
    row = {"tenant_id": MAIN_TENANT, "number": held, "reason": "case", "by": "lea", "at": 1.0}
    await stores.writer.transact(
        lambda connection: connection.execute(insert(legal_holds), row) and None
    )


async def noted(stores: Stores) -> Sequence[tuple[str, str, str]]:
    """Return who did what to what since both have moved in, in order."""
    if isinstance(stores, MemoryStores):
        all_of_it = [(by, action, subject) for _, by, action, subject, _ in stores.tables.audit]
    else:
        all_of_it = await _noted(stores)
    return [one for one in all_of_it if one[0] != _MOVERS]


async def _noted(stores: SqlStores) -> list[tuple[str, str, str]]:
    return [
        (row.by, row.action, row.subject)
        for tenant in (MAIN_TENANT, ACME)
        async for row in stores.audit.read(tenant_id=tenant)
    ]


def _write(connection: Connection) -> None:
    connection.execute(insert(tenants), {"id": ACME, "name": "Acme", "created_at": 0.0})
    for team, tenant, name in _TEAMS:
        connection.execute(insert(teams), {"id": team, "tenant_id": tenant, "name": name})
    for agent, member in _MEMBERS.items():
        row = {
            "id": f"us-{agent}",
            "tenant_id": member.tenant_id,
            "login": agent,
            "role": "agent",
            "agent_id": agent,
            "team_id": member.team_id,
            "active": member.active,
            "created_at": 0.0,
        }
        connection.execute(insert(users), row)
