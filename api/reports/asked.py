"""What reports and exports are asked over REST: a range of time, a zone, and whose of the tenant.

Refuses to know reports.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query

from api.campaigns.found import campaign_id_of
from api.world import World
from dialer.adapters.sql.reports.named import list_named
from dialer.adapters.sql.reports.question import Question, range_said
from dialer.adapters.sql.reports.scope import Scope
from dialer.domain.ids import AgentId, CampaignId
from dialer.domain.local_time import zone_named
from dialer.domain.principal import Principal
from dialer.errors import BadInput, NoSuch

From = Annotated[
    str,
    Query(
        alias="from",
        max_length=40,
        description="Date or ISO time it begins with; empty: everything.",
        examples=["2026-11-01"],
    ),
]
To = Annotated[
    str,
    Query(
        alias="to",
        max_length=40,
        description="ISO time before which it ends, or its last date; empty: now.",
        examples=["2026-11-30"],
    ),
]
Zone = Annotated[
    str,
    Query(
        max_length=64,
        description="Time zone of days and hours, and of times without an offset.",
        examples=["Europe/Berlin"],
    ),
]


@dataclass(frozen=True, slots=True)
class Times:
    """A range of time, as it was said."""

    begin: str
    end: str
    zone: str


async def times_said(begin: From = "", end: To = "", zone: Zone = "UTC") -> Times:
    """Declare the parameters of a range of time."""
    return Times(begin, end, zone)


Asked = Annotated[Times, Depends(times_said)]


async def question_of(
    world: World,
    principal: Principal,
    times: Times,
    *,
    campaign: str = "",
    list_name: str = "",
    agent: str = "",
) -> Question:
    """Return what is asked, of the tenant of who asks and nothing else.

    Args:
        world: what there is.
        principal: who asks.
        times: over which time.
        campaign: id of the only campaign, or empty.
        list_name: name of the only list of it, or empty.
        agent: id of the only agent, or empty.

    Raises:
        BadInput: a time or a zone is none, or a list is named without its campaign.
        NoSuch: the campaign or the list does not exist, or is another tenant's.
    """
    zone = zone_named(times.zone)
    now = world.clock.now()
    begin, end = range_said(times.begin, times.end, zone, now)
    of: CampaignId | None = None
    listed = None
    if list_name and not campaign:
        raise BadInput("list", "a list is of one campaign", "name the campaign too")
    if campaign:
        of = await campaign_id_of(world, principal, campaign)
        if list_name:
            listed = await list_named(world.stores.reader, of, list_name)
            if listed is None:
                raise NoSuch("list", f"{list_name!r} does not exist", "see GET reports/lists")
    scope = Scope(
        begin,
        end,
        campaign_id=of,
        list_id=listed,
        agent_id=AgentId(agent) if agent else None,
        tenant_id=principal.tenant_id,
    )
    return Question(world.stores.reader, scope, zone, now)
