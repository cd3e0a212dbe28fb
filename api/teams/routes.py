"""`/teams`: users under one name. List and add."""

from typing import Annotated

from fastapi import Depends

from api.asking import may
from api.noun import Noun
from api.once import OnceRoute
from api.paging import Cursor, Limit, Page, after, page
from api.teams.schemas import NewTeam, TeamShown
from api.world import Here
from dialer.domain.principal import Principal

router = Noun(prefix="/teams", tags=["teams"], route_class=OnceRoute)


@router.get("", operation_id="teams.list")
async def list_teams(
    world: Here,
    principal: Annotated[Principal, Depends(may("teams.list"))],
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[TeamShown]:
    """List the teams by name."""
    begun = after(cursor, str)
    found = [
        TeamShown(name=one.name, users=one.users)
        for one in await world.stores.people.teams(tenant_id=principal.tenant_id)
    ]
    names = [one.name for one in found]
    start = 0 if begun is None else names.index(begun) + 1 if begun in names else len(names)
    return page(found[start : start + limit + 1], limit, lambda one: one.name)


@router.post("", operation_id="teams.create", status_code=201)
async def create(
    new: NewTeam, world: Here, principal: Annotated[Principal, Depends(may("teams.create"))]
) -> TeamShown:
    """Add a team."""
    await world.stores.people.add_team(
        new.name, by=principal.who, at=world.clock.now(), tenant_id=principal.tenant_id
    )
    return TeamShown(name=new.name, users=0)
