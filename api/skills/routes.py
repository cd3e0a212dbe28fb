"""`/skills`: what agents can do and callers may need; and who can do what."""

from typing import Annotated, Final

from fastapi import Depends, Path

from api.asking import may
from api.noun import Noun
from api.once import OnceRoute
from api.shelf import Shelf
from api.shelf_routes import ShelfRoutes
from api.skills.schemas import SkillsGiven, SkillShown
from api.world import Here
from dialer.domain.ids import AgentId
from dialer.domain.named import Key
from dialer.domain.principal import Principal
from dialer.domain.skill import SKILLS
from dialer.errors import NoSuch

router = Noun(prefix="/skills", tags=["skills"], route_class=OnceRoute)

SHELF: Final = Shelf(SKILLS, lambda world: world.stores.skills)
Login = Annotated[str, Path(max_length=200, examples=["ann"])]


async def _key(name: Annotated[str, Path(max_length=200, examples=["spanish"])]) -> Key:
    return (name,)


routes = ShelfRoutes(router, "skills", SHELF, key=_key, shown=SkillShown)
routes.list("List the skills by name.")
routes.create(SkillShown, "Add a skill.")
routes.remove("Remove a skill that no queue asks for.")


@router.get("/of/{login}", operation_id="skills.given")
async def given(
    login: Login, world: Here, principal: Annotated[Principal, Depends(may("skills.given"))]
) -> SkillsGiven:
    """Show what a user can do as an agent."""
    for user in await world.stores.people.everybody(tenant_id=principal.tenant_id):
        if user.login == login:
            rolls = await world.stores.rolls.all() if user.agent_id is not None else {}
            roll = rolls.get(AgentId(user.agent_id or ""))
            return SkillsGiven(skills=dict(roll.skills) if roll is not None else {})
    raise NoSuch("login", f"{login!r} is no user", "see GET users")


@router.put("/of/{login}", operation_id="skills.give")
async def give(
    login: Login,
    wanted: SkillsGiven,
    world: Here,
    principal: Annotated[Principal, Depends(may("skills.give"))],
) -> SkillsGiven:
    """Say all that a user can do as an agent; queues go by it within some seconds."""
    await world.stores.rolls.give(
        login,
        wanted.skills,
        by=principal.who,
        at=world.clock.now(),
        tenant_id=principal.tenant_id,
    )
    return wanted
