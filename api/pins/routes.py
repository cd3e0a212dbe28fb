"""`/pins`: numbers and PINs by which callers log in to flows. List, set, remove.

Requests that hold a PIN are not kept for an `Idempotency-Key`: a digest of one could be guessed.
"""

from typing import Annotated, Final

from fastapi import Depends, Path

from api.asking import may
from api.noun import Noun
from api.pins.schemas import Kind, PinSet, PinShown
from api.shelf import Shelf
from api.world import Here
from dialer.domain.caller_account import CALLER_ACCOUNTS, CallerAccount
from dialer.domain.principal import Principal

router = Noun(prefix="/pins", tags=["pins"])

SHELF: Final = Shelf(CALLER_ACCOUNTS, lambda world: world.stores.caller_accounts)
Number = Annotated[str, Path(max_length=20, pattern=r"^[0-9]+$", examples=["10023"])]


@router.get("", operation_id="pins.list")
async def list_pins(
    world: Here, principal: Annotated[Principal, Depends(may("pins.list"))]
) -> list[PinShown]:
    """List the numbers that have a PIN, and until when they are locked."""
    found = await SHELF.list(world, principal)
    locks = await world.pins.locks(
        [(one.kind, one.number) for one in found], tenant_id=principal.tenant_id
    )
    return [
        PinShown.of(one, until, principal.role) for one, until in zip(found, locks, strict=True)
    ]


@router.put("/{kind}/{number}", operation_id="pins.put")
async def put(
    kind: Kind,
    number: Number,
    wanted: PinSet,
    world: Here,
    principal: Annotated[Principal, Depends(may("pins.put"))],
) -> PinShown:
    """Give a number its PIN, in place of the one before; a lock of it ends."""
    account = CallerAccount(kind, number, "", wanted.phone, wanted.label)
    await world.pins.set(
        account, wanted.pin.get_secret_value(), by=principal.who, tenant_id=principal.tenant_id
    )
    return PinShown.of(account, None, principal.role)


@router.delete("/{kind}/{number}", operation_id="pins.remove", status_code=204)
async def remove(
    kind: Kind,
    number: Number,
    world: Here,
    principal: Annotated[Principal, Depends(may("pins.remove"))],
) -> None:
    """Take a number and its PIN away."""
    await SHELF.remove(world, principal, kind, number)
