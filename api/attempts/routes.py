"""`/attempts`: what was dialed, when, and how it ended."""

from typing import Annotated

from fastapi import Depends, Query

from api.asking import may
from api.attempts.found import attempt_of, attempts_of
from api.attempts.schemas import AttemptShown
from api.calls.routes import AttemptIs
from api.noun import Noun
from api.paging import PRINTABLE, Cursor, Limit, Page, page
from api.world import Here
from dialer.adapters.sql.attempt_record import Wanted
from dialer.domain.outcome import Outcome
from dialer.domain.principal import Principal

router = Noun(prefix="/attempts", tags=["attempts"])

OfCampaign = Annotated[
    str, Query(max_length=64, pattern=PRINTABLE, description="Only of this one, by its id.")
]
OfAgent = Annotated[
    str,
    Query(
        max_length=64,
        pattern=PRINTABLE,
        description="Only talks of this agent, by its id.",
        examples=["1001"],
    ),
]
Instant = Annotated[
    float | None,
    Query(ge=0, lt=1e11, allow_inf_nan=False, description="Seconds since the epoch."),
]


@router.get("", operation_id="attempts.list")
async def list_attempts(
    world: Here,
    principal: Annotated[Principal, Depends(may("attempts.list"))],
    campaign: OfCampaign = "",
    lead: Annotated[
        int | None, Query(ge=1, lt=1 << 62, description="Only of this lead, by its id.")
    ] = None,
    agent: OfAgent = "",
    outcome: Annotated[Outcome | None, Query(description="Only with this end.")] = None,
    since: Instant = None,
    until: Instant = None,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[AttemptShown]:
    """List attempts by the time they were dialed, newest first: from `since`, before `until`."""
    wanted = Wanted(
        lead_id=lead,
        agent_id=agent or None,
        outcome=outcome.value if outcome is not None else None,
        since=since,
        until=until,
    )
    found = await attempts_of(world, principal, campaign, wanted, limit, cursor)
    shown = [AttemptShown.of(row, principal.role) for row in found]
    return page(shown, limit, lambda one: [one.dialed_at, one.id])


@router.get("/{attempt_id}", operation_id="attempts.get")
async def get(
    attempt_id: AttemptIs,
    world: Here,
    principal: Annotated[Principal, Depends(may("attempts.get"))],
) -> AttemptShown:
    """Show an attempt."""
    return AttemptShown.of(await attempt_of(world, principal, attempt_id), principal.role)
