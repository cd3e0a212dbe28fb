"""`/scripts`: what agents say. List, look, check, add versions, publish, withdraw.

Whoever writes is not who approves: publishing is for fewer roles. Refuses to know how a page shows
a script.
"""

from typing import Annotated, Final

from fastapi import Depends

from api.asking import may
from api.noun import Noun
from api.once import OnceRoute
from api.plain_texts import TextVersion, add_routes
from api.scripts.schemas import ScriptAsked, ScriptChecked
from api.versions import TextName, Texts
from api.world import Here
from dialer.domain.principal import Principal

router = Noun(prefix="/scripts", tags=["scripts"], route_class=OnceRoute)

TEXTS: Final = Texts("script", lambda world: world.stores.scripts)


@router.post("/check", operation_id="scripts.check")
async def check(
    asked: ScriptAsked,
    principal: Annotated[Principal, Depends(may("scripts.check"))],  # noqa: ARG001
) -> ScriptChecked:
    """Say what is wrong with a script, by line, and how an agent would see it; nothing is kept."""
    return ScriptChecked.of(asked)


@router.get("/{name}/published", operation_id="scripts.published")
async def published(
    name: TextName,
    world: Here,
    principal: Annotated[Principal, Depends(may("scripts.published"))],
) -> TextVersion:
    """Read the published version."""
    return TextVersion.whole(await TEXTS.published(world, principal, name))


add_routes(router, "scripts", TEXTS)
