"""`/simulation`: campaigns rehearsed in virtual time; no phone rings.

One runs at a time, at lowest priority and within 30 s of CPU.
"""

from typing import Annotated, Final

from fastapi import Depends

from api.asking import may
from api.campaigns.found import campaign_id_of
from api.errors import TooManyTries
from api.noun import Noun
from api.simulation.schemas import RehearsalShown, ScenarioShown, Wanted
from api.world import Here
from dialer.adapters.rehearsals import CPU_S
from dialer.domain.principal import Principal
from dialer.errors import BadInput, NoSuch

router = Noun(prefix="/simulation", tags=["simulation"])

MOST_WANTED: Final = 4
"""Rehearsals that run or wait for their turn; one more is told to come again."""


@router.get("/scenarios", operation_id="simulation.scenarios")
async def scenarios(
    world: Here, _principal: Annotated[Principal, Depends(may("simulation.scenarios"))]
) -> list[ScenarioShown]:
    """List the scenarios that ship."""
    found = await world.rehearsals.scenarios()
    return [ScenarioShown(name=name, title=title) for name, title in found.items()]


@router.post("", operation_id="simulation.run")
async def run(
    wanted: Wanted,
    world: Here,
    principal: Annotated[Principal, Depends(may("simulation.run"))],
) -> RehearsalShown:
    """Rehearse a scenario, or a campaign like one on record; takes up to a minute."""
    if (wanted.scenario is None) is (wanted.campaign is None):
        raise BadInput("scenario", "or a campaign is rehearsed, one of them", "name one")
    if wanted.campaign is not None:
        await campaign_id_of(world, principal, wanted.campaign)
    elif wanted.scenario not in await world.rehearsals.scenarios():
        raise NoSuch(
            "scenario", f"{wanted.scenario!r} does not exist", "see GET simulation/scenarios"
        )
    if world.rehearsals.wanted >= MOST_WANTED:
        raise TooManyTries(CPU_S)
    found = await world.rehearsals.run(
        scenario=wanted.scenario or "",
        campaign=wanted.campaign or "",
        agents=wanted.agents,
        hours=wanted.hours,
        seeds=wanted.seeds,
        instead=wanted.instead.model_dump(exclude_none=True) if wanted.instead else None,
    )
    return RehearsalShown.model_validate(found)
