"""`/calls`: the calls that live now, and ending one."""

from typing import Annotated

from fastapi import Depends, Path, Query

from api.asking import may
from api.calls.schemas import CallShown, HungUp
from api.noun import Noun
from api.once import OnceRoute
from api.paging import Cursor, Limit, Page, after, page
from api.world import Here, World
from dialer.domain.callflow import CallState
from dialer.domain.principal import Principal
from dialer.errors import EngineUnavailable, NoSuch

router = Noun(prefix="/calls", tags=["calls"], route_class=OnceRoute)

AttemptIs = Annotated[
    str,
    Path(
        pattern=r"^at-[0-9A-HJKMNP-TV-Z]{26}$",
        description="Id of an attempt.",
        examples=["at-01M8C9NMWY2EPPG8W9SYNMTK7Z"],
    ),
]


@router.get("", operation_id="calls.list")
async def list_calls(
    world: Here,
    principal: Annotated[Principal, Depends(may("calls.list"))],
    campaign: Annotated[str, Query(max_length=64, description="Only of this one, by id.")] = "",
    state: Annotated[CallState | None, Query(description="Only in this state.")] = None,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[CallShown]:
    """List the live calls of all engines, oldest first."""
    begun = after(cursor, str)
    found = [
        one
        for one in await live(world, principal)
        if campaign in ("", one.campaign)
        and state in (None, one.state)
        and (begun is None or one.attempt > begun)
    ]
    return page(found, limit, lambda one: one.attempt)


@router.post("/{attempt_id}/hang-up", operation_id="calls.hang_up")
async def hang_up(
    attempt_id: AttemptIs,
    world: Here,
    principal: Annotated[Principal, Depends(may("calls.hang_up"))],
) -> HungUp:
    """End a talk, or take back a line that rang its minimum.

    Who waits for an agent is not hung up on: they get one, or the message.
    """
    call = next((one for one in await live(world, principal) if one.attempt == attempt_id), None)
    if call is None:
        raise NoSuch("call", f"{attempt_id!r} is not live", "see GET calls")
    told = await world.engines.ask("call.hangup", node=call.node, attempt=attempt_id)
    await world.stores.audit.note(
        by=principal.who,
        action="hang_up",
        subject=f"attempt {attempt_id}",
        detail={"ended": told["ended"], "campaign": call.campaign, "agent": call.agent},
        at=world.clock.now(),
        tenant_id=principal.tenant_id,
    )
    return HungUp(ended=told["ended"])


async def live(world: World, principal: Principal) -> list[CallShown]:
    """Return the live calls of a tenant's campaigns, oldest first.

    Raises:
        EngineUnavailable: no engine can be asked.
    """
    tenant_of = world.stores.campaigns.tenant_of
    found: list[CallShown] = []
    lost: EngineUnavailable | None = EngineUnavailable("", "none runs")
    for node in world.engines.nodes():
        try:
            told = await world.engines.ask("calls", node=node, role=principal.role.value)
        except EngineUnavailable as error:
            lost = lost and error
            continue
        lost = None
        found += [
            CallShown.of(node, one)
            for one in told
            if await tenant_of(one["campaign"]) == principal.tenant_id
        ]
    if lost is not None:
        raise lost
    return sorted(found, key=lambda one: one.attempt)
