"""`/pause-codes`: why agents may pause. List, add, remove."""

from typing import Annotated

from fastapi import Depends, Path

from api.asking import may
from api.noun import Noun
from api.once import OnceRoute
from api.pause_codes.schemas import Code
from api.world import Here
from dialer.domain.pause_code import PauseCode
from dialer.domain.principal import Principal

router = Noun(prefix="/pause-codes", tags=["pause codes"], route_class=OnceRoute)


@router.get("", operation_id="pause_codes.list")
async def list_codes(
    world: Here, principal: Annotated[Principal, Depends(may("pause_codes.list"))]
) -> list[Code]:
    """List the codes; none: a pause needs no code, and any is accepted."""
    return [Code.of(one) for one in await world.stores.pause_codes.list(principal.tenant_id)]


@router.post("", operation_id="pause_codes.create", status_code=201)
async def create(
    new: Code, world: Here, principal: Annotated[Principal, Depends(may("pause_codes.create"))]
) -> Code:
    """Add a code; from the first one on, pauses without a known code are refused."""
    await world.stores.pause_codes.add(
        PauseCode(new.code, new.label, new.paid, new.limit_s),
        by=principal.who,
        at=world.clock.now(),
        tenant_id=principal.tenant_id,
    )
    return new


@router.delete("/{code}", operation_id="pause_codes.remove", status_code=204)
async def remove(
    code: Annotated[str, Path(max_length=64, examples=["lunch"])],
    world: Here,
    principal: Annotated[Principal, Depends(may("pause_codes.remove"))],
) -> None:
    """Remove a code; pauses of before keep it on record."""
    await world.stores.pause_codes.remove(
        code, by=principal.who, at=world.clock.now(), tenant_id=principal.tenant_id
    )
